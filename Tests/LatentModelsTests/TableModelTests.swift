import LatentModels
import LinearAlgebra
import Preprocessing
import Tables
import Testing

/// Points on a parabola with a little noise, and a category that says which half they lie on.
func parabola(rowCount: Int, seed: UInt64, missingEvery period: Int? = nil) -> Table {
  var generator = SeededGenerator(seed: seed)
  var x: [Double] = []
  var y: [Double] = []
  var side: [Int32] = []
  for row in 0..<rowCount {
    let t = 4 * generator.uniform() - 2
    x.append(100 + 10 * t)
    y.append(t * t + 0.01 * generator.uniform())
    side.append(t < 0 ? 0 : 1)
    if let period, row % period == 0 { y[row] = .nan }
  }
  return Table(
    columns: [
      Column(schema: ColumnSchema(name: "x", kind: .number), values: .numbers(x)),
      Column(schema: ColumnSchema(name: "y", kind: .number), values: .numbers(y)),
      Column(
        schema: ColumnSchema(name: "side", kind: .category, levels: ["left", "right"]),
        values: .codes(side)),
    ])
}

@Test func `one nonlinear component describes a parabola that one linear one cannot`() throws {
  let model = try TableModelFitting(componentCount: 1).fit(parabola(rowCount: 400, seed: 1))
  let (_, ours, linear) = model.report.judged
  let gain = try #require(ours.explainedVariance) - #require(linear.explainedVariance)
  #expect(gain > 0.2)
}

@Test(arguments: Method.allCases)
func `a model read from its file gives the same latents and rows`(method: Method) throws {
  let table = parabola(rowCount: 200, seed: 2, missingEvery: 7)
  var settings = AutoencoderSettings()
  settings.epochs = 5
  let model = try TableModelFitting(method: method, componentCount: 2, autoencoder: settings)
    .fit(table)
  let bytes = try ModelFile.encode(model, toolVersion: "test")
  let read = try ModelFile.decode(bytes, path: "m.aepca")
  #expect(try read.encode(table) == model.encode(table))
  #expect(try read.decode(model.encode(table)) == model.decode(model.encode(table)))
  #expect(read.report == model.report)
  #expect(read.preprocessor == model.preprocessor)
  #expect(try ModelFile.encode(read, toolVersion: "test") == bytes)
}

@Test func `the same seed gives the same file and another seed another`() throws {
  let table = parabola(rowCount: 200, seed: 3)
  func file(seed: UInt64, threads: Int) throws -> [UInt8] {
    var settings = AutoencoderSettings()
    settings.epochs = 5
    settings.threads = threads
    return try ModelFile.encode(
      TableModelFitting(componentCount: 1, seed: seed, autoencoder: settings).fit(table),
      toolVersion: "test")
  }
  let first = try file(seed: 1, threads: 1)
  #expect(try file(seed: 1, threads: 2) == first)
  #expect(try file(seed: 1, threads: 3) == first)
  #expect(try file(seed: 2, threads: 1) != first)
}

@Test func `a model of a later format is refused by its version`() throws {
  let model = try TableModelFitting(method: .pca, componentCount: 1)
    .fit(parabola(rowCount: 20, seed: 4))
  var file = try Safetensors(decoding: ModelFile.encode(model, toolVersion: "test"))
  let text = try #require(file.metadata["aepca"])
  file.metadata["aepca"] = text.replacing("\"format_version\":1", with: "\"format_version\":2")
  let bytes = try file.encoded()
  #expect(throws: ModelFileError(.newerFormat(found: 2, supported: 1), path: "m.aepca")) {
    try ModelFile.decode(bytes, path: "m.aepca")
  }
}

@Test(arguments: Method.allCases)
func `a model file that lacks a tensor is refused`(method: Method) throws {
  var settings = AutoencoderSettings()
  settings.epochs = 1
  let model = try TableModelFitting(method: method, componentCount: 1, autoencoder: settings)
    .fit(parabola(rowCount: 20, seed: 5))
  let whole = try Safetensors(decoding: ModelFile.encode(model, toolVersion: "test"))
  for position in whole.tensors.indices {
    var file = whole
    file.tensors.remove(at: position)
    let bytes = try file.sealed()
    #expect(throws: ModelFileError.self) { try ModelFile.decode(bytes, path: "m.aepca") }
  }
}

@Test func `more components than columns or rows are refused with both numbers`() {
  #expect(throws: FittingError(.componentsAboveColumns(asked: 4, columns: 3))) {
    try TableModelFitting(componentCount: 4).fit(parabola(rowCount: 20, seed: 6))
  }
  #expect(throws: FittingError(.componentsAboveRows(asked: 3, rows: 2))) {
    try TableModelFitting(componentCount: 3).fit(parabola(rowCount: 2, seed: 9))
  }
}

@Test func `few rows are cross-validated and all of them trained on`() throws {
  let model = try TableModelFitting(componentCount: 1).fit(parabola(rowCount: 300, seed: 11))
  #expect(model.report.judging == .crossValidation)
  #expect(model.report.trainingRowCount == 300 && model.report.validationRowCount == 300)
  let held = try TableModelFitting(componentCount: 1, validationFraction: 0.2)
    .fit(parabola(rowCount: 300, seed: 11))
  #expect(held.report.judging == .validation)
  #expect(held.report.trainingRowCount == 240 && held.report.validationRowCount == 60)
}

/// A plane with a little noise on it has nothing curved to find.
///
/// With much noise a surface that winds through it does come nearer to unseen rows, for their
/// latents are refined.
@Test(arguments: 1...3)
func `a linear table keeps linear PCA`(seed: UInt64) throws {
  var generator = SeededGenerator(seed: seed)
  func normal() -> Double { (0..<12).reduce(-6.0) { sum, _ in sum + generator.uniform() } }
  let hidden = (0..<200).map { _ in (normal(), normal()) }
  let columns = (0..<6).map { column in
    let (a, b) = (normal(), normal())
    return Column(
      schema: ColumnSchema(name: "x\(column)", kind: .number),
      values: .numbers(hidden.map { a * $0.0 + b * $0.1 + 0.05 * normal() }))
  }
  let model = try TableModelFitting(componentCount: 2).fit(Table(columns: columns))
  // One component may bend through the plane; two give it back as well as can be.
  #expect(model.report.components.last?.isLinear == true)
  #expect(model.report.validation == model.report.pcaValidation)
}

@Test func `refined latents give rows back no worse than the encoder's`() throws {
  let table = parabola(rowCount: 1200, seed: 12, missingEvery: 9)
  var settings = AutoencoderSettings()
  settings.epochs = 20
  settings.codes = .refined
  let report = try TableModelFitting(componentCount: 1, autoencoder: settings).fit(table).report
  let (before, after) = (report.encoderValidation, report.validation)
  #expect(
    try #require(after?.explainedVariance) > #require(before?.explainedVariance))
}

@Test func `before the first step the model is linear PCA`() throws {
  let table = parabola(rowCount: 100, seed: 7)
  var settings = AutoencoderSettings()
  settings.epochs = 1
  settings.codes = .encoder
  // A step of this size moves no Float32 weight.
  settings.learningRate = 1e-30
  settings.isOrdered = false
  let model = try TableModelFitting(componentCount: 2, autoencoder: settings).fit(table)
  let ours = try #require(model.report.training.explainedVariance)
  let linear = try #require(model.report.pcaTraining.explainedVariance)
  // Float32 against Float64.
  #expect(abs(ours - linear) < 1e-5)
}

@Test func `fidelity of a perfect copy is one, of the means nought`() throws {
  let table = parabola(rowCount: 50, seed: 8)
  let preprocessor = try Preprocessor().fit(table)
  let samples = preprocessor.prepare(table)
  let copy = Fidelity(
    originals: samples, reconstructions: samples.values, preprocessor: preprocessor)
  #expect(copy.explainedVariance == 1 && copy.categoryAccuracy == 1)
  let means = Fidelity(
    originals: samples, reconstructions: Matrix(rowCount: 50, columnCount: 4),
    preprocessor: preprocessor)
  #expect(abs(try #require(means.explainedVariance)) < 1e-12)
}
