import CLAPACK

/// The thin singular value decomposition X = U S Vᵀ, with the largest singular value first.
public struct SingularValues: Sendable {
  /// Largest first, none negative; as many as the smaller side of the matrix.
  public let values: [Double]
  /// U, `[rows, values]`, its columns orthonormal.
  public let left: Matrix<Double>
  /// Vᵀ, `[values, columns]`, its rows orthonormal.
  public let right: Matrix<Double>

  /// Decomposes a matrix of any shape.
  ///
  /// - Complexity: O(n·p·min(n, p)) time; the matrix given is reused, for one of U and V.
  /// - Throws: ``LinearAlgebraError`` when the matrix is empty or not finite, or when the iteration
  ///   does not converge.
  /// - Note: Divide and conquer, LAPACK's dgesdd.
  public init(_ matrix: consuming Matrix<Double>) throws {
    let operation = "singular values"
    try LAPACK.requireFinite(matrix, operation)
    let (rowCount, columnCount) = (matrix.rowCount, matrix.columnCount)
    let count = min(rowCount, columnCount)
    // To LAPACK our matrix is its transpose, Xᵀ = V S Uᵀ. Of the two factors, the one that has the
    // shape of X takes its place (job "O"), the other one is square.
    let rows = try LAPACK.size(columnCount, for: operation)
    let columns = try LAPACK.size(rowCount, for: operation)
    let job = CChar(UInt8(ascii: "O"))
    var values = [Double](repeating: 0, count: count)
    var square = Matrix<Double>(rowCount: count, columnCount: count)
    var integerWork = [Int32](repeating: 0, count: 8 * count)
    let side = Int32(count)

    var workCount = 0.0
    try LAPACK.check(
      OpenBLAS.run {
        unsafe LAPACKE_dgesdd_work(
          LAPACK_COL_MAJOR, job, rows, columns, nil, rows, nil, nil, rows, nil, side, &workCount,
          -1, &integerWork)
      },
      operation, LinearAlgebraError.Problem.notConverged)
    let workSize = try LAPACK.workspace(workCount, for: operation)
    var work = [Double](repeating: 0, count: Int(workSize))
    // Only one of the two pointers is written to, by shape; the other is never followed.
    try LAPACK.check(
      unsafe square.elements.withUnsafeMutableBufferPointer { factor in
        OpenBLAS.run {
          unsafe LAPACKE_dgesdd_work(
            LAPACK_COL_MAJOR, job, rows, columns, &matrix.elements, rows, &values,
            factor.baseAddress, rows, factor.baseAddress, side, &work, workSize, &integerWork)
        }
      },
      operation, LinearAlgebraError.Problem.notConverged)

    self.values = values
    if columnCount >= rowCount {
      (left, right) = (square, matrix)
    } else {
      (left, right) = (matrix, square)
    }
  }
}
