import LinearAlgebra
import PrincipalComponents
import Testing

/// On the line y = 2x one axis, (1, 2) / √5, carries all the variance.
private let line = Matrix<Double>(rows: [[-1, -2], [0, 0], [1, 2]])

/// Rows of four features with variances 9, 4, 1 and 0.01 along turned axes, about (100, −50, 0, 1).
private func cloud(rowCount: Int = 300, seed: UInt64 = 4) throws -> Matrix<Double> {
  var generator = SeededGenerator(seed: seed)
  var samples = normalMatrix(rowCount, 4, &generator)
  for row in 0..<rowCount {
    for (column, deviation) in [3, 2, 1, 0.1].enumerated() { samples[row, column] *= deviation }
  }
  let turn = try SymmetricEigen(normalMatrix(4, 4, &generator).gramMatrix()).vectors
  samples = samples.multiplied(by: turn)
  for row in 0..<rowCount {
    for (column, mean) in [100, -50, 0, 1.0].enumerated() { samples[row, column] += mean }
  }
  return samples
}

@Test(arguments: PCA.Solver.allCases)
func `points on a line need one component`(solver: PCA.Solver) throws {
  let root = Double(5).squareRoot()
  let model = try PCA(componentCount: 2, solver: solver).fit(line)
  #expect(abs(model.explainedVarianceRatio[0] - 1) < 1e-12)
  #expect(distance(model.components.row(0), [1 / root, 2 / root]) < 1e-12)
  #expect(distance(model.explainedVariance, [5, 0]) < 1e-12)
  #expect(distance(model.singularValues, [root * Double(2).squareRoot(), 0]) < 1e-7)
  #expect(distance(model.loadings.elements, [1, 0, 2, 0]) < 1e-7)
  #expect(model.mean == [0, 0])
  #expect(abs(model.totalVariance - 5) < 1e-12)
  #expect(model.sampleCount == 3)
  let scores = try model.transform(line)
  #expect(distance(scores.elements, [-root, 0, 0, 0, root, 0]) < 1e-12)
  #expect(distance(try model.inverseTransform(scores).elements, line.elements) < 1e-12)
}

@Test(arguments: PCA.Solver.allCases)
func `axes are orthonormal and all of them lose nothing`(solver: PCA.Solver) throws {
  let samples = try cloud()
  let model = try PCA(componentCount: 4, solver: solver).fit(samples)
  let products = model.components.multiplied(byTransposed: model.components)
  #expect(
    distance(products.elements, [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]) < 1e-13)
  let back = try model.inverseTransform(model.transform(samples))
  #expect(distance(back.elements, samples.elements) < 1e-12)
  #expect(abs(model.explainedVarianceRatio.reduce(0, +) - 1) < 1e-13)
  #expect(model.noiseVariance == 0)
}

@Test(arguments: PCA.Solver.allCases)
func `scores have the explained variance and no correlation`(solver: PCA.Solver) throws {
  let samples = try cloud()
  let model = try PCA(componentCount: 3, solver: solver).fit(samples)
  let scores = try model.transform(samples)
  let products = scores.gramMatrix()
  for row in 0..<3 {
    for column in 0..<3 {
      let expected = row == column ? model.explainedVariance[row] : 0
      #expect(abs(products[row, column] / 299 - expected) < 1e-11)
    }
    #expect(abs((0..<300).reduce(0) { $0 + scores[$1, row] }) < 1e-10)
  }
}

@Test func `the first components of a fit are those of a smaller fit`() throws {
  let samples = try cloud()
  let full = try PCA(componentCount: 4).fit(samples)
  let two = try PCA(componentCount: 2).fit(samples)
  #expect(two.components.elements == Array(full.components.elements[..<8]))
  #expect(two.explainedVariance == Array(full.explainedVariance[..<2]))
  #expect(two.noiseVariance == (full.explainedVariance[2] + full.explainedVariance[3]) / 2)
  #expect(two.explainedVarianceRatio.reduce(0, +) < 1)
}

/// Independent features with all their axes: the density is the product of each one's own.
@Test func `with all components the density is the normal one`() throws {
  let model = try FittedPCA(
    mean: [1, 2], components: Matrix(rows: [[1, 0], [0, 1]]), explainedVariance: [4, 1],
    totalVariance: 5, noiseVariance: 0, sampleCount: 10)
  // Two deviations of 1 and 2 standard deviations: −½ (2 ln 2π + ln 4 + 1 + 4).
  let density = try model.logDensities(Matrix(rows: [[3, 0]]))
  #expect(distance(density, [-5.031024247]) < 1e-9)
}

@Test func `the order of rows does not matter`() throws {
  let samples = try cloud()
  var generator = SeededGenerator(seed: 5)
  let shuffled = samples.rows(at: generator.permutation(of: 300))
  let model = try PCA(componentCount: 4).fit(samples)
  let again = try PCA(componentCount: 4).fit(shuffled)
  #expect(distance(model.explainedVariance, again.explainedVariance) < 1e-12)
  #expect(distance(model.components.elements, again.components.elements) < 1e-12)
}

@Test func `both solvers agree, for many rows and for few`() throws {
  var generator = SeededGenerator(seed: 6)
  for (rowCount, columnCount) in [(60, 7), (7, 60), (30, 30), (2, 5)] {
    let samples = normalMatrix(rowCount, columnCount, &generator)
    let count = min(rowCount, columnCount)
    let left = try PCA(componentCount: count, solver: .covarianceEigen).fit(samples)
    let right = try PCA(componentCount: count, solver: .svd).fit(samples)
    #expect(distance(left.explainedVariance, right.explainedVariance) < 1e-12)
    #expect(abs(left.totalVariance - right.totalVariance) < 1e-11)
    #expect(distance(left.mean, right.mean) < 1e-14)
    // The last axis of as many components as rows is free: centred rows span one dimension less.
    let settled = (min(count, rowCount - 1) - 1) * columnCount
    #expect(
      distance(
        Array(left.components.elements[..<settled]), Array(right.components.elements[..<settled]))
        < 1e-9)
  }
}

@Test func `a large mean costs no digits`() throws {
  let samples = try cloud()
  var far = samples
  for place in far.elements.indices { far.elements[place] += 1e6 }
  let near = try PCA(componentCount: 4).fit(samples)
  let model = try PCA(componentCount: 4).fit(far)
  // Adding 1e6 has itself rounded the samples to 1e-10.
  #expect(distance(near.explainedVariance, model.explainedVariance) < 1e-8)
}

@Test(arguments: PCA.Solver.allCases)
func `constant and repeated columns are no obstacle`(solver: PCA.Solver) throws {
  var generator = SeededGenerator(seed: 7)
  let rows = (0..<50).map { _ in
    let value = normal(&generator)
    return [value, 0.1, value, -2 * value]
  }
  let model = try PCA(componentCount: 4, solver: solver).fit(Matrix(rows: rows))
  #expect(
    distance(model.components.row(0).map(abs), [1, 0, 1, 2].map { $0 / Double(6).squareRoot() })
      < 1e-12)
  #expect(model.components[0, 3] > 0)
  #expect(model.explainedVariance[1...].allSatisfy { $0 < 1e-14 })
  #expect(abs(model.mean[1] - 0.1) < 1e-16)
}

@Test func `of entries equally large the first settles the sign`() throws {
  let falling = Matrix<Double>(rows: [[3, -3], [1, -1], [-2, 2]])
  for solver in PCA.Solver.allCases {
    let model = try PCA(componentCount: 1, solver: solver).fit(falling)
    #expect(model.components[0, 0] > 0 && model.components[0, 1] < 0)
  }
}

@Test func `a row's scores do not depend on the rows beside it`() throws {
  var generator = SeededGenerator(seed: 8)
  for (columnCount, componentCount) in [(4, 2), (33, 5), (100, 17)] {
    let samples = normalMatrix(300, columnCount, &generator)
    let model = try PCA(componentCount: componentCount).fit(samples)
    let scores = try model.transform(samples)
    let back = try model.inverseTransform(scores)
    for row in [0, 1, 63, 127, 128, 200, 299] {
      let alone = try model.transform(samples.rows(at: [row]))
      #expect(alone.elements == scores.row(row))
      #expect(try model.inverseTransform(alone).elements == back.row(row))
    }
  }
}
