import NeuralNetworks

/// A moment at which every fit that still trains ends and keeps its best weights.
///
/// What is fitted then depends on the machine's speed: the one exception to the same bytes from
/// the same seed.
public struct TimeLimit: Sendable {
  private let start: ContinuousClock.Instant
  private let duration: Duration

  public init(seconds: Double) { self.init(start: .now, duration: .seconds(seconds)) }

  private init(start: ContinuousClock.Instant, duration: Duration) {
    self.start = start
    self.duration = duration
  }

  /// Whether the time is over.
  package var hasPassed: Bool { .now >= start + duration }

  /// What is left of the time, for what begins now.
  public var remaining: TimeLimit {
    let now = ContinuousClock.now
    return TimeLimit(start: now, duration: max(.zero, start + duration - now))
  }

  /// A share of the time, from the same start.
  func share(_ share: Double) -> TimeLimit { TimeLimit(start: start, duration: duration * share) }

  /// Ends training after a share of the time.
  func callback(share: Double = 1) -> any TrainingCallback {
    Deadline(moment: start + duration * share)
  }

  private struct Deadline: TrainingCallback {
    let moment: ContinuousClock.Instant

    func epochEnded(_ report: EpochReport) -> TrainingDecision {
      ContinuousClock.now >= moment ? .stop : .continue
    }
  }
}
