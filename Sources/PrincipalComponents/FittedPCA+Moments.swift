import Glibc
import LinearAlgebra

/// How well components give rows back, told from the rows' mean and covariance alone.
///
/// With d the distance of the rows' mean from the model's and S their covariance of divisor n, the
/// squares about the model's mean are M = S + ddᵀ, and those of what the axes P leave of the rows the
/// diagonal of (I − PᵀP) M (I − PᵀP).
extension FittedPCA {
  /// The mean squared difference between the rows and what the components give back, of each feature.
  ///
  /// - Parameter rows: Of the model's features, in its order.
  /// - Complexity: O(p²·k) time and a p × p matrix, whatever the number of rows.
  public func meanSquaredErrors(of rows: Covariance) -> [Double] {
    let parts = parts(of: rows)
    return (0..<featureCount).map { feature in
      var error = parts.squares[feature, feature]
      for component in 0..<componentCount {
        let within = (0..<componentCount).reduce(0.0) {
          $0 + parts.scores[component, $1] * components[$1, feature]
        }
        error += components[component, feature] * (within - 2 * parts.mixed[component, feature])
      }
      // Rounding may leave what is zero just below it.
      return max(0, error)
    }
  }

  /// The mean of ``logDensities(_:)`` over the rows.
  ///
  /// - Parameter rows: Of the model's features, in its order.
  /// - Complexity: O(p²·k) time and a p × p matrix, whatever the number of rows.
  /// - Throws: ``PCAError`` when the components leave no noise, or an axis no variance.
  public func meanLogDensity(of rows: Covariance) throws -> Double {
    let acrossCount = Double(featureCount - componentCount)
    let variances = try densityVariances()
    let parts = parts(of: rows)
    var distance = 0.0
    for component in 0..<componentCount {
      distance += parts.scores[component, component] / variances[component]
    }
    var constant =
      Double(featureCount) * log(2 * .pi) + variances.reduce(0) { $0 + log($1) }
    if acrossCount > 0 {
      constant += acrossCount * log(noiseVariance)
      distance += meanSquaredErrors(of: rows).reduce(0, +) / noiseVariance
    }
    return -(constant + distance) / 2
  }

  /// M, PM and PMPᵀ.
  private func parts(
    of rows: Covariance
  ) -> (squares: Matrix<Double>, mixed: Matrix<Double>, scores: Matrix<Double>) {
    precondition(rows.mean.count == featureCount, "rows have \(featureCount) features")
    let offset = zip(rows.mean, mean).map { $0 - $1 }
    let share = Double(rows.sampleCount - 1) / Double(rows.sampleCount)
    var squares = rows.matrix
    for row in 0..<featureCount {
      for column in 0..<featureCount {
        squares[row, column] = squares[row, column] * share + offset[row] * offset[column]
      }
    }
    let mixed = components.multiplied(by: squares)
    return (squares, mixed, mixed.multiplied(byTransposed: components))
  }
}
