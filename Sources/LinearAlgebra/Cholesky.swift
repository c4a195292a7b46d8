import CLAPACK
import Glibc

/// The Cholesky factor of a symmetric positive definite matrix, kept to solve many systems.
public struct Cholesky: Sendable {
  /// The order of the matrix.
  public let order: Int
  private let factor: [Double]

  /// Factorises a matrix, of which only the upper triangle is read.
  ///
  /// - Complexity: O(n³ / 3) time; the matrix given is reused.
  /// - Throws: ``LinearAlgebraError`` when the matrix is empty, not square, not finite or not
  ///   positive definite.
  public init(_ matrix: consuming Matrix<Double>) throws {
    let operation = "Cholesky factor"
    try LAPACK.requireSquare(matrix, operation)
    try LAPACK.requireFinite(matrix, operation)
    let order = matrix.rowCount
    if order <= Self.smallOrder {
      if let minor = Self.factorise(&matrix.elements, order) {
        throw LinearAlgebraError(.notPositiveDefinite(order: minor), operation: operation)
      }
    } else {
      let size = try LAPACK.size(order, for: operation)
      try LAPACK.check(
        OpenBLAS.run {
          unsafe LAPACKE_dpotrf_work(
            LAPACK_COL_MAJOR, CChar(UInt8(ascii: "L")), size, &matrix.elements, size)
        },
        operation, LinearAlgebraError.Problem.notPositiveDefinite)
    }
    self.order = order
    factor = matrix.elements
  }

  /// The natural logarithm of the matrix's determinant.
  public var logDeterminant: Double {
    2 * (0..<order).reduce(0) { $0 + log(factor[$1 * order + $1]) }
  }

  /// Up to this order the library's own call would take longer than the sums.
  private static let smallOrder = 32

  /// Replaces the upper triangle by U with UᵀU = matrix.
  ///
  /// - Returns: The order of the first minor that is not positive, nil when all are.
  private static func factorise(_ elements: inout [Double], _ order: Int) -> Int? {
    unsafe elements.withUnsafeMutableBufferPointer { matrix in
      for row in 0..<order {
        let pivot = unsafe matrix[row * order + row]
        guard pivot > 0 else { return row + 1 }
        let root = pivot.squareRoot()
        for column in row..<order { unsafe matrix[row * order + column] /= root }
        for below in row + 1..<max(order, row + 1) {
          let factor = unsafe matrix[row * order + below]
          for column in below..<order {
            unsafe matrix[below * order + column] -= unsafe factor * matrix[row * order + column]
          }
        }
      }
      return nil
    }
  }

  /// Solves one system for each row: row i of the result, times the matrix, is row i given.
  ///
  /// What a row becomes does not depend on the rows beside it, to the last bit.
  ///
  /// - Parameter rightSides: One right side per row, `[systems, order]`.
  /// - Complexity: O(n²) time for each row, in place.
  public func solve(_ rightSides: consuming Matrix<Double>) -> Matrix<Double> {
    precondition(rightSides.columnCount == order, "right sides have \(order) entries")
    for row in 0..<rightSides.rowCount { solve(&rightSides.elements, at: row * order) }
    return rightSides
  }

  /// Solves one system whose right side stands somewhere in an array, in its place.
  package func solve(_ rightSides: inout [Double], at start: Int) {
    precondition(start >= 0 && start + order <= rightSides.count, "a right side lies in its array")
    unsafe factor.withUnsafeBufferPointer { factor in
      unsafe rightSides.withUnsafeMutableBufferPointer { all in
        let x = unsafe UnsafeMutableBufferPointer(rebasing: all[start..<start + order])
        // LAPACK's lower factor is, row by row, an upper one: the matrix is UᵀU.
        for row in 0..<order {
          let value = unsafe x[row] / factor[row * order + row]
          unsafe x[row] = value
          for column in row + 1..<max(order, row + 1) {
            unsafe x[column] -= unsafe factor[row * order + column] * value
          }
        }
        for row in (0..<order).reversed() {
          var value = unsafe x[row]
          for column in row + 1..<max(order, row + 1) {
            unsafe value -= factor[row * order + column] * x[column]
          }
          unsafe x[row] = unsafe value / factor[row * order + row]
        }
      }
    }
  }
}
