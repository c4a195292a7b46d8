import LinearAlgebra

/// Rows of a table as a matrix of numbers, ready for a latent model.
public struct PreparedSamples: Sendable, Equatable {
  /// Shape `[samples, features]`; 0 wherever the cell is missing.
  public var values: Matrix<Double>
  /// Which entries were observed; nil when all of them were.
  public var observed: Mask?

  public init(values: Matrix<Double>, observed: Mask? = nil) {
    self.values = values
    self.observed = observed
  }

  public var sampleCount: Int { values.rowCount }
  public var featureCount: Int { values.columnCount }

  /// The samples at the given positions, in that order.
  public func samples(at indices: [Int]) -> PreparedSamples {
    PreparedSamples(values: values.rows(at: indices), observed: observed?.rows(at: indices))
  }
}
