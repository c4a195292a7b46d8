import LinearAlgebra
import Preprocessing
import PrincipalComponents

extension FittedPCA: LatentModel {
  public func encode(_ samples: PreparedSamples) throws -> Matrix<Double> {
    try transform(samples.values, observed: samples.observed)
  }

  public func decode(_ latents: Matrix<Double>) throws -> Matrix<Double> {
    try inverseTransform(latents)
  }
}

extension PCA: LatentMethod {
  /// Fits on the training samples alone: PCA has nothing to choose on others.
  public func fit(
    _ training: PreparedSamples, validation: PreparedSamples?
  ) throws -> FittedPCA {
    try fit(training.values, observed: training.observed)
  }
}
