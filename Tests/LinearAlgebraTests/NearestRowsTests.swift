import LinearAlgebra
import Testing

@Suite struct NearestRowsTests {
  /// On a line: 0, 1, 2, 3 and 10.
  private let line = Matrix<Float>(rows: [[0], [1], [2], [3], [10]])

  private func nearest(
    _ rows: Matrix<Float>, to row: [Float], count: Int, observed: Mask? = nil,
    shares: [Float]? = nil, rowObserved: [UInt8]? = nil, excluded: [UInt8]? = nil
  ) -> [Int] {
    let shares = shares ?? Array(repeating: 1, count: rows.columnCount)
    var scratch = NearestRows.Scratch()
    return NearestRows(rows, observed: observed, shares: shares).nearest(
      to: row, observed: rowObserved, excluded: excluded, count: count, scratch: &scratch)
  }

  @Test func `the nearest come first, and of equals the first`() {
    #expect(nearest(line, to: [2.2], count: 3) == [2, 3, 1])
    #expect(nearest(line, to: [1.5], count: 2) == [1, 2])
    #expect(nearest(line, to: [9], count: 9) == [4, 3, 2, 1, 0])
    #expect(nearest(line, to: [9], count: 0) == [])
  }

  @Test func `rows that are left out are not found`() {
    #expect(nearest(line, to: [2], count: 2, excluded: [0, 0, 1, 0, 0]) == [1, 3])
  }

  /// Only the first column is shared with (3, missing), which is 1 off; (2, 2) is off by (0, 1), a half.
  @Test func `what is missing counts for nothing, here and there`() {
    let rows = Matrix<Float>(rows: [[3, 0], [2, 2], [0, 0]])
    let observed = Mask(
      rowCount: 3, columnCount: 2, isObserved: [true, false, true, true, false, false])
    #expect(nearest(rows, to: [2, 3], count: 3, observed: observed) == [1, 0])
    #expect(nearest(rows, to: [2, 3], count: 3, observed: observed, rowObserved: [0, 1]) == [1])
    // Two thirds of a column, of which the row has one: 4 · 3 beside 1.
    #expect(
      nearest(
        Matrix(rows: [[2, 9], [1, 9]]), to: [0, 0], count: 1, shares: [1 / 3, 1],
        rowObserved: [1, 0]) == [1])
  }

  @Test func `a row beyond Float32 has the first rows for neighbours`() {
    #expect(nearest(line, to: [.infinity], count: 2) == [0, 1])
  }

  /// More rows than the kernel takes at once, compared with a sort of all distances.
  @Test(arguments: [1, 63, 64, 65, 200, 1000], [1, 5, 33])
  func `a search finds what sorting all rows finds`(rowCount: Int, columnCount: Int) {
    var generator = SeededGenerator(seed: UInt64(100 * rowCount + columnCount))
    // Whole numbers, so that no rounding decides between two rows.
    func number() -> Float { Float((20 * generator.uniform()).rounded()) }
    let rows = Matrix<Float>(
      rowCount: rowCount, columnCount: columnCount,
      elements: (0..<rowCount * columnCount).map { _ in number() })
    let isObserved = rows.elements.indices.map {
      $0 % columnCount == 0 || generator.uniform() < 0.8
    }
    let mask = Mask(rowCount: rowCount, columnCount: columnCount, isObserved: isObserved)
    let row = (0..<columnCount).map { _ in number() }
    for observed in [nil, mask] {
      let distances = (0..<rowCount).map { other -> Float in
        let shared = (0..<columnCount).filter { observed?[other, $0] ?? true }
        let sum = shared.reduce(Float(0)) {
          $0 + (row[$1] - rows[other, $1]) * (row[$1] - rows[other, $1])
        }
        return sum / Float(shared.count)
      }
      let expected = distances.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }
      // Few, as many as are usual, and more than the kernel narrows the search for.
      for count in [1, 7, 20, 32, 50] {
        let found = nearest(rows, to: row, count: count, observed: observed)
        #expect(found == Array(expected.prefix(count)))
      }
    }
  }
}
