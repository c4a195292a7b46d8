import Kernels

/// Finds the rows of a matrix that are nearest to others.
///
/// Distances are mean squared differences over the columns that two rows share. They are screened
/// in Float32; which rows are nearest is the same for any number of threads.
package struct NearestRows: Sendable {
  package let rowCount: Int
  private let columnCount: Int
  private let stride: Int
  /// In the kernel's blocks of rows, each column by column; 0 where missing.
  private let values: [Float]
  /// 1 where present; empty when nothing is missing.
  private let present: [Float]
  private let shares: [Float]

  /// - Parameters:
  ///   - rows: Shape `[rows, columns]`.
  ///   - observed: Which entries are there; nil when all are.
  ///   - shares: What each column counts for among those that two rows share.
  package init(_ rows: Matrix<Float>, observed: Mask?, shares: [Float]) {
    precondition(shares.count == rows.columnCount, "a share for each of \(rows.columnCount)")
    (rowCount, columnCount) = (rows.rowCount, rows.columnCount)
    let block = Int(AEPCA_REFERENCE_BLOCK)
    stride = (rows.rowCount + block - 1) / block * block
    self.shares = shares
    var values = [Float](repeating: 0, count: stride * rows.columnCount)
    var present = [Float](repeating: 0, count: observed == nil ? 0 : values.count)
    for row in 0..<rows.rowCount {
      for column in 0..<rows.columnCount where observed?[row, column] ?? true {
        let place = (row / block * rows.columnCount + column) * block + row % block
        values[place] = rows[row, column]
        if observed != nil { present[place] = 1 }
      }
    }
    (self.values, self.present) = (values, present)
  }

  /// Memory that searches one after another can share.
  package struct Scratch {
    fileprivate var distances: [Float] = []
    fileprivate var nearest: [Int32] = []

    package init() {}
  }

  /// The positions of the rows nearest to another one, the nearest first.
  ///
  /// - Parameters:
  ///   - row: One number for each column; what is not observed counts for nothing.
  ///   - observed: Not 0 where the row's entry is there; nil when all are.
  ///   - excluded: Not 0 for each of the rows that is to be left out; nil for none.
  /// - Returns: `count` positions, or fewer where fewer share a column with the row.
  /// - Complexity: O(rows · columns).
  package func nearest(
    to row: [Float], observed: [UInt8]? = nil, excluded: [UInt8]? = nil, count: Int,
    scratch: inout Scratch
  ) -> [Int] {
    precondition(
      row.count == columnCount && observed?.count ?? columnCount == columnCount
        && excluded?.count ?? rowCount == rowCount, "a row of \(columnCount)")
    guard count > 0, rowCount > 0 else { return [] }
    if scratch.distances.count < stride + count {
      scratch.distances = Array(repeating: 0, count: stride + count)
    }
    if scratch.nearest.count < count { scratch.nearest = Array(repeating: 0, count: count) }
    let found = unsafe values.withUnsafeBufferPointer { values in
      unsafe present.withUnsafeBufferPointer { present in
        unsafe shares.withUnsafeBufferPointer { shares -> Int in
          guard let values = values.baseAddress, let shares = shares.baseAddress else { return 0 }
          var references = unsafe aepca_references(
            rows: rowCount, features: columnCount, stride: stride, values: values,
            present: present.isEmpty ? nil : present.baseAddress, shares: shares)
          return unsafe aepca_nearest_references(
            &references, row, observed, excluded, count, &scratch.distances, &scratch.nearest)
        }
      }
    }
    return scratch.nearest.prefix(found).map { Int($0) }
  }
}

extension Matrix where Scalar == Float {
  /// Adds to sums, one for each column, the weighted squares of how far another row is from one.
  package func addSquaredDifferences(
    ofRow index: Int, from row: [Double], weight: Double, to sums: inout [Double]
  ) {
    precondition(
      (0..<rowCount).contains(index) && row.count == columnCount && sums.count == columnCount,
      "row \(index) of \(rowCount) x \(columnCount)")
    unsafe elements.withUnsafeBufferPointer { elements in
      guard let start = elements.baseAddress else { return }
      unsafe aepca_add_squared_differences(
        columnCount, row, start + index * columnCount, weight, &sums)
    }
  }
}
