import Kernels

/// Windows of pixels that become one pixel each.
struct PoolingOperation: PlannedOperation {
  enum Method: String {
    case maximum = "max"
    case average
  }

  var input: Int
  var output: Int
  var method: Method
  var windows: Windows
  var channels: Int
  var inputGradient = GradientTarget()
  var outputGradient: Int?

  func forward(_ run: RowRun) {
    run.eachImage(input, output, windows, channels) { windows, from, to in
      switch method {
      case .maximum: unsafe aepca_pool_maximum(windows, from, to)
      case .average: unsafe aepca_pool_average(windows, from, to)
      }
    }
  }

  func backward(_ run: RowRun) {
    guard let outputGradient, let slot = inputGradient.slot else { return }
    run.clear(inputGradient)
    unsafe withUnsafePointer(to: aepca_windows(windows, channels: channels)) { windows in
      for row in 0..<run.rows {
        let from = unsafe run.row(row, of: outputGradient)
        let to = unsafe run.row(row, of: slot)
        switch method {
        case .maximum:
          unsafe aepca_pool_maximum_gradient(
            windows, run.row(row, of: input), run.row(row, of: output), from, to)
        case .average: unsafe aepca_pool_average_gradient(windows, from, to)
        }
      }
    }
  }

  /// What changes an image's largest entries is what changes the pooled ones.
  func forwardTangents(_ tangents: RowRun, values: RowRun) {
    guard method == .maximum else { return forward(tangents) }
    unsafe withUnsafePointer(to: aepca_windows(windows, channels: channels)) { windows in
      for row in 0..<tangents.rows {
        unsafe aepca_pool_maximum_tangent(
          windows, values.row(row % values.rows, of: input),
          values.row(row % values.rows, of: output), tangents.row(row, of: input),
          tangents.row(row, of: output))
      }
    }
  }
}

/// An image made larger by whole factors.
struct EnlargementOperation: PlannedOperation {
  var input: Int
  var output: Int
  var windows: Windows
  var channels: Int
  var interpolation: Interpolation
  var inputGradient = GradientTarget()
  var outputGradient: Int?

  func forward(_ run: RowRun) {
    run.eachImage(input, output, windows, channels) { windows, from, to in
      switch interpolation {
      case .nearest: unsafe aepca_repeat_pixels(windows, from, to)
      case .bilinear: unsafe aepca_interpolate(windows, from, to)
      }
    }
  }

  func backward(_ run: RowRun) {
    guard let outputGradient, let slot = inputGradient.slot else { return }
    run.clear(inputGradient)
    run.eachImage(outputGradient, slot, windows, channels) { windows, from, to in
      switch interpolation {
      case .nearest: unsafe aepca_repeat_pixels_gradient(windows, from, to)
      case .bilinear: unsafe aepca_interpolate_gradient(windows, from, to)
      }
    }
  }
}

/// An image put into a larger one of zeros, or cut to a smaller one.
struct PlacementOperation: PlannedOperation {
  var input: Int
  var output: Int
  var from: ImageShape
  var to: ImageShape
  /// Where the input's first pixel goes; below 0 it is cut off.
  var top: Int
  var left: Int
  var inputGradient = GradientTarget()
  var outputGradient: Int?

  func forward(_ run: RowRun) {
    for row in 0..<run.rows {
      unsafe aepca_place_image(
        run.row(row, of: input), from.height, from.width, from.channels, run.row(row, of: output),
        to.height, to.width, top, left)
    }
  }

  func backward(_ run: RowRun) {
    guard let outputGradient, let slot = inputGradient.slot else { return }
    for row in 0..<run.rows {
      let source = unsafe run.row(row, of: outputGradient)
      let target = unsafe run.row(row, of: slot)
      if inputGradient.adds == 0 {
        unsafe aepca_place_image(
          source, to.height, to.width, to.channels, target, from.height, from.width, -top, -left)
      } else {
        unsafe aepca_add_image(
          source, to.height, to.width, to.channels, target, from.height, from.width, -top, -left)
      }
    }
  }
}

extension aepca_windows {
  init(_ windows: Windows, channels: Int) {
    self.init(
      channels: channels, large_height: windows.large.height, large_width: windows.large.width,
      small_height: windows.small.height, small_width: windows.small.width,
      window_height: windows.window.height, window_width: windows.window.width,
      stride_y: windows.stride.height, stride_x: windows.stride.width,
      before_y: windows.before.height, before_x: windows.before.width)
  }
}

extension RowRun {
  /// One row of a slot.
  func row(_ row: Int, of slot: Int) -> UnsafeMutablePointer<Float> {
    unsafe values(slot) + row * stride(slot)
  }

  /// Zeros where a gradient is stored first, for those who add only.
  fileprivate func clear(_ target: GradientTarget) {
    guard let slot = target.slot, target.adds == 0 else { return }
    for row in 0..<rows { unsafe self.row(row, of: slot).update(repeating: 0, count: width(slot)) }
  }

  fileprivate func eachImage(
    _ from: Int, _ to: Int, _ windows: Windows, _ channels: Int,
    _ body: (
      UnsafePointer<aepca_windows>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>
    ) -> Void
  ) {
    unsafe withUnsafePointer(to: aepca_windows(windows, channels: channels)) { windows in
      for row in 0..<rows { unsafe body(windows, self.row(row, of: from), self.row(row, of: to)) }
    }
  }
}
