import CLAPACK

/// The eigenvalues of a symmetric matrix, largest first, with orthonormal eigenvectors.
public struct SymmetricEigen: Sendable {
  /// Largest first.
  public let values: [Double]
  /// One eigenvector per row, in the order of the values; its sign is whatever came out.
  public let vectors: Matrix<Double>

  /// Decomposes a symmetric matrix, of which only the upper triangle is read.
  ///
  /// - Complexity: O(n³) time; the matrix given is reused, 2n² + 6n + 1 numbers are added.
  /// - Throws: ``LinearAlgebraError`` when the matrix is empty, not square or not finite, or when
  ///   the iteration does not converge.
  /// - Note: Divide and conquer, LAPACK's dsyevd.
  public init(_ matrix: consuming Matrix<Double>) throws {
    let operation = "symmetric eigenvalues"
    try LAPACK.requireSquare(matrix, operation)
    try LAPACK.requireFinite(matrix, operation)
    let count = matrix.rowCount
    let size = try LAPACK.size(count, for: operation)
    var values = [Double](repeating: 0, count: count)

    // Our upper triangle is the lower one of the matrix as LAPACK reads it, and its eigenvectors,
    // columns to LAPACK, are our rows.
    let (wanted, triangle) = (CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "L")))
    var workCount = 0.0
    var integerWorkCount: Int32 = 0
    try LAPACK.check(
      OpenBLAS.run {
        unsafe LAPACKE_dsyevd_work(
          LAPACK_COL_MAJOR, wanted, triangle, size, nil, size, nil, &workCount, -1,
          &integerWorkCount, -1)
      },
      operation, LinearAlgebraError.Problem.notConverged)
    let workSize = try LAPACK.workspace(workCount, for: operation)
    var work = [Double](repeating: 0, count: Int(workSize))
    var integerWork = [Int32](repeating: 0, count: Int(integerWorkCount))
    try LAPACK.check(
      OpenBLAS.run {
        unsafe LAPACKE_dsyevd_work(
          LAPACK_COL_MAJOR, wanted, triangle, size, &matrix.elements, size, &values, &work,
          workSize, &integerWork, integerWorkCount)
      },
      operation, LinearAlgebraError.Problem.notConverged)

    // LAPACK puts the smallest first.
    values.reverse()
    for (top, bottom) in zip(0..<count / 2, (0..<count).reversed()) {
      for column in 0..<count {
        matrix.elements.swapAt(top * count + column, bottom * count + column)
      }
    }
    self.values = values
    self.vectors = matrix
  }
}
