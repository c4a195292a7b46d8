/// One axis of a transposed convolution: which pixels of the small image each of the large one sums
/// over.
///
/// Pixels of the large image come in as many phases as the stride is long; all of one phase sum over
/// neighbourhoods of one size with the same weights, so each phase is a plain convolution of the
/// small image. Nothing that the stride leaves empty is ever multiplied.
struct TransposedAxis {
  let large: Int
  let small: Int
  let window: Int
  let stride: Int
  let before: Int

  /// One phase: pixels `first`, `first + stride`, … of the large image.
  struct Phase {
    var first: Int
    var count: Int
    /// Pixels of the small image that each sums over; entry t of the neighbourhood meets entry
    /// `lastTap - stride * t` of the window.
    var taps: Int
    var lastTap: Int
    /// Where the first pixel's neighbourhood begins in the small image; below 0 in front of it.
    var start: Int
  }

  func phase(_ number: Int) -> Phase {
    let first = (number - before % stride + stride) % stride
    let taps = number < window ? (window - number + stride - 1) / stride : 0
    return Phase(
      first: first, count: first < large ? (large - first + stride - 1) / stride : 0, taps: taps,
      lastTap: number + stride * (taps - 1),
      start: (first + before - number) / stride - (taps - 1))
  }

  /// Zeros that must stand in front of the small image.
  var lead: Int { (0..<stride).reduce(0) { max($0, -phase($1).start) } }

  /// Entries of the small image and the zeros around that neighbourhoods reach.
  var reach: Int {
    let lead = lead
    return (0..<stride).reduce(1) {
      let phase = phase($1)
      return max($0, lead + phase.start + phase.taps + phase.count - 1)
    }
  }
}

extension Windows {
  var rows: TransposedAxis {
    TransposedAxis(
      large: large.height, small: small.height, window: window.height, stride: stride.height,
      before: before.height)
  }

  var columns: TransposedAxis {
    TransposedAxis(
      large: large.width, small: small.width, window: window.width, stride: stride.width,
      before: before.width)
  }

  /// The large image with the zeros around it that windows reach.
  var paddedLarge: Extent {
    Extent(
      height: (small.height - 1) * stride.height + window.height,
      width: (small.width - 1) * stride.width + window.width)
  }

  /// The small image with the zeros around it.
  var paddedSmall: Extent { Extent(height: rows.reach, width: columns.reach) }

  /// The windows of a convolution over an image whose pixels were repeated in blocks first, taken
  /// as a transposed convolution of the image itself.
  ///
  /// Pixel q stands for pixels s q … s q + s − 1, so it meets as many outputs as the kernel and a block
  /// are long together, less one; the weights on the way are sums of the kernel's.
  func folded(blocks size: Extent, of image: Extent) -> Windows {
    Windows(
      large: small, small: image,
      window: Extent(
        height: window.height + size.height - 1, width: window.width + size.width - 1),
      stride: size,
      before: Extent(
        height: window.height - 1 - before.height, width: window.width - 1 - before.width))
  }
}
