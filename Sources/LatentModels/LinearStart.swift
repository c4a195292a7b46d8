import LinearAlgebra
import NeuralNetworks
import PrincipalComponents

/// Names of the layers that start at the PCA solution.
enum LinearPath {
  static let encoderLayer = "linear_encoder"
  static let decoderLayer = "linear_decoder"
}

extension FittedAutoencoder {
  /// Sets the linear paths to the PCA solution, latents scaled to unit variance.
  func startLinearPath(at pca: FittedPCA, _ prefixDecoder: Model?) throws {
    let deviations = pca.scoreDeviations
    let origin = try pca.transform(Matrix(rowCount: 1, columnCount: featureCount))
    var encoderKernel: [Float] = []
    for feature in 0..<featureCount {
      for (component, deviation) in deviations.enumerated() {
        let entry = pca.components[component, feature]
        encoderKernel.append(deviation > 0 ? Float(entry / deviation) : 0)
      }
    }
    try encoder.setValues([
      "\(LinearPath.encoderLayer)/kernel": encoderKernel,
      // The scores of the origin are what the mean takes from every row's scores.
      "\(LinearPath.encoderLayer)/bias": deviations.indices.map {
        deviations[$0] > 0 ? Float(origin[0, $0] / deviations[$0]) : 0
      },
    ])
    let decoderKernel = deviations.enumerated().flatMap { component, deviation in
      (0..<featureCount).map { Float(pca.components[component, $0] * deviation) }
    }
    let mean = pca.mean.map { Float($0) }
    try decoder.setValues([
      "\(LinearPath.decoderLayer)/kernel": decoderKernel,
      "\(LinearPath.decoderLayer)/bias": mean,
    ])
    // Which latents are given makes no difference to PCA.
    try prefixDecoder?.setValues([
      "\(LinearPath.decoderLayer)/kernel": decoderKernel
        + Array(repeating: 0, count: decoderKernel.count),
      "\(LinearPath.decoderLayer)/bias": mean,
    ])
  }
}

extension Model {
  /// Sets some weights and leaves the others.
  fileprivate func setValues(_ values: [String: [Float]]) throws {
    try setWeights(
      weights.map { weights in
        var changed = weights
        changed.values = values[weights.name] ?? weights.values
        return changed
      })
  }
}

extension FittedPCA {
  /// The standard deviation of each score; 0 for an axis without variance, which gives no scale.
  var scoreDeviations: [Double] { explainedVariance.map { $0 > 0 ? $0.squareRoot() : 0 } }

  /// The first scores as latents of variance 1; one without variance stays at 0.
  func scaledToUnitVariance(_ scores: Matrix<Double>) -> Matrix<Double> {
    scaled(scores, by: scoreDeviations.map { $0 > 0 ? 1 / $0 : 0 })
  }

  func scores(ofUnitVariance latents: Matrix<Double>) -> Matrix<Double> {
    scaled(latents, by: scoreDeviations)
  }

  private func scaled(_ rows: Matrix<Double>, by factors: [Double]) -> Matrix<Double> {
    var result = rows
    for row in 0..<rows.rowCount {
      for column in 0..<rows.columnCount { result[row, column] *= factors[column] }
    }
    return result
  }
}
