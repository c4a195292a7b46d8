import Kernels

/// An entrywise activation on its own.
struct ActivationOperation: PlannedOperation {
  var input: Int
  var output: Int
  var activation: Int32
  var inputGradient = GradientTarget()
  var outputGradient: Int?
  var derivative: Int?
  var multiplies = false

  func forward(_ run: RowRun) {
    unsafe run.kernels.pointee.accumulate(
      0, run.rows, run.vectors(output), run.values(output), run.stride(output),
      run.values(input), run.stride(input))
    unsafe run.kernels.pointee.activate(
      activation, run.rows, run.vectors(output), run.values(output), run.stride(output),
      derivative.map { unsafe run.values($0) }, derivative.map { run.stride($0) } ?? 0)
  }

  func backward(_ run: RowRun) {
    guard let outputGradient, let slot = inputGradient.slot else { return }
    let gradient = unsafe run.values(outputGradient)
    let vectors = run.vectors(output)
    if multiplies, let derivative {
      unsafe run.kernels.pointee.multiply(
        run.rows, vectors, gradient, run.stride(outputGradient), run.values(derivative),
        run.stride(derivative))
    }
    unsafe run.kernels.pointee.accumulate(
      inputGradient.adds, run.rows, vectors, run.values(slot), run.stride(slot), gradient,
      run.stride(outputGradient))
  }
}

/// The exponentials of a row over their sum.
struct SoftmaxOperation: PlannedOperation {
  var input: Int
  var output: Int
  var width: Int
  var inputGradient = GradientTarget()
  var outputGradient: Int?

  func forward(_ run: RowRun) {
    unsafe run.kernels.pointee.accumulate(
      0, run.rows, run.vectors(output), run.values(output), run.stride(output),
      run.values(input), run.stride(input))
    unsafe run.kernels.pointee.softmax(run.rows, width, run.values(output), run.stride(output))
  }

  func backward(_ run: RowRun) {
    guard let outputGradient, let slot = inputGradient.slot else { return }
    let vectors = run.vectors(output)
    unsafe run.kernels.pointee.softmax_gradient(
      run.rows, vectors, run.values(outputGradient), run.stride(outputGradient),
      run.values(output), run.stride(output))
    unsafe run.kernels.pointee.accumulate(
      inputGradient.adds, run.rows, vectors, run.values(slot), run.stride(slot),
      run.values(outputGradient), run.stride(outputGradient))
  }
}
