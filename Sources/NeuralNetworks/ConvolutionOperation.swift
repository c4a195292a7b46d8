import Kernels

/// A convolution or its transpose, with bias and activation.
///
/// There is a large and a small image, and windows that say how their pixels meet. A convolution goes
/// down from the large to the small one, its way back up; a transposed one the other way round.
/// Going down, each small pixel sums over a window; going up, each large pixel over the small
/// pixels whose windows hold it. Each image is copied between zeros into scratch first.
struct ConvolutionOperation: PlannedOperation {
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
  var inputGradient = GradientTarget()
  var outputGradient: Int?
  /// The slot of f'(z), for activations that need one.
  var derivative: Int?
  /// Whether the layer itself multiplies its gradient by the derivative.
  var multiplies = false
  /// Where the weights for the way up and, of a folded kernel, for the way down are prepared.
  var preparedUp: Int?
  var preparedDown: Int?

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

  /// Floats of scratch for one image.
  var scratchCount: Int {
    max(
      windows.paddedLarge.area * largeChannels, windows.paddedSmall.area * smallChannels)
      + lanes + foldedCount
  }

  /// Floats of a folded kernel's gradient.
  private var foldedCount: Int {
    unfolded == nil ? 0 : kernelRows * padded(smallChannels)
  }

  func forward(_ run: RowRun) { forward(run, isTangent: false) }

  private func forward(_ run: RowRun, isTangent: Bool) {
    let bias = unsafe isTangent ? nil : bias.map { unsafe UnsafePointer(run.weights + $0.offset) }
    let rectifies: Int32 = !isTangent && self.rectifies ? 1 : 0
    for row in 0..<run.rows {
      let from = unsafe run.row(row, of: input)
      let to = unsafe run.row(row, of: output)
      if goesUp {
        unsafe up(run, from: from, to: to, adds: 0, bias: bias, rectifies: rectifies)
      } else {
        unsafe down(run, from: from, to: to, adds: 0, bias: bias, rectifies: rectifies)
      }
    }
    guard !isTangent, activation != 0, rectifies == 0 else { return }
    unsafe run.kernels.pointee.activate(
      activation, run.rows, run.vectors(output), run.values(output), run.stride(output),
      derivative.map { unsafe run.values($0) }, derivative.map { run.stride($0) } ?? 0)
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
    if let slot = inputGradient.slot {
      for row in 0..<run.rows {
        let from = unsafe run.row(row, of: outputGradient)
        let to = unsafe run.row(row, of: slot)
        if goesUp {
          unsafe down(run, from: from, to: to, adds: inputGradient.adds, bias: nil, rectifies: 0)
        } else {
          unsafe up(run, from: from, to: to, adds: inputGradient.adds, bias: nil, rectifies: 0)
        }
      }
    }
    if let gradients = unsafe run.gradients {
      unsafe addKernelGradient(run, to: gradients + kernel.offset)
      if let bias { unsafe addBiasGradient(run, to: gradients + bias.offset) }
    }
  }

  /// Adds the rows' gradient by the kernel.
  func addKernelGradient(_ run: RowRun, to place: UnsafeMutablePointer<Float>) {
    guard let outputGradient else { return }
    let sums = unsafe unfolded == nil ? place : run.scratch
    if unfolded != nil { unsafe sums.update(repeating: 0, count: foldedCount) }
    for row in 0..<run.rows {
      let gradient = unsafe run.row(row, of: outputGradient)
      let values = unsafe run.row(row, of: input)
      unsafe addGradient(
        run, large: goesUp ? gradient : values, small: goesUp ? values : gradient, to: sums)
    }
    guard let unfolded else { return }
    unsafe withUnsafePointer(to: folding(unfolded)) { unsafe aepca_unfold_kernel($0, sums, place) }
  }

  /// Adds the rows' gradient by the bias.
  func addBiasGradient(_ run: RowRun, to place: UnsafeMutablePointer<Float>) {
    guard let outputGradient else { return }
    let pixels = (goesUp ? windows.large : windows.small).area
    for row in 0..<run.rows {
      unsafe aepca_channel_sums(pixels, filters, run.row(row, of: outputGradient), place)
    }
  }

  /// Brings the weights in the orders that the way up and down reads them.
  func prepare(
    weights: UnsafePointer<Float>, prepared: UnsafeMutablePointer<Float>
  ) {
    var down = unsafe weights + kernel.offset
    if let unfolded, let preparedDown {
      let place = unsafe prepared + preparedDown
      unsafe withUnsafePointer(to: folding(unfolded)) { unsafe aepca_fold_kernel($0, down, place) }
      unsafe down = UnsafePointer(place)
    }
    guard let preparedUp else { return }
    var offset = preparedUp
    eachPhase { rows, columns in
      let count = rows.taps * columns.taps * smallChannels
      for tap in 0..<rows.taps * columns.taps {
        let y = rows.lastTap - windows.stride.height * (tap / columns.taps)
        let x = columns.lastTap - windows.stride.width * (tap % columns.taps)
        unsafe aepca_transpose_packed(
          largeChannels, smallChannels, down, kernelRows,
          (y * windows.window.width + x) * largeChannels, prepared + offset, count,
          tap * smallChannels)
      }
      offset += count * padded(largeChannels)
    }
  }

  /// Floats that the weights for the way up take.
  var upCount: Int { windows.window.area * smallChannels * padded(largeChannels) }
  /// Floats that a folded kernel takes.
  var downCount: Int { kernelRows * padded(smallChannels) }

  /// Tangents of the activation's sums; how the activation bends them is the caller's.
  func forwardTangents(_ tangents: RowRun) { forward(tangents, isTangent: true) }
}

extension ConvolutionOperation {
  private func folding(_ kernel: Extent) -> aepca_folding {
    aepca_folding(
      height: kernel.height, width: kernel.width, inputs: inputChannels, outputs: filters,
      block_height: windows.stride.height, block_width: windows.stride.width)
  }

  private func eachPhase(
    _ body: (_ rows: TransposedAxis.Phase, _ columns: TransposedAxis.Phase) -> Void
  ) {
    let (rows, columns) = (windows.rows, windows.columns)
    for y in 0..<windows.stride.height {
      let row = rows.phase(y)
      for x in 0..<windows.stride.width { body(row, columns.phase(x)) }
    }
  }

  /// From the large image to the small one.
  private func down(
    _ run: RowRun, from: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>, adds: Int32,
    bias: UnsafePointer<Float>?, rectifies: Int32
  ) {
    let channels = largeChannels
    let reach = windows.paddedLarge
    var image = unsafe from
    var row = windows.large.width * channels
    let isWithin =
      windows.before == 0 && reach.height <= windows.large.height
      && reach.width <= windows.large.width
    if !isWithin {
      let scratch = unsafe run.scratch + foldedCount
      row = reach.width * channels
      unsafe aepca_place_image(
        from, windows.large.height, windows.large.width, channels, scratch, reach.height,
        reach.width, windows.before.height, windows.before.width)
      unsafe image = UnsafePointer(scratch)
    }
    unsafe withUnsafePointer(
      to: aepca_taps(
        height: windows.small.height, width: windows.small.width, columns: smallChannels,
        input: image, input_row_step: windows.stride.height * row,
        input_pixel_step: windows.stride.width * channels, runs: windows.window.height,
        run_step: row, run_length: windows.window.width * channels,
        weights: preparedDown.map { unsafe UnsafePointer(run.prepared + $0) }
          ?? UnsafePointer(run.weights + kernel.offset),
        output: to, output_row_step: windows.small.width * smallChannels,
        output_pixel_step: smallChannels, bias: bias, adds: adds, rectifies: rectifies)
    ) { unsafe run.kernels.pointee.taps($0) }
  }

  /// From the small image to the large one, phase by phase.
  private func up(
    _ run: RowRun, from: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>, adds: Int32,
    bias: UnsafePointer<Float>?, rectifies: Int32
  ) {
    guard let preparedUp else { return }
    let (rows, columns) = (windows.rows, windows.columns)
    let reach = windows.paddedSmall
    let lead = Extent(height: rows.lead, width: columns.lead)
    let scratch = unsafe run.scratch + foldedCount
    unsafe aepca_place_image(
      from, windows.small.height, windows.small.width, smallChannels, scratch, reach.height,
      reach.width, lead.height, lead.width)
    let largeRow = windows.large.width * largeChannels
    var offset = preparedUp
    eachPhase { row, column in
      let start =
        ((lead.height + row.start) * reach.width + lead.width + column.start) * smallChannels
      let isEmpty = row.taps * column.taps == 0
      unsafe withUnsafePointer(
        to: aepca_taps(
          height: row.count, width: column.count, columns: largeChannels,
          input: isEmpty ? scratch : scratch + start,
          input_row_step: isEmpty ? 0 : reach.width * smallChannels,
          input_pixel_step: isEmpty ? 0 : smallChannels, runs: row.taps,
          run_step: reach.width * smallChannels, run_length: column.taps * smallChannels,
          weights: run.prepared + offset,
          output: to + row.first * largeRow + column.first * largeChannels,
          output_row_step: windows.stride.height * largeRow,
          output_pixel_step: windows.stride.width * largeChannels, bias: bias, adds: adds,
          rectifies: rectifies)
      ) { unsafe run.kernels.pointee.taps($0) }
      offset += row.taps * column.taps * smallChannels * padded(largeChannels)
    }
  }

  /// Adds an image's gradient by the kernel, one place of the window after another, over the pixels
  /// whose windows hold a pixel there.
  private func addGradient(
    _ run: RowRun, large: UnsafePointer<Float>, small: UnsafePointer<Float>,
    to sums: UnsafeMutablePointer<Float>
  ) {
    for y in 0..<windows.window.height {
      let rows = windows.rows.meeting(y)
      for x in 0..<windows.window.width {
        let columns = windows.columns.meeting(x)
        guard !rows.isEmpty, !columns.isEmpty else { continue }
        let top = rows.lowerBound * windows.stride.height + y - windows.before.height
        let left = columns.lowerBound * windows.stride.width + x - windows.before.width
        unsafe withUnsafePointer(
          to: aepca_tap_gradient(
            height: rows.count, width: columns.count, rows: largeChannels,
            a: large + (top * windows.large.width + left) * largeChannels,
            a_row_step: windows.stride.height * windows.large.width * largeChannels,
            a_pixel_step: windows.stride.width * largeChannels, columns: smallChannels,
            b: small + (rows.lowerBound * windows.small.width + columns.lowerBound) * smallChannels,
            b_row_step: windows.small.width * smallChannels, b_pixel_step: smallChannels,
            sums: sums, kernel_rows: kernelRows,
            first_row: (y * windows.window.width + x) * largeChannels)
        ) { unsafe run.kernels.pointee.tap_gradient($0) }
      }
    }
  }
}

extension TransposedAxis {
  /// The pixels of the small image whose windows hold one of the large image at a place.
  fileprivate func meeting(_ place: Int) -> Range<Int> {
    let first = max(0, (before - place + stride - 1) / stride)
    let end = min(small, (large - 1 + before - place + stride) / stride)
    return first..<max(first, end)
  }
}
