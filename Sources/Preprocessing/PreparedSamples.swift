import LinearAlgebra

/// Rows of a table as a matrix of numbers, ready for a latent model.
public struct PreparedSamples: Sendable, Equatable {
  /// Shape `[samples, features]`; 0 wherever the cell is missing.
  public var values: Matrix<Double>
  /// Which entries were observed; nil when all of them were.
  public var observed: Mask?
  /// What a model should make of the samples, where that is something else: rows without noise.
  ///
  /// As large as ``values``.
  public var targets: Matrix<Double>?
  /// Which entries of ``targets`` were observed; nil when all of them were.
  public var targetObserved: Mask?

  public init(
    values: Matrix<Double>, observed: Mask? = nil, targets: Matrix<Double>? = nil,
    targetObserved: Mask? = nil
  ) {
    self.values = values
    self.observed = observed
    self.targets = targets
    self.targetObserved = targetObserved
  }

  public var sampleCount: Int { values.rowCount }
  public var featureCount: Int { values.columnCount }

  /// The samples that a model should give back: the targets, or the samples themselves.
  public var wanted: PreparedSamples {
    targets.map { PreparedSamples(values: $0, observed: targetObserved) } ?? self
  }

  /// The samples at the given positions, in that order.
  public func samples(at indices: [Int]) -> PreparedSamples {
    PreparedSamples(
      values: values.rows(at: indices), observed: observed?.rows(at: indices),
      targets: targets?.rows(at: indices), targetObserved: targetObserved?.rows(at: indices))
  }
}
