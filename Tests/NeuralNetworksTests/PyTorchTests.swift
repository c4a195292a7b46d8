import FoundationEssentials
import LinearAlgebra
import NeuralNetworks
import Testing

/// Numbers that `Reference/make_reference.py` took from PyTorch.
struct PyTorchCase: Decodable, CustomTestStringConvertible {
  var name: String
  var lossKind: String
  var optimizer: String
  var rate: Double
  var clip: Double?
  var inputs: [Float]
  var targets: [Float]
  var mask: [Float]?
  var columnWeights: [Float]?
  var columns: Int
  var weights: [String: [Float]]
  var outputs: [Float]
  var loss: Double
  var losses: [Double]
  var after: [String: [Float]]

  enum CodingKeys: String, CodingKey {
    case name
    case lossKind = "loss_kind"
    case optimizer
    case rate
    case clip
    case inputs
    case targets
    case mask
    case columnWeights = "column_weights"
    case columns
    case weights
    case outputs
    case loss
    case losses
    case after
  }

  struct File: Decodable { var cases: [PyTorchCase] }

  static let all: [PyTorchCase] = {
    let path = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    guard
      let data = try? Data(
        contentsOf: URL(filePath: "/\(path)/Reference/pytorch.json"), options: []),
      let file = try? JSONDecoder().decode(File.self, from: data)
    else { return [] }
    return file.cases
  }()

  var testDescription: String { name }

  var kind: Loss {
    switch lossKind {
    case "meanAbsoluteError": .meanAbsoluteError
    case "huber": .huber(delta: 0.3)
    case "binaryCrossEntropy": .binaryCrossEntropy()
    case "binaryCrossEntropyFromLogits": .binaryCrossEntropy(fromLogits: true)
    case "categoricalCrossEntropy": .categoricalCrossEntropy
    default: .meanSquaredError
    }
  }

  var options: TrainingOptions {
    let optimizer: Optimizer =
      switch optimizer {
      case "sgd": .sgd()
      case "momentum": .sgd(momentum: 0.9)
      case "adamW": .adamW(weightDecay: 0.3)
      default: .adam
      }
    return TrainingOptions(
      epochs: 10, batchSize: 12, optimizer: optimizer, learningRate: rate, loss: kind,
      gradientClipNorm: clip)
  }

  func model() throws -> Model {
    let input = Input(shape: [6])
    func hidden(_ activation: Activation) -> Tensor {
      Dense(7, activation: activation, name: "hidden")(input)
    }
    func out(_ tensor: Tensor, _ activation: Activation = .linear) -> Tensor {
      Dense(columns, activation: activation, name: "out")(tensor)
    }
    let words = name.split(separator: " ")
    let output: Tensor =
      switch words[0] {
      case "activation": out(hidden(Activation(rawValue: String(words[1])) ?? .linear))
      case "layer" where words[1] == "prelu": out(PReLU(name: "slope")(hidden(.linear)))
      case "layer":
        out(
          ActivationLayer(.tanh, name: "tanh")(
            BatchNorm(name: "norm")(Dense(7, useBias: false, name: "hidden")(input))))
      case "composition": composition(of: input)
      default:
        out(
          hidden(.tanh),
          kind == .binaryCrossEntropy()
            ? .sigmoid : kind == .categoricalCrossEntropy ? .softmax : .linear)
      }
    let model = try Model(input: input, output: output, name: "m")
    try model.setWeights(
      model.weights.map {
        NamedWeights(name: $0.name, shape: $0.shape, values: weights[$0.name] ?? [])
      })
    return model
  }

  private func composition(of input: Tensor) -> Tensor {
    let shared = Dense(6, activation: .tanh, name: "shared")
    let once = shared(input)
    let twice = shared(once)
    let both = Concatenate(name: "both")(once, input, twice)
    return Add(name: "sum")(Dense(3, name: "left")(both), Dense(3, name: "right")(twice))
  }
}

@Suite struct PyTorchTests {
  @Test func `the reference holds every case`() {
    #expect(PyTorchCase.all.count == 33)
  }

  @Test(arguments: PyTorchCase.all)
  func `values, losses and ten steps are PyTorch's`(item: PyTorchCase) throws {
    let inputs = Matrix(rowCount: 12, columnCount: 6, elements: item.inputs)
    let targets = Matrix(rowCount: 12, columnCount: item.columns, elements: item.targets)
    let mask = item.mask.map {
      Mask(rowCount: 12, columnCount: item.columns, isObserved: $0.map { $0 == 1 })
    }
    let model = try item.model()
    for (found, expected) in zip(try model.predict(inputs).elements, item.outputs) {
      #expect(abs(found - expected) < 2e-6)
    }
    let loss = try model.evaluate(
      inputs, targets, mask: mask, columnWeights: item.columnWeights, loss: item.kind)
    #expect(abs(loss - item.loss) < 2e-6 * max(1, abs(item.loss)))
    let history = try model.fit(
      inputs, targets, mask: mask, columnWeights: item.columnWeights, options: item.options)
    for (found, expected) in zip(history.losses, item.losses) {
      #expect(abs(found - expected) < 1e-5 * max(1, abs(expected)))
    }
    // Adam divides a gradient by its own size, so that a rounding of a gradient near 0 shows
    // in full: ten steps of 0.01 or 0.02 agree to a thousandth of one.
    for weights in model.weights {
      let expected = try #require(item.after[weights.name])
      #expect(expected.count == weights.values.count)
      for (index, pair) in zip(weights.values, expected).enumerated() {
        #expect(abs(pair.0 - pair.1) < 2e-5, "\(weights.name)[\(index)]")
      }
    }
  }
}
