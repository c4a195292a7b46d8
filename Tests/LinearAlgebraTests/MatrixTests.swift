import LinearAlgebra
import Testing

@Test func `a transposed matrix has its rows for columns`() {
  let matrix = Matrix<Double>(rows: [[1, 2, 3], [4, 5, 6]])
  #expect(matrix.transposed == Matrix(rows: [[1, 4], [2, 5], [3, 6]]))
}

@Test func `the first number that is none is found among many`() {
  var matrix = Matrix<Double>(rowCount: 9, columnCount: 7)
  #expect(matrix.firstNotFinite == nil)
  matrix[8, 6] = .infinity
  #expect(matrix.firstNotFinite == 62)
  matrix[1, 0] = -.nan
  #expect(matrix.firstNotFinite == 7)
  #expect(Matrix<Double>(rowCount: 0, columnCount: 3).firstNotFinite == nil)
}

@Test func `a column takes numbers in other units, 0 for what is missing`() {
  var matrix = Matrix<Double>(rowCount: 3, columnCount: 2)
  let isComplete = matrix.setColumn(1, rows: 1..<3, to: [5, 7, .nan], less: 1, over: 3)
  #expect(!isComplete)
  #expect(matrix == Matrix(rows: [[0, 0], [0, 2], [0, 0]]))
  let isAll = matrix.setColumn(0, rows: 0..<1, to: [4], less: 2, over: 1)
  #expect(isAll)
  #expect(matrix == Matrix(rows: [[2, 0], [0, 2], [0, 0]]))
}
