/// How the numbers of a column become a feature: (value − centre) / scale.
///
/// The words and the numbers are scikit-learn's (StandardScaler, MinMaxScaler, RobustScaler), where
/// quartiles too are interpolated between two values. Only a range between the quartiles of 0
/// differs: scikit-learn leaves such a column as it is, here its standard deviation divides it.
public enum Scaling: String, Codable, Sendable, CaseIterable {
  /// Mean 0 and standard deviation 1 on the training rows.
  case standard
  /// From 0, the least training value, to 1, the greatest.
  case minMax = "minmax"
  /// Median 0 and interquartile range 1: outliers move neither.
  case robust
  /// The value as it is.
  case none
}

/// What the training rows say about a column of numbers (or of dates, in days).
public struct NumberStatistics: Codable, Sendable, Equatable {
  public let observedCount: Int
  public let mean: Double
  /// Divided by the count, not the count less one: the divisor of explained variance.
  public let standardDeviation: Double
  public let minimum: Double
  public let maximum: Double

  package init(
    observedCount: Int, mean: Double, standardDeviation: Double, minimum: Double, maximum: Double
  ) {
    self.observedCount = observedCount
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.minimum = minimum
    self.maximum = maximum
  }

  /// Takes the statistics of the numbers that are not NaN; nil when there are none.
  ///
  /// Two passes over values scaled by the largest, so that neither the sum of 1e308s nor the
  /// square of 1e-200s leaves the range of a Float64.
  public init?(of values: [Double]) {
    var count = 0
    var minimum = Double.infinity
    var maximum = -Double.infinity
    for value in values where !value.isNaN {
      count += 1
      minimum = min(minimum, value)
      maximum = max(maximum, value)
    }
    guard count > 0 else { return nil }
    let size = max(abs(minimum), abs(maximum))
    let unit = size > 1e100 || (size < 1e-100 && size > 0) ? size : 1
    var sum = 0.0
    for value in values where !value.isNaN { sum += value / unit }
    let mean = sum / Double(count)
    var squares = 0.0
    // The second sum takes out what rounding left in the first mean.
    var remainder = 0.0
    for value in values where !value.isNaN {
      let deviation = value / unit - mean
      squares += deviation * deviation
      remainder += deviation
    }
    let variance = (squares - remainder * remainder / Double(count)) / Double(count)
    observedCount = count
    self.mean = (mean + remainder / Double(count)) * unit
    standardDeviation = max(0, variance).squareRoot() * unit
    self.minimum = minimum
    self.maximum = maximum
  }

  /// Whether the values differ by more than rounding.
  public var varies: Bool { standardDeviation > 1e-12 * max(abs(mean), .leastNormalMagnitude) }
}

extension Scaling {
  /// Centre and scale of a column that varies; the scale is greater than zero.
  ///
  /// - Parameter values: The column's numbers, NaN where missing.
  /// - Complexity: O(n); O(n log n) and a copy for `robust`.
  func centerAndScale(of values: [Double], statistics: NumberStatistics) -> (Double, Double) {
    switch self {
    case .standard: return (statistics.mean, statistics.standardDeviation)
    case .minMax: return (statistics.minimum, statistics.maximum - statistics.minimum)
    case .robust:
      let quartiles = Quartiles(of: values)
      // More than half the cells alike: the range is 0 and the deviation still says something.
      return (
        quartiles.median, quartiles.range > 0 ? quartiles.range : statistics.standardDeviation
      )
    case .none: return (0, 1)
    }
  }
}

/// Median and interquartile range of the numbers that are not NaN, of which there must be one.
struct Quartiles {
  let median: Double
  /// From the lower quartile to the upper one.
  let range: Double

  init(of values: [Double]) {
    let sorted = values.filter { !$0.isNaN }.sorted()
    median = quantile(0.5, of: sorted)
    range = quantile(0.75, of: sorted) - quantile(0.25, of: sorted)
  }
}

/// The value below which a share of sorted values lies, linear between two of them.
private func quantile(_ share: Double, of sorted: [Double]) -> Double {
  let position = share * Double(sorted.count - 1)
  let lower = Int(position)
  let upper = min(lower + 1, sorted.count - 1)
  return sorted[lower] + (sorted[upper] - sorted[lower]) * (position - Double(lower))
}
