import LinearAlgebra

/// One call of `fit`: the order of rows, the epochs, the best weights.
final class Training {
  private let model: Model
  private let samples: Samples
  private let validation: Samples?
  private let measure: (() throws(TrainingError) -> Double)?
  private let options: TrainingOptions
  private let weights: PackedWeights
  private let runner: StepRunner
  private let evaluator: Evaluator?
  private let batch: Int
  private let stepsPerEpoch: Int
  private var best: FloatBuffer?
  private var bestLoss = Double.infinity
  private var failures = 0
  private var history = TrainingHistory()

  init(
    model: Model, samples: Samples, validation: Samples?,
    measure: (() throws(TrainingError) -> Double)?, columnWeights: [Float]?,
    options: TrainingOptions
  ) throws(TrainingError) {
    self.model = model
    self.samples = samples
    self.validation = validation
    self.measure = measure
    self.options = options
    batch = min(options.batchSize, samples.rowCount)
    stepsPerEpoch = (samples.rowCount + batch - 1) / batch
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

  func run(callbacks: [any TrainingCallback]) throws(TrainingError) -> TrainingHistory {
    best = try FloatBuffer(count: weights.layout.count)
    if options.earlyStopping?.countsInitialWeights == true {
      if let measure {
        bestLoss = try measure()
      } else if let evaluator {
        bestLoss = (validation ?? samples).meanLoss(by: evaluator, loss: options.loss)
      }
      best?.copy(from: weights.flat)
    }
    var generator = SeededGenerator(seed: options.seed, stream: 1)
    var order = (0..<Int32(samples.rowCount)).map { $0 }
    let stepCount = options.epochs * stepsPerEpoch
    var goesOn = true
    epochs: for epoch in stride(from: 1, through: options.epochs, by: 1) {
      for last in stride(from: order.count - 1, to: 0, by: -1) {
        order.swapAt(last, generator.integer(below: last + 1))
      }
      var sum = 0.0
      var count = 0
      var isJudged = false
      for step in 0..<stepsPerEpoch {
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
          break epochs
        }
        sum += loss
        count += entries
        history.stepCount += 1
        isJudged = false
        if let every = options.validateEverySteps, history.stepCount % every == 0 {
          isJudged = true
          goesOn = try judge(
            epoch, loss: count > 0 ? sum / Double(count) : 0, callbacks: callbacks)
          if !goesOn { break }
        }
      }
      history.losses.append(count > 0 ? sum / Double(count) : 0)
      if !goesOn { break }
      if !isJudged, options.validateEverySteps == nil || epoch == options.epochs {
        goesOn = try judge(epoch, loss: history.losses[epoch - 1], callbacks: callbacks)
      }
      if !goesOn { break }
    }
    if restoresBest, bestLoss < .infinity, let best { weights.flat.copy(from: best) }
    weights.layout.unpack(from: weights.flat)
    return history
  }

  private func validationLoss() throws(TrainingError) -> Double? {
    if let measure {
      weights.layout.unpack(from: weights.flat)
      return try measure()
    }
    guard let evaluator, let validation else { return nil }
    return validation.meanLoss(by: evaluator, loss: options.loss)
  }

  /// Compares with the best so far, asks the callbacks, and tells whether to go on.
  private func judge(
    _ epoch: Int, loss: Double, callbacks: [any TrainingCallback]
  ) throws(TrainingError) -> Bool {
    let validationLoss = try validationLoss()
    if let validationLoss { history.validationLosses.append(validationLoss) }
    let judged = validationLoss ?? loss
    guard judged.isFinite else {
      try diverge(in: epoch)
      return false
    }
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
