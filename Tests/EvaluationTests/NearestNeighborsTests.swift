import Evaluation
import LinearAlgebra
import Testing

/// All pairs, differences of entries, sorted: the definition.
private func allPairs(_ rows: Matrix<Double>) -> [[Double]] {
  (0..<rows.rowCount).map { row in
    let distances = (0..<rows.rowCount).filter { $0 != row }.map { other in
      zip(rows.row(row), rows.row(other)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        .squareRoot()
    }
    return Array(distances.sorted().prefix(2))
  }
}

private func expectEqual(_ rows: Matrix<Double>) {
  for threads in [1, 3] {
    let found = NearestNeighbors(of: rows, threads: threads).distances
    #expect(found.map { [$0.first, $0.second] } == allPairs(rows))
  }
}

@Test(arguments: [(3, 1), (20, 2), (128, 5), (129, 40), (300, 7)])
func `neighbours are those among all pairs, to the last bit`(rowCount: Int, columnCount: Int) {
  var generator = SeededGenerator(seed: UInt64(rowCount))
  expectEqual(normalMatrix(rowCount, columnCount, &generator))
}

/// The product of such rows has no right digit left: all of them would be at distance 0.
@Test func `rows close together and far away are told apart exactly`() {
  var generator = SeededGenerator(seed: 5)
  var rows = normalMatrix(200, 6, &generator)
  for row in 0..<200 {
    let center = row.isMultiple(of: 2) ? 1e6 : -1e6
    for column in 0..<6 { rows[row, column] = center + 1e-4 * rows[row, column] }
  }
  expectEqual(rows)
}

@Test func `an outlier spoils no other row`() {
  var generator = SeededGenerator(seed: 6)
  var rows = normalMatrix(150, 4, &generator)
  rows[17, 2] = 1e12
  expectEqual(rows)
}

@Test func `equal rows are at distance 0`() {
  let found = NearestNeighbors(of: Matrix(rows: [[1, 2], [1, 2], [4, 6]]), threads: 1).distances
  #expect(found.map(\.first) == [0, 0, 5])
  #expect(found.map(\.second) == [5, 5, 5])
}
