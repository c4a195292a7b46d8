import LinearAlgebra

/// How far each of some rows is from the two rows nearest to it.
///
/// All pairs are screened by ‖a‖² + ‖b‖² − 2 a·b, one matrix product for a block of rows, which is
/// many times faster than differences of entries but loses digits where rows are close together.
/// So it only says, by a bound on its rounding, which few rows may be among the nearest two; the
/// distances to these are then summed from differences, and are as exact as if all had been.
package struct NearestNeighbors {
  /// Of each row, Euclidean, `first <= second`.
  package let distances: [(first: Double, second: Double)]

  private static let blockSize = 128

  /// - Parameter rows: Shape `[rows, features]`, finite; at least three rows.
  /// - Complexity: O(rows² · features) time, and 1,024 bytes for each row and thread.
  package init(of rows: Matrix<Double>, threads: Int) {
    precondition(rows.rowCount >= 3, "two neighbours need three rows, not \(rows.rowCount)")
    let screen = Screen(rows)
    let blockSize = NearestNeighbors.blockSize
    let blockCount = (rows.rowCount + blockSize - 1) / blockSize
    let blocks = inParallel(blockCount, threads: threads) { block in
      let range = block * blockSize..<min((block + 1) * blockSize, rows.rowCount)
      return screen.nearestTwo(of: range, in: rows)
    }
    distances = blocks.flatMap(\.self)
  }
}

/// What is needed to bound the distances of all pairs of rows.
private struct Screen {
  /// The rows about their mean, where they lose the fewest digits.
  let centered: Matrix<Double>
  let squaredNorms: [Double]
  /// A squared distance by the product is off by less than this times the sum of both norms
  /// squared: sums of p products are each off by less than p · 2⁻⁵³ of that, centring adds a few
  /// such units; twice to spare.
  let slack: Double

  init(_ rows: Matrix<Double>) {
    let mean = rows.columnSums(ofFirst: rows.rowCount).map { $0 / Double(rows.rowCount) }
    var centered = rows
    centered.replaceRows(from: 0, by: 0..<rows.rowCount, of: rows, less: mean)
    self.centered = centered
    squaredNorms = (0..<rows.rowCount).map { row in
      let start = row * rows.columnCount
      return centered.elements[start..<start + rows.columnCount].reduce(0) { $0 + $1 * $1 }
    }
    slack = 4 * Double(rows.columnCount + 8) * 0x1p-53
  }

  func nearestTwo(
    of range: Range<Int>, in rows: Matrix<Double>
  ) -> [(first: Double, second: Double)] {
    let products = centered.rows(at: Array(range)).multiplied(byTransposed: centered)
    return range.map { row in
      let start = (row - range.lowerBound) * rows.rowCount
      let norm = squaredNorms[row]
      // No row whose least possible distance is above this can be among the nearest two.
      var most = SmallestTwo()
      for other in 0..<rows.rowCount where other != row {
        most.insert(
          (1 + slack) * (norm + squaredNorms[other]) - 2 * products.elements[start + other])
      }
      var nearest = SmallestTwo()
      for other in 0..<rows.rowCount where other != row {
        let least =
          (1 - slack) * (norm + squaredNorms[other]) - 2 * products.elements[start + other]
        if least <= most.second { nearest.insert(squaredDistance(rows, row, other)) }
      }
      return (nearest.first.squareRoot(), nearest.second.squareRoot())
    }
  }

  private func squaredDistance(_ rows: Matrix<Double>, _ row: Int, _ other: Int) -> Double {
    let (left, right) = (row * rows.columnCount, other * rows.columnCount)
    var sum = 0.0
    for column in 0..<rows.columnCount {
      let difference = rows.elements[left + column] - rows.elements[right + column]
      sum += difference * difference
    }
    return sum
  }
}

/// The two smallest of the numbers seen.
private struct SmallestTwo {
  private(set) var first = Double.infinity
  private(set) var second = Double.infinity

  mutating func insert(_ number: Double) {
    if number < first {
      (first, second) = (number, first)
    } else if number < second {
      second = number
    }
  }
}
