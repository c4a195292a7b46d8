import Kernels

/// x W + b through an entrywise activation.
struct DenseOperation: PlannedOperation {
  var input: Int
  var output: Int
  var kernel: ParameterPlace
  var bias: ParameterPlace?
  var activation: Int32
  var inputGradient = GradientTarget()
  var outputGradient: Int?
  /// The slot of f'(z), nil for a linear layer or when there is no way back.
  var derivative: Int?
  /// Whether the layer itself multiplies its gradient by the derivative.
  var multiplies = false

  var hasWeights: Bool { true }

  private var inputs: Int { kernel.rowsAreUnits ? kernel.columns : kernel.rows }
  private var units: Int { kernel.rowsAreUnits ? kernel.rows : kernel.columns }

  /// Whose product gives the kernel's gradient: its rows' slot, its columns' slot.
  var gradientSource: GradientSource? {
    outputGradient.map {
      kernel.rowsAreUnits
        ? .product(rows: $0, columns: input) : .product(rows: input, columns: $0)
    }
  }

  /// Whether the kernel's transpose is read, forward or on the way back.
  var needsTranspose: Bool { kernel.rowsAreUnits || inputGradient.slot != nil }

  /// The kernel as it stands or its transpose, in panels of one row per input or per unit.
  private func panels(_ run: RowRun, rowsAreUnits: Bool) -> UnsafeMutablePointer<Float> {
    unsafe rowsAreUnits == kernel.rowsAreUnits
      ? run.weights + kernel.offset : run.transposed + kernel.transposedOffset
  }

  func forward(_ run: RowRun) {
    unsafe withUnsafePointer(
      to: aepca_product(
        rows: run.rows, inner: inputs, columns: units,
        a: run.values(input), a_row_stride: run.stride(input), a_inner_stride: 1,
        b: panels(run, rowsAreUnits: false), b_stride: 0,
        c: run.values(output), c_stride: run.stride(output), mode: Int32(AEPCA_STORE.rawValue),
        bias: bias.map { unsafe UnsafePointer(run.weights + $0.offset) },
        activation: activation, derivative: derivative.map { unsafe run.values($0) },
        derivative_stride: derivative.map { run.stride($0) } ?? 0, soon: (nil, nil, nil))
    ) { unsafe run.kernels.pointee.product($0) }
  }

  func backward(_ run: RowRun) {
    guard let outputGradient else { return }
    let gradient = unsafe run.values(outputGradient)
    let stride = run.stride(outputGradient)
    if multiplies, let derivative {
      unsafe run.kernels.pointee.multiply(
        run.rows, run.vectors(output), gradient, stride, run.values(derivative),
        run.stride(derivative))
    }
    guard let slot = inputGradient.slot else { return }
    unsafe withUnsafePointer(
      to: aepca_product(
        rows: run.rows, inner: units, columns: inputs,
        a: gradient, a_row_stride: stride, a_inner_stride: 1,
        b: panels(run, rowsAreUnits: true), b_stride: 0,
        c: run.values(slot), c_stride: run.stride(slot), mode: inputGradient.mode,
        bias: nil, activation: 0, derivative: nil, derivative_stride: 0, soon: (nil, nil, nil))
    ) { unsafe run.kernels.pointee.product($0) }
  }
}
