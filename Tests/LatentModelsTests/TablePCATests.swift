import LatentModels
import LinearAlgebra
import Preprocessing
import Tables
import Testing

/// Three columns of numbers in very small units, the second made from the first and noise.
private func small(rowCount: Int, seed: UInt64) -> Table {
  var generator = SeededGenerator(seed: seed)
  let base = (0..<rowCount).map { _ in generator.uniform() }
  func column(_ name: String, _ value: (Double) -> Double) -> Column {
    Column(
      schema: ColumnSchema(name: name, kind: .number), values: .numbers(base.map { value($0) }))
  }
  return Table(columns: [
    column("lengths", { 1e-17 * ($0 + 0.3 * generator.uniform()) }),
    column("weights", { 3e-15 + 1e-15 * ($0 - 0.5 * generator.uniform()) }),
    column("shares", { _ in 1e-16 * generator.uniform() }),
  ])
}

@Test(arguments: Scaling.allCases)
func `all components explain all columns in any unit, whatever the scaling`(
  scaling: Scaling
) throws {
  let model = try TableModelFitting(method: .pca, componentCount: 3, scaling: scaling)
    .fit(small(rowCount: 60, seed: 1))
  #expect(abs(try #require(model.report.validation?.explainedVariance) - 1) < 1e-9)
}

@Test func `a whitened model has scores of variance one, and its file keeps that`() throws {
  let table = parabola(rowCount: 200, seed: 2)
  let model = try TableModelFitting(
    method: .pca, componentCount: 2, pca: PCASettings(whitens: true)
  ).fit(table)
  let read = try ModelFile.decode(
    ModelFile.encode(model, toolVersion: "test"), path: "m.aepca")
  let scores = try read.encode(table)
  for component in 0..<2 {
    let squares = (0..<200).reduce(0) { $0 + scores[$1, component] * scores[$1, component] }
    #expect(abs(squares / 199 - 1) < 1e-10)
  }
  let plain = try TableModelFitting(method: .pca, componentCount: 2).fit(table)
  #expect(plain.report.validation == model.report.validation)
}

/// The correlation of two lists of numbers.
private func correlation(_ left: [Double], _ right: [Double]) -> Double {
  let count = Double(left.count)
  let (a, b) = (left.reduce(0, +) / count, right.reduce(0, +) / count)
  func products(_ x: [Double], _ y: [Double], _ p: Double, _ q: Double) -> Double {
    zip(x, y).reduce(0) { $0 + ($1.0 - p) * ($1.1 - q) }
  }
  return products(left, right, a, b)
    / (products(left, left, a, a) * products(right, right, b, b)).squareRoot()
}

@Test(arguments: Scaling.allCases, [false, true])
func `loadings correlate features with scores, in any scaling`(
  scaling: Scaling, whitens: Bool
) throws {
  let table = parabola(rowCount: 120, seed: 3)
  let model = try TableModelFitting(
    method: .pca, componentCount: 3, scaling: scaling, pca: PCASettings(whitens: whitens)
  ).fit(table)
  let loadings = try #require(model.loadings)
  #expect(
    loadings.columns.map(\.name) == [
      "feature", "mean", "scale", "communality", "loading_1", "loading_2", "loading_3",
      "correlation_1", "correlation_2", "correlation_3",
    ])
  #expect(loadings.columns[0].values == .texts(["x", "y", "side=left", "side=right"]))
  func numbers(_ table: Table, _ name: String) throws -> [Double] {
    guard case .numbers(let numbers) = try #require(table[name]).values else { return [] }
    return numbers
  }
  guard case .codes(let codes) = try #require(table["side"]).values else { return }
  let originals = [
    try numbers(table, "x"), try numbers(table, "y"), codes.map { $0 == 0 ? 1 : 0 },
    codes.map { $0 == 1 ? 1 : 0 },
  ]
  let scores = try model.encode(table)
  for component in 0..<3 {
    let found = try numbers(loadings, "correlation_\(component + 1)")
    for (feature, values) in originals.enumerated() {
      let expected = correlation(values, (0..<120).map { scores[$0, component] })
      #expect(abs(found[feature] - expected) < 1e-9)
    }
  }
  let means = try numbers(loadings, "mean")
  for (mean, values) in zip(means, originals) {
    #expect(abs(mean - values.reduce(0, +) / 120) < 1e-10)
  }
  // x, y and the side of x span three dimensions, all of them kept.
  for communality in try numbers(loadings, "communality") { #expect(abs(communality - 1) < 1e-9) }
}

@Test func `an autoencoder has no loadings`() throws {
  var settings = AutoencoderSettings()
  settings.epochs = 1
  let model = try TableModelFitting(componentCount: 1, autoencoder: settings)
    .fit(parabola(rowCount: 30, seed: 4))
  #expect(model.loadings == nil)
}

@Test func `the likelihood is told of rows seen and not seen, and not where nothing is left`()
  throws
{
  for rowCount in [100, 1200] {
    let table = parabola(rowCount: rowCount, seed: 5, missingEvery: 11)
    let model = try TableModelFitting(method: .pca, componentCount: 1).fit(table)
    let likelihood = try #require(model.report.logLikelihood)
    let training = try #require(likelihood.training)
    let validation = try #require(likelihood.validation)
    // Both estimate the same expectation; rows vary by about one.
    #expect(abs(training - validation) < 0.5)
  }
  // Three dimensions of four features: the fourth holds no variance and no density.
  let whole = try TableModelFitting(method: .pca, componentCount: 3)
    .fit(parabola(rowCount: 100, seed: 6))
  #expect(whole.report.logLikelihood == LogLikelihood(training: nil, validation: nil))
}
