import FoundationEssentials
import LinearAlgebra
import NeuralNetworks
import Testing

/// Numbers that `Reference/make_lab_models.py` took from PyTorch.
struct LabCase: Decodable, CustomTestStringConvertible {
  struct Sample: Decodable {
    var squares: Double
    var places: [Int]
    var entries: [Float]
  }

  var name: String
  var seed: UInt64
  var before: [Sample]
  var after: [Sample]
  var outputs: [Float]
  var outputsAfter: [Float]
  var losses: [Double]

  enum CodingKeys: String, CodingKey {
    case name, seed, before, after, outputs, losses
    case outputsAfter = "outputs_after"
  }

  static let all: [LabCase] = {
    struct File: Decodable { var cases: [LabCase] }
    let path = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    guard
      let data = try? Data(
        contentsOf: URL(filePath: "/\(path)/Reference/lab_models.json"), options: []),
      let file = try? JSONDecoder().decode(File.self, from: data)
    else { return [] }
    return file.cases
  }()

  var testDescription: String { name }

  func model() throws -> Model {
    let image = Input(shape: name == "dense" ? [784] : [28, 28, 1])
    var x = image
    if name == "dense" {
      x = Dense(784)(Dense(36, activation: .relu)(x))
    } else {
      for filters in [64, 32, 16] {
        x = Conv2D(filters: filters, kernelSize: 3, padding: .same, activation: .relu)(x)
        x = MaxPool2D(poolSize: 2, padding: .same)(x)
      }
      for (filters, padding) in [(16, Padding.same), (32, .same), (64, .valid)] {
        x = Conv2D(filters: filters, kernelSize: 3, padding: padding, activation: .relu)(x)
        x = UpSampling2D(size: 2)(x)
      }
      x = Conv2D(filters: 1, kernelSize: 3, padding: .same)(x)
    }
    return try Model(input: image, output: x, name: "autoencoder")
  }
}

/// The generator of the reference: numbers in −1..<1 with 24 bits.
private struct Draws {
  var state: UInt64

  mutating func number() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((value ^ (value >> 31)) >> 40) / 8_388_608 - 1
  }

  mutating func array(_ count: Int, scale: Double) -> [Float] {
    (0..<count).map { _ in Float(number() * scale) }
  }
}

@Suite struct LabModelTests {
  static let rowCount = 6

  /// The model with its weights drawn, the inputs and the targets.
  private func drawn(_ item: LabCase) throws -> (Model, Matrix<Float>, Matrix<Float>) {
    let model = try item.model()
    var draws = Draws(state: item.seed)
    var weights = model.weights
    for index in weights.indices {
      let shape = weights[index].shape
      let last = shape[shape.count - 1]
      var scale = 0.05
      if shape.count > 1 {
        let area = shape.dropLast(2).reduce(1, *)
        scale = (6 / Double(area * (shape[shape.count - 2] + last))).squareRoot()
      }
      weights[index].values = draws.array(shape.reduce(1, *), scale: scale)
    }
    try model.setWeights(weights)
    func rows() -> Matrix<Float> {
      Matrix(
        rowCount: Self.rowCount, columnCount: 784,
        elements: draws.array(Self.rowCount * 784, scale: 1).map(abs))
    }
    let inputs = rows()
    return (model, inputs, rows())
  }

  private func check(
    _ model: Model, _ samples: [LabCase.Sample], tolerance: Float,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let weights = model.weights
    #expect(weights.count == samples.count)
    for (one, sample) in zip(weights, samples) {
      let squares = one.values.reduce(0) { $0 + Double($1) * Double($1) }
      #expect(
        abs(squares - sample.squares) < Double(tolerance) * (sample.squares + 1),
        "\(one.name)", sourceLocation: sourceLocation)
      for (place, entry) in zip(sample.places, sample.entries) {
        #expect(
          abs(one.values[place] - entry) < tolerance, "\(one.name)[\(place)]",
          sourceLocation: sourceLocation)
      }
    }
  }

  private func check(
    _ found: Matrix<Float>, _ expected: [Float], tolerance: Float,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let places = stride(from: 0, to: 784, by: 37).map(\.self)
    #expect(expected.count == Self.rowCount * places.count)
    for (index, value) in expected.enumerated() {
      let difference = abs(found[index / places.count, places[index % places.count]] - value)
      #expect(difference < tolerance, sourceLocation: sourceLocation)
    }
  }

  @Test func `the reference holds both models`() {
    #expect(LabCase.all.map(\.name) == ["dense", "convolutional"])
  }

  @Test(arguments: LabCase.all, [1, 2])
  func `values and ten steps of the lab's models are PyTorch's`(
    item: LabCase, threads: Int
  ) throws {
    let (model, inputs, targets) = try drawn(item)
    check(model, item.before, tolerance: 1e-7)
    check(try model.predict(inputs), item.outputs, tolerance: 2e-6)
    let history = try model.fit(
      inputs, targets,
      options: TrainingOptions(
        epochs: 10, batchSize: Self.rowCount, learningRate: 1e-3, threads: threads))
    for (found, expected) in zip(history.losses, item.losses) {
      #expect(abs(found - expected) < 2e-5 * expected)
    }
    // Adam divides a gradient by its own size: where one is near 0 its rounding shows in full. Ten
    // steps of a thousandth agree to a hundredth of one.
    check(model, item.after, tolerance: 1e-5)
    check(try model.predict(inputs), item.outputsAfter, tolerance: 2e-5)
  }

  /// 28,260 + 29,008 for the dense pair, and 3 * 3 * inputs * filters + filters for each convolution.
  @Test func `parameters are as many as Keras counts`() throws {
    let counts = try LabCase.all.map { try $0.model().parameterCount }
    let convolutions = [(1, 64), (64, 32), (32, 16), (16, 16), (16, 32), (32, 64), (64, 1)]
    let expected = convolutions.reduce(0) { $0 + 9 * $1.0 * $1.1 + $1.1 }
    #expect(counts == [28_260 + 29_008, expected])
    #expect(expected == 49_761)
  }
}
