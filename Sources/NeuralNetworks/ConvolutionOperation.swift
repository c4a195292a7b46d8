import Kernels

/// A convolution or its transpose, with bias, activation and pooling.
///
/// There is a large and a small image, and windows that say how their pixels meet. A convolution goes
/// down from the large to the small one, its way back up; a transposed one the other way round.
struct ConvolutionOperation: PlannedOperation {
  /// Pooling that follows at once: only the largest entry of each window is kept, and which it was.
  struct Pool {
    /// Over the convolution's output, each pixel in one window at most.
    var windows: Windows
    /// The slot of the choices, a byte each; nil without a way back.
    var choices: Int?
  }

  var input: Int
  var output: Int
  var kernel: ParameterPlace
  var bias: ParameterPlace?
  var activation: Int32
  var windows: Windows
  var inputChannels: Int
  var filters: Int
  /// Whether the output is the large image.
  var goesUp: Bool
  /// The kernel as the layer has it, when nearest-neighbour upsampling was folded into it: the
  /// blocks' size is the stride.
  var unfolded: Extent?
  var pool: Pool?
  var inputGradient = GradientTarget()
  var outputGradient: Int?
  /// The slot of f'(z), for activations that need one.
  var derivative: Int?
  /// Whether the layer itself multiplies its gradient by the derivative.
  var multiplies = false
  /// Where the weights for the way up and, of a folded kernel, for the way down are prepared.
  var preparedUp: Int?
  var preparedDown: Int?
  /// Where a thread sums the kernel's gradient in an order of its own.
  var sums: Int?

  var hasWeights: Bool { true }
  var rectifies: Bool { activation == Int32(AEPCA_RELU.rawValue) && derivative == nil }

  var largeChannels: Int { goesUp ? filters : inputChannels }
  var smallChannels: Int { goesUp ? inputChannels : filters }
  /// Rows of the kernel as a matrix with a column for each small channel.
  var kernelRows: Int { windows.window.area * largeChannels }

  /// Multiply-add arithmetic forward, in floating-point operations.
  var work: Int {
    2 * windows.small.area * windows.window.area * padded(largeChannels) * smallChannels
  }

  func forward(_ run: RowRun) { forward(run, isTangent: false) }

  /// Tangents of the activation's sums; how the activation bends them is the caller's.
  func forwardTangents(_ tangents: RowRun) { forward(tangents, isTangent: true) }

  private func forward(_ run: RowRun, isTangent: Bool) {
    let bias = unsafe isTangent ? nil : bias.map { unsafe UnsafePointer(run.weights + $0.offset) }
    let finish = unsafe Finish(bias: bias, adds: 0, rectifies: !isTangent && rectifies ? 1 : 0)
    for row in 0..<run.rows {
      let from = unsafe run.row(row, of: input)
      let to = unsafe run.row(row, of: output)
      if goesUp {
        unsafe up(run, from: from, to: to, finish)
      } else if let pool {
        unsafe pooled(run, row, pool, from: from, to: to, finish)
      } else {
        let image = unsafe gathered(run, from)
        unsafe down(run, image, rows: 0..<windows.small.height, to: to, finish)
      }
    }
    guard !isTangent, activation != 0, !rectifies else { return }
    unsafe run.kernels.pointee.activate(
      activation, run.rows, run.vectors(output), run.values(output), run.stride(output),
      derivative.map { unsafe run.values($0) }, derivative.map { run.stride($0) } ?? 0)
  }

  /// The convolution of as many rows as a row of pooling windows holds, and their largest entries.
  private func pooled(
    _ run: RowRun, _ row: Int, _ pool: Pool, from: UnsafePointer<Float>,
    to: UnsafeMutablePointer<Float>, _ finish: Finish
  ) {
    let image = unsafe gathered(run, from)
    let band = unsafe run.scratch + scratch.other
    let (over, size) = (pool.windows, windows.small)
    let choices = pool.choices.map { unsafe run.choices(row, of: $0) }
    for y in 0..<over.small.height {
      let start = over.stride.height * y - over.before.height
      let rows = max(0, start)..<min(size.height, start + over.window.height)
      unsafe down(run, image, rows: rows, to: band, finish)
      let place = y * over.small.width * filters
      unsafe withUnsafePointer(
        to: aepca_pool_row(
          width: over.small.width, channels: filters, rows: band, row_step: size.width * filters,
          height: rows.count, image_width: size.width, window_width: over.window.width,
          stride: over.stride.width, before: over.before.width, to: to + place,
          choices: choices.map { unsafe $0 + place },
          first_choice: Int32((rows.lowerBound - start) * over.window.width))
      ) { unsafe run.kernels.pointee.pool_row($0) }
    }
  }

  func backward(_ run: RowRun) {
    guard let outputGradient else { return }
    let gradient = unsafe run.values(outputGradient)
    let stride = run.stride(outputGradient)
    if rectifies {
      unsafe run.kernels.pointee.rectify_gradient(
        run.rows, run.vectors(output), gradient, stride, run.values(output), run.stride(output))
    } else if multiplies, let derivative {
      unsafe run.kernels.pointee.multiply(
        run.rows, run.vectors(output), gradient, stride, run.values(derivative),
        run.stride(derivative))
    }
    let gradients = unsafe run.gradients
    for row in 0..<run.rows {
      let lists = unsafe listed(run, row)
      if inputGradient.slot != nil { unsafe addInputGradient(run, row, lists) }
      if let gradients = unsafe gradients {
        unsafe addKernelGradient(run, row, lists, to: gradients + kernel.offset)
        if let bias { unsafe addBiasGradient(run, row, to: gradients + bias.offset) }
      }
    }
  }

  /// Adds a row's gradient by the bias.
  private func addBiasGradient(_ run: RowRun, _ row: Int, to place: UnsafeMutablePointer<Float>) {
    guard let outputGradient else { return }
    let pixels = (pool?.windows.small ?? (goesUp ? windows.large : windows.small)).area
    unsafe aepca_channel_sums(pixels, filters, run.row(row, of: outputGradient), place)
  }

  /// Adds the gradient by the bias of rows that already went back.
  func addBiasGradient(_ run: RowRun, to place: UnsafeMutablePointer<Float>) {
    for row in 0..<run.rows { unsafe addBiasGradient(run, row, to: place) }
  }

  /// Adds the gradient by the kernel of rows that already went back.
  func addKernelGradient(_ run: RowRun, to place: UnsafeMutablePointer<Float>) {
    unsafe beginSums(run.sums)
    for row in 0..<run.rows {
      unsafe addKernelGradient(run, row, listed(run, row), to: place)
    }
    unsafe endSums(run.sums, to: place)
  }
}

/// What happens to sums over windows before they are stored.
@safe struct Finish {
  var bias: UnsafePointer<Float>?
  var adds: Int32 = 0
  var rectifies: Int32 = 0
}

extension RowRun {
  /// One row of a slot of bytes.
  func choices(_ row: Int, of slot: Int) -> UnsafeMutablePointer<UInt8> {
    unsafe UnsafeMutableRawPointer(self.row(row, of: slot)).assumingMemoryBound(to: UInt8.self)
  }
}
