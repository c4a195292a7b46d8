import LinearAlgebra
import NeuralNetworks
import Testing

/// Keeps every state, and knows of one to go on from.
private final class AllStates: TrainingKeeper {
  var states: [TrainingState] = []
  var result: TrainingResult?
  var state: TrainingState?
  var isDue: Bool { true }

  init(from state: TrainingState? = nil) { self.state = state }

  func keep(_ state: TrainingState) { states.append(state) }
  func keep(_ result: TrainingResult) { self.result = result }
}

@Suite struct ResumedTrainingTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    var optimizer = Optimizer.adamW(weightDecay: 0.1)
    var validateEverySteps: Int?
    var patience = 100
    var isElaborate = true
  }

  static let cases = [
    Case(testDescription: "AdamW, a look after each epoch"),
    Case(testDescription: "Adam, looks between", optimizer: .adam, validateEverySteps: 3),
    Case(testDescription: "momentum", optimizer: .sgd(momentum: 0.9), isElaborate: false),
    Case(testDescription: "stopping early", validateEverySteps: 2, patience: 2),
  ]

  private static let rows = randomMatrix(130, 16, seed: 1)

  /// Noise, dropout, a normalization with moving statistics, and a ragged last batch.
  private func train(
    _ one: Case, _ keeper: AllStates, threads: Int = 1
  ) throws -> (weights: [NamedWeights], history: TrainingHistory, measures: [Double]) {
    let input = Input(shape: [16])
    var tensor = Dense(24, activation: .silu)(GaussianNoise(standardDeviation: 0.1)(input))
    if one.isElaborate { tensor = PReLU()(BatchNorm()(Dropout(rate: 0.1)(tensor))) }
    let model = try Model(input: input, output: Dense(16)(tensor), name: "m")
    model.initialize(seed: 4)
    var measures: [Double] = []
    let history = try model.fit(
      Self.rows, Self.rows,
      measure: { () throws(TrainingError) -> Double in
        let loss = try model.evaluate(Self.rows, Self.rows)
        measures.append(loss)
        return loss
      },
      options: TrainingOptions(
        epochs: 4, batchSize: 32, optimizer: one.optimizer, learningRate: 0.02,
        schedule: LearningRateSchedule(.cosine(finalFraction: 0.1), warmUpSteps: 3),
        gradientClipNorm: 1,
        earlyStopping: EarlyStopping(patience: one.patience, countsInitialWeights: true),
        seed: 3, threads: threads, validateEverySteps: one.validateEverySteps),
      keeper: keeper)
    return (model.weights, history, measures)
  }

  @Test(arguments: cases)
  func `a run gone on with after any step ends in the same bits`(one: Case) throws {
    let whole = AllStates()
    let expected = try train(one, whole)
    #expect(whole.states.count > 5)
    #expect(whole.result?.firstMeasure == expected.measures.first)
    for (index, state) in whole.states.enumerated() {
      let rest = AllStates(from: state)
      let resumed = try train(one, rest, threads: 1 + index % 2)
      #expect(resumed.weights == expected.weights, "after step \(index + 1)")
      #expect(resumed.history == expected.history)
      #expect(rest.result == whole.result)
      #expect(rest.states.count == whole.states.count - index - 1)
    }
  }

  @Test func `a run that ended is not run again`() throws {
    let keeper = AllStates()
    let expected = try train(Self.cases[0], keeper)
    keeper.states = []
    let again = try train(Self.cases[0], keeper)
    #expect(again.weights == expected.weights)
    #expect(again.history == expected.history)
    #expect(again.measures.isEmpty && keeper.states.isEmpty)
  }

  @Test func `a state of another run is refused`() throws {
    let keeper = AllStates()
    _ = try train(Self.cases[0], keeper)
    let good = try #require(keeper.states.last)
    let changes: [(inout TrainingState) -> Void] = [
      { $0.weights.removeLast() }, { $0.best = [] }, { $0.first.append(0) },
      { $0.second.removeFirst() }, { $0.order[0] = 1_000_000 }, { $0.order[0] = $0.order[1] },
      { $0.order.removeLast() }, { $0.progress.epoch = 1 << 60 }, { $0.progress.epoch = 0 },
      { $0.progress.stepsOfEpoch = -1 }, { $0.progress.history.stepCount += 1 },
      { $0.progress.history.losses.append(0) }, { $0.progress.generator = [0, 0, 0, 0] },
      { $0.progress.entryCount = -5 },
    ]
    for (index, change) in changes.enumerated() {
      var bad = good
      change(&bad)
      #expect(throws: TrainingError.self, "change \(index)") {
        try train(Self.cases[0], AllStates(from: bad))
      }
    }
  }
}
