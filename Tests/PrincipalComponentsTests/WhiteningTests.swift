import LinearAlgebra
import PrincipalComponents
import Testing

@Test(arguments: PCA.Solver.allCases)
func `whitened scores have variance one and give the rows back`(solver: PCA.Solver) throws {
  var generator = SeededGenerator(seed: 1)
  let samples = normalMatrix(50, 4, &generator).multiplied(
    by: Matrix(rows: [[9, 1, 0, 0], [0, 2, 0, 1], [0, 0, 1, 0], [1, 0, 0, 0.01]]))
  let model = try PCA(componentCount: 4, solver: solver, whitens: true).fit(samples)
  let scores = try model.transform(samples)
  for component in 0..<4 {
    let squares = (0..<50).reduce(0) { $0 + scores[$1, component] * scores[$1, component] }
    // Rounding, multiplied by the ratio of the largest to the smallest deviation, about 1000.
    #expect(abs(squares / 49 - 1) < 1e-9)
  }
  #expect(distance(try model.inverseTransform(scores).elements, samples.elements) < 1e-10)
}

/// An axis of no variance has nothing to be divided by, yet must not lose what a new row has on it.
@Test func `whitening leaves an axis without variance as it is`() throws {
  let line = Matrix<Double>(rows: [[-1, -2], [0, 0], [1, 2]])
  let model = try PCA(componentCount: 2, whitens: true).fit(line)
  let beside = Matrix<Double>(rows: [[3, 1]])
  let scores = try model.transform(beside)
  // (3, 1) is √5 along (1, 2) / √5, where the deviation is √5, and ±√5 across.
  #expect(abs(scores[0, 0] - 1) < 1e-12)
  #expect(abs(abs(scores[0, 1]) - 5.0.squareRoot()) < 1e-12)
  #expect(distance(try model.inverseTransform(scores).elements, beside.elements) < 1e-12)
}

@Test func `densities do not depend on whitening`() throws {
  var generator = SeededGenerator(seed: 2)
  let samples = normalMatrix(30, 5, &generator)
  let plain = try PCA(componentCount: 2).fit(samples)
  let white = try PCA(componentCount: 2, whitens: true).fit(samples)
  #expect(try plain.logDensities(samples) == white.logDensities(samples))
}
