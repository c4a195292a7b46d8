import LinearAlgebra
import NeuralNetworks
import Testing

/// 16-24-4-24-16 with a silu, its parts apart.
func smallAutoencoder() throws -> Model {
  let table = Input(shape: [16])
  let encoder = try Model(
    input: table, output: Dense(4)(Dense(24, activation: .silu)(table)), name: "encoder")
  let code = Input(shape: [4])
  let decoder = try Model(
    input: code, output: Dense(16)(Dense(24, activation: .silu)(code)), name: "decoder")
  return try Model(input: table, output: decoder(encoder(table)), name: "autoencoder")
}

@Suite struct TrainingTests {
  /// Sixteen columns that are linear in two hidden numbers.
  static let plane: Matrix<Float> = {
    let hidden = randomMatrix(600, 2, seed: 1)
    let mix = randomMatrix(2, 16, seed: 2)
    var table = Matrix<Float>(rowCount: 600, columnCount: 16)
    for row in 0..<600 {
      for column in 0..<16 {
        table[row, column] =
          hidden[row, 0] * mix[0, column] + hidden[row, 1] * mix[1, column]
      }
    }
    return table
  }()

  @Test func `training makes the loss small`() throws {
    let model = try smallAutoencoder()
    model.initialize(seed: 1)
    let before = try model.evaluate(Self.plane, Self.plane)
    let history = try model.fit(
      Self.plane, Self.plane,
      options: TrainingOptions(epochs: 60, batchSize: 50, learningRate: 0.003))
    let after = try model.evaluate(Self.plane, Self.plane)
    #expect(after < before / 100)
    #expect(history.losses.count == 60)
    #expect(history.stepCount == 720)
  }

  @Test func `any number of threads gives the same bits`() throws {
    var all: [[NamedWeights]] = []
    for threads in 1...4 {
      let input = Input(shape: [64])
      let hidden = Dense(256, activation: .silu)(Dropout(rate: 0.1)(input))
      let model = try Model(
        input: input, output: Dense(64)(Dense(256, activation: .tanh)(hidden)), name: "m")
      model.initialize(seed: 4)
      let table = randomMatrix(700, 64, seed: 6)
      _ = try model.fit(
        table, table,
        options: TrainingOptions(
          epochs: 2, batchSize: 300, optimizer: .adamW(weightDecay: 0.1), learningRate: 0.01,
          gradientClipNorm: 0.05, seed: 3, threads: threads))
      all.append(model.weights)
    }
    #expect(all.allSatisfy { $0 == all[0] })
  }

  @Test func `early stopping puts the best weights back`() throws {
    let model = try smallAutoencoder()
    model.initialize(seed: 2)
    let noise = randomMatrix(40, 16, seed: 8)
    let other = randomMatrix(40, 16, seed: 9)
    let history = try model.fit(
      noise, noise, validation: ValidationSamples(inputs: other, targets: other),
      options: TrainingOptions(
        epochs: 500, batchSize: 8, learningRate: 0.02, earlyStopping: EarlyStopping(patience: 5)))
    #expect(history.stopReason == .earlyStopping)
    #expect(history.bestEpoch == history.validationLosses.count - 5)
    let best = try #require(history.validationLosses.min())
    #expect(try model.evaluate(other, other) == best)
  }

  @Test func `a learning rate that diverges stops and keeps finite weights`() throws {
    let model = try smallAutoencoder()
    model.initialize(seed: 2)
    let before = model.weights
    let options = TrainingOptions(
      epochs: 50, batchSize: 50, optimizer: .sgd(), learningRate: 1e6,
      earlyStopping: EarlyStopping(patience: 50, countsInitialWeights: true))
    let history = try model.fit(Self.plane, Self.plane, options: options)
    #expect(history.stopReason == .diverged)
    #expect(history.bestEpoch == 0)
    #expect(model.weights == before)
    var plain = options
    plain.earlyStopping = nil
    #expect(throws: TrainingError.self) {
      try model.fit(Self.plane, Self.plane, options: plain)
    }
  }

  @Test func `a value that is not finite is refused with its place`() throws {
    let model = try smallAutoencoder()
    var table = Self.plane
    table[3, 5] = .infinity
    #expect(throws: TrainingError.self) {
      try model.fit(table, table, options: TrainingOptions(epochs: 1))
    }
    do throws(TrainingError) {
      _ = try model.predict(table)
    } catch {
      #expect(error.problem == .notFinite(of: "inputs", row: 3, column: 5))
    }
  }

  @Test func `an architecture and weights make the same model again`() throws {
    let model = try smallAutoencoder()
    model.initialize(seed: 5)
    let again = try Model(architecture: model.architecture)
    try again.setWeights(model.weights)
    #expect(again.architecture == model.architecture)
    #expect(try again.predict(Self.plane) == model.predict(Self.plane, threads: 2))
    #expect(
      model.weights.map(\.name) == [
        "encoder/dense_1/kernel", "encoder/dense_1/bias", "encoder/dense_2/kernel",
        "encoder/dense_2/bias", "decoder/dense_1/kernel", "decoder/dense_1/bias",
        "decoder/dense_2/kernel", "decoder/dense_2/bias",
      ])
    let encoder = try #require(model.submodel(named: "encoder"))
    let decoder = try #require(again.submodel(named: "decoder"))
    #expect(
      try decoder.predict(encoder.predict(Self.plane)) == model.predict(Self.plane))
  }
}
