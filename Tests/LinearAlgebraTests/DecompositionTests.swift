import LinearAlgebra
import Testing

@Test func `eigenvalues of a two by two matrix are those by hand`() throws {
  // (1, 1) / √2 with 3, (1, −1) / √2 with 1.
  let eigen = try SymmetricEigen(Matrix(rows: [[2, 1], [1, 2]]))
  #expect(close(eigen.values, [3, 1]))
  let half = 0.5.squareRoot()
  #expect(close(eigen.vectors.row(0).map(abs), [half, half]))
  #expect(eigen.vectors[1, 0] * eigen.vectors[1, 1] < 0)
}

@Test func `only the upper triangle of a symmetric matrix is read`() throws {
  let eigen = try SymmetricEigen(Matrix(rows: [[2, 1], [99, 2]]))
  #expect(close(eigen.values, [3, 1]))
}

@Test(arguments: [1, 2, 5, 40, 101])
func `a symmetric matrix is put together again from its eigenvectors`(order: Int) throws {
  var generator = SeededGenerator(seed: 2)
  let matrix = randomMatrix(order, order, &generator).gramMatrix()
  let eigen = try SymmetricEigen(matrix)
  #expect(eigen.values == eigen.values.sorted(by: >))
  var scaled = eigen.vectors
  for row in 0..<order {
    for column in 0..<order { scaled[row, column] *= eigen.values[row] }
  }
  let again = eigen.vectors.transposeMultiplied(by: scaled)
  // Entries are below the order; the error is some units of the largest eigenvalue.
  #expect(close(again.elements, matrix.elements, 1e-13 * Double(order * order)))
  #expect(close(eigen.vectors.multiplied(byTransposed: eigen.vectors), identity(order)))
}

@Test(arguments: [(1, 1), (5, 3), (3, 5), (40, 40), (200, 17), (17, 200)])
func `a matrix is put together again from its singular values`(
  rowCount: Int, columnCount: Int
) throws {
  var generator = SeededGenerator(seed: 3)
  let matrix = randomMatrix(rowCount, columnCount, &generator)
  let svd = try SingularValues(matrix)
  let count = min(rowCount, columnCount)
  #expect(svd.values == svd.values.sorted(by: >))
  #expect(svd.values.allSatisfy { $0 >= 0 })
  #expect(close(svd.left.transposeMultiplied(by: svd.left), identity(count)))
  #expect(close(svd.right.multiplied(byTransposed: svd.right), identity(count)))
  var scaled = svd.right
  for row in 0..<count {
    for column in 0..<columnCount { scaled[row, column] *= svd.values[row] }
  }
  #expect(close(svd.left.multiplied(by: scaled).elements, matrix.elements))
}

@Test func `singular values by hand`() throws {
  let svd = try SingularValues(Matrix(rows: [[0, 2], [3, 0], [0, 0]]))
  #expect(close(svd.values, [3, 2]))
}

@Test func `a Cholesky factor solves one system for each row`() throws {
  let factor = try Cholesky(Matrix(rows: [[4, 2], [2, 3]]))
  let solutions = factor.solve(Matrix(rows: [[8, 7], [4, 2], [0, 4]]))
  // 4x + 2y = 8 and 2x + 3y = 7, and so on.
  #expect(close(solutions.elements, [1.25, 1.5, 1, 0, -1, 2]))
}

@Test func `what cannot be decomposed is an error that says why`() throws {
  let empty = Matrix<Double>(rowCount: 0, columnCount: 0)
  let oblong = Matrix<Double>(rowCount: 2, columnCount: 3)
  let broken = Matrix<Double>(rows: [[1, 2], [.nan, 3]])
  let indefinite = Matrix<Double>(rows: [[1, 2], [2, 1]])
  #expect(throws: LinearAlgebraError(.empty(rowCount: 0, columnCount: 0), operation: eigenvalues)) {
    try SymmetricEigen(empty)
  }
  #expect(
    throws: LinearAlgebraError(.notSquare(rowCount: 2, columnCount: 3), operation: eigenvalues)
  ) { try SymmetricEigen(oblong) }
  #expect(throws: LinearAlgebraError(.notFinite(row: 1, column: 0), operation: "singular values")) {
    try SingularValues(broken)
  }
  #expect(throws: LinearAlgebraError(.notPositiveDefinite(order: 2), operation: "Cholesky factor"))
  { try Cholesky(indefinite) }
}

@Test(arguments: [
  (LinearAlgebraError.Problem.empty(rowCount: 0, columnCount: 2), "at least one row and column"),
  (.notSquare(rowCount: 1, columnCount: 2), "square matrix, found 1 x 2"),
  (.notFinite(row: 4, column: 2), "row 4, column 2"), (.notPositiveDefinite(order: 3), "order 3"),
  (.notConverged(code: 7), "code 7"), (.tooLarge(count: 5_000_000_000), "found 5000000000"),
  (.invalidArgument(position: 6), "argument 6"), (.outOfMemory, "out of memory"),
])
func `a failure is told in one line`(problem: LinearAlgebraError.Problem, words: String) {
  let text = LinearAlgebraError(problem, operation: "test").description
  #expect(text.hasPrefix("test: ") && text.contains(words) && !text.contains("\n"))
}

private let eigenvalues = "symmetric eigenvalues"

private func close(_ left: [Double], _ right: [Double], _ tolerance: Double = 1e-12) -> Bool {
  left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) <= tolerance }
}

private func close(_ left: Matrix<Double>, _ right: Matrix<Double>) -> Bool {
  close(left.elements, right.elements)
}

private func identity(_ order: Int) -> Matrix<Double> {
  var result = Matrix<Double>(rowCount: order, columnCount: order)
  for entry in 0..<order { result[entry, entry] = 1 }
  return result
}
