import LinearAlgebra

/// The squared error of every row and column by itself, from which explained variances, their
/// intervals and paired gains follow.
///
/// As in ``ExplainedVariance``, cells are measured in standard deviations of the training rows, and
/// columns that were constant there are left out.
public struct RowErrors: Sendable, Equatable {
  /// Of each row, over its observed cells.
  public let squaredErrors: [Double]
  /// Of each row, about the training mean.
  public let squaresAboutMean: [Double]
  /// Of each column, over its observed cells.
  public let columnSquaredErrors: [Double]
  public let columnSquaresAboutMean: [Double]

  /// - Parameters:
  ///   - originals: Shape `[rows, columns]`.
  ///   - reconstructions: Of the same shape.
  ///   - observed: Which cells were observed, nil for all; others may hold anything.
  ///   - means: Of each column, over its observed training cells.
  ///   - standardDeviations: Of each column, over the same cells.
  /// - Complexity: O(rows · columns).
  public init(
    originals: Matrix<Double>, reconstructions: Matrix<Double>, observed: Mask? = nil,
    means: [Double], standardDeviations: [Double]
  ) {
    precondition(
      originals.columnCount == means.count && means.count == standardDeviations.count
        && reconstructions.columnCount == means.count
        && originals.rowCount == reconstructions.rowCount,
      "originals, reconstructions and statistics are of one size")
    let counts = zip(means, standardDeviations).map { $1 > 1e-12 * abs($0) }
    var rowErrors = [Double](repeating: 0, count: originals.rowCount)
    var rowSquares = rowErrors
    var columnErrors = [Double](repeating: 0, count: means.count)
    var columnSquares = columnErrors
    for row in 0..<originals.rowCount {
      for column in means.indices where counts[column] && observed?[row, column] ?? true {
        let original = originals[row, column]
        let error = (original - reconstructions[row, column]) / standardDeviations[column]
        let deviation = (original - means[column]) / standardDeviations[column]
        rowErrors[row] += error * error
        rowSquares[row] += deviation * deviation
        columnErrors[column] += error * error
        columnSquares[column] += deviation * deviation
      }
    }
    squaredErrors = rowErrors
    squaresAboutMean = rowSquares
    columnSquaredErrors = columnErrors
    columnSquaresAboutMean = columnSquares
  }

  /// The explained variance of all rows together; nil when nothing varies about the means.
  public var explainedVariance: Double? {
    let squares = squaresAboutMean.reduce(0, +)
    return squares > 0 ? 1 - squaredErrors.reduce(0, +) / squares : nil
  }

  /// The explained variance of each resample of the rows.
  public func resampledExplainedVariances(_ bootstrap: Bootstrap) -> [Double] {
    bootstrap.shares(squaredErrors, of: squaresAboutMean).map { 1 - $0 }
  }

  /// How much more than another model's this one's explained variance is, on the same rows.
  public func gain(over other: RowErrors) -> Double? {
    guard let own = explainedVariance, let others = other.explainedVariance else { return nil }
    return own - others
  }

  /// The gain over another model in each resample of the rows that both were measured on.
  public func resampledGains(over other: RowErrors, _ bootstrap: Bootstrap) -> [Double] {
    bootstrap.shares(
      zip(other.squaredErrors, squaredErrors).map { $0 - $1 }, of: squaresAboutMean)
  }
}
