import CLAPACK

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
    let size = try LAPACK.size(matrix.rowCount, for: operation)
    OpenBLAS.prepare()
    try LAPACK.check(
      unsafe LAPACKE_dpotrf_work(
        LAPACK_COL_MAJOR, CChar(UInt8(ascii: "L")), size, &matrix.elements, size),
      operation, LinearAlgebraError.Problem.notPositiveDefinite)
    order = matrix.rowCount
    factor = matrix.elements
  }

  /// Solves one system for each row: row i of the result, times the matrix, is row i given.
  ///
  /// - Parameter rightSides: One right side per row, `[systems, order]`.
  public func solve(_ rightSides: consuming Matrix<Double>) throws -> Matrix<Double> {
    let operation = "Cholesky solution"
    precondition(rightSides.columnCount == order, "right sides have \(order) entries")
    guard rightSides.rowCount > 0 else { return rightSides }
    let size = Int32(order)
    let count = try LAPACK.size(rightSides.rowCount, for: operation)
    // Our rows are the columns that LAPACK expects.
    try LAPACK.check(
      unsafe LAPACKE_dpotrs_work(
        LAPACK_COL_MAJOR, CChar(UInt8(ascii: "L")), size, count, factor, size,
        &rightSides.elements, size),
      operation, LinearAlgebraError.Problem.notPositiveDefinite)
    return rightSides
  }
}
