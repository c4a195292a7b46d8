import LinearAlgebra
import PrincipalComponents
import Testing

/// Two hidden numbers for each of 200 rows make eight features, with or without noise.
private func lowRank(noise: Double, seed: UInt64) -> Matrix<Double> {
  var generator = SeededGenerator(seed: seed)
  let hidden = normalMatrix(200, 2, &generator)
  let weights = normalMatrix(2, 8, &generator)
  var samples = hidden.multiplied(by: weights)
  for place in samples.elements.indices {
    samples.elements[place] += 5 + noise * normal(&generator)
  }
  return samples
}

/// Each cell missing with the same probability.
private func holes(_ samples: Matrix<Double>, share: Double, seed: UInt64) -> Mask {
  var generator = SeededGenerator(seed: seed)
  return Mask(
    rowCount: samples.rowCount, columnCount: samples.columnCount,
    isObserved: samples.elements.map { _ in generator.uniform() >= share })
}

/// The same rows with NaN where nothing was observed, so that a peek at the truth shows.
private func hidden(_ samples: Matrix<Double>, _ observed: Mask) -> Matrix<Double> {
  var result = samples
  for place in result.elements.indices where !observed.isObserved[place] {
    result.elements[place] = .nan
  }
  return result
}

/// Root mean square difference over the cells that were not observed.
private func error(_ filled: Matrix<Double>, _ truth: Matrix<Double>, _ observed: Mask) -> Double {
  var (sum, count) = (0.0, 0.0)
  for place in truth.elements.indices where !observed.isObserved[place] {
    let difference = filled.elements[place] - truth.elements[place]
    sum += difference * difference
    count += 1
  }
  return (sum / count).squareRoot()
}

@Test func `with nothing missing the fit is the exact one`() throws {
  let samples = lowRank(noise: 0.3, seed: 11)
  let pca = PCA(componentCount: 3)
  let exact = try pca.fit(samples)
  let full = Mask(
    rowCount: 200, columnCount: 8, isObserved: Array(repeating: true, count: 1600))
  #expect(try pca.fit(samples, observed: full) == exact)
  #expect(try pca.fit(samples, observed: nil) == exact)
  #expect(try exact.transform(samples, observed: full) == exact.transform(samples))
}

@Test func `a few missing cells change the components little`() throws {
  let samples = lowRank(noise: 0.3, seed: 12)
  var observed = Mask(
    rowCount: 200, columnCount: 8, isObserved: Array(repeating: true, count: 1600))
  for row in 0..<4 { observed[row * 50, row * 2] = false }
  let exact = try PCA(componentCount: 2).fit(samples)
  let model = try PCA(componentCount: 2).fit(hidden(samples, observed), observed: observed)
  #expect(distance(model.components.elements, exact.components.elements) < 0.01)
  #expect(abs(model.noiseVariance - exact.noiseVariance) < 0.01)
  #expect(abs(model.totalVariance / exact.totalVariance - 1) < 0.01)
}

@Test func `cells of a matrix of low rank are recovered`() throws {
  let samples = lowRank(noise: 0, seed: 13)
  let observed = holes(samples, share: 0.1, seed: 14)
  let model = try PCA(componentCount: 2).fit(hidden(samples, observed), observed: observed)
  let filled = try model.fillingMissing(hidden(samples, observed), observed: observed)
  #expect(error(filled, samples, observed) < 1e-4)
  let scores = try model.transform(hidden(samples, observed), observed: observed)
  #expect(error(try model.inverseTransform(scores), samples, observed) < 1e-4)
  #expect(abs(model.explainedVarianceRatio.reduce(0, +) - 1) < 1e-6)
}

@Test(arguments: [0.1, 0.3, 0.5])
func `cells under noise are recovered as well as can be`(share: Double) throws {
  let samples = lowRank(noise: 0.2, seed: 15)
  let observed = holes(samples, share: share, seed: 16)
  let model = try PCA(componentCount: 2).fit(hidden(samples, observed), observed: observed)
  let filled = try model.fillingMissing(hidden(samples, observed), observed: observed)
  var means = Matrix<Double>(rowCount: 200, columnCount: 8)
  for place in means.elements.indices { means.elements[place] = model.mean[place % 8] }
  let byMean = error(means, samples, observed)
  // Components found with nothing missing would do hardly better.
  let exact = try PCA(componentCount: 2).fit(samples)
  let best = try exact.fillingMissing(hidden(samples, observed), observed: observed)
  #expect(error(filled, samples, observed) < 1.05 * error(best, samples, observed))
  #expect(error(filled, samples, observed) < 0.5 * byMean)
  #expect(abs(model.noiseVariance.squareRoot() - 0.2) < 0.02)
}

@Test func `complete rows get the scores that they get without a mask`() throws {
  let samples = lowRank(noise: 0.2, seed: 17)
  let observed = holes(samples, share: 0.05, seed: 18)
  let model = try PCA(componentCount: 2).fit(hidden(samples, observed), observed: observed)
  let scores = try model.transform(hidden(samples, observed), observed: observed)
  let plain = try model.transform(samples)
  let complete = (0..<200).filter { row in (0..<8).allSatisfy { observed[row, $0] } }
  #expect(complete.count > 50)
  for row in complete { #expect(scores.row(row) == plain.row(row)) }
}

@Test func `a row with nothing observed has the score zero`() throws {
  let samples = lowRank(noise: 0.2, seed: 19)
  let model = try PCA(componentCount: 3).fit(samples)
  let nothing = Mask(rowCount: 1, columnCount: 8, isObserved: Array(repeating: false, count: 8))
  let row = Matrix<Double>(repeating: .nan, rowCount: 1, columnCount: 8)
  #expect(try model.transform(row, observed: nothing).elements == [0, 0, 0])
  #expect(try model.fillingMissing(row, observed: nothing).elements == model.mean)
}

@Test func `rows with nothing observed say nothing to the fit`() throws {
  let samples = lowRank(noise: 0.2, seed: 20)
  var observed = holes(samples, share: 0.1, seed: 21)
  let rest = (0..<200).filter { $0 % 10 != 3 }
  for row in 0..<200 where row % 10 == 3 {
    for column in 0..<8 { observed[row, column] = false }
  }
  let pca = PCA(componentCount: 2)
  let model = try pca.fit(hidden(samples, observed), observed: observed)
  #expect(model.sampleCount == 180)
  #expect(try model == pca.fit(samples.rows(at: rest), observed: observed.rows(at: rest)))

  // The other rows complete: the exact fit of those.
  observed.isObserved = observed.isObserved.indices.map { $0 / 8 % 10 != 3 }
  let exact = try pca.fit(hidden(samples, observed), observed: observed)
  #expect(try exact == pca.fit(samples.rows(at: rest)))
}

/// With y = 2x exactly, either coordinate tells the other.
@Test func `on a line one cell tells the other`() throws {
  let line = Matrix<Double>(rows: [[-1, -2], [0, 0], [1, 2]])
  let model = try PCA(componentCount: 1).fit(line)
  let filled = try model.fillingMissing(
    Matrix(rows: [[3, .nan], [.nan, 3]]),
    observed: Mask(rowCount: 2, columnCount: 2, isObserved: [true, false, false, true]))
  #expect(distance(filled.elements, [3, 6, 1.5, 3]) < 1e-8)
}

/// All components keep the whole covariance: a missing cell is the regression on the others.
@Test func `with all components a missing cell is its regression`() throws {
  let samples = lowRank(noise: 0.5, seed: 22)
  let model = try PCA(componentCount: 8).fit(samples)
  var statistics = CovarianceAccumulator(featureCount: 8)
  statistics.add(samples)
  let covariance = try statistics.finish()
  // The first three columns from the other five.
  var system = Matrix<Double>(rowCount: 5, columnCount: 5)
  for row in 0..<5 {
    for column in 0..<5 { system[row, column] = covariance.matrix[row + 3, column + 3] }
  }
  let deviations = (3..<8).map { samples[0, $0] - covariance.mean[$0] }
  let solved = try Cholesky(system).solve(Matrix(rows: [deviations])).elements
  let expected = (0..<3).map { column in
    (0..<5).reduce(covariance.mean[column]) {
      $0 + covariance.matrix[column, $1 + 3] * solved[$1]
    }
  }
  let filled = try model.fillingMissing(
    samples.rows(at: [0]),
    observed: Mask(rowCount: 1, columnCount: 8, isObserved: (0..<8).map { $0 >= 3 }))
  #expect(distance(Array(filled.elements[..<3]), expected) < 1e-6)
}

@Test func `as many components as columns can be fitted with cells missing`() throws {
  let samples = lowRank(noise: 0.5, seed: 23)
  let observed = holes(samples, share: 0.1, seed: 24)
  let model = try PCA(componentCount: 8).fit(hidden(samples, observed), observed: observed)
  let exact = try PCA(componentCount: 8).fit(samples)
  #expect(abs(model.explainedVarianceRatio.reduce(0, +) - 1) < 1e-12)
  #expect(distance(model.explainedVarianceRatio, exact.explainedVarianceRatio) < 0.02)
}

@Test func `neither threads nor the rows beside it change a row by a bit`() throws {
  let samples = lowRank(noise: 0.2, seed: 25)
  let observed = holes(samples, share: 0.4, seed: 26)
  let pca = PCA(componentCount: 4)
  let model = try pca.fit(hidden(samples, observed), observed: observed)
  #expect(try model == pca.fit(hidden(samples, observed), observed: observed, threads: 3))
  let scores = try model.transform(hidden(samples, observed), observed: observed)
  for row in 0..<200 {
    let alone = try model.transform(
      hidden(samples, observed).rows(at: [row]), observed: observed.rows(at: [row]))
    #expect(alone.elements == scores.row(row))
  }
}
