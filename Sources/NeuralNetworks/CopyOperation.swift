import Kernels

/// A tensor put into, or added to, some columns of another: sums and concatenations.
struct CopyOperation: PlannedOperation {
  var input: Int
  var output: Int
  /// The first column of the output that it goes to.
  var column: Int
  var adds: Bool
  /// Columns, filled in from the input when the plan is laid out.
  var width = 0
  var inputGradient = GradientTarget()
  var outputGradient: Int?

  func forward(_ run: RowRun) {
    let target = unsafe run.values(output)
    if column == 0 && width == run.width(output) {
      unsafe run.kernels.pointee.accumulate(
        adds ? 1 : 0, run.rows, run.vectors(output), target, run.stride(output),
        run.values(input), run.stride(input))
      return
    }
    for row in 0..<run.rows {
      unsafe (target + row * run.stride(output) + column).update(
        from: run.values(input) + row * run.stride(input), count: width)
    }
  }

  func backward(_ run: RowRun) {
    guard let outputGradient, let slot = inputGradient.slot else { return }
    let source = unsafe run.values(outputGradient)
    let target = unsafe run.values(slot)
    if column == 0 && width == run.width(output) {
      unsafe run.kernels.pointee.accumulate(
        inputGradient.adds, run.rows, run.vectors(output), target, run.stride(slot), source,
        run.stride(outputGradient))
      return
    }
    for row in 0..<run.rows {
      let from = unsafe source + row * run.stride(outputGradient) + column
      let to = unsafe target + row * run.stride(slot)
      if inputGradient.adds == 0 {
        unsafe to.update(from: from, count: width)
      } else {
        for index in 0..<width { unsafe to[index] += from[index] }
      }
    }
  }
}
