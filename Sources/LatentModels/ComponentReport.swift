import Evaluation
import LinearAlgebra
import Preprocessing

/// What so many components explain on held-out rows, and what the last of them adds.
public struct ComponentReport: Codable, Sendable, Equatable {
  /// How many components, the first ones.
  public var components: Int
  public var explainedVariance: Double?
  /// Of ``explainedVariance``, from how the rows' errors differ.
  public var standardError: Double
  /// Of linear PCA with as many components.
  public var pcaExplainedVariance: Double?
  /// Whether linear PCA stands in, as nothing better was found.
  public var isLinear: Bool
  /// What the last component adds to the explained variance of each column of the table, in the
  /// model's order; nil for a column that did not vary.
  public var columnGains: [Double?]

  enum CodingKeys: String, CodingKey {
    case components
    case explainedVariance = "explained_variance"
    case standardError = "standard_error"
    case pcaExplainedVariance = "pca_explained_variance"
    case isLinear = "is_linear"
    case columnGains = "column_gains"
  }

  /// The reports of all numbers of components that a model serves.
  ///
  /// - Parameters:
  ///   - own: The model's reconstructions of the samples.
  ///   - pca: Those of linear PCA.
  static func all(
    _ own: HeldOutReconstructions, beside pca: HeldOutReconstructions, of samples: PreparedSamples,
    linearLengths: Set<Int>, preprocessor: FittedPreprocessor
  ) throws -> [ComponentReport] {
    func explained(_ reconstructions: Matrix<Double>?) -> Double? {
      reconstructions.flatMap {
        Fidelity(originals: samples, reconstructions: $0, preprocessor: preprocessor)
          .explainedVariance
      }
    }
    let means = means(of: samples.featureCount, preprocessor)
    var before = columnExplainedVariances(
      Matrix(rowCount: samples.sampleCount, columnCount: samples.featureCount), of: samples,
      about: means, preprocessor: preprocessor
    ).map { $0.map { _ in 0.0 } }
    return try own.lengths.compactMap { length in
      guard let reconstructions = try own[length] else { return nil }
      let columns = columnExplainedVariances(
        reconstructions, of: samples, about: means, preprocessor: preprocessor)
      defer { before = columns }
      return ComponentReport(
        components: length, explainedVariance: explained(reconstructions),
        standardError: standardError(reconstructions, of: samples, about: means),
        pcaExplainedVariance: explained(try pca[length]), isLinear: linearLengths.contains(length),
        columnGains: zip(columns, before).map { now, before in
          now.flatMap { now in before.map { now - $0 } }
        })
    }
  }

  /// The training mean of each feature: 0 where features are centred, as levels always are.
  private static func means(of featureCount: Int, _ preprocessor: FittedPreprocessor) -> [Double] {
    var means = [Double](repeating: 0, count: featureCount)
    for feature in preprocessor.numberFeatures { means[feature.position] = feature.mean }
    return means
  }

  /// The standard error of the mean squared error of a row, in mean squares of a row.
  private static func standardError(
    _ reconstructions: Matrix<Double>, of samples: PreparedSamples, about means: [Double]
  ) -> Double {
    let nothing = Matrix<Double>(
      rowCount: samples.sampleCount, columnCount: samples.featureCount,
      elements: (0..<samples.sampleCount).flatMap { _ in means })
    let rows = 0..<samples.sampleCount
    let errors = rows.map { samples.squaredError(of: reconstructions, $0) }
    let squares = rows.reduce(0) { $0 + samples.squaredError(of: nothing, $1) }
    let count = Double(max(2, rows.count))
    let mean = errors.reduce(0, +) / count
    let variance = errors.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    return squares > 0 ? (variance / count).squareRoot() / (squares / count) : 0
  }

  /// The explained variance of each column of the table by itself, a category's over its levels.
  private static func columnExplainedVariances(
    _ reconstructions: Matrix<Double>, of samples: PreparedSamples, about means: [Double],
    preprocessor: FittedPreprocessor
  ) -> [Double?] {
    var feature = 0
    return preprocessor.codings.map { coding in
      var errors = 0.0
      var squares = 0.0
      let features = feature..<feature + coding.featureCount
      feature += coding.featureCount
      if case .scaled(_, _, let statistics) = coding, !statistics.varies { return nil }
      for column in features {
        for row in 0..<samples.sampleCount where samples.observed?[row, column] ?? true {
          let value = samples.values[row, column]
          let error = value - reconstructions[row, column]
          errors += error * error
          squares += (value - means[column]) * (value - means[column])
        }
      }
      return squares > 0 ? 1 - errors / squares : nil
    }
  }
}

/// How far latents of some rows are from being uncorrelated.
enum LatentCorrelation {
  /// The largest size of a correlation between two latents; nil for one latent.
  static func largest(_ latents: Matrix<Double>) -> Double? {
    guard latents.columnCount > 1, latents.rowCount > 1 else { return nil }
    let columns = (0..<latents.columnCount).map { column in
      let values = (0..<latents.rowCount).map { latents[$0, column] }
      let mean = values.reduce(0, +) / Double(values.count)
      return values.map { $0 - mean }
    }
    let norms = columns.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    var largest = 0.0
    for first in columns.indices {
      for second in 0..<first where norms[first] > 0 && norms[second] > 0 {
        let product = zip(columns[first], columns[second]).reduce(0) { $0 + $1.0 * $1.1 }
        largest = max(largest, abs(product) / (norms[first] * norms[second]))
      }
    }
    return largest
  }
}
