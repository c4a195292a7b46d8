import LinearAlgebra
import Testing

@Test func `a transposed matrix has its rows for columns`() {
  let matrix = Matrix<Double>(rows: [[1, 2, 3], [4, 5, 6]])
  #expect(matrix.transposed == Matrix(rows: [[1, 4], [2, 5], [3, 6]]))
}
