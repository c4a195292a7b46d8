import LinearAlgebra

/// One call of `fit`: the order of rows, the epochs, the best weights.
final class Training {
  private let model: Model
  let samples: Samples
  private let validation: Samples?
  private let measure: (() throws(TrainingError) -> Double)?
  let options: TrainingOptions
  let weights: PackedWeights
  let runner: StepRunner
  private let evaluator: Evaluator?
  private let batch: Int
  /// How many times the rows come, of which an epoch takes each but once.
  private let copies: Int
  /// Rows of an epoch.
  let rowCount: Int
  let stepsPerEpoch: Int
  private(set) var best: FloatBuffer?
  private var bestLoss = Double.infinity
  private var failures = 0
  private var history = TrainingHistory()
  private var firstMeasure: Double?

  init(
    model: Model, samples: Samples, validation: Samples?,
    measure: (() throws(TrainingError) -> Double)?, columnWeights: [Float]?, rowCopies: Int = 1,
    options: TrainingOptions
  ) throws(TrainingError) {
    self.model = model
    self.samples = samples
    self.validation = validation
    self.measure = measure
    self.options = options
    copies = rowCopies
    rowCount = samples.rowCount / rowCopies
    batch = min(options.batchSize, rowCount)
    stepsPerEpoch = (rowCount + batch - 1) / batch
    let layout = ParameterLayout(model.parameters, trains: true)
    let plan = Plan(model, layout: layout, trains: true)
    guard plan.outputGradient != nil else { throw TrainingError(.nothingToTrain) }
    weights = try PackedWeights(layout, trains: true)
    let columnWeights = try FloatBuffer(padding: columnWeights)
    runner = try StepRunner(
      plan: plan, weights: weights, options: options, columnWeights: columnWeights,
      rowLimit: batch)
    let judged = validation ?? samples
    evaluator =
      if measure == nil,
        validation != nil || options.earlyStopping?.countsInitialWeights == true
      {
        try Evaluator(
          plan: Plan(model, layout: layout, trains: false), weights: weights,
          loss: options.loss, columnWeights: columnWeights, rowLimit: judged.rowCount,
          threads: options.threads)
      } else { nil }
  }

  private var restoresBest: Bool { options.earlyStopping?.restoresBest ?? false }

  func run(
    callbacks: [any TrainingCallback], keeper: (any TrainingKeeper)? = nil
  ) throws(TrainingError) -> TrainingHistory {
    best = try FloatBuffer(count: weights.layout.count)
    var epochs = Epochs(rowCount: rowCount, copies: copies, seed: options.seed)
    if let state = keeper?.state {
      goOn(from: try checked(state), &epochs)
    } else if options.earlyStopping?.countsInitialWeights == true {
      if measure != nil {
        bestLoss = try measured() ?? bestLoss
      } else if let evaluator {
        bestLoss = (validation ?? samples).meanLoss(by: evaluator, loss: options.loss)
      }
      best?.copy(from: weights.flat)
    }
    let stepCount = options.epochs * stepsPerEpoch
    var goesOn = true
    training: while epochs.next(of: options.epochs) {
      let epoch = epochs.epoch
      for step in epochs.stepsTaken..<stepsPerEpoch {
        let order = epochs.rows
        let rows = order[step * batch..<min(order.count, (step + 1) * batch)]
        let entries = samples.count(loss: options.loss, rows: rows)
        let rate =
          options.learningRate
          * options.schedule.factor(
            step: history.stepCount, of: stepCount, stepsPerEpoch: stepsPerEpoch)
        let loss = samples.withSources(order: order) { sources in
          var sources = sources
          unsafe sources.order = sources.order.map { unsafe $0 + rows.startIndex }
          return runner.step(
            sources, rows: rows.count, count: entries, number: history.stepCount, rate: rate,
            seed: options.seed &+ UInt64(history.stepCount) &* 0x9E37_79B9_7F4A_7C15)
        }
        guard loss.isFinite else {
          try diverge(in: epoch)
          break training
        }
        epochs.lossSum += loss
        epochs.entryCount += entries
        epochs.stepsTaken = step + 1
        history.stepCount += 1
        epochs.isJudged = false
        if let every = options.validateEverySteps, history.stepCount % every == 0 {
          epochs.isJudged = true
          goesOn = try judge(epoch, loss: epochs.meanLoss, callbacks: callbacks)
          if !goesOn { break }
        }
        if let keeper, keeper.isDue { keeper.keep(state(epochs)) }
      }
      history.losses.append(epochs.meanLoss)
      if !goesOn { break }
      if !epochs.isJudged, options.validateEverySteps == nil || epoch == options.epochs {
        goesOn = try judge(epoch, loss: history.losses[epoch - 1], callbacks: callbacks)
      }
      if !goesOn { break }
    }
    if restoresBest, bestLoss < .infinity, let best { weights.flat.copy(from: best) }
    weights.layout.unpack(from: weights.flat)
    keeper?.keep(
      TrainingResult(weights: model.weightValues, history: history, firstMeasure: firstMeasure))
    return history
  }

  /// The order of rows, and how far the present epoch has come.
  private struct Epochs {
    var generator: SeededGenerator
    /// Of the rows of an epoch, whichever copies of them it takes.
    var order: [Int32]
    private let copies: Int
    /// The samples of the epoch, in its order: each epoch the next copies.
    private(set) var rows: [Int32] = []
    /// From 1; 0 before the first.
    var epoch = 0
    var stepsTaken = 0
    var lossSum = 0.0
    var entryCount = 0
    var isJudged = false
    /// Whether the epoch was begun by a run before this one.
    var isBegun = false

    init(rowCount: Int, copies: Int, seed: UInt64) {
      generator = SeededGenerator(seed: seed, stream: 1)
      order = (0..<Int32(rowCount)).map { $0 }
      self.copies = copies
    }

    var meanLoss: Double { entryCount > 0 ? lossSum / Double(entryCount) : 0 }

    /// Begins the next epoch, if there is one, with the rows in a new order.
    mutating func next(of count: Int) -> Bool {
      if !isBegun {
        guard epoch < count else { return false }
        epoch += 1
        (stepsTaken, lossSum, entryCount, isJudged) = (0, 0, 0, false)
        for last in stride(from: order.count - 1, to: 0, by: -1) {
          order.swapAt(last, generator.integer(below: last + 1))
        }
      }
      isBegun = false
      let first = Int32((epoch - 1) % copies * order.count)
      rows = first == 0 ? order : order.map { $0 + first }
      return true
    }
  }

  private func state(_ epochs: Epochs) -> TrainingState {
    TrainingState(
      weights: weights.flat.values, best: best?.values ?? [], first: runner.first.values,
      second: runner.second.values, order: epochs.order,
      progress: TrainingState.Progress(
        epoch: epochs.epoch, stepsOfEpoch: epochs.stepsTaken, generator: epochs.generator.words,
        lossSum: epochs.lossSum, entryCount: epochs.entryCount, isJudged: epochs.isJudged,
        bestLoss: bestLoss, failures: failures, history: history, firstMeasure: firstMeasure))
  }

  private func goOn(from state: TrainingState, _ epochs: inout Epochs) {
    restore(state)
    let progress = state.progress
    epochs.generator = SeededGenerator(words: progress.generator) ?? epochs.generator
    epochs.order = state.order
    epochs.epoch = progress.epoch
    epochs.stepsTaken = progress.stepsOfEpoch
    epochs.lossSum = progress.lossSum
    epochs.entryCount = progress.entryCount
    epochs.isJudged = progress.isJudged
    epochs.isBegun = true
    bestLoss = progress.bestLoss
    failures = progress.failures
    history = progress.history
    firstMeasure = progress.firstMeasure
  }

  private func measured() throws(TrainingError) -> Double? {
    guard let measure else { return nil }
    let value = try measure()
    firstMeasure = firstMeasure ?? value
    return value
  }

  private func validationLoss() throws(TrainingError) -> Double? {
    if measure != nil {
      weights.layout.unpack(from: weights.flat)
      return try measured()
    }
    guard let evaluator, let validation else { return nil }
    return validation.meanLoss(by: evaluator, loss: options.loss)
  }

  /// Compares with the best so far, asks the callbacks, and tells whether to go on.
  private func judge(
    _ epoch: Int, loss: Double, callbacks: [any TrainingCallback]
  ) throws(TrainingError) -> Bool {
    let validationLoss = try validationLoss()
    let judged = validationLoss ?? loss
    guard judged.isFinite else {
      try diverge(in: epoch)
      return false
    }
    if let validationLoss { history.validationLosses.append(validationLoss) }
    let isBest = judged < bestLoss - (options.earlyStopping?.minimumDelta ?? 0)
    if isBest {
      bestLoss = judged
      history.bestEpoch = epoch
      failures = 0
      best?.copy(from: weights.flat)
    } else {
      failures += 1
    }
    if callbacks.contains(where: \.readsWeights) { weights.layout.unpack(from: weights.flat) }
    let report = EpochReport(
      epoch: epoch, epochCount: options.epochs, loss: loss, validationLoss: validationLoss,
      isBest: isBest, steps: history.stepCount)
    for callback in callbacks where callback.epochEnded(report) == .stop {
      history.stopReason = .callback
    }
    if history.stopReason == .callback { return false }
    if let earlyStopping = options.earlyStopping, failures >= earlyStopping.patience {
      history.stopReason = .earlyStopping
      return false
    }
    return true
  }

  private func diverge(in epoch: Int) throws(TrainingError) {
    guard bestLoss < .infinity, let best else {
      throw TrainingError(.diverged(epoch: epoch))
    }
    weights.flat.copy(from: best)
    history.stopReason = .diverged
  }
}
