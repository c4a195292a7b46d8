import Files
import NeuralNetworks

/// What a fit has done so far, kept in a checkpoint: the results of training runs that ended and
/// the whole state of those under way.
///
/// A fit is many training runs, some side by side, each known by its place in the plan. What lies
/// between them follows from the table and the options, so a fit that goes on does it again, takes
/// the ended runs from here and goes on with the others: to the bytes of a fit never interrupted.
///
/// The file is replaced as a whole every time, at least twice a minute while steps are taken.
public final class FitJournal: Sendable {
  /// Seconds from one state to the next.
  public static let defaultInterval = 20.0

  struct Contents: Equatable {
    var results: [String: TrainingResult] = [:]
    var states: [String: TrainingState] = [:]
  }

  private struct Log {
    var contents: Contents
    var lastSave = ContinuousClock.now
    var lastDuration = Duration.zero
    var lastFailure: String?
  }

  public let path: String
  let identity: FitIdentity
  let interval: Duration
  /// Told once of each reason why the file could not be written; the fit goes on.
  private let onFailure: @Sendable (String) -> Void
  private let log: Guarded<Log>

  /// Begins anew, and writes the file so that a place that cannot be written to is known at once.
  ///
  /// - Throws: `FileError`.
  public init(
    path: String, identity: FitIdentity, interval: Double = defaultInterval,
    onFailure: @escaping @Sendable (String) -> Void
  ) throws {
    self.path = path
    self.identity = identity
    self.interval = .seconds(interval)
    self.onFailure = onFailure
    log = Guarded(Log(contents: Contents()))
    try CheckpointFile.write(Contents(), of: identity, to: path)
  }

  /// Goes on from a checkpoint.
  ///
  /// - Parameters:
  ///   - bytes: The whole checkpoint.
  ///   - source: Where it is from, for messages.
  ///   - path: Where to keep what follows, perhaps the same file.
  /// - Throws: ``CheckpointError`` when it is none, or one of another fit.
  public init(
    resuming bytes: [UInt8], from source: String, path: String, identity: FitIdentity,
    interval: Double = defaultInterval, onFailure: @escaping @Sendable (String) -> Void
  ) throws(CheckpointError) {
    let file = try CheckpointFile.read(bytes, path: source)
    if let difference = identity.firstDifference(from: file.identity) {
      throw CheckpointError(.otherFit(difference), path: source)
    }
    self.path = path
    self.identity = identity
    self.interval = .seconds(interval)
    self.onFailure = onFailure
    log = Guarded(Log(contents: file.contents))
  }

  /// Training runs that have ended.
  public var endedCount: Int { log.withLock { $0.contents.results.count } }

  /// The place of the whole fit.
  var root: JournalPlace { JournalPlace(journal: self, name: "") }

  fileprivate func result(of run: String) -> TrainingResult? {
    log.withLock { $0.contents.results[run] }
  }

  fileprivate func state(of run: String) -> TrainingState? {
    log.withLock { $0.contents.states[run] }
  }

  fileprivate func keep(_ state: TrainingState, of run: String) {
    log.withLock { log in
      log.contents.states[run] = state
      saveIfDue(&log, after: interval / 2)
    }
  }

  /// Notes the end of a run; what was kept of its parts is needed no more.
  fileprivate func keep(_ result: TrainingResult, of run: String) {
    log.withLock { log in
      log.contents.states[run] = nil
      let parts = run + "/"
      log.contents.states = log.contents.states.filter { !$0.key.hasPrefix(parts) }
      log.contents.results = log.contents.results.filter { !$0.key.hasPrefix(parts) }
      log.contents.results[run] = result
      saveIfDue(&log, after: min(interval / 2, .seconds(1)))
    }
  }

  /// Never spends more than about a twentieth of the time on writing.
  private func saveIfDue(_ log: inout Log, after pause: Duration) {
    let now = ContinuousClock.now
    guard now - log.lastSave >= max(pause, log.lastDuration * 20) else { return }
    log.lastSave = now
    do {
      try CheckpointFile.write(log.contents, of: identity, to: path)
      log.lastFailure = nil
    } catch {
      let failure = "\(error)"
      if failure != log.lastFailure { onFailure(failure) }
      log.lastFailure = failure
    }
    log.lastDuration = ContinuousClock.now - now
  }
}

/// A place in the plan of a fit.
struct JournalPlace: Sendable {
  let journal: FitJournal
  fileprivate let name: String

  /// A place within this one.
  func at(_ part: String) -> JournalPlace {
    JournalPlace(journal: journal, name: name.isEmpty ? part : "\(name)/\(part)")
  }

  /// Of the run at this place, if it has ended.
  var result: TrainingResult? { journal.result(of: name) }

  /// Notes that all is done at this place.
  func end(_ result: TrainingResult) { journal.keep(result, of: name) }

  /// Keeps one training run at this place.
  func keeper() -> any TrainingKeeper { Keeper(place: self) }

  private final class Keeper: TrainingKeeper {
    private let place: JournalPlace
    private var lastState = ContinuousClock.now

    init(place: JournalPlace) { self.place = place }

    var result: TrainingResult? { place.result }
    var state: TrainingState? { place.journal.state(of: place.name) }
    var isDue: Bool { .now - lastState >= place.journal.interval }

    func keep(_ state: TrainingState) {
      place.journal.keep(state, of: place.name)
      lastState = .now
    }

    func keep(_ result: TrainingResult) { place.end(result) }
  }
}

extension FitJournal {
  /// For tests that alter files: whether these bytes are a checkpoint, their checksum passed over.
  @_spi(Fuzzing)
  public static func canRead(_ bytes: [UInt8]) -> Bool {
    (try? CheckpointFile.read(bytes, path: "", checksDigest: false)) != nil
  }
}
