import LinearAlgebra
import PrincipalComponents
import Testing

private let line = Matrix<Double>(rows: [[-1, -2], [0, 0], [1, 2]])

@Test(arguments: PCA.Solver.allCases)
func `what cannot be fitted is refused`(solver: PCA.Solver) {
  func refused(_ problem: PCAError.Problem, _ count: Int, _ rows: [[Double]]) {
    #expect(throws: PCAError(problem)) {
      try PCA(componentCount: count, solver: solver).fit(Matrix(rows: rows))
    }
  }
  let rows = [[-1.0, -2, 0], [0, 0, 1]]
  refused(.componentCount(requested: 3, rowCount: 2, columnCount: 3), 3, rows)
  refused(.componentCount(requested: 0, rowCount: 2, columnCount: 3), 0, rows)
  refused(
    .componentCount(requested: 3, rowCount: 3, columnCount: 2), 3, [[1, 2], [2, 2], [3, 3]])
  refused(.componentCount(requested: 1, rowCount: 2, columnCount: 0), 1, [[], []])
  refused(.tooFewRows(found: 1), 1, [[1, 2]])
  refused(.tooFewRows(found: 0), 1, [])
  refused(.notFinite(row: 1, column: 0), 1, [[1, 2], [.nan, 3], [4, 5]])
  refused(.notFinite(row: 2, column: 1), 1, [[1, 2], [1, 3], [4, -.infinity]])
  refused(.nothingVaries, 1, Array(repeating: [0.1, 1e9 / 3], count: 7))
  refused(.overflow(column: 1), 1, [[1, 1e200], [2, -1e200], [3, 0]])
}

@Test func `what cannot be transformed is refused`() throws {
  let model = try PCA(componentCount: 1).fit(line)
  #expect(throws: PCAError(.columnCount(expected: 2, found: 3))) {
    try model.transform(Matrix(rows: [[1, 2, 3]]))
  }
  #expect(throws: PCAError(.columnCount(expected: 1, found: 2))) {
    try model.inverseTransform(line)
  }
  #expect(throws: PCAError(.notFinite(row: 1, column: 1))) {
    try model.transform(Matrix(rows: [[1, 2], [3, .nan]]))
  }
}

@Test func `rows on a line have no density in the plane`() throws {
  #expect(throws: PCAError(.noDensity)) {
    try PCA(componentCount: 1, solver: .svd).fit(Matrix(rows: [[-1, 0], [1, 0]])).logDensities(line)
  }
}

@Test func `masks that do not fit are refused`() throws {
  let pca = PCA(componentCount: 1)
  let short = Mask(rowCount: 2, columnCount: 2, isObserved: [true, true, true, true])
  let problem = PCAError(
    .maskSize(rowCount: 2, columnCount: 2, expectedRowCount: 3, expectedColumnCount: 2))
  #expect(throws: problem) { try pca.fit(line, observed: short) }
  #expect(throws: problem) { try pca.fit(line).transform(line, observed: short) }

  let unseen = Mask(
    rowCount: 3, columnCount: 2, isObserved: [true, false, true, false, true, false])
  #expect(throws: PCAError(.columnNeverObserved(column: 1))) { try pca.fit(line, observed: unseen) }

  // Of three rows one has an observed cell.
  let alone = Mask(
    rowCount: 3, columnCount: 2, isObserved: [true, true, false, false, false, false])
  #expect(throws: PCAError(.tooFewRows(found: 1))) { try pca.fit(line, observed: alone) }

  let broken = Matrix<Double>(rows: [[1, .nan], [.infinity, 2], [3, 4]])
  let mask = Mask(rowCount: 3, columnCount: 2, isObserved: [true, false, true, true, true, true])
  #expect(throws: PCAError(.notFinite(row: 1, column: 0))) { try pca.fit(broken, observed: mask) }
  #expect(throws: PCAError(.notFinite(row: 1, column: 0))) {
    try pca.fit(line).transform(broken, observed: mask)
  }

  let constant = Matrix<Double>(rows: [[0.1, .nan], [0.1, 0.3], [.nan, 0.3]])
  let holes = Mask(rowCount: 3, columnCount: 2, isObserved: [true, false, true, true, false, true])
  #expect(throws: PCAError(.nothingVaries)) { try pca.fit(constant, observed: holes) }

  let huge = Matrix<Double>(rows: [[1, .nan], [2, 1e200], [.nan, -1e200]])
  #expect(throws: PCAError(.overflow(column: 1))) { try pca.fit(huge, observed: holes) }
}

@Test func `a model is put together only from parts that fit`() throws {
  let axis = Matrix<Double>(rows: [[1, 0]])
  let model = try FittedPCA(
    mean: [0, 0], components: axis, explainedVariance: [2], totalVariance: 3, noiseVariance: 1,
    sampleCount: 9)
  #expect(model.explainedVarianceRatio == [2.0 / 3])
  #expect(throws: PCAError(.inconsistentParts("axes of 2 features, means of 1"))) {
    try FittedPCA(
      mean: [0], components: axis, explainedVariance: [2], totalVariance: 3, noiseVariance: 1,
      sampleCount: 9)
  }
  #expect(throws: PCAError(.inconsistentParts("1 axes, 2 variances"))) {
    try FittedPCA(
      mean: [0, 0], components: axis, explainedVariance: [2, 1], totalVariance: 3,
      noiseVariance: 1, sampleCount: 9)
  }
  #expect(throws: PCAError(.inconsistentParts("a number of the model is NaN or infinite"))) {
    try FittedPCA(
      mean: [0, .nan], components: axis, explainedVariance: [2], totalVariance: 3,
      noiseVariance: 1, sampleCount: 9)
  }
}

@Test(arguments: [
  (
    PCAError.Problem.componentCount(requested: 9, rowCount: 5, columnCount: 4),
    "expected 1 to 4 components for 5 rows and 4 columns, found 9"
  ), (.tooFewRows(found: 1), "found 1"), (.nothingVaries, "every column constant"),
  (.notFinite(row: 3, column: 2), "row 3, column 2"),
  (.notFinite(row: nil, column: 2), "infinity in column 2"), (.overflow(column: 6), "column 6"),
  (.columnNeverObserved(column: 8), "column 8"),
  (.columnCount(expected: 3, found: 4), "expected 3 columns, found 4"),
  (
    .maskSize(rowCount: 1, columnCount: 2, expectedRowCount: 3, expectedColumnCount: 4),
    "mask of 3 x 4, found 1 x 2"
  ), (.inconsistentParts("of two kinds"), "of two kinds"), (.noDensity, "found none"),
])
func `a refusal is told in one line`(problem: PCAError.Problem, words: String) {
  let text = PCAError(problem).description
  #expect(text.hasPrefix("principal components: ") && text.contains(words))
  #expect(!text.contains("\n"))
}
