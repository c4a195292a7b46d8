extension Picture {
  /// In another size; the sides may change by different factors.
  ///
  /// A side that shrinks takes the mean of the pixels that fall on each new one, by the share of them
  /// that does; one that grows goes from pixel to pixel in a straight line. First the rows are
  /// resized, then the columns.
  ///
  /// - Complexity: O(pixels before and after).
  public func resized(height newHeight: Int, width newWidth: Int) -> Picture {
    if newHeight == height && newWidth == width { return self }
    let columns = Blend.all(from: width, to: newWidth)
    let rows = Blend.all(from: height, to: newHeight)
    var wide = [Double](repeating: 0, count: height * newWidth * channels)
    for row in 0..<height {
      for (column, blend) in columns.enumerated() {
        for channel in 0..<channels {
          let place = (row * width + blend.first) * channels + channel
          var sum = 0.0
          for (step, weight) in blend.weights.enumerated() {
            sum += weight * Double(pixels[place + step * channels])
          }
          wide[(row * newWidth + column) * channels + channel] = sum
        }
      }
    }
    let stride = newWidth * channels
    var result = Picture(
      height: newHeight, width: newWidth, channels: channels, filledWith: 0)
    for (row, blend) in rows.enumerated() {
      for column in 0..<stride {
        var sum = 0.0
        for (step, weight) in blend.weights.enumerated() {
          sum += weight * wide[(blend.first + step) * stride + column]
        }
        result.pixels[row * stride + column] = UInt8(max(0, min(255, sum.rounded())))
      }
    }
    return result
  }
}

/// The old pixels that make a new one of a side, and how much of each.
private struct Blend {
  let first: Int
  /// Sum to 1.
  let weights: [Double]

  static func all(from count: Int, to newCount: Int) -> [Blend] {
    let step = Double(count) / Double(newCount)
    return (0..<newCount).map { index in
      newCount < count
        ? mean(from: Double(index) * step, to: Double(index + 1) * step, count: count)
        : line(through: (Double(index) + 0.5) * step - 0.5, count: count)
    }
  }

  private static func mean(from start: Double, to end: Double, count: Int) -> Blend {
    let first = min(count - 1, Int(start))
    let last = max(first, min(count - 1, Int(end.rounded(.up)) - 1))
    let shares = (first...last).map { min(end, Double($0 + 1)) - max(start, Double($0)) }
    let sum = shares.reduce(0, +)
    return Blend(first: first, weights: shares.map { $0 / sum })
  }

  private static func line(through place: Double, count: Int) -> Blend {
    let place = max(0, min(Double(count - 1), place))
    let first = min(max(0, count - 2), Int(place))
    let share = place - Double(first)
    return Blend(first: first, weights: share > 0 ? [1 - share, share] : [1])
  }
}
