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
    case .prelu(let prelu):
      forwardTangents(of: prelu, tangents, values: values, directions)
    case .batchNorm(let normalization):
      normalization.forwardTangents(tangents)
    case .nestedDropout(let dropout): dropout.forwardTangents(tangents)
    case .convolution(let convolution):
      convolution.forwardTangents(tangents)
      scale(tangents, convolution.output, by: convolution.derivative, of: values, directions)
    case .pooling(let pooling): pooling.forwardTangents(tangents, values: values)
    case .copy, .dropout, .noise, .enlargement, .placement:
      // Linear, or nothing at all outside of training.
      forward(tangents)
    }
  }

  /// The way back of a rectifier multiplies by its slopes in place; so does the way forward.
  private func forwardTangents(
    of prelu: PReLUOperation, _ tangents: RowRun, values: RowRun, _ directions: Int
  ) {
    let vectors = tangents.vectors(prelu.output)
    let stride = tangents.stride(prelu.output)
    unsafe tangents.kernels.pointee.accumulate(
      0, tangents.rows, vectors, tangents.values(prelu.output), stride,
      tangents.values(prelu.input), tangents.stride(prelu.input))
    for direction in 0..<directions {
      unsafe tangents.kernels.pointee.prelu_gradient(
        values.rows, vectors, values.values(prelu.input), values.stride(prelu.input),
        values.weights + prelu.slopes.offset,
        tangents.values(prelu.output) + direction * values.rows * stride, stride,
        values.values(prelu.slopeGradient), values.stride(prelu.slopeGradient))
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

extension BatchNormOperation {
  /// Outside of training the layer is a factor and a shift for each column.
  fileprivate func forwardTangents(_ tangents: RowRun) {
    let width = tangents.width(output)
    for row in 0..<tangents.rows {
      let from = unsafe tangents.values(input) + row * tangents.stride(input)
      let to = unsafe tangents.values(output) + row * tangents.stride(output)
      for column in 0..<width {
        let variance = unsafe tangents.weights[movingVariance.offset + column]
        let factor =
          unsafe tangents.weights[scale.offset + column] / (variance + epsilon).squareRoot()
        unsafe to[column] = from[column] * factor
      }
    }
  }
}
