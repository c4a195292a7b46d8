import Kernels

/// The way back: gradients by the input and by the kernel.
extension ConvolutionOperation {
  /// Whether the gradient behind a pooled convolution is kept as lists of its entries that are not 0.
  ///
  /// They are one in four at most. It takes whole vectors of input channels, and enough of them.
  var usesLists: Bool {
    guard let pool else { return false }
    return windows.stride == 1 && pool.windows.window.area >= 4
      && largeChannels % lanes == 0 && largeChannels >= 2 * lanes
  }

  // MARK: Lists

  private var listCapacity: Int { pool?.windows.small.area ?? 0 }

  /// Floats that the lists of one image take, an entry being two.
  var listCount: Int {
    usesLists
      ? padded(windows.small.area + 2) + padded(filters) + 4 * listCapacity * filters : 0
  }

  private var lists: (starts: Int, counts: Int, entries: Int, byChannel: Int) {
    let counts = padded(windows.small.area + 2)
    let entries = counts + padded(filters)
    return (0, counts, entries, entries + 2 * listCapacity * filters)
  }

  /// Lists an image's gradient, once for both of its uses; nil where it is not listed.
  func listed(_ run: RowRun, _ row: Int) -> aepca_sparse_convolution? {
    guard usesLists, let pool, let choices = pool.choices, let outputGradient else { return nil }
    let memory = unsafe UnsafeMutableRawPointer(run.scratch + scratch.other)
    func part<Number>(_ place: Int, _ type: Number.Type) -> UnsafeMutablePointer<Number> {
      unsafe (memory + place * MemoryLayout<Float>.stride).assumingMemoryBound(to: type)
    }
    var image = unsafe aepca_sparse_image(
      height: windows.small.height, width: windows.small.width, channels: filters,
      entries: part(lists.entries, aepca_entry.self), starts: part(lists.starts, Int32.self),
      by_channel: part(lists.byChannel, aepca_entry.self),
      channel_counts: part(lists.counts, Int32.self), channel_capacity: listCapacity)
    unsafe withUnsafePointer(to: aepca_windows(pool.windows, channels: filters)) {
      unsafe aepca_list_choices(
        $0, run.row(row, of: outputGradient), run.choices(row, of: choices), &image,
        windows.paddedLarge.width * largeChannels, largeChannels)
    }
    return unsafe aepca_sparse_convolution(
      gradient: image, kernel_height: windows.window.height, kernel_width: windows.window.width,
      channels: largeChannels)
  }

  // MARK: By the input

  func addInputGradient(_ run: RowRun, _ row: Int, _ lists: aepca_sparse_convolution?) {
    guard let outputGradient, let slot = inputGradient.slot else { return }
    let from = unsafe run.row(row, of: outputGradient)
    let to = unsafe run.row(row, of: slot)
    let finish = unsafe Finish(bias: nil, adds: inputGradient.adds)
    if goesUp {
      let image = unsafe gathered(run, from)
      unsafe down(run, image, rows: 0..<windows.small.height, to: to, finish)
    } else if let lists = unsafe lists, let preparedUp {
      if inputGradient.adds == 0 { unsafe to.update(repeating: 0, count: run.width(slot)) }
      unsafe withUnsafePointer(to: lists) {
        unsafe run.kernels.pointee.sparse_input_gradient(
          $0, run.prepared + preparedUp, to, windows.large.height, windows.large.width,
          windows.before.height, windows.before.width)
      }
    } else if let pool, let choices = pool.choices {
      let reach = windows.paddedSmall
      unsafe withUnsafePointer(to: aepca_windows(pool.windows, channels: filters)) {
        unsafe aepca_place_choices(
          $0, from, run.choices(row, of: choices), run.scratch + scratch.other, reach.height,
          reach.width, windows.rows.lead, windows.columns.lead)
      }
      unsafe upFromBordered(run, to: to, finish)
    } else {
      unsafe up(run, from: from, to: to, finish)
    }
  }

  // MARK: By the kernel

  /// Floats in which a thread sums the kernel's gradient: of a folded kernel, or turned, as lists
  /// give it.
  var sumCount: Int {
    unfolded != nil
      ? kernelRows * padded(smallChannels)
      : usesLists ? windows.window.area * smallChannels * largeChannels : 0
  }

  func beginSums(_ memory: UnsafeMutablePointer<Float>) {
    guard let sums else { return }
    unsafe (memory + sums).update(repeating: 0, count: sumCount)
  }

  /// Adds what the thread summed in an order of its own.
  func endSums(_ memory: UnsafeMutablePointer<Float>, to place: UnsafeMutablePointer<Float>) {
    guard let sums else { return }
    let from = unsafe memory + sums
    if let unfolded {
      unsafe withUnsafePointer(to: folding(unfolded)) {
        unsafe aepca_unfold_kernel($0, from, place)
      }
      return
    }
    for tap in 0..<windows.window.area {
      unsafe aepca_add_transposed(
        largeChannels, smallChannels, from + tap * smallChannels * largeChannels, place,
        kernelRows, tap * largeChannels)
    }
  }

  func addKernelGradient(
    _ run: RowRun, _ row: Int, _ lists: aepca_sparse_convolution?,
    to place: UnsafeMutablePointer<Float>
  ) {
    guard let outputGradient else { return }
    let gradient = unsafe run.row(row, of: outputGradient)
    let values = unsafe run.row(row, of: input)
    let place = unsafe sums.map { unsafe run.sums + $0 } ?? place
    if let lists = unsafe lists {
      let (start, width) = unsafe bordered(run, values)
      unsafe withUnsafePointer(to: lists) {
        unsafe run.kernels.pointee.sparse_kernel_gradient(
          $0, start, width * largeChannels, place)
      }
      return
    }
    let (large, small) = unsafe goesUp ? (gradient, values) : (values, gradient)
    guard let pool, let slot = pool.choices else {
      unsafe addKernelGradient(run, large: large, Meeting(small, windows.small), to: place)
      return
    }
    // One place of the pooling windows after another: only entries that were chosen there count.
    let choices = unsafe run.choices(row, of: slot)
    for number in 0..<pool.windows.window.area {
      let meeting = unsafe Meeting(small, pooled: pool.windows, number, choices)
      unsafe addKernelGradient(run, large: large, meeting, to: place)
    }
  }

  private func addKernelGradient(
    _ run: RowRun, large: UnsafePointer<Float>, _ meeting: Meeting,
    to sums: UnsafeMutablePointer<Float>
  ) {
    if gathersWindows {
      let image = unsafe gathered(run, large)
      unsafe meeting.add(
        run,
        Meeting.Large(
          start: image.start, extent: windows.small, line: image.rowStep, pixel: image.pixelStep,
          channels: kernelRows), at: 0, 0, smallChannels, to: sums, kernelRows: kernelRows)
      return
    }
    let met = meeting.through(windows)
    let image = unsafe Meeting.Large(
      start: large, extent: windows.large, line: windows.large.width * largeChannels,
      pixel: largeChannels, channels: largeChannels)
    for y in 0..<windows.window.height {
      for x in 0..<windows.window.width {
        unsafe met.add(
          run, image, at: y, x, smallChannels, to: sums, kernelRows: kernelRows,
          firstRow: (y * windows.window.width + x) * largeChannels)
      }
    }
  }
}

/// Pixels of a gradient, all of them or one place of each pooling window, and those that they meet.
@safe private struct Meeting {
  /// Along one axis pixel s meets pixel `stride * s + place + offset`.
  struct Axis {
    var count: Int
    var stride = 1
    var offset = 0

    /// The pixels that meet one within an image, and the one that the first of them meets.
    func range(at place: Int, within size: Int) -> (pixels: Range<Int>, first: Int) {
      let shift = place + offset
      let first = max(0, (stride - 1 - shift) / stride)
      let end = size > shift ? min(count, (size - 1 - shift) / stride + 1) : 0
      return (first..<max(first, end), stride * first + shift)
    }

    /// The pixels that these meet through windows.
    func through(stride: Int, before: Int) -> Axis {
      Axis(count: count, stride: self.stride * stride, offset: offset * stride - before)
    }
  }

  /// The image that is met.
  @safe struct Large {
    var start: UnsafePointer<Float>
    var extent: Extent
    var line: Int
    var pixel: Int
    var channels: Int
  }

  let gradient: UnsafePointer<Float>
  let width: Int
  var choices: UnsafePointer<UInt8>?
  var choice: Int32 = 0
  var rows: Axis
  var columns: Axis

  /// All pixels, each met by itself.
  init(_ gradient: UnsafePointer<Float>, _ size: Extent) {
    unsafe self.gradient = gradient
    width = size.width
    unsafe choices = nil
    rows = Axis(count: size.height)
    columns = Axis(count: size.width)
  }

  /// Pixels of a pooled image, each met by one place of its window.
  init(
    _ gradient: UnsafePointer<Float>, pooled: Windows, _ number: Int,
    _ choices: UnsafePointer<UInt8>
  ) {
    unsafe self.init(gradient, pooled.small)
    unsafe self.choices = choices
    choice = Int32(number)
    rows.stride = pooled.stride.height
    rows.offset = number / pooled.window.width - pooled.before.height
    columns.stride = pooled.stride.width
    columns.offset = number % pooled.window.width - pooled.before.width
  }

  /// The same, met by pixels of the large image.
  func through(_ windows: Windows) -> Meeting {
    var met = self
    met.rows = rows.through(stride: windows.stride.height, before: windows.before.height)
    met.columns = columns.through(stride: windows.stride.width, before: windows.before.width)
    return met
  }

  /// Adds the products of all that meet at a place.
  func add(
    _ run: RowRun, _ large: Large, at y: Int, _ x: Int, _ channels: Int,
    to sums: UnsafeMutablePointer<Float>, kernelRows: Int, firstRow: Int = 0
  ) {
    let (down, top) = rows.range(at: y, within: large.extent.height)
    let (across, left) = columns.range(at: x, within: large.extent.width)
    guard !down.isEmpty, !across.isEmpty else { return }
    let place = (down.lowerBound * width + across.lowerBound) * channels
    unsafe withUnsafePointer(
      to: aepca_tap_gradient(
        height: down.count, width: across.count, rows: large.channels,
        a: large.start + top * large.line + left * large.pixel,
        a_row_step: rows.stride * large.line, a_pixel_step: columns.stride * large.pixel,
        columns: channels, b: gradient + place, b_row_step: width * channels,
        b_pixel_step: channels, choices: choices.map { unsafe $0 + place }, choice: choice,
        sums: sums, kernel_rows: kernelRows, first_row: firstRow)
    ) { unsafe run.kernels.pointee.tap_gradient($0) }
  }
}
