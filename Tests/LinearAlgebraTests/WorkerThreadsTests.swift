import LinearAlgebra
import Testing

@Test(arguments: [0, 1, 2, 5])
func `answers come in the order of the tasks`(threads: Int) {
  #expect(inParallel(100, threads: threads) { $0 * $0 } == (0..<100).map { $0 * $0 })
  #expect(inParallel(0, threads: threads) { $0 } == [])
}

/// The serial build of OpenBLAS is wrong now and then when two threads call it at once.
@Test func `products on several threads at once are right`() {
  let wrong = inParallel(64, threads: 4) { task in
    var generator = SeededGenerator(seed: UInt64(task))
    let matrix = randomMatrix(40, 7 + task % 5, &generator)
    let expected = matrix.gramMatrix()
    return (0..<200).count { _ in matrix.gramMatrix() != expected }
  }
  #expect(wrong == Array(repeating: 0, count: 64))
}
