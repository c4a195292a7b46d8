import Evaluation
import LinearAlgebra
import Preprocessing
import Tables

extension Fidelity {
  /// Compares samples with what a model gave back for them.
  ///
  /// - Parameters:
  ///   - originals: The prepared samples; missing entries count for nothing.
  ///   - reconstructions: Of the same shape.
  ///   - preprocessor: Says which features are numbers and which are levels of a category.
  public init(
    originals: PreparedSamples, reconstructions: Matrix<Double>, preprocessor: FittedPreprocessor
  ) {
    let numbers = preprocessor.numberFeatures
    if !numbers.isEmpty {
      var measure = ExplainedVariance(
        means: numbers.map(\.mean), standardDeviations: numbers.map(\.standardDeviation))
      let positions = numbers.map(\.position)
      measure.add(
        originals: originals.values.columns(at: positions),
        reconstructions: reconstructions.columns(at: positions),
        observed: originals.observed?.columns(at: positions))
      explainedVariance = measure.value
    }
    var right = 0
    var observed = 0
    var feature = 0
    for coding in preprocessor.codings {
      if case .oneHot(let shares) = coding {
        for row in 0..<originals.sampleCount where originals.observed?[row, feature] ?? true {
          observed += 1
          let levels = feature..<feature + shares.count
          if coding.likeliestLevel(in: originals.values, row: row, features: levels)
            == coding.likeliestLevel(in: reconstructions, row: row, features: levels)
          {
            right += 1
          }
        }
      }
      feature += coding.featureCount
    }
    if observed > 0 { categoryAccuracy = Double(right) / Double(observed) }
  }
}
