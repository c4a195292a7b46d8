import Glibc
import LinearAlgebra

extension FittedPCA {
  /// The logarithm of each row's probability density, when rows are normally distributed with the
  /// variances explained along the axes and the noise variance across them.
  ///
  /// The larger their mean over rows that were not used in the fit, the better the number of
  /// components suits.
  ///
  /// - Parameter samples: Shape `[samples, features]`, finite.
  /// - Returns: One natural logarithm for each row; in units of the features, so only models of the same
  ///   features can be compared.
  /// - Complexity: O(n·p·k) time and two copies of the rows.
  /// - Throws: ``PCAError`` as ``transform(_:)`` does, and when the components leave no noise, or an
  ///   axis no variance, so that there is no density.
  /// - Note: Tipping and Bishop (1999), doi:10.1111/1467-9868.00196, section 3.1.
  public func logDensities(_ samples: Matrix<Double>) throws -> [Double] {
    let acrossCount = Double(featureCount - componentCount)
    // An axis along which rows vary less than across all axes is part of the noise.
    let variances = explainedVariance.map { max($0, noiseVariance) }
    guard (variances.last ?? 0) > 0, acrossCount == 0 || noiseVariance > 0 else {
      throw PCAError(.noDensity)
    }
    let scores = try coordinates(samples)
    let projections = self.samples(at: scores)
    let constant =
      Double(featureCount) * log(2 * .pi) + variances.reduce(0) { $0 + log($1) }
      + (acrossCount > 0 ? acrossCount * log(noiseVariance) : 0)
    return (0..<samples.rowCount).map { row in
      var distance = 0.0
      for component in 0..<componentCount {
        distance += scores[row, component] * scores[row, component] / variances[component]
      }
      if acrossCount > 0 {
        var squares = 0.0
        for feature in 0..<featureCount {
          let difference = samples[row, feature] - projections[row, feature]
          squares += difference * difference
        }
        distance += squares / noiseVariance
      }
      return -(constant + distance) / 2
    }
  }
}
