import LinearAlgebra
import Preprocessing
import PrincipalComponents

extension FittedPCA: LatentModel {
  public var isOrdered: Bool { true }

  public func encode(_ samples: PreparedSamples, components: Int) throws -> Matrix<Double> {
    let scores = try transform(samples.values, observed: samples.observed)
    return components < componentCount ? scores.columns(at: Array(0..<components)) : scores
  }

  public func decode(_ latents: Matrix<Double>) throws -> Matrix<Double> {
    guard latents.columnCount < componentCount else { return try inverseTransform(latents) }
    // An axis that is left out stands for its mean, a score of 0.
    var scores = Matrix<Double>(rowCount: latents.rowCount, columnCount: componentCount)
    for row in 0..<latents.rowCount {
      for column in 0..<latents.columnCount { scores[row, column] = latents[row, column] }
    }
    return try inverseTransform(scores)
  }
}

extension PCA: LatentMethod {
  /// Fits on the training samples alone: PCA has nothing to choose on others.
  public func fit(
    _ training: PreparedSamples, validation: PreparedSamples?
  ) throws -> FittedPCA {
    try fit(training, threads: 1)
  }

  /// Fits on samples, of which some cells may be missing.
  ///
  /// - Parameter threads: How many threads may share the work; the result is the same for any.
  public func fit(_ training: PreparedSamples, threads: Int) throws -> FittedPCA {
    let training = training.wanted
    guard var observed = training.observed else {
      return try fit(training.values, threads: threads)
    }
    // Some rows of a table may lack a column altogether; its mean, 0, is all that is known of it.
    for feature in 0..<training.featureCount
    where !(0..<training.sampleCount).contains(where: { observed[$0, feature] }) {
      for sample in 0..<training.sampleCount { observed[sample, feature] = true }
    }
    return try fit(training.values, observed: observed, threads: threads)
  }
}
