/// A size in two directions: of a kernel, of steps, of a pooling window.
///
/// A plain number is both: `kernelSize: 3`.
public struct Extent: ExpressibleByIntegerLiteral, Codable, Sendable, Equatable {
  public var height: Int
  public var width: Int

  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// The same in both directions.
  public init(_ size: Int) { self.init(height: size, width: size) }

  public init(integerLiteral size: Int) { self.init(size) }

  /// So much along a row of pixels, which is how a series in order is held.
  static func along(_ width: Int) -> Extent { Extent(height: 1, width: width) }

  /// The extent as images have it, or along a series, whose height is 1 whatever a file claims.
  func limited(toRank rank: Int) -> Extent { rank == 1 ? .along(width) : self }

  var isPositive: Bool { height > 0 && width > 0 }
  var area: Int { height * width }
}

/// How a window treats the edges of an image, by the field's own names.
public enum Padding: String, Codable, Sendable, CaseIterable {
  /// Only windows that lie within.
  case valid
  /// Zeros around, an odd one at the bottom and the right, so that steps of one keep the size.
  case same
}

/// A tensor as an image: rows of pixels, the channels of each side by side.
///
/// A series in order, shape `[length, channels]`, is an image of one row.
struct ImageShape: Equatable {
  var height: Int
  var width: Int
  var channels: Int

  var pixels: Int { height * width }
  var count: Int { pixels * channels }
  /// Floats of a row of pixels.
  var row: Int { width * channels }
  var extent: Extent { Extent(height: height, width: width) }

  init(height: Int, width: Int, channels: Int) {
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// - Parameters:
  ///   - rank: 2 for images, 1 for series.
  ///   - place: Both sides of the connection.
  /// - Throws: ``ModelError`` when the shape has other axes.
  init(_ shape: [Int], rank: Int, place: String) throws(ModelError) {
    guard shape.count == rank + 1 else {
      throw ModelError(
        .axesDiffer(
          expected: rank == 2 ? "height x width x channels" : "length x channels", found: shape),
        layer: place)
    }
    self.init(axes: shape)
  }

  /// - Parameter tensor: One whose layer has already found it to be an image or a series.
  init(of tensor: Tensor) { self.init(axes: tensor.shape) }

  private init(axes: [Int]) {
    precondition((2...3).contains(axes.count), "images have three axes and series two")
    let pixels = axes.dropLast()
    self.init(
      height: pixels.count == 2 ? pixels[0] : 1, width: pixels[pixels.count - 1],
      channels: axes[axes.count - 1])
  }

  /// The shape of a tensor of so many axes of pixels.
  func shape(rank: Int) -> [Int] { rank == 2 ? [height, width, channels] : [width, channels] }
}

/// How the pixels of two images meet.
///
/// Pixel s of the small one meets pixels `stride * s + k - before` of the large one, for k within
/// the window; what falls outside is left out. A convolution goes from the large one to the small
/// one, a transposed one back.
struct Windows: Equatable {
  var large: Extent
  var small: Extent
  var window: Extent
  var stride: Extent
  var before: Extent

  /// The windows over an image.
  init(over large: Extent, window: Extent, stride: Extent, padding: Padding) {
    let rows = Windows.fit(large.height, window.height, stride.height, padding)
    let columns = Windows.fit(large.width, window.width, stride.width, padding)
    self.init(
      large: large, small: Extent(height: rows.count, width: columns.count), window: window,
      stride: stride, before: Extent(height: rows.before, width: columns.before))
  }

  /// The windows that a transposed convolution fills from an image.
  init(from small: Extent, window: Extent, stride: Extent, padding: Padding) {
    func size(_ count: Int, _ window: Int, _ stride: Int) -> Int {
      count * stride + (padding == .valid ? max(window - stride, 0) : 0)
    }
    func before(_ window: Int, _ stride: Int) -> Int {
      padding == .valid ? 0 : max(window - stride, 0) / 2
    }
    self.init(
      large: Extent(
        height: size(small.height, window.height, stride.height),
        width: size(small.width, window.width, stride.width)),
      small: small, window: window, stride: stride,
      before: Extent(
        height: before(window.height, stride.height), width: before(window.width, stride.width)))
  }

  /// Blocks of pixels, each the place of one of a smaller image.
  init(blocks size: Extent, of small: Extent) {
    self.init(
      large: Extent(height: small.height * size.height, width: small.width * size.width),
      small: small, window: size, stride: size, before: 0)
  }

  init(large: Extent, small: Extent, window: Extent, stride: Extent, before: Extent) {
    self.large = large
    self.small = small
    self.window = window
    self.stride = stride
    self.before = before
  }

  private static func fit(
    _ count: Int, _ window: Int, _ stride: Int, _ padding: Padding
  ) -> (count: Int, before: Int) {
    guard padding == .same else { return ((count - window) / stride + 1, 0) }
    let windows = (count + stride - 1) / stride
    return (windows, max((windows - 1) * stride + window - count, 0) / 2)
  }

  /// Says what is wrong with windows over an image; nil when they fit.
  static func problem(
    over large: Extent, window: Extent, stride: Extent, padding: Padding
  ) -> String? {
    guard window.isPositive, stride.isPositive else {
      return "expected sizes and strides above 0, found \(window.text) and \(stride.text)"
    }
    guard window.height < 1 << 20, window.width < 1 << 20, stride.height < 1 << 20,
      stride.width < 1 << 20
    else { return "sizes of \(window.text) with strides of \(stride.text) are too large" }
    guard padding == .same || window.height <= large.height && window.width <= large.width else {
      return "expected at least \(window.text) pixels for windows without padding, found "
        + large.text
    }
    return nil
  }
}

extension Extent {
  var text: String { "\(height) x \(width)" }
}
