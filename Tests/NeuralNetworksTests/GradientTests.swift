import LinearAlgebra
import NeuralNetworks
import Testing

@Suite struct GradientTests {
  @Test(arguments: Activation.allCases, [1, 7, 70])
  func `every activation in a dense layer`(activation: Activation, rows: Int) throws {
    let input = Input(shape: [5])
    let hidden = Dense(18, activation: activation)(input)
    let model = try Model(input: input, output: Dense(4)(hidden), name: "m")
    // The kink of relu and its leaky kin costs a difference its order of accuracy.
    try expectGradientMatchesDifferences(
      of: model, inputs: randomMatrix(rows, 5, seed: 1), targets: randomMatrix(rows, 4, seed: 2),
      step: 0.002, tolerance: 2e-2)
  }

  @Test(arguments: Activation.allCases)
  func `every activation at the output and as a layer`(activation: Activation) throws {
    let input = Input(shape: [5])
    let hidden = ActivationLayer(activation)(Dense(18, activation: .tanh)(input))
    let model = try Model(
      input: input, output: Dense(3, activation: activation)(hidden), name: "m")
    try expectGradientMatchesDifferences(
      of: model, inputs: randomMatrix(9, 5, seed: 1), targets: randomMatrix(9, 3, seed: 2),
      step: 0.002, tolerance: 2e-2)
  }

  static let losses: [Loss] = [
    .meanSquaredError, .meanAbsoluteError, .huber(delta: 0.3), .binaryCrossEntropy(),
    .binaryCrossEntropy(fromLogits: true), .categoricalCrossEntropy,
  ]

  @Test(arguments: losses, [false, true])
  func `every loss, with and without mask and column weights`(
    loss: Loss, isWeighted: Bool
  ) throws {
    let input = Input(shape: [6])
    let last: Activation =
      switch loss {
      case .binaryCrossEntropy(fromLogits: false): .sigmoid
      case .categoricalCrossEntropy: .softmax
      default: .linear
      }
    let hidden = Dense(20, activation: .tanh)(input)
    let model = try Model(
      input: input, output: Dense(17, activation: last)(hidden), name: "m")
    var targets = randomMatrix(33, 17, seed: 4)
    for index in targets.elements.indices where last != .linear {
      targets.elements[index] = targets.elements[index] > 0.2 ? 1 : 0
    }
    var generator = SeededGenerator(seed: 9)
    let mask = Mask(
      rowCount: 33, columnCount: 17,
      isObserved: (0..<33 * 17).map { _ in generator.uniform() > 0.3 })
    try expectGradientMatchesDifferences(
      of: model, inputs: randomMatrix(33, 6, seed: 3), targets: targets,
      mask: isWeighted ? mask : nil,
      columnWeights: isWeighted ? (0..<17).map { Float($0) / 8 } : nil, loss: loss,
      step: 0.002, tolerance: 1e-2)
  }

  @Test(arguments: [1, 40, 200])
  func `sums, concatenations and layers used twice`(rows: Int) throws {
    let input = Input(shape: [7])
    let shared = Dense(7, activation: .silu)
    let once = shared(input)
    let twice = shared(once)
    let joined = Concatenate()(once, Dense(20, activation: .tanh)(twice), input)
    let sum = Add()(Dense(9)(joined), Dense(9, activation: .gelu)(twice), Dense(9)(joined))
    let encoder = try Model(input: input, output: sum, name: "encoder")
    let code = Input(shape: [9])
    let decoder = try Model(
      input: code, output: Add()(Dense(7)(code), Dense(7, activation: .elu)(code)),
      name: "decoder")
    let model = try Model(input: input, output: decoder(encoder(input)), name: "m")
    try expectGradientMatchesDifferences(
      of: model, inputs: randomMatrix(rows, 7, seed: 1),
      targets: randomMatrix(rows, 7, seed: 2))
  }

  @Test(arguments: [1, 2, 45], [false, true])
  func `a trained slope and a normalization by the batch`(rows: Int, isFirst: Bool) throws {
    let input = Input(shape: [10])
    var tensor = isFirst ? BatchNorm()(input) : Dense(18, activation: .tanh)(input)
    tensor = PReLU()(BatchNorm(epsilon: 0.1)(tensor))
    tensor = Add()(BatchNorm(epsilon: 0.1)(Dense(12)(tensor)), Dense(12)(tensor))
    let model = try Model(input: input, output: Dense(4)(tensor), name: "m")
    try expectGradientMatchesDifferences(
      of: model, inputs: randomMatrix(rows, 10, seed: 1), targets: randomMatrix(rows, 4, seed: 2),
      step: 0.003, tolerance: 1e-2)
  }

  @Test func `a batch that is worked off in shards`() throws {
    let input = Input(shape: [300])
    let hidden = PReLU()(Dense(40, activation: .silu)(input))
    let model = try Model(input: input, output: Dense(300)(hidden), name: "m")
    try expectGradientMatchesDifferences(
      of: model, inputs: randomMatrix(1701, 300, seed: 1),
      targets: randomMatrix(1701, 300, seed: 2), tolerance: 1e-2)
  }

  @Test func `dropout and noise, their numbers held by the seed`() throws {
    let input = Input(shape: [12])
    let noisy = GaussianNoise(standardDeviation: 0.3)(input)
    let dropped = Dropout(rate: 0.4)(Dense(20, activation: .tanh)(noisy))
    let again = Dropout(rate: 0.2)(GaussianNoise(standardDeviation: 0.1)(dropped))
    let model = try Model(
      input: input, output: Dense(12)(Add()(again, dropped)), name: "m")
    try expectGradientMatchesDifferences(
      of: model, inputs: randomMatrix(90, 12, seed: 1), targets: randomMatrix(90, 12, seed: 2))
  }
}

extension GradientTests {
  @Test(arguments: [1, 9, 70])
  func `prefixes of random length beside the whole, both against the same targets`(
    rows: Int
  ) throws {
    let input = Input(shape: [6])
    let code = Dense(5, activation: .tanh)(input)
    let whole = Dense(6)(Dense(18, activation: .silu)(code))
    let prefix = Dense(6)(Dense(18, activation: .silu)(NestedDropout()(code)))
    let model = try Model(input: input, output: Concatenate()(whole, prefix), name: "m")
    var generator = SeededGenerator(seed: 9)
    let mask = Mask(
      rowCount: rows, columnCount: 6,
      isObserved: (0..<rows * 6).map { _ in generator.uniform() > 0.2 })
    let inputs = randomMatrix(rows, 6, seed: 1)
    for targets in [inputs, randomMatrix(rows, 6, seed: 2)] {
      try expectGradientMatchesDifferences(
        of: model, inputs: inputs, targets: targets, mask: mask,
        columnWeights: (0..<12).map { Float($0) / 8 }, targetCopies: 2)
    }
  }
}
