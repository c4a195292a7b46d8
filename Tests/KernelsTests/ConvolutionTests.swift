import Kernels
import Testing

@Suite struct ConvolutionTests {
  struct Shape: CustomTestStringConvertible {
    var height: Int
    var width: Int
    /// Channels that are read, and that are written.
    var channels: Int
    var columns: Int
    var testDescription: String { "\(height) x \(width), \(channels) to \(columns)" }
  }

  static let shapes = [
    Shape(height: 1, width: 1, channels: 1, columns: 1),
    Shape(height: 3, width: 5, channels: 2, columns: 9),
    Shape(height: 7, width: 7, channels: 32, columns: 16),
    Shape(height: 4, width: 14, channels: 5, columns: 64),
    Shape(height: 2, width: 3, channels: 16, columns: 104),
  ]

  static func vectors(_ columns: Int) -> Int { (columns + 15) / 16 * 16 }

  /// A 3 × 3 window over an image with a border of one pixel.
  static func taps(
    _ table: aepca_kernels, _ shape: Shape, adds: Bool, rectifies: Bool
  ) -> [Float] {
    let line = (shape.width + 2) * shape.channels
    let input = random((shape.height + 2) * line, seed: 1)
    let weights = random(9 * shape.channels * vectors(shape.columns), seed: 2)
    let bias = random(vectors(shape.columns), seed: 3)
    var output = random(shape.height * shape.width * shape.columns + 3, seed: 4)
    unsafe input.withUnsafeBufferPointer { input in
      unsafe weights.withUnsafeBufferPointer { weights in
        unsafe bias.withUnsafeBufferPointer { bias in
          unsafe output.withUnsafeMutableBufferPointer { output in
            guard let input = input.baseAddress, let weights = weights.baseAddress,
              let output = output.baseAddress
            else { return }
            var task = unsafe aepca_taps(
              height: shape.height, width: shape.width, columns: shape.columns, input: input,
              input_row_step: line, input_pixel_step: shape.channels, runs: 3, run_step: line,
              run_length: 3 * shape.channels, weights: weights, output: output,
              output_row_step: shape.width * shape.columns, output_pixel_step: shape.columns,
              bias: adds ? nil : bias.baseAddress, adds: adds ? 1 : 0,
              rectifies: rectifies ? 1 : 0)
            unsafe table.taps(&task)
          }
        }
      }
    }
    return output
  }

  @Test(arguments: instructionSets, shapes)
  func `sums over windows equal their twin's and write nothing else`(set: Int, shape: Shape) {
    for (adds, rectifies) in [(false, false), (false, true), (true, false)] {
      let found = Self.taps(kernels(set), shape, adds: adds, rectifies: rectifies)
      let expected = Self.taps(plain, shape, adds: adds, rectifies: rectifies)
      #expect(relativeError(found, expected) < 1e-6)
      #expect(found.suffix(3) == expected.suffix(3))
    }
  }

  /// The gradient of one place of a kernel, all entries or those of one choice.
  static func gradient(_ table: aepca_kernels, _ shape: Shape, chooses: Bool) -> [Float] {
    let pixels = shape.height * shape.width
    let a = random(pixels * shape.channels, seed: 1)
    let b = random(pixels * shape.columns + 16, seed: 2)
    let choices = random(pixels * shape.columns + 16, seed: 3).map { UInt8($0 > 0 ? 3 : 1) }
    // Five rows stand before those that are added to. Lanes that fill vectors are of no use.
    let rows = shape.channels + 5
    var sums = [Float](repeating: 0, count: rows * vectors(shape.columns))
    unsafe a.withUnsafeBufferPointer { a in
      unsafe b.withUnsafeBufferPointer { b in
        unsafe choices.withUnsafeBufferPointer { choices in
          unsafe sums.withUnsafeMutableBufferPointer { sums in
            guard let a = a.baseAddress, let b = b.baseAddress, let sums = sums.baseAddress
            else { return }
            var task = unsafe aepca_tap_gradient(
              height: shape.height, width: shape.width, rows: shape.channels, a: a,
              a_row_step: shape.width * shape.channels, a_pixel_step: shape.channels,
              columns: shape.columns, b: b, b_row_step: shape.width * shape.columns,
              b_pixel_step: shape.columns, choices: chooses ? choices.baseAddress : nil,
              choice: 3, sums: sums, kernel_rows: rows, first_row: 5)
            unsafe table.tap_gradient(&task)
          }
        }
      }
    }
    return sums
  }

  @Test(arguments: instructionSets, shapes)
  func `a kernel's gradient equals its twin's`(set: Int, shape: Shape) {
    for chooses in [false, true] {
      let found = Self.gradient(kernels(set), shape, chooses: chooses)
      #expect(relativeError(found, Self.gradient(plain, shape, chooses: chooses)) < 1e-6)
    }
  }

  /// A row of windows of 2 × 3 pixels, one pixel of padding before them.
  static func pool(_ table: aepca_kernels, width: Int, channels: Int) -> ([Float], [UInt8]) {
    let rows = random(2 * width * channels + 16, seed: 1)
    let windows = (width + 1 + 2) / 3
    var output = [Float](repeating: 7, count: windows * channels + 2)
    var choices = [UInt8](repeating: 9, count: windows * channels + 2)
    unsafe rows.withUnsafeBufferPointer { rows in
      unsafe output.withUnsafeMutableBufferPointer { output in
        unsafe choices.withUnsafeMutableBufferPointer { choices in
          guard let rows = rows.baseAddress, let output = output.baseAddress else { return }
          var task = unsafe aepca_pool_row(
            width: windows, channels: channels, rows: rows, row_step: width * channels, height: 2,
            image_width: width, window_width: 3, stride: 3, before: 1, to: output,
            choices: choices.baseAddress, first_choice: 0)
          unsafe table.pool_row(&task)
        }
      }
    }
    return (output, choices)
  }

  @Test(arguments: instructionSets, [1, 3, 16, 37])
  func `pooling finds the same entries as its twin`(set: Int, channels: Int) {
    for width in 2...8 {
      let found = Self.pool(kernels(set), width: width, channels: channels)
      let expected = Self.pool(plain, width: width, channels: channels)
      #expect(found.0 == expected.0)
      #expect(found.1 == expected.1)
    }
  }

  /// The gradients behind 2 × 2 pooling of a 3 × 3 convolution with a border of one pixel.
  static func sparse(
    _ table: aepca_kernels, height: Int, width: Int, channels: Int, columns: Int
  ) -> (input: [Float], kernel: [Float]) {
    let small = (height: (height + 1) / 2, width: (width + 1) / 2)
    let count = small.height * small.width * columns
    // The last row and column of windows may hold one pixel only.
    var choices = random(count, seed: 1).map { UInt8($0 > 0 ? 1 : 0) }
    for place in choices.indices {
      let x = place / columns % small.width
      let y = place / columns / small.width
      if 2 * x + 1 >= width { choices[place] = 0 }
      if 2 * y + 1 < height, place % 3 == 0 { choices[place] += 2 }
    }
    let pooled = random(count, seed: 2).map { max($0, 0) }
    let line = (width + 2) * channels
    let image = random((height + 2) * line + 16, seed: 3)
    let weights = random(9 * columns * channels, seed: 4)
    var input = random(height * width * channels, seed: 5)
    var kernel = random(9 * columns * channels, seed: 6)
    var entries = [aepca_entry](repeating: aepca_entry(), count: count)
    var byChannel = entries
    var starts = [Int32](repeating: 0, count: height * width + 2)
    var counts = [Int32](repeating: 0, count: columns)
    unsafe entries.withUnsafeMutableBufferPointer { entries in
      unsafe byChannel.withUnsafeMutableBufferPointer { byChannel in
        unsafe starts.withUnsafeMutableBufferPointer { starts in
          unsafe counts.withUnsafeMutableBufferPointer { counts in
            guard let entries = entries.baseAddress, let byChannel = byChannel.baseAddress,
              let starts = starts.baseAddress, let counts = counts.baseAddress
            else { return }
            var lists = unsafe aepca_sparse_image(
              height: height, width: width, channels: columns, entries: entries, starts: starts,
              by_channel: byChannel, channel_counts: counts,
              channel_capacity: small.height * small.width)
            var windows = aepca_windows(
              channels: columns, large_height: height, large_width: width,
              small_height: small.height, small_width: small.width, window_height: 2,
              window_width: 2, stride_y: 2, stride_x: 2, before_y: 0, before_x: 0)
            unsafe aepca_list_choices(&windows, pooled, choices, &lists, line, channels)
            var task = unsafe aepca_sparse_convolution(
              gradient: lists, kernel_height: 3, kernel_width: 3, channels: channels)
            unsafe table.sparse_input_gradient(&task, weights, &input, height, width, 1, 1)
            unsafe table.sparse_kernel_gradient(&task, image, line, &kernel)
          }
        }
      }
    }
    return (input, kernel)
  }

  @Test(arguments: instructionSets, [16, 32, 48, 112])
  func `sparse gradients equal their twin's`(set: Int, channels: Int) {
    for (height, width) in [(1, 1), (6, 7), (13, 4)] {
      func run(_ table: aepca_kernels) -> (input: [Float], kernel: [Float]) {
        Self.sparse(table, height: height, width: width, channels: channels, columns: 5)
      }
      let (found, expected) = (run(kernels(set)), run(plain))
      #expect(relativeError(found.input, expected.input) < 1e-6)
      #expect(relativeError(found.kernel, expected.kernel) < 1e-6)
    }
  }

  @Test(arguments: instructionSets)
  func `a rectifier's gradient is 0 where nothing came through`(set: Int) {
    func run(_ table: aepca_kernels) -> [Float] {
      var gradient = random(96, seed: 1)
      unsafe table.rectify_gradient(2, 2, &gradient, 48, random(96, seed: 2), 48)
      return gradient
    }
    #expect(run(kernels(set)) == run(plain))
    #expect(run(plain).contains(0))
  }
}
