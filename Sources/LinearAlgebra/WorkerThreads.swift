import Kernels
import Synchronization

/// The answers of tasks that do not depend on each other, in the tasks' order.
///
/// Threads take tasks as they become free; who does which changes no answer. One thread, or a
/// system that gives no more, does all of them in turn.
///
/// - Parameter task: Called once for each number below `taskCount`, on any thread, several at
///   once; it may write only to what no other task touches.
/// - Throws: What the first failing task, by number, has thrown.
package func inParallel<Answer, Failure: Error>(
  _ taskCount: Int, threads: Int, _ task: (Int) throws(Failure) -> Answer
) throws(Failure) -> [Answer] {
  let threads = min(threads, taskCount)
  guard threads > 1, let team = unsafe aepca_team_create(Int32(threads)) else {
    var answers: [Answer] = []
    for index in 0..<taskCount { answers.append(try task(index)) }
    return answers
  }
  defer { unsafe aepca_team_destroy(team) }
  let results = UnsafeMutableBufferPointer<Result<Answer, Failure>?>.allocate(
    capacity: taskCount)
  unsafe results.initialize(repeating: nil)
  defer {
    unsafe results.deinitialize()
    unsafe results.deallocate()
  }
  let next = Atomic(0)
  withoutActuallyEscaping(task) { task in
    let work = Work {
      while case let index = next.wrappingAdd(1, ordering: .relaxed).oldValue, index < taskCount {
        do throws(Failure) {
          unsafe results[index] = .success(try task(index))
        } catch {
          unsafe results[index] = .failure(error)
        }
      }
    }
    unsafe aepca_team_run(
      team,
      { context, _ in unsafe Unmanaged<Work>.fromOpaque(context).takeUnretainedValue().body() },
      Unmanaged.passUnretained(work).toOpaque())
    withExtendedLifetime(work) {}
  }
  var answers: [Answer] = []
  for index in 0..<taskCount {
    guard let result = unsafe results[index] else {
      preconditionFailure("every task was taken by a thread")
    }
    answers.append(try result.get())
  }
  return answers
}

/// What a thread sees of the tasks: a C function cannot know of what kind their answers are.
private final class Work {
  let body: () -> Void
  init(_ body: @escaping () -> Void) { self.body = body }
}
