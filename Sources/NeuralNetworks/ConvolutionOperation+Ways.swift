import Kernels

/// The sums over windows, from the large image down to the small one and back up.
///
/// Each image is copied between zeros into scratch first, so that no sum asks for edges.
extension ConvolutionOperation {
  /// Places of the parts of scratch.
  struct Scratch {
    /// The large image between zeros.
    var image = 0
    /// Its windows one after another, where they are short.
    var windows: Int
    /// Rows before they are pooled; the small image between zeros; products; lists.
    var other: Int
    var count: Int
  }

  var scratch: Scratch {
    let image = padded(windows.paddedLarge.area * largeChannels) + lanes
    let rows = gathersWindows ? padded(windows.small.area * kernelRows) + lanes : 0
    var other = windows.paddedSmall.area * smallChannels
    if sumsProducts { other = max(other, windows.small.area * padded(kernelRows)) }
    if let pool {
      other = max(other, pool.windows.window.height * windows.small.width * filters, listCount)
    }
    return Scratch(
      windows: image, other: image + rows, count: image + rows + padded(other) + 2 * lanes)
  }

  /// Whether a row of a window is so short that all rows of it are better put together first.
  var gathersWindows: Bool {
    windows.window.height > 1 && windows.window.width * largeChannels < lanes
  }

  /// Whether the way up multiplies each small pixel by all its window's weights and then adds what
  /// each large pixel gets: with few large channels the other way would leave vectors empty.
  var sumsProducts: Bool {
    pool == nil && largeChannels < lanes / 2 && kernelRows <= 8 * lanes
  }

  /// An image in which windows can be read.
  @safe struct Gathered {
    var start: UnsafePointer<Float>
    var rowStep: Int
    var pixelStep: Int
    var runs: Int
    var runStep: Int
    var runLength: Int
  }

  /// Puts the large image between the zeros that windows reach.
  func bordered(_ run: RowRun, _ from: UnsafePointer<Float>) -> (UnsafePointer<Float>, width: Int) {
    let reach = windows.paddedLarge
    let isWithin =
      windows.before == 0 && reach.height <= windows.large.height
      && reach.width <= windows.large.width
    if isWithin { return unsafe (from, windows.large.width) }
    unsafe aepca_place_image(
      from, windows.large.height, windows.large.width, largeChannels, run.scratch, reach.height,
      reach.width, windows.before.height, windows.before.width)
    return unsafe (UnsafePointer(run.scratch), reach.width)
  }

  func gathered(_ run: RowRun, _ from: UnsafePointer<Float>) -> Gathered {
    let (start, width) = unsafe bordered(run, from)
    guard gathersWindows else {
      let row = width * largeChannels
      return unsafe Gathered(
        start: start, rowStep: windows.stride.height * row,
        pixelStep: windows.stride.width * largeChannels, runs: windows.window.height, runStep: row,
        runLength: windows.window.width * largeChannels)
    }
    let rows = unsafe run.scratch + scratch.windows
    unsafe withUnsafePointer(to: aepca_windows(windows, channels: largeChannels)) {
      unsafe aepca_gather_windows($0, start, width, rows)
    }
    return unsafe Gathered(
      start: UnsafePointer(rows), rowStep: windows.small.width * kernelRows, pixelStep: kernelRows,
      runs: 1, runStep: 0, runLength: kernelRows)
  }

  /// Some rows of the small image.
  func down(
    _ run: RowRun, _ image: Gathered, rows: Range<Int>, to: UnsafeMutablePointer<Float>,
    _ finish: Finish
  ) {
    unsafe withUnsafePointer(
      to: aepca_taps(
        height: rows.count, width: windows.small.width, columns: smallChannels,
        input: image.start + rows.lowerBound * image.rowStep, input_row_step: image.rowStep,
        input_pixel_step: image.pixelStep, runs: image.runs, run_step: image.runStep,
        run_length: image.runLength,
        weights: preparedDown.map { unsafe UnsafePointer(run.prepared + $0) }
          ?? UnsafePointer(run.weights + kernel.offset),
        output: to, output_row_step: windows.small.width * smallChannels,
        output_pixel_step: smallChannels, bias: finish.bias, adds: finish.adds,
        rectifies: finish.rectifies)
    ) { unsafe run.kernels.pointee.taps($0) }
  }

  /// The large image.
  func up(
    _ run: RowRun, from: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>, _ finish: Finish
  ) {
    if sumsProducts { return unsafe upByProducts(run, from: from, to: to, finish) }
    let reach = windows.paddedSmall
    unsafe aepca_place_image(
      from, windows.small.height, windows.small.width, smallChannels,
      run.scratch + scratch.other, reach.height, reach.width, windows.rows.lead,
      windows.columns.lead)
    unsafe upFromBordered(run, to: to, finish)
  }

  private func upByProducts(
    _ run: RowRun, from: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>, _ finish: Finish
  ) {
    guard let preparedUp else { return }
    let products = unsafe run.scratch + scratch.other
    let step = padded(kernelRows)
    unsafe withUnsafePointer(
      to: aepca_taps(
        height: 1, width: windows.small.area, columns: kernelRows, input: from, input_row_step: 0,
        input_pixel_step: smallChannels, runs: 1, run_step: 0, run_length: smallChannels,
        weights: run.prepared + preparedUp, output: products, output_row_step: 0,
        output_pixel_step: step, bias: nil, adds: 0, rectifies: 0)
    ) { unsafe run.kernels.pointee.taps($0) }
    unsafe withUnsafePointer(to: aepca_windows(windows, channels: largeChannels)) {
      unsafe aepca_sum_windows(
        $0, products, step, finish.bias, finish.adds, finish.rectifies, to)
    }
  }

  /// The large image from the small one that stands between zeros in scratch, phase by phase.
  func upFromBordered(_ run: RowRun, to: UnsafeMutablePointer<Float>, _ finish: Finish) {
    guard let preparedUp else { return }
    let (rows, columns) = (windows.rows, windows.columns)
    let line = windows.paddedSmall.width * smallChannels
    let (leadRows, leadColumns) = (rows.lead, columns.lead)
    let small = unsafe run.scratch + scratch.other
    let largeRow = windows.large.width * largeChannels
    var offset = preparedUp
    eachPhase { row, column in
      let start =
        (leadRows + row.start) * line + (leadColumns + column.start) * smallChannels
      let isEmpty = row.taps * column.taps == 0
      unsafe withUnsafePointer(
        to: aepca_taps(
          height: row.count, width: column.count, columns: largeChannels,
          input: isEmpty ? small : small + start, input_row_step: isEmpty ? 0 : line,
          input_pixel_step: isEmpty ? 0 : smallChannels, runs: row.taps, run_step: line,
          run_length: column.taps * smallChannels, weights: run.prepared + offset,
          output: to + row.first * largeRow + column.first * largeChannels,
          output_row_step: windows.stride.height * largeRow,
          output_pixel_step: windows.stride.width * largeChannels, bias: finish.bias,
          adds: finish.adds, rectifies: finish.rectifies)
      ) { unsafe run.kernels.pointee.taps($0) }
      offset += row.taps * column.taps * smallChannels * padded(largeChannels)
    }
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

  /// Floats that the weights for the way up take.
  var upCount: Int {
    sumsProducts
      ? smallChannels * padded(kernelRows)
      : windows.window.area * smallChannels * padded(largeChannels)
  }

  /// Floats that a folded kernel takes.
  var downCount: Int { kernelRows * padded(smallChannels) }

  func folding(_ kernel: Extent) -> aepca_folding {
    aepca_folding(
      height: kernel.height, width: kernel.width, inputs: inputChannels, outputs: filters,
      block_height: windows.stride.height, block_width: windows.stride.width)
  }

  /// Brings the weights in the orders that the ways up and down read them.
  func prepare(weights: UnsafePointer<Float>, prepared: UnsafeMutablePointer<Float>) {
    var down = unsafe weights + kernel.offset
    if let unfolded, let preparedDown {
      let place = unsafe prepared + preparedDown
      unsafe withUnsafePointer(to: folding(unfolded)) { unsafe aepca_fold_kernel($0, down, place) }
      unsafe down = UnsafePointer(place)
    }
    guard let preparedUp else { return }
    if sumsProducts {
      unsafe aepca_transpose_packed(
        kernelRows, smallChannels, down, kernelRows, 0, prepared + preparedUp, smallChannels, 0)
      return
    }
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
}
