/// Whether one model is better than another on the same rows, or only luckier.
///
///     gain of a row  = squared error of the first − squared error of the second
///     mean gain      = Σ gain / n
///     standard error = √(Σ (gain − mean)² / (n − 1) / n)
///
/// Row by row the gain varies far less than either error, because both find the same rows hard:
/// this is what makes small differences visible.
public struct PairedGain: Sendable, Equatable {
  /// How much smaller the second model's squared error is, on average over the rows.
  public let mean: Double
  /// Of ``mean``, from independent rows; infinite when there are fewer than two.
  public let standardError: Double
  public let rowCount: Int

  /// Compares two models on the rows that both were measured on.
  ///
  /// - Parameters:
  ///   - first: Of each row, the squared error of the model to beat.
  ///   - second: Of the same rows in the same order, that of the model that may be better.
  public init(from first: [Double], to second: [Double]) {
    precondition(first.count == second.count, "\(first.count) rows against \(second.count)")
    let gains = zip(first, second).map { $0 - $1 }
    let count = Double(gains.count)
    let mean = gains.isEmpty ? 0 : gains.reduce(0, +) / count
    let squares = gains.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    standardError = gains.count < 2 ? .infinity : (squares / (count - 1) / count).squareRoot()
    rowCount = gains.count
  }

  /// Whether the second model is better by more than so many standard errors.
  ///
  /// Never so when an error is not finite: a model that diverged beats nothing, and nothing can
  /// be said of how much better than it another one is.
  public func exceeds(standardErrors count: Double) -> Bool {
    mean > count * standardError
  }
}
