import FoundationEssentials
import LinearAlgebra
import NeuralNetworks
import Testing

/// Numbers that `Reference/make_image_layers.py` took from Keras.
struct KerasCase: Decodable, CustomTestStringConvertible {
  var kind: String
  var shape: [Int]
  var settings: Settings
  var inputs: [Float]
  var weights: [[Float]]
  var outputShape: [Int]
  var outputs: [Float]

  enum CodingKeys: String, CodingKey {
    case kind, shape, settings, inputs, weights, outputs
    case outputShape = "output_shape"
  }

  struct Settings: Decodable {
    var filters: Int?
    var kernelSize: Sizes?
    var strides: Sizes?
    var poolSize: Sizes?
    var size: Sizes?
    var padding: PaddingOrEdges?
    var cropping: PaddingOrEdges?
    var activation: Activation?
    var interpolation: Interpolation?
    var targetShape: [Int]?

    enum CodingKeys: String, CodingKey {
      case filters, strides, size, padding, cropping, activation, interpolation
      case kernelSize = "kernel_size"
      case poolSize = "pool_size"
      case targetShape = "target_shape"
    }
  }

  /// One number or two.
  struct Sizes: Decodable {
    var values: [Int]

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let both = try? container.decode([Int].self) {
        values = both
      } else {
        values = [try container.decode(Int.self)]
      }
    }

    var extent: Extent { Extent(height: values[0], width: values[values.count - 1]) }
  }

  /// The name of a padding, or numbers of pixels.
  struct PaddingOrEdges: Decodable {
    var padding: Padding?
    var edges: [Int] = []

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      padding = try? container.decode(Padding.self)
      if let flat = try? container.decode([Int].self) { edges = flat }
      if let sides = try? container.decode([[Int]].self) { edges = sides.flatMap(\.self) }
    }

    var all: Edges {
      Edges(top: edges[0], bottom: edges[1], left: edges[2], right: edges[3])
    }
  }

  static let all: [KerasCase] = {
    struct File: Decodable { var cases: [KerasCase] }
    let path = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    guard
      let data = try? Data(
        contentsOf: URL(filePath: "/\(path)/Reference/keras_image_layers.json"), options: []),
      let file = try? JSONDecoder().decode(File.self, from: data)
    else { return [] }
    return file.cases
  }()

  var testDescription: String {
    "\(kind) \(shape) \(settings.padding?.padding?.rawValue ?? "") -> \(outputShape)"
  }

  func apply(_ x: Tensor) -> Tensor? {
    let padding = settings.padding?.padding ?? .valid
    let activation = settings.activation ?? .linear
    let kernel = settings.kernelSize?.extent ?? 1
    let strides = settings.strides?.extent ?? 1
    let pool = settings.poolSize?.extent ?? 2
    switch kind {
    case "Conv2D":
      return Conv2D(
        filters: settings.filters ?? 0, kernelSize: kernel, strides: strides, padding: padding,
        activation: activation)(x)
    case "Conv2DTranspose":
      return Conv2DTranspose(
        filters: settings.filters ?? 0, kernelSize: kernel, strides: strides, padding: padding,
        activation: activation)(x)
    case "Conv1D":
      return Conv1D(
        filters: settings.filters ?? 0, kernelSize: kernel.width, strides: strides.width,
        padding: padding, activation: activation)(x)
    case "Conv1DTranspose":
      return Conv1DTranspose(
        filters: settings.filters ?? 0, kernelSize: kernel.width, strides: strides.width,
        padding: padding, activation: activation)(x)
    case "MaxPooling2D":
      return MaxPool2D(poolSize: pool, strides: strides, padding: padding)(x)
    case "AveragePooling2D":
      return AveragePool2D(poolSize: pool, strides: strides, padding: padding)(x)
    case "MaxPooling1D":
      return MaxPool1D(poolSize: pool.width, strides: strides.width, padding: padding)(x)
    case "AveragePooling1D":
      return AveragePool1D(poolSize: pool.width, strides: strides.width, padding: padding)(x)
    default: return rearranged(x)
    }
  }

  private func rearranged(_ x: Tensor) -> Tensor? {
    let size = settings.size?.extent ?? 2
    switch kind {
    case "UpSampling2D":
      return UpSampling2D(size: size, interpolation: settings.interpolation ?? .nearest)(x)
    case "UpSampling1D": return UpSampling1D(size: size.width)(x)
    case "Flatten": return Flatten()(x)
    case "Reshape": return Reshape(settings.targetShape ?? [])(x)
    case "Cropping2D": return settings.cropping.map { Cropping2D($0.all)(x) }
    case "ZeroPadding2D": return settings.padding.map { ZeroPadding2D($0.all)(x) }
    case "Cropping1D":
      return settings.cropping.map { Cropping1D(start: $0.edges[0], end: $0.edges[1])(x) }
    case "ZeroPadding1D":
      return settings.padding.map { ZeroPadding1D(start: $0.edges[0], end: $0.edges[1])(x) }
    default: return nil
    }
  }
}

@Suite struct ImageLayerTests {
  @Test func `the reference holds every case`() {
    #expect(KerasCase.all.count == 63)
  }

  @Test(arguments: KerasCase.all)
  func `shapes and values are Keras's`(item: KerasCase) throws {
    let input = Input(shape: item.shape)
    let output = try #require(item.apply(input))
    let model = try Model(input: input, output: output, name: "m")
    #expect(output.shape == item.outputShape)
    try model.setWeights(
      zip(model.weights, item.weights).map {
        NamedWeights(name: $0.name, shape: $0.shape, values: $1)
      })
    // Several rows, so that none leaks into the next.
    let inputs = Matrix(
      rowCount: 3, columnCount: item.inputs.count,
      elements: Array(repeating: 0, count: item.inputs.count) + item.inputs + item.inputs)
    let found = try model.predict(inputs)
    for row in 1..<3 {
      for (column, expected) in item.outputs.enumerated() {
        #expect(abs(found[row, column] - expected) < 1e-5, "entry \(column)")
      }
    }
  }

  @Test func `layers of images come back from an architecture`() throws {
    let image = Input(shape: [9, 8, 2])
    var x = Conv2D(
      filters: 6, kernelSize: Extent(height: 3, width: 2), padding: .same, activation: .silu)(image)
    x = AveragePool2D(poolSize: 3, strides: 2, padding: .same)(MaxPool2D(strides: 1)(x))
    x = Conv2DTranspose(filters: 3, kernelSize: 3, strides: 2, padding: .same)(x)
    x = Cropping2D(1)(ZeroPadding2D(Edges(top: 2, right: 1))(UpSampling2D(size: 2)(x)))
    x = UpSampling2D(size: 1, interpolation: .bilinear)(x)
    x = Reshape([-1, 3])(x)
    x = Conv1D(filters: 4, kernelSize: 3, strides: 2)(x)
    x = Conv1DTranspose(filters: 2, kernelSize: 4, strides: 2, useBias: false)(x)
    x = AveragePool1D(poolSize: 3)(MaxPool1D(poolSize: 2)(UpSampling1D(size: 2)(x)))
    x = Flatten()(Cropping1D(start: 1, end: 0)(ZeroPadding1D(start: 1, end: 2)(x)))
    let model = try Model(input: image, output: Dense(3)(x), name: "m")
    model.initialize(seed: 1)
    let again = try Model(
      architecture: JSONDecoder().decode(
        ModelArchitecture.self, from: JSONEncoder().encode(model.architecture)))
    try again.setWeights(model.weights)
    let rows = randomMatrix(5, 144, seed: 1)
    #expect(again.architecture == model.architecture)
    #expect(again.summary() == model.summary())
    #expect(try again.predict(rows) == model.predict(rows))
  }

  /// Counts by hand: 3 * 3 * inputs * filters + filters.
  @Test func `a summary of a convolutional encoder is Keras's`() throws {
    let image = Input(shape: [28, 28, 1])
    var x = image
    for filters in [64, 32, 16] {
      x = Conv2D(filters: filters, kernelSize: 3, padding: .same, activation: .relu)(x)
      x = MaxPool2D(poolSize: 2, padding: .same)(x)
    }
    let model = try Model(input: image, output: x, name: "encoder")
    #expect(
      model.summary() == """
        Model: "encoder"
        ┌─────────────────────────────┬────────────────────┬─────────┐
        │ Layer (type)                │ Output Shape       │ Param # │
        ├─────────────────────────────┼────────────────────┼─────────┤
        │ input (Input)               │ (None, 28, 28, 1)  │       0 │
        │ conv2d_1 (Conv2D)           │ (None, 28, 28, 64) │     640 │
        │ max_pooling2d_1 (MaxPool2D) │ (None, 14, 14, 64) │       0 │
        │ conv2d_2 (Conv2D)           │ (None, 14, 14, 32) │  18,464 │
        │ max_pooling2d_2 (MaxPool2D) │ (None, 7, 7, 32)   │       0 │
        │ conv2d_3 (Conv2D)           │ (None, 7, 7, 16)   │   4,624 │
        │ max_pooling2d_3 (MaxPool2D) │ (None, 4, 4, 16)   │       0 │
        └─────────────────────────────┴────────────────────┴─────────┘
         Total params: 23,728 (92.69 KB)
         Trainable params: 23,728 (92.69 KB)
         Non-trainable params: 0 (0.00 B)
        """)
    #expect(model.weights.map(\.name).first == "conv2d_1/kernel")
    #expect(model.weights.map(\.shape).first == [3, 3, 1, 64])
  }

  /// Glorot's limit over the fans of a kernel: 9 * 8 in, 9 * 24 out.
  @Test func `kernels are drawn as the field draws them`() throws {
    let image = Input(shape: [9, 9, 8])
    let model = try Model(
      input: image, output: Conv2D(filters: 24, kernelSize: 3)(image), name: "m")
    model.initialize(seed: 1)
    let limit = Float(6.0 / (72 + 216)).squareRoot()
    let kernel = model.weights[0].values
    #expect(kernel.allSatisfy { abs($0) <= limit })
    #expect(kernel.contains { abs($0) > 0.98 * limit })
    #expect(model.weights[1].values.allSatisfy { $0 == 0 })
  }

  /// The error that building a model throws.
  func failure(_ input: Tensor, _ output: Tensor) -> String? {
    do throws(ModelError) {
      _ = try Model(input: input, output: output, name: "m")
      return nil
    } catch { return error.description }
  }

  @Test func `shapes that do not fit are named with both sides`() throws {
    let image = Input(shape: [5, 4, 3])
    let flat = Input(shape: [60])
    #expect(
      failure(flat, Conv2D(filters: 2, kernelSize: 3, name: "edges")(flat))
        == "edges after input: expected height x width x channels, found shape [60]")
    #expect(
      failure(image, Conv1D(filters: 2, kernelSize: 3)(image))
        == "conv1d after input: expected length x channels, found shape [5, 4, 3]")
    #expect(
      failure(image, MaxPool2D(poolSize: 6, name: "pool")(image))
        == "pool after input: expected at least 6 x 6 pixels for windows without padding, found 5 x 4"
    )
    let shared = Conv2D(filters: 2, kernelSize: 3, padding: .same, name: "shared")
    #expect(
      failure(image, shared(shared(image)))
        == "shared after shared: expected shape [5, 4, 3], found [5, 4, 2]")
    #expect(
      failure(image, Reshape([7, -1], name: "turn")(image))
        == "turn after input: expected shape [7, -1], found [5, 4, 3]")
    #expect(
      failure(image, Cropping2D(2, name: "crop")(image))
        == "crop after input: expected more than 4 x 4 pixels to crop from, found 5 x 4")
    #expect(failure(image, Conv2D(filters: 0, kernelSize: 3)(image)) != nil)
    #expect(failure(image, Conv2D(filters: 1, kernelSize: 0)(image)) != nil)
    #expect(failure(image, Conv2D(filters: 1, kernelSize: 1, strides: 0)(image)) != nil)
    #expect(
      failure(image, Conv2D(filters: 1, kernelSize: 1, activation: .softmax)(image)) != nil)
    #expect(failure(image, UpSampling2D(size: 0)(image)) != nil)
    #expect(
      failure(
        image, UpSampling2D(size: Extent(1 << 19))(UpSampling2D(size: Extent(1 << 19))(image)))
        != nil)
    #expect(failure(image, ZeroPadding2D(-1)(image)) != nil)
    #expect(failure(image, Reshape([0, -1])(image)) != nil)
    #expect(failure(image, Reshape([-1, -1])(image)) != nil)
    let vast = Input(shape: [1 << 30, 1 << 30])
    #expect(failure(vast, Flatten()(vast)) != nil)
  }
}
