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

  /// Batches that are held whole, with and without a clipped gradient and a normalization, and
  /// ones that are worked off in shards; the last batch of each is ragged.
  @Test(arguments: [(64, 256, 300, false), (64, 256, 300, true), (700, 40, 1700, false)])
  func `any number of threads gives the same bits`(
    width: Int, units: Int, batch: Int, isElaborate: Bool
  ) throws {
    var all: [(weights: [NamedWeights], history: TrainingHistory, values: Matrix<Float>)] = []
    for threads in 1...4 {
      let input = Input(shape: [width])
      var tensor = Dense(units, activation: .silu)(Dropout(rate: 0.1)(input))
      if isElaborate { tensor = PReLU()(BatchNorm()(tensor)) }
      tensor = Dense(units, activation: .tanh)(GaussianNoise(standardDeviation: 0.1)(tensor))
      let model = try Model(input: input, output: Dense(width)(tensor), name: "m")
      model.initialize(seed: 4)
      let table = randomMatrix(2 * batch + 77, width, seed: 6)
      let history = try model.fit(
        table, table,
        validation: ValidationSamples(inputs: table, targets: table),
        options: TrainingOptions(
          epochs: 1, batchSize: batch, optimizer: .adamW(weightDecay: 0.1), learningRate: 0.01,
          gradientClipNorm: isElaborate ? 0.05 : nil, seed: 3, threads: threads))
      all.append((model.weights, history, try model.predict(table, threads: threads)))
    }
    for one in all.dropFirst() {
      #expect(one.weights == all[0].weights)
      #expect(one.history == all[0].history)
      #expect(one.values == all[0].values)
    }
  }

  @Test func `models trained side by side are as if alone`() async throws {
    func trained(_ seed: UInt64) throws -> [NamedWeights] {
      let model = try smallAutoencoder()
      model.initialize(seed: seed)
      _ = try model.fit(
        Self.plane, Self.plane, options: TrainingOptions(epochs: 3, batchSize: 64, seed: seed))
      return model.weights
    }
    let beside = try await withThrowingTaskGroup(of: (UInt64, [NamedWeights]).self) { group in
      for seed in UInt64(0)..<4 { group.addTask { (seed, try trained(seed)) } }
      var result: [UInt64: [NamedWeights]] = [:]
      for try await (seed, weights) in group { result[seed] = weights }
      return result
    }
    for seed in UInt64(0)..<4 { #expect(try beside[seed] == trained(seed)) }
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

  /// One step of plain descent moves by rate times gradient, which a mean of means would miss
  /// on a ragged batch or with missing entries.
  @Test func `an epoch of one batch is one step down the gradient`() throws {
    let model = try smallAutoencoder()
    model.initialize(seed: 7)
    let before = model.weights
    let options = TrainingOptions(
      epochs: 1, batchSize: 100_000, optimizer: .sgd(), learningRate: 0.5, seed: 1)
    let gradient = try model.lossAndGradient(Self.plane, Self.plane, options: options).gradient
    let history = try model.fit(Self.plane, Self.plane, options: options)
    #expect(history.stepCount == 1)
    for (index, weights) in model.weights.enumerated() {
      for place in weights.values.indices {
        let expected = before[index].values[place] - 0.5 * gradient[index].values[place]
        #expect(abs(weights.values[place] - expected) < 1e-6)
      }
    }
  }

  @Test func `what was not observed counts for nothing`() throws {
    let model = try smallAutoencoder()
    model.initialize(seed: 7)
    var mask = Mask(
      rowCount: 600, columnCount: 16, isObserved: Array(repeating: true, count: 9600))
    var damaged = Self.plane
    for row in 0..<600 {
      mask[row, row % 16] = false
      damaged[row, row % 16] = .nan
    }
    let options = TrainingOptions(epochs: 2, batchSize: 70, seed: 1)
    let start = model.weights
    let first = try model.fit(Self.plane, damaged, mask: mask, options: options)
    let after = model.weights
    for row in 0..<600 { damaged[row, row % 16] = 1e6 }
    try model.setWeights(start)
    #expect(try model.fit(Self.plane, damaged, mask: mask, options: options) == first)
    #expect(model.weights == after)
    // With nothing observed at all there is nothing to learn.
    let nothing = Mask(
      rowCount: 600, columnCount: 16, isObserved: Array(repeating: false, count: 9600))
    let history = try model.fit(Self.plane, damaged, mask: nothing, options: options)
    #expect(history.losses == [0, 0])
    #expect(try model.evaluate(Self.plane, damaged, mask: nothing) == 0)
  }

  @Test func `a loss by hand, with a mask and column weights`() throws {
    let input = Input(shape: [2])
    let model = try Model(input: input, output: Dense(2)(input), name: "m")
    try model.setWeights([
      NamedWeights(name: "dense_1/kernel", shape: [2, 2], values: [1, 0, 0, 1]),
      NamedWeights(name: "dense_1/bias", shape: [2], values: [0, 0]),
    ])
    let inputs = Matrix<Float>(rows: [[1, 2], [3, 4]])
    let targets = Matrix<Float>(rows: [[0, 0], [0, 1]])
    let mask = Mask(rowCount: 2, columnCount: 2, isObserved: [true, true, false, true])
    // Errors 1, 2 and 3; weights 10 and 1: (10 + 4 + 9) / 3 observed entries.
    let loss = try model.evaluate(inputs, targets, mask: mask, columnWeights: [10, 1])
    #expect(abs(loss - 23.0 / 3) < 1e-6)
    let rows = try model.evaluate(inputs, targets, loss: .categoricalCrossEntropy)
    // −1 · log 4 over two rows.
    #expect(abs(rows + 0.693147) < 1e-5)
  }

  @Test func `schedules warm up, then decay`() {
    func factors(_ schedule: LearningRateSchedule, _ steps: [Int]) -> [Double] {
      steps.map { schedule.factor(step: $0, of: 110, stepsPerEpoch: 5) }
    }
    #expect(factors(.constant, [0, 50]) == [1, 1])
    let cosine = LearningRateSchedule(.cosine(finalFraction: 0.2), warmUpSteps: 10)
    let found = factors(cosine, [0, 4, 9, 10, 60, 110])
    for (value, expected) in zip(found, [0.1, 0.5, 1, 1, 0.6, 0.2]) {
      #expect(abs(value - expected) < 1e-12)
    }
    let step = LearningRateSchedule(.step(everyEpochs: 2, factor: 0.5))
    #expect(factors(step, [0, 9, 10, 19, 20]) == [1, 1, 0.5, 0.5, 0.25])
  }

  @Test func `callbacks hear of each epoch and can stop`() throws {
    let model = try smallAutoencoder()
    model.initialize(seed: 1)
    final class Log { var reports: [EpochReport] = [] }
    let log = Log()
    var saved: [[NamedWeights]] = []
    let history = try model.fit(
      Self.plane, Self.plane, options: TrainingOptions(epochs: 9, batchSize: 100, seed: 2),
      callbacks: [
        OnEpochEnd { report in
          log.reports.append(report)
          return report.epoch == 4 ? .stop : .continue
        },
        Checkpoint(of: model) { weights, _ in
          saved.append(weights)
          return .continue
        },
      ])
    #expect(history.stopReason == .callback)
    #expect(log.reports.map(\.epoch) == [1, 2, 3, 4])
    #expect(log.reports.map(\.steps) == [6, 12, 18, 24])
    #expect(log.reports.map(\.loss) == history.losses)
    #expect(saved.count == log.reports.filter(\.isBest).count)
    #expect(saved.last == model.weights)
  }

  @Test func `validation can come after so many steps`() throws {
    let model = try smallAutoencoder()
    model.initialize(seed: 1)
    let history = try model.fit(
      Self.plane, Self.plane,
      validation: ValidationSamples(inputs: Self.plane, targets: Self.plane),
      options: TrainingOptions(epochs: 3, batchSize: 100, seed: 2, validateEverySteps: 4))
    // Eighteen steps: after 4, 8, 12, 16, and at the end.
    #expect(history.validationLosses.count == 5)
    #expect(history.losses.count == 3)
  }

  @Test func `data and options that do not fit are refused`() throws {
    let model = try smallAutoencoder()
    let table = Self.plane
    func problem(
      _ inputs: Matrix<Float>, _ targets: Matrix<Float>, mask: Mask? = nil,
      weights: [Float]? = nil, _ change: (inout TrainingOptions) -> Void = { _ in }
    ) -> TrainingError.Problem? {
      var options = TrainingOptions(epochs: 1)
      change(&options)
      do throws(TrainingError) {
        _ = try model.fit(
          inputs, targets, mask: mask, columnWeights: weights, options: options)
        return nil
      } catch {
        #expect(!error.description.isEmpty)
        return error.problem
      }
    }
    let empty = Matrix<Float>(rowCount: 0, columnCount: 16)
    let narrow = Matrix<Float>(rowCount: 600, columnCount: 3)
    let short = Matrix<Float>(rowCount: 5, columnCount: 16)
    #expect(problem(empty, empty) == .noRows)
    #expect(
      problem(narrow, table) == .columnCount(of: "training inputs", expected: 16, found: 3))
    #expect(
      problem(table, narrow) == .columnCount(of: "training targets", expected: 16, found: 3))
    #expect(problem(table, short) == .rowCount(of: "training targets", expected: 600, found: 5))
    var broken = table
    broken[7, 2] = .nan
    #expect(
      problem(table, broken) == .notFinite(of: "training targets", row: 7, column: 2))
    let seen = Mask(
      rowCount: 600, columnCount: 16, isObserved: Array(repeating: true, count: 9600))
    #expect(
      problem(table, broken, mask: seen)
        == .notFinite(of: "training targets", row: 7, column: 2))
    let small = Mask(rowCount: 5, columnCount: 16, isObserved: Array(repeating: true, count: 80))
    #expect(
      problem(table, table, mask: small)
        == .rowCount(of: "training mask", expected: 600, found: 5))
    let thin = Mask(rowCount: 600, columnCount: 1, isObserved: Array(repeating: true, count: 600))
    #expect(
      problem(table, table, mask: thin)
        == .columnCount(of: "training mask", expected: 16, found: 1))
    #expect(
      problem(table, table, weights: [1])
        == .columnCount(of: "column weights", expected: 16, found: 1))
    #expect(problem(table, table, weights: Array(repeating: -1, count: 16)) != nil)
    #expect(problem(table, table) { $0.epochs = -1 } != nil)
    #expect(problem(table, table) { $0.batchSize = 0 } != nil)
    #expect(problem(table, table) { $0.learningRate = 0 } != nil)
    #expect(problem(table, table) { $0.learningRate = .nan } != nil)
    #expect(problem(table, table) { $0.threads = 0 } != nil)
    #expect(problem(table, table) { $0.gradientClipNorm = 0 } != nil)
    #expect(problem(table, table) { $0.validateEverySteps = 0 } != nil)
    #expect(problem(table, table) { $0.earlyStopping = EarlyStopping(patience: 0) } != nil)
    #expect(problem(table, table) { $0.epochs = 0 } == nil)
  }

  @Test func `a model without weights has nothing to train`() throws {
    let input = Input(shape: [16])
    let model = try Model(input: input, output: ActivationLayer(.tanh)(input), name: "m")
    #expect(throws: TrainingError.self) {
      try model.fit(Self.plane, Self.plane, options: TrainingOptions(epochs: 1))
    }
    #expect(try model.predict(Self.plane).rowCount == 600)
  }

  @Test func `memory that would not fit is said before it is taken`() throws {
    let input = Input(shape: [16])
    let model = try Model(
      input: input, output: Dense(16)(Dense(1 << 36)(input)), name: "huge")
    do throws(TrainingError) {
      _ = try model.fit(Self.plane, Self.plane, options: TrainingOptions(epochs: 1))
      Issue.record("there is no such machine")
    } catch {
      guard case .memory(let needed, let available) = error.problem else {
        Issue.record(error)
        return
      }
      #expect(needed > available)
    }
    #expect(throws: TrainingError.self) { try model.predict(Self.plane) }
    #expect(throws: TrainingError.self) { try model.evaluate(Self.plane, Self.plane) }
  }
}
