import LinearAlgebra
import PrincipalComponents
import Testing

/// On the line y = 2x one axis, (1, 2) / √5, carries all the variance.
private let line = Matrix<Double>(rows: [[-1, -2], [0, 0], [1, 2]])

@Test(arguments: PCA.Solver.allCases)
func `points on a line need one component`(solver: PCA.Solver) throws {
  let model = try PCA(componentCount: 2, solver: solver).fit(line)
  #expect(abs(model.explainedVarianceRatio[0] - 1) < 1e-12)
  #expect(abs(model.components[0, 0] - 1 / 5.0.squareRoot()) < 1e-12)
  #expect(abs(model.components[0, 1] - 2 / 5.0.squareRoot()) < 1e-12)
  #expect(abs(model.explainedVariance[0] - 5) < 1e-12)
  #expect(abs(model.singularValues[0] - 10.0.squareRoot()) < 1e-12)
  #expect(abs(model.explainedVariance[1]) < 1e-12)
  let scores = try model.transform(line)
  #expect(abs(scores[0, 0] + 5.0.squareRoot()) < 1e-12)
  let back = try model.inverseTransform(scores)
  #expect(zip(back.elements, line.elements).allSatisfy { abs($0 - $1) < 1e-12 })
}
