import LinearAlgebra

/// What makes a latent one of mean 0 and variance 1, with the sign that is agreed on:
/// `(latent − center) · factor`.
public struct LatentScale: Sendable, Equatable {
  public let center: [Double]
  public let factor: [Double]

  /// Leaves latents as they are.
  init(componentCount: Int) {
    center = Array(repeating: 0, count: componentCount)
    factor = Array(repeating: 1, count: componentCount)
  }

  /// Nil when a number is not finite or a factor is 0.
  init?(center: [Double], factor: [Double]) {
    guard center.count == factor.count, (center + factor).allSatisfy(\.isFinite),
      factor.allSatisfy({ $0 != 0 })
    else { return nil }
    self.center = center
    self.factor = factor
  }

  /// Learns the scale of training rows; positive is the direction in which the feature that a
  /// latent is most correlated with grows.
  ///
  /// - Parameters:
  ///   - latents: Shape `[samples, components]`.
  ///   - features: Of the same rows, centred.
  package init(latents: Matrix<Double>, features: Matrix<Double>) {
    let count = Double(max(1, latents.rowCount))
    var center: [Double] = []
    var factor: [Double] = []
    for component in 0..<latents.columnCount {
      let values = (0..<latents.rowCount).map { latents[$0, component] }
      let mean = values.reduce(0, +) / count
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
      let isConstant = variance <= 1e-24 * max(1, mean * mean)
      var largest = (size: 0.0, sign: 1.0)
      for feature in 0..<features.columnCount {
        var product = 0.0
        var square = 0.0
        for row in 0..<features.rowCount {
          product += (values[row] - mean) * features[row, feature]
          square += features[row, feature] * features[row, feature]
        }
        let size = square > 0 ? abs(product) / square.squareRoot() : 0
        if size > largest.size * (1 + 1e-9) { largest = (size, product < 0 ? -1 : 1) }
      }
      center.append(mean)
      factor.append(isConstant ? 1 : largest.sign / variance.squareRoot())
    }
    self.center = center
    self.factor = factor
  }

  /// - Parameter latents: Shape `[samples, at most all components]`.
  package func applied(to latents: Matrix<Float>) -> Matrix<Float> {
    var result = latents
    for row in 0..<latents.rowCount {
      for column in 0..<latents.columnCount {
        result[row, column] = Float(
          (Double(latents[row, column]) - center[column]) * factor[column])
      }
    }
    return result
  }

  /// Undoes ``applied(to:)`` but for rounding.
  package func removed(from latents: Matrix<Double>) -> Matrix<Float> {
    var result = Matrix<Float>(rowCount: latents.rowCount, columnCount: latents.columnCount)
    for row in 0..<latents.rowCount {
      for column in 0..<latents.columnCount {
        result[row, column] = Float(latents[row, column] / factor[column] + center[column])
      }
    }
    return result
  }
}
