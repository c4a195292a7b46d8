import LatentModels
import LinearAlgebra
import NeuralNetworks
import Preprocessing
import Tables
import Testing

/// Blots of different places and sizes, from 0 to 255, in pictures of a shape.
private func blots(_ shape: ImageShape, rowCount: Int, seed: UInt64 = 1) -> Table {
  var generator = SeededGenerator(seed: seed)
  var columns = [[Double]](repeating: [], count: shape.pixelCount)
  for _ in 0..<rowCount {
    let top = generator.uniform() * Double(shape.height)
    let left = generator.uniform() * Double(shape.width)
    let size = 1 + 2 * generator.uniform()
    for column in columns.indices {
      let pixel = column / shape.channels
      let down = Double(pixel / shape.width) - top
      let across = Double(pixel % shape.width) - left
      let distance = (down * down + across * across) / (size * size)
      let shade = 255 / (1 + distance) / Double(1 + column % shape.channels)
      columns[column].append(shade.rounded())
    }
  }
  return Table(
    columns: zip(shape.columnNames, columns).map {
      Column(schema: ColumnSchema(name: $0, kind: .number), values: .numbers($1))
    })
}

private func settings(
  _ shape: ImageShape, _ layers: String? = nil, epochs: Int? = 2
) throws -> AutoencoderSettings {
  var settings = AutoencoderSettings()
  settings.image = shape
  settings.isOrdered = false
  settings.epochs = epochs
  settings.batchSize = 32
  settings.imageLayers = try layers.map { try EncoderLayers.parseImage($0) }
  return settings
}

private func model(
  _ table: Table, _ settings: AutoencoderSettings, components: Int = 2
) throws -> TableModel {
  try TableModelFitting(
    componentCount: components, validationFraction: 0.2, autoencoder: settings
  ).fit(table)
}

/// Odd sides, single rows and columns, every number of channels, and pools that do not divide them.
private let shapes = [
  "5x7x3", "27x31x1", "1x50x1", "50x1x1", "3x2x2", "1x2x1", "13x9x4", "8x8x1",
]

@Test(
  arguments: shapes,
  [
    "conv 4 3 relu, maxpool 2, conv 3 3 silu, maxpool 2", "conv 3 5 /3 tanh, avgpool 2, dense 5",
    "maxpool 3", "none",
  ])
func `pictures of every size come back in that size`(size: String, layers: String) throws {
  let shape = try #require(ImageShape(size))
  let table = blots(shape, rowCount: 40)
  let fitted = try model(
    table, settings(shape, layers, epochs: 1), components: min(2, shape.pixelCount))
  let latents = try fitted.encode(table)
  #expect(latents.columnCount == min(2, shape.pixelCount))
  let back = try fitted.decode(latents)
  #expect(back.columns.map(\.name) == shape.columnNames)
  #expect(back.rowCount == 40)
  for case .numbers(let numbers) in back.columns.map(\.values) {
    #expect(!numbers.contains { !$0.isFinite })
  }
}

@Test func `a picture of one pixel is not too small`() throws {
  let shape = try #require(ImageShape("1x1"))
  let table = Table(
    columns: [
      Column(
        schema: ColumnSchema(name: "pixel_0_0", kind: .number),
        values: .numbers((0..<40).map { Double($0 * 6) }))
    ])
  let fitted = try model(table, settings(shape, "conv 2 3 relu, maxpool 2"), components: 1)
  #expect(try fitted.decode(fitted.encode(table)).rowCount == 40)
}

@Test(arguments: ["conv 4 3 silu, maxpool 2, conv 4 3 silu", "dense 8 silu"])
func `with the linear path a model starts as linear PCA`(layers: String) throws {
  let shape = try #require(ImageShape("7x5x2"))
  let table = blots(shape, rowCount: 60)
  let samples = try Preprocessor(image: shape).fit(table).prepare(table)
  var autoencoder = Autoencoder(
    componentCount: 3, hiddenLayers: [], codes: .encoder, training: TrainingOptions(epochs: 0))
  autoencoder.convolution = ConvolutionalLayers(
    shape: shape, encoder: try EncoderLayers.parseImage(layers))
  let fitted = try autoencoder.fit(samples, validation: nil)
  let pca = try #require(fitted.pca)
  let (ours, linear) = (try fitted.reconstruct(samples), try pca.reconstruct(samples))
  for (a, b) in zip(ours.elements, linear.elements) { #expect(abs(a - b) < 1e-5) }
}

@Test func `a latent map is as large as its layers make it, and read again from its file`() throws {
  let shape = try #require(ImageShape("9x6"))
  let table = blots(shape, rowCount: 60)
  var map = try settings(shape, "conv 4 3 relu, maxpool 2, conv 2 3 relu, maxpool 3")
  map.keepsMap = true
  map.hasLinearPath = false
  let layers = ConvolutionalLayers(
    shape: shape, encoder: try #require(map.imageLayers), keepsMap: true)
  // 9 x 6 → 5 x 3 → 2 x 1.
  #expect(try layers.mapSizes() == [2, 1, 2])
  let fitted = try model(table, map, components: 4)
  let bytes = try ModelFile.encode(fitted, toolVersion: "test")
  let read = try ModelFile.decode(bytes, path: "m.aepca")
  #expect(try read.encode(table) == fitted.encode(table))
  #expect(try read.decode(read.encode(table)) == fitted.decode(fitted.encode(table)))
  #expect(read.preprocessor.pixels?.shape == shape)
  #expect(read.preprocessor.pixels?.scale == PixelScale(white: 255))
  #expect(try ModelFile.encode(read, toolVersion: "test") == bytes)
}

@Test func `the same seed gives the same picture model on any number of threads`() throws {
  let shape = try #require(ImageShape("6x6"))
  let table = blots(shape, rowCount: 80)
  func file(threads: Int) throws -> [UInt8] {
    var settings = try settings(shape, "conv 4 3 relu, maxpool 2")
    settings.threads = threads
    return try ModelFile.encode(model(table, settings), toolVersion: "test")
  }
  #expect(try file(threads: 1) == file(threads: 2))
}

@Test func `pictures are fitted no worse than by linear PCA`() throws {
  let shape = try #require(ImageShape("8x8"))
  let table = blots(shape, rowCount: 200)
  let fitted = try model(table, settings(shape, epochs: 20), components: 2)
  let (_, ours, linear) = fitted.report.judged
  #expect(try #require(ours.pixelError) <= #require(linear.pixelError))
  #expect(try #require(ours.explainedVariance) >= #require(linear.explainedVariance))
}

@Test func `an ordered model of pictures serves fewer components`() throws {
  let shape = try #require(ImageShape("6x6"))
  let table = blots(shape, rowCount: 100)
  var settings = try settings(shape, "conv 3 3 silu, maxpool 2")
  settings.isOrdered = true
  settings.hasLinearPath = true
  let fitted = try model(table, settings, components: 3)
  #expect(fitted.latentModel.lengths == 1...3)
  #expect(try fitted.decode(fitted.encode(table, components: 2)).rowCount == 100)
  let read = try ModelFile.decode(
    ModelFile.encode(fitted, toolVersion: "test"), path: "m.aepca")
  #expect(try read.encode(table, components: 2) == fitted.encode(table, components: 2))
}

/// The shapes and numbers of parameters that Keras counts.
@Test func `the lab's models are those of the course`() throws {
  let shape = try #require(ImageShape("28x28"))
  let table = blots(shape, rowCount: 300)
  func fitted(_ preset: Preset) throws -> FittedAutoencoder {
    var settings = try settings(shape, epochs: 1)
    settings.preset = preset
    let count = try preset.componentCount(shape)
    return try #require(
      try model(table, settings, components: count).latentModel as? FittedAutoencoder)
  }
  let dense = try fitted(.denseLab)
  // 784 · 36 + 36 and 36 · 784 + 784.
  #expect(dense.encoder.parameterCount == 28_260)
  #expect(dense.decoder.parameterCount == 29_008)
  #expect(dense.encoder.output.shape == [36])
  let convolutional = try fitted(.convLab)
  #expect(convolutional.encoder.output.shape == [4, 4, 16])
  #expect(convolutional.decoder.output.shape == [28, 28, 1])
  // 9 · inputs · filters + filters each.
  #expect(convolutional.encoder.parameterCount == 640 + 18_464 + 4_624)
  #expect(convolutional.decoder.parameterCount == 2_320 + 4_640 + 18_496 + 577)
  let summary = convolutional.decoder.summary()
  for size in ["4, 4, 16", "8, 8, 16", "8, 8, 32", "16, 16, 32", "14, 14, 64", "28, 28, 64"] {
    #expect(summary.contains("(None, \(size))"))
  }
}

@Test func `the lab's convolutional model refuses other sizes`() throws {
  let error = try #require(throws: FittingError.self) {
    try Preset.convLab.componentCount(#require(ImageShape("8x8")))
  }
  #expect(error.description == "expected pictures of 28x28 pixels for conv-lab, found 8x8")
}

@Test(arguments: [
  ("conv 64", "expected the side of a kernel, found nothing"),
  ("conv 64 3 relu 2", "at character 16: expected a comma or the end, found '2'"),
  ("conv 0 3", "at character 6: expected a number of filters, found '0'"),
  ("conv 4 3 /0", "expected a stride as /2, found '/0'"),
  ("conv 4 3 rellu", "found 'rellu'"), ("maxpool 1", "expected a side from 2 to 255, found '1'"),
  ("pool 2", "expected conv, maxpool, avgpool or dense, found 'pool'"),
  ("dense 4, conv 4 3", "at character 10: expected no convolution after a dense layer"),
  ("dense 4, maxpool 2", "expected no pooling after a dense layer"), ("", "found nothing"),
])
func `layers of pictures that are not understood are pointed at`(text: String, words: String) {
  let error = #expect(throws: EncoderLayersError.self) { try EncoderLayers.parseImage(text) }
  #expect(error?.description.contains(words) == true, "\(String(describing: error))")
}

@Test(arguments: [
  ("28x28", "conv 16 3 silu, maxpool 2, conv 32 3 silu, maxpool 2, conv 64 3 silu"),
  ("8x8", "conv 16 3 silu"), ("1x1", "conv 16 3 silu"),
  (
    "9x100",
    "conv 16 3 silu, maxpool 2, conv 32 3 silu, maxpool 2, conv 64 3 silu, maxpool 2, "
      + "conv 64 3 silu, maxpool 2, conv 64 3 silu"
  ),
])
func `the layers of the default model halve the picture`(size: String, text: String) throws {
  let shape = try #require(ImageShape(size))
  let layers = SearchPlan.layers(shape, filters: 16)
  #expect(ConvolutionalLayers(shape: shape, encoder: layers).text == text)
}

@Test func `layers of pictures are written as they are read`() throws {
  let text = "conv 64 3 /2 relu, maxpool 2, avgpool 3, conv 8 5 tanh, dense 7 silu"
  let shape = try #require(ImageShape("8x8"))
  let layers = ConvolutionalLayers(shape: shape, encoder: try EncoderLayers.parseImage(text))
  #expect(layers.text == text)
  #expect(ConvolutionalLayers(shape: shape, encoder: []).text == "none")
}

/// Of 12 rows in five folds 9 remain to train on, which have 8 axes; a quarter held out leaves as many.
@Test(
  arguments: [(Preset.denseLab, nil), (.convLab, nil), (.convLab, 0.25)] as [(Preset, Double?)])
func `a preset learns from fewer rows than it has latents`(
  preset: Preset, heldOut: Double?
) throws {
  let shape = try #require(ImageShape("28x28"))
  var settings = try settings(shape, epochs: 1)
  settings.preset = preset
  let count = try preset.componentCount(shape)
  let fitted = try TableModelFitting(
    componentCount: count, validationFraction: heldOut, autoencoder: settings
  ).fit(blots(shape, rowCount: 12))
  #expect(fitted.latentModel.componentCount == count)
  #expect(fitted.report.validationRowCount == (heldOut == nil ? 12 : 3))
  #expect(fitted.report.pcaComponentCount == 8)
  #expect(try #require(fitted.report.pcaValidation?.pixelError) > 0)
}

@Test func `a model that begins as linear PCA still needs more rows than components`() throws {
  let shape = try #require(ImageShape("28x28"))
  #expect(throws: FittingError(.componentsAboveRows(asked: 13, rows: 12))) {
    try TableModelFitting(
      componentCount: 13, autoencoder: settings(shape, epochs: 1)
    ).fit(blots(shape, rowCount: 12))
  }
}
