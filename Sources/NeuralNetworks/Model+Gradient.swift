import LinearAlgebra

extension Model {
  /// The loss of some rows and its gradient by each of the weights, which training follows.
  ///
  /// Dropout and noise are drawn from the options' seed.
  package func lossAndGradient(
    _ inputs: Matrix<Float>, _ targets: Matrix<Float>, mask: Mask? = nil,
    columnWeights: [Float]? = nil, targetCopies: Int = 1, options: TrainingOptions
  ) throws(TrainingError) -> (loss: Double, gradient: [NamedWeights]) {
    let samples = try Samples(
      inputs, targets, mask: mask, copies: targetCopies, model: self, loss: options.loss,
      called: "gradient")
    initializeMissing(seed: options.seed)
    let layout = ParameterLayout(parameters, trains: true)
    let plan = Plan(self, layout: layout, trains: true)
    guard plan.outputGradient != nil else { throw TrainingError(.nothingToTrain) }
    let runner = try StepRunner(
      plan: plan, weights: PackedWeights(layout, trains: true), options: options,
      columnWeights: FloatBuffer(padding: columnWeights), rowLimit: inputs.rowCount,
      keepsGradient: true)
    let count = samples.count(loss: options.loss)
    let total = samples.withSources(order: nil) {
      runner.step(
        $0, rows: inputs.rowCount, count: count, number: 0, rate: 0, seed: options.seed)
    }
    let flat = try runner.lastGradient()
    let gradient = namedParameters.compactMap { name, parameter -> NamedWeights? in
      guard parameter.isTrainable, let place = layout.place(of: parameter) else { return nil }
      var values = [Float](repeating: 0, count: parameter.count)
      place.forEachEntry { values[$0] = unsafe flat.start[$1] }
      return NamedWeights(name: name, shape: parameter.shape, values: values)
    }
    return (count > 0 ? total / Double(count) : 0, gradient)
  }
}
