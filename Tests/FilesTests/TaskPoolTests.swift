import Files
import Testing

@Test(arguments: [1, 2, 4])
func `each task is done once, and let go of before the caller goes on`(threads: Int) {
  let pool = TaskPool(threads: threads)
  for round in 0..<20_000 {
    let count = 1 + round % 7
    let done = Guarded(Set<Int>())
    pool.forEach(count) { number in
      done.withLock { _ = $0.insert(number) }
    }
    let numbers = done.withLock { $0 }
    #expect(numbers == Set(0..<count))
  }
}
