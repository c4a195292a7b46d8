import LinearAlgebra
import Preprocessing
import PrincipalComponents

/// The mean logarithm of the density of a row's observed cells, in units of the features.
///
/// The higher on held-out rows, the better the number of components suits; scikit-learn calls it
/// `score`. Nil where components leave no noise, so that there is no density.
public struct LogLikelihood: Codable, Sendable, Equatable {
  /// Of the rows that the components were fitted to.
  public var training: Double?
  /// Of rows held out, by components fitted to the others; nil when there were none.
  public var validation: Double?

  public init(training: Double?, validation: Double?) {
    self.training = training
    self.validation = validation
  }
}

extension FittedPCA {
  /// Nil when there is no density.
  func meanLogDensity(of samples: PreparedSamples) throws -> Double? {
    do {
      let densities = try logDensities(samples.values, observed: samples.observed)
      return densities.reduce(0, +) / Double(densities.count)
    } catch let error as PCAError where error.problem == .noDensity {
      return nil
    }
  }

  /// The same over rows of which mean and covariance are known.
  func meanLogDensity(ofRowsLike rows: Covariance) throws -> Double? {
    do {
      return try meanLogDensity(of: rows)
    } catch let error as PCAError where error.problem == .noDensity {
      return nil
    }
  }
}

extension CrossValidation {
  /// Over all rows, each by components fitted to the other folds.
  func meanLogDensity(by method: PCA) throws -> Double? {
    var sum = 0.0
    for fold in folds {
      let model = try method.fit(samples.samples(at: fold.training), validation: nil)
      guard let mean = try model.meanLogDensity(of: samples.samples(at: fold.validation)) else {
        return nil
      }
      sum += mean * Double(fold.validation.count)
    }
    return sum / Double(samples.sampleCount)
  }
}
