import Evaluation
import LinearAlgebra
import Preprocessing
import Tables

/// Compares rows with what a model gave back for them, block by block.
struct FidelityMeasure {
  private let preprocessor: FittedPreprocessor
  private let positions: [Int]
  private var numbers: ExplainedVariance
  private var rightCount = 0
  private var levelCount = 0
  private var pixelErrors = 0.0
  private var pixelCount = 0

  /// - Parameter preprocessor: Says which features are numbers and which are levels of a category.
  init(preprocessor: FittedPreprocessor) {
    self.preprocessor = preprocessor
    let numbers = preprocessor.numberFeatures
    positions = numbers.map(\.position)
    self.numbers = ExplainedVariance(
      means: numbers.map(\.mean), standardDeviations: numbers.map(\.standardDeviation))
  }

  /// - Parameters:
  ///   - originals: The prepared samples; missing entries count for nothing.
  ///   - reconstructions: Of the same shape.
  mutating func add(originals: PreparedSamples, reconstructions: Matrix<Double>) {
    if !positions.isEmpty {
      numbers.add(
        originals: originals.values.columns(at: positions),
        reconstructions: reconstructions.columns(at: positions),
        observed: originals.observed?.columns(at: positions))
    }
    if preprocessor.pixels != nil { addPixels(originals, reconstructions) }
    var feature = 0
    for coding in preprocessor.codings {
      if case .oneHot(let shares) = coding {
        let levels = feature..<feature + shares.count
        for row in 0..<originals.sampleCount where originals.observed?[row, feature] ?? true {
          levelCount += 1
          if coding.likeliestLevel(in: originals.values, row: row, features: levels)
            == coding.likeliestLevel(in: reconstructions, row: row, features: levels)
          {
            rightCount += 1
          }
        }
      }
      feature += coding.featureCount
    }
  }

  private mutating func addPixels(
    _ originals: PreparedSamples, _ reconstructions: Matrix<Double>
  ) {
    for row in 0..<originals.sampleCount {
      pixelErrors += originals.squaredError(of: reconstructions, row)
    }
    pixelCount +=
      originals.observed?.isObserved.count(where: \.self) ?? originals.values.elements.count
  }

  var fidelity: Fidelity {
    var fidelity = Fidelity()
    if !positions.isEmpty { fidelity.explainedVariance = numbers.value }
    if levelCount > 0 { fidelity.categoryAccuracy = Double(rightCount) / Double(levelCount) }
    if pixelCount > 0 { fidelity.pixelError = pixelErrors / Double(pixelCount) }
    return fidelity
  }
}

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
    var measure = FidelityMeasure(preprocessor: preprocessor)
    measure.add(originals: originals, reconstructions: reconstructions)
    self = measure.fidelity
  }
}
