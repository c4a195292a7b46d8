import LinearAlgebra

extension Model {
  /// Trains the model to turn inputs into targets.
  ///
  /// Weights not drawn yet are drawn from the options' seed. The same options and data give
  /// the same bits on any number of threads.
  ///
  /// - Parameters:
  ///   - inputs: Shape `[samples, input size]`, finite.
  ///   - targets: Shape `[samples, output size]`, finite where observed; pass the inputs
  ///     themselves for an autoencoder, which saves a copy.
  ///   - mask: Which targets were observed; the others count for nothing.
  ///   - columnWeights: A factor of each output column's loss.
  ///   - targetCopies: How many times the targets stand side by side in the output: a model that
  ///     gives several reconstructions of a row learns all of them from one copy.
  ///   - rowCopies: How many times all rows come, one copy of them after the other, each with noise
  ///     of its own: an epoch takes one copy, the next epoch the next.
  ///   - validation: Rows to judge the model by.
  ///   - measure: Judges the model, whose weights are then up to date, instead of the loss of
  ///     validation rows; the smaller the better.
  ///   - callbacks: Called after each epoch, or each validation, in their order.
  ///   - keeper: Is handed the run's state now and then. A run that it knows to have ended is not
  ///     run again, nor measured; one that did not end goes on from where it was.
  /// - Returns: What happened; when the loss stopped being a number, its `stopReason` is
  ///   `diverged` and the best finite weights are the model's.
  /// - Throws: ``TrainingError`` for data that do not fit, impossible options, memory, and
  ///   divergence before any good weights.
  public func fit(
    _ inputs: Matrix<Float>, _ targets: Matrix<Float>, mask: Mask? = nil,
    columnWeights: [Float]? = nil, targetCopies: Int = 1, rowCopies: Int = 1,
    validation: ValidationSamples? = nil,
    measure: (() throws(TrainingError) -> Double)? = nil,
    options: TrainingOptions, callbacks: [any TrainingCallback] = [],
    keeper: (any TrainingKeeper)? = nil
  ) throws(TrainingError) -> TrainingHistory {
    if let result = keeper?.result {
      if let values = result.weights { try setWeightValues(values) }
      return result.history
    }
    let samples = try Samples(
      inputs, targets, mask: mask, copies: targetCopies, model: self, loss: options.loss,
      called: "training")
    let validationSamples: Samples? =
      if let validation {
        try Samples(
          validation.inputs, validation.targets, mask: validation.mask, copies: targetCopies,
          model: self, loss: options.loss, called: "validation")
      } else { nil }
    try options.check()
    try check(columnWeights)
    guard rowCopies >= 1, samples.rowCount % rowCopies == 0 else {
      throw TrainingError(
        .impossibleSetting(
          "expected copies of equally many rows, found \(rowCopies) of \(samples.rowCount)"))
    }
    // The weights, packed, their transposes, the best ones and the moments.
    try checkMemory(floats: 6 * parameterCount)
    initializeMissing(seed: options.seed)
    let training = try Training(
      model: self, samples: samples, validation: validationSamples, measure: measure,
      columnWeights: columnWeights, rowCopies: rowCopies, options: options)
    return try training.run(callbacks: callbacks, keeper: keeper)
  }

  /// Asks, before any weight is drawn, whether training would fit in the machine's memory.
  ///
  /// - Throws: ``TrainingError`` with the bytes that are needed and those that there are.
  public func requireMemoryToTrain() throws(TrainingError) {
    // Weights as drawn and as packed, their transposes, gradient, Adam's two moments, the best
    // weights so far, and a copy on the way in and out.
    let (floats, overflows) = parameterCount.multipliedReportingOverflow(by: 8)
    try checkMemory(floats: overflows ? .max : floats)
  }

  /// The model's outputs, shape `[samples, output size]`.
  ///
  /// - Throws: ``TrainingError`` when the inputs do not fit or are not finite.
  public func predict(
    _ inputs: Matrix<Float>, threads: Int = 1
  ) throws(TrainingError) -> Matrix<Float> {
    try Samples.check(inputs, columns: input.width, called: "inputs")
    try checkMemory(floats: 2 * parameterCount)
    initializeMissing(seed: 0)
    guard inputs.rowCount > 0 else { return Matrix(rowCount: 0, columnCount: output.width) }
    return try evaluator(rows: inputs.rowCount, threads: threads).predict(inputs)
  }

  /// The mean loss over rows, by the same rules as in training; dropout and noise are off.
  public func evaluate(
    _ inputs: Matrix<Float>, _ targets: Matrix<Float>, mask: Mask? = nil,
    columnWeights: [Float]? = nil, loss: Loss = .meanSquaredError, threads: Int = 1
  ) throws(TrainingError) -> Double {
    let samples = try Samples(
      inputs, targets, mask: mask, model: self, loss: loss, called: "evaluation")
    try check(columnWeights)
    try checkMemory(floats: 2 * parameterCount)
    initializeMissing(seed: 0)
    let evaluator = try evaluator(
      loss: loss, columnWeights: columnWeights, rows: inputs.rowCount, threads: threads)
    return samples.meanLoss(by: evaluator, loss: loss)
  }

  private func evaluator(
    loss: Loss = .meanSquaredError, columnWeights: [Float]? = nil, rows: Int, threads: Int
  ) throws(TrainingError) -> Evaluator {
    let layout = ParameterLayout(parameters, trains: false)
    return try Evaluator(
      plan: Plan(self, layout: layout, trains: false),
      weights: PackedWeights(layout, trains: false), loss: loss,
      columnWeights: FloatBuffer(padding: columnWeights), rowLimit: rows, threads: threads)
  }

  private func check(_ columnWeights: [Float]?) throws(TrainingError) {
    guard let columnWeights else { return }
    guard columnWeights.count == output.width else {
      throw TrainingError(
        .columnCount(of: "column weights", expected: output.width, found: columnWeights.count))
    }
    guard columnWeights.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
      throw TrainingError(.impossibleSetting("expected column weights of 0 or above"))
    }
  }
}

extension Samples {
  /// Calls with pointers that hold for the length of the call.
  func withSources<Result>(
    order: [Int32]?, _ body: (RowSources) -> Result
  ) -> Result {
    unsafe inputs.elements.withUnsafeBufferPointer { inputs in
      unsafe targets.elements.withUnsafeBufferPointer { targets in
        unsafe (mask ?? []).withUnsafeBufferPointer { bytes in
          unsafe (order ?? []).withUnsafeBufferPointer { order in
            unsafe body(
              RowSources(
                inputs: inputs.baseAddress, targets: targets.baseAddress,
                mask: mask == nil ? nil : bytes.baseAddress,
                order: order.isEmpty ? nil : order.baseAddress,
                targetsAreInputs: targetsAreInputs, targetCopies: targetCopies))
          }
        }
      }
    }
  }

  /// How many entries, or rows for a loss that counts those, a mean is over.
  func count(loss: Loss, rows: ArraySlice<Int32>? = nil) -> Int {
    let total = rows?.count ?? rowCount
    guard let counts else {
      return loss == .categoricalCrossEntropy ? total : total * targets.columnCount * targetCopies
    }
    if let rows { return rows.reduce(0) { $0 + Int(counts[Int($1)]) } }
    return counts.reduce(0) { $0 + Int($1) }
  }

  func meanLoss(by evaluator: Evaluator, loss: Loss) -> Double {
    let count = count(loss: loss)
    guard count > 0 else { return 0 }
    let total = withSources(order: nil) { evaluator.totalLoss($0, rows: rowCount) }
    return total / Double(count)
  }
}

extension TrainingOptions {
  func check() throws(TrainingError) {
    func require(_ holds: Bool, _ text: String) throws(TrainingError) {
      guard holds else { throw TrainingError(.impossibleSetting(text)) }
    }
    try require(epochs >= 0, "expected epochs of 0 or above, found \(epochs)")
    try require(batchSize > 0, "expected a batch size above 0, found \(batchSize)")
    try require(
      learningRate > 0 && learningRate.isFinite,
      "expected a learning rate above 0, found \(learningRate)")
    try require(threads > 0, "expected threads above 0, found \(threads)")
    if let clip = gradientClipNorm {
      try require(clip > 0, "expected a gradient norm above 0, found \(clip)")
    }
    if let every = validateEverySteps {
      try require(every > 0, "expected steps between validations above 0, found \(every)")
    }
    if let earlyStopping {
      try require(
        earlyStopping.patience > 0, "expected a patience above 0, found \(earlyStopping.patience)")
    }
  }
}
