import Kernels

/// A rectifier with a trained slope for each column.
struct PReLUOperation: PlannedOperation {
  var input: Int
  var output: Int
  var slopes: ParameterPlace
  /// The slot whose column sums are the gradient of the slopes.
  var slopeGradient: Int
  var inputGradient = GradientTarget()
  var outputGradient: Int?

  var hasWeights: Bool { true }

  func forward(_ run: RowRun) {
    unsafe run.kernels.pointee.prelu(
      run.rows, run.vectors(output), run.values(input), run.stride(input),
      run.weights + slopes.offset, run.values(output), run.stride(output))
  }

  func backward(_ run: RowRun) {
    guard let outputGradient else { return }
    let vectors = run.vectors(output)
    unsafe run.kernels.pointee.prelu_gradient(
      run.rows, vectors, run.values(input), run.stride(input), run.weights + slopes.offset,
      run.values(outputGradient), run.stride(outputGradient), run.values(slopeGradient),
      run.stride(slopeGradient))
    guard let slot = inputGradient.slot else { return }
    unsafe run.kernels.pointee.accumulate(
      inputGradient.adds, run.rows, vectors, run.values(slot), run.stride(slot),
      run.values(outputGradient), run.stride(outputGradient))
  }
}

/// Normalization by the batch.
///
/// Between the rows before it and its own, mean and variance are
/// taken over the whole batch; on the way back, two sums.
struct BatchNormOperation: PlannedOperation {
  var input: Int
  var output: Int
  /// The slot of the normalized values.
  var normalized: Int
  var scale: ParameterPlace
  var shift: ParameterPlace
  var movingMean: ParameterPlace
  var movingVariance: ParameterPlace
  var momentum: Float
  var epsilon: Float
  /// Where the column state begins: mean, variance, sum, product.
  var state: Int
  var inputGradient = GradientTarget()
  var outputGradient: Int?

  var hasWeights: Bool { true }

  private func column(_ index: Int, of run: RowRun) -> UnsafeMutablePointer<Float> {
    unsafe run.columns + state + index * scale.size
  }

  /// Places of the sums that are the gradients of shift and scale.
  var sums: (shift: Int, scale: Int) { (state + 2 * scale.size, state + 3 * scale.size) }

  func forwardStatistics(_ run: RowRun, vectors: Range<Int>) {
    let start = vectors.lowerBound * lanes
    let mean = unsafe column(0, of: run) + start
    let variance = unsafe column(1, of: run) + start
    unsafe run.kernels.pointee.moments(
      run.rows, vectors.count, run.values(input) + start, run.stride(input), mean, variance)
    let unbiased = run.rows > 1 ? Float(run.rows) / Float(run.rows - 1) : 1
    let means = unsafe run.weights + movingMean.offset + start
    let variances = unsafe run.weights + movingVariance.offset + start
    for index in 0..<vectors.count * lanes {
      unsafe means[index] += (1 - momentum) * (mean[index] - means[index])
      unsafe variances[index] +=
        (1 - momentum) * (variance[index] * unbiased - variances[index])
    }
  }

  func forward(_ run: RowRun) {
    let mean = unsafe run.isTraining ? column(0, of: run) : run.weights + movingMean.offset
    let variance =
      unsafe run.isTraining
      ? column(1, of: run) : run.weights + movingVariance.offset
    unsafe run.kernels.pointee.normalize(
      run.rows, run.vectors(output), run.values(input), run.stride(input), mean, variance,
      epsilon, run.weights + scale.offset, run.weights + shift.offset,
      run.isTraining ? run.values(normalized) : nil, run.stride(normalized),
      run.values(output), run.stride(output))
  }

  func backwardStatistics(_ run: RowRun, vectors: Range<Int>) {
    guard let outputGradient else { return }
    let start = vectors.lowerBound * lanes
    unsafe run.kernels.pointee.normalize_sums(
      run.rows, vectors.count, run.values(outputGradient) + start, run.stride(outputGradient),
      run.values(normalized) + start, run.stride(normalized), column(2, of: run) + start,
      column(3, of: run) + start)
  }

  func backward(_ run: RowRun) {
    guard let outputGradient, let slot = inputGradient.slot else { return }
    let vectors = run.vectors(output)
    unsafe run.kernels.pointee.normalize_gradient(
      run.rows, vectors, run.values(outputGradient), run.stride(outputGradient),
      run.values(normalized), run.stride(normalized), column(2, of: run), column(3, of: run),
      column(1, of: run), epsilon, run.weights + scale.offset, Float(run.batchRows))
    unsafe run.kernels.pointee.accumulate(
      inputGradient.adds, run.rows, vectors, run.values(slot), run.stride(slot),
      run.values(outputGradient), run.stride(outputGradient))
  }
}
