import LinearAlgebra

/// The whole state of a training run between two steps: all it takes to go on to the same bits.
///
/// Weights and moments stand in the order that a run of this model has for them, padding included.
public struct TrainingState: Sendable, Equatable {
  public var weights: [Float]
  /// The best weights so far.
  public var best: [Float]
  /// The optimizer's moments.
  public var first: [Float]
  public var second: [Float]
  /// The rows in the order of the present epoch.
  public var order: [Int32]
  public var progress: Progress

  /// How far a run has come.
  public struct Progress: Codable, Sendable, Equatable {
    /// The present epoch, from 1, and the steps of it that were taken, at least one.
    public var epoch: Int
    public var stepsOfEpoch: Int
    /// The state of the random numbers, four words.
    public var generator: [UInt64]
    /// Of the present epoch: the sum of the losses, what they are the mean over, and whether the
    /// last step was followed by a validation.
    public var lossSum: Double
    public var entryCount: Int
    public var isJudged: Bool
    public var bestLoss: Double
    /// Validations since the best.
    public var failures: Int
    public var history: TrainingHistory
    /// What the first validation measured, that of the initial weights if they were measured.
    public var firstMeasure: Double?

    public init(
      epoch: Int, stepsOfEpoch: Int, generator: [UInt64], lossSum: Double, entryCount: Int,
      isJudged: Bool, bestLoss: Double, failures: Int, history: TrainingHistory,
      firstMeasure: Double?
    ) {
      self.epoch = epoch
      self.stepsOfEpoch = stepsOfEpoch
      self.generator = generator
      self.lossSum = lossSum
      self.entryCount = entryCount
      self.isJudged = isJudged
      self.bestLoss = bestLoss
      self.failures = failures
      self.history = history
      self.firstMeasure = firstMeasure
    }
  }

  public init(
    weights: [Float], best: [Float], first: [Float], second: [Float], order: [Int32],
    progress: Progress
  ) {
    self.weights = weights
    self.best = best
    self.first = first
    self.second = second
    self.order = order
    self.progress = progress
  }
}

/// What a training run that ended has left.
public struct TrainingResult: Sendable, Equatable {
  /// As ``Model/weightValues`` gives them; nil where only the history matters.
  public var weights: [Float]?
  public var history: TrainingHistory
  /// As in ``TrainingState/Progress``.
  public var firstMeasure: Double?

  public init(weights: [Float]?, history: TrainingHistory, firstMeasure: Double? = nil) {
    self.weights = weights
    self.history = history
    self.firstMeasure = firstMeasure
  }
}

/// Keeps the state of one training run, so that it can go on after the program was ended.
public protocol TrainingKeeper {
  /// Of a run that ended; it is then not run again.
  var result: TrainingResult? { get }
  /// Where a run that did not end goes on.
  var state: TrainingState? { get }
  /// Whether it is time for ``keep(_:)-(TrainingState)``; asked after every step.
  var isDue: Bool { get }

  func keep(_ state: TrainingState)
  func keep(_ result: TrainingResult)
}

extension Model {
  /// All weights one after another, in the order of ``weights``.
  public var weightValues: [Float] {
    initializeMissing(seed: 0)
    return namedParameters.flatMap(\.parameter.values)
  }

  /// Sets all weights from what ``weightValues`` gave.
  ///
  /// - Throws: ``TrainingError`` when they are not as many as the model has.
  public func setWeightValues(_ values: [Float]) throws(TrainingError) {
    let parameters = namedParameters.map(\.parameter)
    guard values.count == parameters.reduce(0, { $0 + $1.count }) else {
      throw TrainingError(.stateOfOtherRun)
    }
    var start = 0
    for parameter in parameters {
      parameter.values = Array(values[start..<start + parameter.count])
      start += parameter.count
    }
  }
}

extension Training {
  /// The state to go on from, every number of it checked before use.
  func checked(_ state: TrainingState) throws(TrainingError) -> TrainingState {
    let progress = state.progress
    let weightCount = weights.layout.count
    let isOrder =
      state.order.count == rowCount
      && state.order.sorted().elementsEqual(0..<Int32(rowCount))
    guard state.weights.count == weightCount, state.best.count == weightCount,
      state.first.count == runner.first.count, state.second.count == runner.second.count, isOrder,
      SeededGenerator(words: progress.generator) != nil,
      (1...max(1, options.epochs)).contains(progress.epoch),
      (1...stepsPerEpoch).contains(progress.stepsOfEpoch),
      progress.history.losses.count == progress.epoch - 1,
      progress.history.stepCount
        == (progress.epoch - 1) * stepsPerEpoch + progress.stepsOfEpoch,
      progress.entryCount >= 0
    else { throw TrainingError(.stateOfOtherRun) }
    return state
  }

  /// Puts weights and moments back.
  func restore(_ state: TrainingState) {
    weights.flat.set(state.weights)
    best?.set(state.best)
    runner.first.set(state.first)
    runner.second.set(state.second)
    for task in runner.plan.tasks { weights.transpose(task) }
  }
}

extension FloatBuffer {
  var values: [Float] {
    unsafe Array(UnsafeBufferPointer(start: start, count: count))
  }

  func set(_ values: [Float]) {
    for index in 0..<min(count, values.count) { unsafe start[index] = values[index] }
  }
}
