/// A figure and the range in which it lies with a stated confidence.
public struct Interval: Codable, Sendable, Equatable {
  public var value: Double
  public var low: Double
  public var high: Double

  public init(value: Double, low: Double, high: Double) {
    self.value = value
    self.low = low
    self.high = high
  }

  /// Half of the range, what is written after ±.
  public var halfWidth: Double { (high - low) / 2 }

  /// The middle share of resampled values: the percentile interval of the bootstrap.
  ///
  /// Between two values the quantile is interpolated: quantile q of n sorted values stands at
  /// position q · (n − 1) from 0, as NumPy's default has it.
  ///
  /// - Parameters:
  ///   - resampled: The figure computed from each resample; those of several splits may be joined.
  ///   - confidence: Above 0 and below 1.
  /// - Returns: Nil without resampled values.
  public init?(value: Double, resampled: [Double], confidence: Double = 0.95) {
    precondition(confidence > 0 && confidence < 1, "a confidence lies between 0 and 1")
    guard !resampled.isEmpty else { return nil }
    let sorted = resampled.sorted()
    func quantile(_ share: Double) -> Double {
      let position = share * Double(sorted.count - 1)
      let below = Int(position)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
    }
    self.init(
      value: value, low: quantile((1 - confidence) / 2), high: quantile((1 + confidence) / 2))
  }
}
