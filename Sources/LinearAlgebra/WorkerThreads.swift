import Kernels
import Synchronization

/// Computes one result for each of so many tasks, on up to so many threads.
///
/// Tasks are begun in order by whichever thread is free, so a task must not depend on another, and
/// nothing in the results tells how many threads there were.
///
/// - Returns: The results in the order of the tasks.
package func inParallel<Answer: Sendable>(
  _ taskCount: Int, threads: Int, _ task: @Sendable (Int) -> Answer
) -> [Answer] {
  let threads = min(threads, taskCount)
  // Where the system gives no threads, the calling one does the work.
  guard threads > 1, let team = unsafe aepca_team_create(Int32(threads)) else {
    return (0..<taskCount).map(task)
  }
  defer { unsafe aepca_team_destroy(team) }
  return withoutActuallyEscaping(task) { task in
    let work = TaskList(count: taskCount, task: task)
    unsafe aepca_team_run(
      team,
      { context, _ in
        unsafe Unmanaged<AnyTaskList>.fromOpaque(context).takeUnretainedValue().run()
      }, Unmanaged.passUnretained(work as AnyTaskList).toOpaque())
    return work.answers.withLock { $0.compactMap(\.self) }
  }
}

/// What a thread sees of the tasks: a C function cannot know of what kind their answers are.
private class AnyTaskList {
  func run() {}
}

private final class TaskList<Answer: Sendable>: AnyTaskList {
  private let count: Int
  private let task: @Sendable (Int) -> Answer
  private let next = Atomic(0)
  let answers: Mutex<[Answer?]>

  init(count: Int, task: @escaping @Sendable (Int) -> Answer) {
    self.count = count
    self.task = task
    answers = Mutex(Array(repeating: nil, count: count))
  }

  override func run() {
    while case let index = next.wrappingAdd(1, ordering: .relaxed).oldValue, index < count {
      let answer = task(index)
      answers.withLock { $0[index] = answer }
    }
  }
}
