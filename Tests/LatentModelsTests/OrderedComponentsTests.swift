import LatentModels
import LinearAlgebra
import NeuralNetworks
import Preprocessing
import Tables
import Testing

/// Latents 1 and 3 of a feature that falls from 2 to −2: mean 2, variance 1, turned round.
@Test func `a latent gets mean 0, variance 1 and the sign of the feature it follows`() {
  let scale = LatentScale(
    latents: Matrix(rows: [[1.0], [3]]), features: Matrix(rows: [[2.0], [-2]]))
  #expect(scale.center == [2] && scale.factor == [-1])
  #expect(scale.applied(to: Matrix(rows: [[1], [3]])) == Matrix<Float>(rows: [[1], [-1]]))
  #expect(scale.removed(from: Matrix(rows: [[1.0], [-1]])) == Matrix<Float>(rows: [[1], [3]]))
}

/// The second feature moves less but goes with the latent exactly; the first hardly does.
@Test func `the sign is that of the strongest correlation, not of the largest feature`() {
  let scale = LatentScale(
    latents: Matrix(rows: [[-1.0], [0], [1]]),
    features: Matrix(rows: [[10.0, 0.1], [-20.5, 0], [10.5, -0.1]]))
  #expect(scale.factor[0] < 0)
}

@Test func `a latent that does not vary keeps its size`() {
  let scale = LatentScale(
    latents: Matrix(rows: [[7.0], [7]]), features: Matrix(rows: [[1.0], [-1]]))
  #expect(scale.center == [7] && scale.factor == [1])
}

@Test(arguments: 1...10)
func `scaled latents have mean 0 and variance 1, and scaling is undone`(seed: UInt64) {
  var generator = SeededGenerator(seed: seed)
  let spread = 1 + 50 * generator.uniform()
  let latents = Matrix(
    rowCount: 30, columnCount: 3,
    elements: (0..<90).map { _ in spread * generator.uniform() - 3 })
  let features = Matrix(
    rowCount: 30, columnCount: 2, elements: (0..<60).map { _ in generator.uniform() - 0.5 })
  let scale = LatentScale(latents: latents, features: features)
  let single = latents.converted(to: Float.self)
  let scaled = scale.applied(to: single)
  for column in 0..<3 {
    let values = (0..<30).map { Double(scaled[$0, column]) }
    let mean = values.reduce(0, +) / 30
    // Float32 carries seven digits.
    #expect(abs(mean) < 1e-5)
    #expect(abs(values.reduce(0) { $0 + $1 * $1 } / 30 - 1) < 1e-5)
  }
  let back = scale.removed(from: scaled.converted(to: Double.self))
  for (value, original) in zip(back.elements, single.elements) {
    #expect(abs(value - original) < 1e-5 * Float(spread))
  }
}

/// What a quick fit of a table in three components gives.
private func fitted(_ table: Table, seed: UInt64 = 0) throws -> TableModel {
  var settings = AutoencoderSettings()
  settings.effort = .quick
  return try TableModelFitting(componentCount: 3, seed: seed, autoencoder: settings).fit(table)
}

@Test(arguments: [(UInt64(1), Int?.none), (2, 5), (3, nil)])
func `with any number of components no less is explained than linear PCA explains`(
  seed: UInt64, period: Int?
) throws {
  let table = parabola(rowCount: 120, seed: seed, missingEvery: period)
  let reports = try fitted(table, seed: seed).report.components
  #expect(reports.map(\.components) == [1, 2, 3])
  for report in reports {
    // The gain that decides counts categories as well, which explained variance leaves out.
    #expect(
      try #require(report.explainedVariance) >= #require(report.pcaExplainedVariance) - 0.01)
  }
}

@Test func `gains of a column add up to what is explained of it, and columns to the whole`() throws
{
  let model = try fitted(parabola(rowCount: 120, seed: 4))
  let last = try #require(model.report.components.last?.explainedVariance)
  let totals = (0..<2).map { column in
    model.report.components.reduce(0) { $0 + ($1.columnGains[column] ?? .nan) }
  }
  // All rows are judged, and on them both columns of numbers have variance 1.
  #expect(abs((totals[0] + totals[1]) / 2 - last) < 1e-9)
  #expect(model.report.components.allSatisfy { $0.columnGains.count == 3 })
}

@Test func `latents of training rows have mean 0 and variance 1`() throws {
  let table = parabola(rowCount: 120, seed: 5)
  let latents = try fitted(table).encode(table)
  for component in 0..<3 {
    let values = (0..<120).map { latents[$0, component] }
    let mean = values.reduce(0, +) / 120
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 120
    // Refined in Float32; where linear PCA stands in, whitening counts n − 1 rows for n.
    #expect(abs(mean) < 1e-3 && abs(variance - 1) < 1e-3 + 1.0 / 120)
  }
}

@Test func `decoders of their own leave no prefix worse on the rows that choose them`() throws {
  let table = parabola(rowCount: 240, seed: 6)
  let samples = try Preprocessor().fit(table).prepare(table)
  let training = samples.samples(at: Array(0..<180))
  let validation = samples.samples(at: Array(180..<240))
  var method = Autoencoder(
    componentCount: 3, hiddenLayers: [.init(units: 16, activation: .silu)], isOrdered: true,
    training: TrainingOptions(epochs: 20, batchSize: 32, optimizer: .adamW(weightDecay: 0.01)))
  func errors() throws -> [Double] {
    let model = try method.fit(training, validation: validation)
    return try (1...3).map { length in
      let back = try model.reconstruct(validation, components: length)
      return zip(back.elements, validation.values.elements)
        .reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
  }
  let tuned = try errors()
  method.prefixes.rounds = 0
  let shared = try errors()
  for (own, common) in zip(tuned, shared) {
    // Latents go to their scale and back in Float32.
    #expect(own <= common * (1 + 1e-4) + 1e-6)
  }
  #expect(tuned[0] < shared[0])
}

@Test func `fewer components are refused where they are in no order`() throws {
  var settings = AutoencoderSettings()
  settings.epochs = 1
  settings.isOrdered = false
  let table = parabola(rowCount: 60, seed: 7)
  let model = try TableModelFitting(componentCount: 2, autoencoder: settings).fit(table)
  #expect(throws: FittingError(.notOrdered(asked: 1, components: 2))) {
    try model.encode(table, components: 1)
  }
  #expect(throws: FittingError(.notOrdered(asked: 1, components: 2))) {
    try model.decode(Matrix(rows: [[0.0]]))
  }
  #expect(model.report.components.map(\.components) == [2])
}

@Test(arguments: Method.allCases)
func `a model served with fewer components is the same from its file`(method: Method) throws {
  let table = parabola(rowCount: 80, seed: 8, missingEvery: 6)
  var settings = AutoencoderSettings()
  settings.epochs = 3
  let model = try TableModelFitting(method: method, componentCount: 3, autoencoder: settings)
    .fit(table)
  let read = try ModelFile.decode(ModelFile.encode(model, toolVersion: "test"), path: "m.aepca")
  for count in 1...3 {
    let latents = try model.encode(table, components: count)
    #expect(latents.columnCount == count)
    #expect(try read.encode(table, components: count) == latents)
    #expect(try read.decode(latents) == model.decode(latents))
  }
}
