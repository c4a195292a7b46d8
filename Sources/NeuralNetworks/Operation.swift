import Kernels

/// One step of a plan, its tensors named by the numbers of their slots.
///
/// Operations are plain values without references: running them allocates and counts nothing.
enum Operation {
  case dense(DenseOperation)
  case activation(ActivationOperation)
  case softmax(SoftmaxOperation)
  case copy(CopyOperation)
  case dropout(DropoutOperation)
  case noise(NoiseOperation)

  func forward(_ run: RowRun) {
    switch self {
    case .dense(let operation): operation.forward(run)
    case .activation(let operation): operation.forward(run)
    case .softmax(let operation): operation.forward(run)
    case .copy(let operation): operation.forward(run)
    case .dropout(let operation): operation.forward(run)
    case .noise(let operation): operation.forward(run)
    }
  }

  func backward(_ run: RowRun) {
    switch self {
    case .dense(let operation): operation.backward(run)
    case .activation(let operation): operation.backward(run)
    case .softmax(let operation): operation.backward(run)
    case .copy(let operation): operation.backward(run)
    case .dropout(let operation): operation.backward(run)
    case .noise(let operation): operation.backward(run)
    }
  }
}

/// Where an operation leaves the gradient of one of its inputs.
struct GradientTarget {
  /// The slot, or nil when nobody needs it.
  var slot: Int?
  /// How it meets what stands there: stored, added, or multiplied onto a derivative.
  var mode = Int32(AEPCA_STORE.rawValue)

  var adds: Int32 { mode == Int32(AEPCA_ADD.rawValue) ? 1 : 0 }
}

/// x W + b through an entrywise activation.
struct DenseOperation {
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

  func forward(_ run: RowRun) {
    unsafe withUnsafePointer(
      to: aepca_product(
        rows: run.rows, inner: kernel.rows, vectors: kernel.vectors,
        a: run.values(input), a_row_stride: run.stride(input), a_inner_stride: 1,
        b: run.weights + kernel.offset, b_stride: 0,
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
        run.rows, kernel.vectors, gradient, stride, run.values(derivative),
        run.stride(derivative))
    }
    guard let slot = inputGradient.slot else { return }
    unsafe withUnsafePointer(
      to: aepca_product(
        rows: run.rows, inner: kernel.columns, vectors: kernel.transposedVectors,
        a: gradient, a_row_stride: stride, a_inner_stride: 1,
        b: run.transposed + kernel.transposedOffset, b_stride: 0,
        c: run.values(slot), c_stride: run.stride(slot), mode: inputGradient.mode,
        bias: nil, activation: 0, derivative: nil, derivative_stride: 0, soon: (nil, nil, nil))
    ) { unsafe run.kernels.pointee.product($0) }
  }
}

/// An entrywise activation on its own.
struct ActivationOperation {
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
struct SoftmaxOperation {
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

/// A tensor put into, or added to, some columns of another: sums and concatenations.
struct CopyOperation {
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

/// Entries dropped at random while training.
struct DropoutOperation {
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
struct NoiseOperation {
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
