import Kernels
import Synchronization

/// Runs a closure once on each of some threads.
package enum ThreadTeam {
  /// Falls back to the caller's thread alone when the system gives no more: the threads only
  /// share the work out.
  package static func run(threads: Int, _ body: (Int) -> Void) {
    guard threads > 1, let team = unsafe aepca_team_create(Int32(threads)) else {
      for thread in 0..<threads { body(thread) }
      return
    }
    defer { unsafe aepca_team_destroy(team) }
    withoutActuallyEscaping(body) { body in
      let work = Work(body)
      unsafe aepca_team_run(
        team,
        { context, thread in
          unsafe Unmanaged<Work>.fromOpaque(context).takeUnretainedValue().body(Int(thread))
        }, Unmanaged.passUnretained(work).toOpaque())
      withExtendedLifetime(work) {}
    }
  }

  private final class Work {
    let body: (Int) -> Void
    init(_ body: @escaping (Int) -> Void) { self.body = body }
  }

  /// The results of tasks that do not depend on each other, in the tasks' order.
  ///
  /// Threads take tasks as they become free; who does which changes no result.
  package static func map<Result>(
    count: Int, threads: Int, _ task: (Int) throws -> Result
  ) throws -> [Result] {
    let results = UnsafeMutableBufferPointer<Swift.Result<Result, any Error>?>.allocate(
      capacity: count)
    unsafe results.initialize(repeating: nil)
    defer {
      unsafe results.deinitialize()
      unsafe results.deallocate()
    }
    let next = Atomic(0)
    run(threads: max(1, min(threads, count))) { _ in
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { break }
        unsafe results[index] = Swift.Result { try task(index) }
      }
    }
    return try (0..<count).map { index in
      guard let result = unsafe results[index] else {
        preconditionFailure("every task was taken by a thread")
      }
      return try result.get()
    }
  }
}
