import Glibc

/// Threads that take jobs in the order in which they were handed in.
///
/// Whoever waits takes jobs meanwhile, so that a pool of one thread needs no other. Threads start
/// when there is work for them. Jobs must not hold on to the pool.
package final class TaskPool: Sendable {
  /// How many jobs run at once, with the one that waits.
  package let threadCount: Int
  private let queue = JobQueue()

  package init(threads: Int) {
    precondition(threads > 0, "a pool has at least the thread that waits")
    threadCount = threads
  }

  deinit { queue.stop() }

  package func submit(_ job: @escaping @Sendable () -> Void) {
    queue.add(job, helperLimit: threadCount - 1)
  }

  /// Takes jobs until something holds, which the end of a job must bring about.
  package func help(until isDone: () -> Bool) { queue.help(until: isDone) }

  /// Does independent tasks at once and returns when all are done.
  ///
  /// - Parameter task: Called once for each number below `count`, on any thread.
  package func forEach(_ count: Int, _ task: @Sendable (Int) -> Void) {
    guard count > 1, threadCount > 1 else {
      for number in 0..<count { task(number) }
      return
    }
    let left = Countdown(count)
    withoutActuallyEscaping(task) { task in
      let shared = SharedTask(task)
      for number in 0..<count {
        submit {
          shared.run(number)
          left.step()
        }
      }
      help { left.isDone }
      shared.forget()
    }
  }
}

/// A task that jobs refer to, and let go of before they say that they are done.
///
/// A job itself may be let go of a moment later, when the task's captures are gone.
private final class SharedTask: @unchecked Sendable {
  private var task: (@Sendable (Int) -> Void)?

  init(_ task: @escaping @Sendable (Int) -> Void) { self.task = task }

  @inline(never)
  func run(_ number: Int) { task?(number) }

  func forget() { task = nil }
}

private final class Countdown: @unchecked Sendable {
  private var left: Int
  private let lock = SystemLock()

  init(_ count: Int) { left = count }

  func step() { lock.withLock { left -= 1 } }
  var isDone: Bool { lock.withLock { left == 0 } }
}

/// The jobs that wait, and the threads that take them: guarded by one lock.
private final class JobQueue: @unchecked Sendable {
  private let lock = SystemLock()
  private var jobs: [@Sendable () -> Void] = []
  /// Jobs before this place were taken.
  private var first = 0
  private var idleCount = 0
  private var threads: [pthread_t] = []
  private var isStopped = false

  func add(_ job: @escaping @Sendable () -> Void, helperLimit: Int) {
    lock.withLock {
      jobs.append(job)
      if idleCount == 0 && threads.count < helperLimit { startThread() }
      lock.wakeAll()
    }
  }

  func help(until isDone: () -> Bool) {
    lock.lock()
    while !isDone() {
      if let job = takeJob() {
        lock.unlock()
        job()
        lock.lock()
        lock.wakeAll()
      } else {
        lock.wait()
      }
    }
    lock.unlock()
  }

  /// Drops the jobs that nobody has taken and waits for the others.
  func stop() {
    lock.withLock {
      isStopped = true
      jobs = []
      first = 0
      lock.wakeAll()
    }
    for thread in threads { pthread_join(thread, nil) }
  }

  private func takeJob() -> (@Sendable () -> Void)? {
    guard first < jobs.count else { return nil }
    let job = jobs[first]
    first += 1
    if first == jobs.count {
      jobs.removeAll(keepingCapacity: true)
      first = 0
    }
    return job
  }

  private func startThread() {
    var thread = pthread_t()
    let queue = unsafe Unmanaged.passRetained(self)
    let code = unsafe pthread_create(
      &thread, nil,
      { context in
        guard let context = unsafe context else { return nil }
        let queue = unsafe Unmanaged<JobQueue>.fromOpaque(context).takeRetainedValue()
        queue.serve()
        return nil
      }, unsafe queue.toOpaque())
    // A system that gives no thread leaves the work to those there are.
    if code == 0 { threads.append(thread) } else { unsafe queue.release() }
  }

  private func serve() {
    lock.lock()
    while !isStopped {
      if let job = takeJob() {
        lock.unlock()
        job()
        lock.lock()
        lock.wakeAll()
      } else {
        idleCount += 1
        lock.wait()
        idleCount -= 1
      }
    }
    lock.unlock()
  }
}
