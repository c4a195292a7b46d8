import LinearAlgebra
import Preprocessing

/// Squared errors of reconstructed rows, column by column, in units that columns share.
///
/// Of a number the error is divided by the standard deviation of the training rows, whatever they
/// were scaled by; of a category it is the sum over its levels, whose variances sum to one. So
/// every column that varies weighs alike, and the mean column of a row is off by 1.
struct StandardizedErrors {
  /// Where each column of the schema stands among the features; empty for one that was constant.
  let features: [Range<Int>]
  /// What squared errors of each feature are multiplied by.
  private let weights: [Double]
  /// The roots of ``weights``.
  private let factors: [Double]
  /// Of each feature over the training rows.
  private let means: [Double]
  /// Of each column of numbers in its own units; nil of others.
  private let columnDeviations: [Double?]

  init(_ preprocessor: FittedPreprocessor) {
    var start = 0
    features = preprocessor.codings.map { coding in
      defer { start += coding.featureCount }
      return start..<start + coding.featureCount
    }
    var weights = Array(repeating: 1.0, count: start)
    var means = Array(repeating: 0.0, count: start)
    for feature in preprocessor.numberFeatures where feature.standardDeviation > 0 {
      weights[feature.position] = 1 / (feature.standardDeviation * feature.standardDeviation)
      means[feature.position] = feature.mean
    }
    self.weights = weights
    factors = weights.map { $0.squareRoot() }
    self.means = means
    columnDeviations = preprocessor.codings.map { coding in
      guard case .scaled(_, _, let statistics) = coding else { return nil }
      return statistics.standardDeviation
    }
  }

  /// A feature's value as its distance from the training mean in standard deviations.
  func standardized(_ value: Double, _ feature: Int) -> Double {
    (value - means[feature]) * factors[feature]
  }

  /// A row's features as distances from the training means in standard deviations.
  func standardized(_ samples: PreparedSamples, _ row: Int) -> [Double] {
    (0..<samples.featureCount).map { standardized(samples.values[row, $0], $0) }
  }

  /// The part that each feature is of its column: 1 of a number, less of a level.
  var columnShares: [Float] {
    features.flatMap { range in range.map { _ in 1 / Float(range.count) } }
  }

  /// The feature's value so many standard deviations from the training mean.
  func value(ofStandardized distance: Double, _ feature: Int) -> Double {
    means[feature] + distance / factors[feature]
  }

  /// The standard deviation of a column of numbers, in its units; nil of any other.
  func columnDeviation(_ column: Int) -> Double? { columnDeviations[column] }

  /// The squared error of each column of the schema; NaN where the cell is missing or its column
  /// did not vary.
  func columns(
    of row: Int, in originals: PreparedSamples, reconstructions: Matrix<Double>
  ) -> [Double] {
    features.map { range in
      guard let first = range.first, originals.observed?[row, first] ?? true else { return .nan }
      return range.reduce(0) { sum, feature in
        let difference = originals.values[row, feature] - reconstructions[row, feature]
        return sum + difference * difference * weights[feature]
      }
    }
  }

  /// The mean over a row's observed columns; NaN for a row that has none.
  func mean(_ columns: [Double]) -> Double {
    var (sum, count) = (0.0, 0)
    for error in columns where !error.isNaN { (sum, count) = (sum + error, count + 1) }
    return count == 0 ? .nan : sum / Double(count)
  }

  /// The error of each row that has one.
  func rows(_ originals: PreparedSamples, reconstructions: Matrix<Double>) -> [Double] {
    (0..<originals.sampleCount)
      .map { mean(columns(of: $0, in: originals, reconstructions: reconstructions)) }
      .filter { !$0.isNaN }
  }
}
