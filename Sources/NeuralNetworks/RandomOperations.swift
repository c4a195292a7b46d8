import Kernels

/// Entries dropped at random while training.
struct DropoutOperation: PlannedOperation {
  var input: Int
  var output: Int
  /// The slot of the factors drawn on the way forward.
  var factors: Int
  var rate: Float
  /// Tells the random numbers of different operations apart.
  var number = 0
  var inputGradient = GradientTarget()
  var outputGradient: Int?

  func forward(_ run: RowRun) {
    unsafe run.kernels.pointee.accumulate(
      0, run.rows, run.vectors(output), run.values(output), run.stride(output),
      run.values(input), run.stride(input))
    guard run.isTraining else { return }
    unsafe run.kernels.pointee.dropout(
      run.key(number), rate, run.firstRow, run.rows, run.width(output), run.values(output),
      run.stride(output), run.values(factors), run.stride(factors))
  }

  func backward(_ run: RowRun) {
    guard let outputGradient, let slot = inputGradient.slot else { return }
    let vectors = run.vectors(output)
    unsafe run.kernels.pointee.multiply(
      run.rows, vectors, run.values(outputGradient), run.stride(outputGradient),
      run.values(factors), run.stride(factors))
    unsafe run.kernels.pointee.accumulate(
      inputGradient.adds, run.rows, vectors, run.values(slot), run.stride(slot),
      run.values(outputGradient), run.stride(outputGradient))
  }
}

/// Normal noise added while training.
struct NoiseOperation: PlannedOperation {
  var input: Int
  var output: Int
  var deviation: Float
  var number = 0
  var inputGradient = GradientTarget()
  var outputGradient: Int?

  func forward(_ run: RowRun) {
    unsafe run.kernels.pointee.accumulate(
      0, run.rows, run.vectors(output), run.values(output), run.stride(output),
      run.values(input), run.stride(input))
    guard run.isTraining, deviation > 0 else { return }
    unsafe run.kernels.pointee.noise(
      run.key(number), deviation, run.firstRow, run.rows, run.width(output),
      run.values(output), run.stride(output))
  }

  func backward(_ run: RowRun) {
    guard let outputGradient, let slot = inputGradient.slot else { return }
    unsafe run.kernels.pointee.accumulate(
      inputGradient.adds, run.rows, run.vectors(output), run.values(slot), run.stride(slot),
      run.values(outputGradient), run.stride(outputGradient))
  }
}
