import Kernels

extension Operation {
  /// Carries tangents forward: the derivatives of a row's values by some numbers, each of which
  /// has a row of its own.
  ///
  /// - Parameters:
  ///   - tangents: `directions` times the rows of `values`, all rows of one direction together.
  ///   - values: The rows themselves, already run forward with their derivatives kept.
  func forwardTangents(_ tangents: RowRun, values: RowRun, directions: Int) {
    switch self {
    case .dense(var dense):
      let derivative = dense.derivative
      dense.bias = nil
      dense.activation = Int32(AEPCA_LINEAR.rawValue)
      dense.derivative = nil
      dense.forward(tangents)
      scale(tangents, dense.output, by: derivative, of: values, directions)
    case .activation(var activation):
      let derivative = activation.derivative
      activation.activation = Int32(AEPCA_LINEAR.rawValue)
      activation.derivative = nil
      activation.forward(tangents)
      scale(tangents, activation.output, by: derivative, of: values, directions)
    case .softmax(let softmax):
      unsafe tangents.kernels.pointee.accumulate(
        0, tangents.rows, tangents.vectors(softmax.output), tangents.values(softmax.output),
        tangents.stride(softmax.output), tangents.values(softmax.input),
        tangents.stride(softmax.input))
      // The Jacobian of a softmax is symmetric: forward is backward.
      for direction in 0..<directions {
        unsafe tangents.kernels.pointee.softmax_gradient(
          values.rows, tangents.vectors(softmax.output),
          tangents.values(softmax.output) + direction * values.rows
            * tangents.stride(softmax.output), tangents.stride(softmax.output),
          values.values(softmax.output), values.stride(softmax.output))
      }
    case .copy, .dropout, .noise:
      // Linear, or nothing at all outside of training.
      forward(tangents)
    }
  }

  private func scale(
    _ tangents: RowRun, _ slot: Int, by derivative: Int?, of values: RowRun, _ directions: Int
  ) {
    guard let derivative else { return }
    for direction in 0..<directions {
      unsafe tangents.kernels.pointee.multiply(
        values.rows, tangents.vectors(slot),
        tangents.values(slot) + direction * values.rows * tangents.stride(slot),
        tangents.stride(slot), values.values(derivative), values.stride(derivative))
    }
  }
}
