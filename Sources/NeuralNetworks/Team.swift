import Kernels

/// Threads that run one piece of work at a time, together with the caller's.
@safe final class Team {
  private let team: OpaquePointer
  let threads: Int
  /// Called with each thread's number; set before the first run.
  var work: (Int) -> Void = { _ in }

  init(threads: Int) throws(TrainingError) {
    guard let team = unsafe aepca_team_create(Int32(threads)) else {
      throw TrainingError(.threads(threads))
    }
    unsafe self.team = team
    self.threads = threads
  }

  deinit { unsafe aepca_team_destroy(team) }

  func run() {
    unsafe aepca_team_run(
      team,
      { context, thread in
        unsafe Unmanaged<Team>.fromOpaque(context).takeUnretainedValue().work(Int(thread))
      }, Unmanaged.passUnretained(self).toOpaque())
  }
}

/// Cuts a count into parts of as even a size as can be.
func share(_ index: Int, of count: Int, in parts: Int) -> Range<Int> {
  (count * index / parts)..<(count * (index + 1) / parts)
}
