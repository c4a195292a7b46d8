import LinearAlgebra
import Preprocessing
import PrincipalComponents

/// Hides some columns of held-out rows and asks a model for them.
///
/// A row given back from as many components as it has columns is given back exactly, whatever they
/// learnt, so that error cannot tell how many components are enough. What a model makes of cells it
/// was not shown can: components that stand for the table help, components that stand for noise do
/// not. Columns are cut into parts at random, and every part of every row is predicted from the
/// latents that the row's other cells give.
///
/// - Note: Bi-cross-validation after Owen and Perry (2009), doi:10.1214/08-AOAS227: neither the
///   row nor the column of a predicted cell served to predict it.
struct HiddenColumns {
  /// Parts of the columns at most: a fifth of a row is hidden at a time.
  static let partCount = 5

  /// The features of each part.
  let parts: [[Int]]

  /// - Parameter columns: The features of each column; a category's levels are hidden together.
  init(columns: [Range<Int>], seed: UInt64) {
    var order = columns.filter { !$0.isEmpty }
    var generator = SeededGenerator(seed: seed)
    order.shuffle(using: &generator)
    let count = min(HiddenColumns.partCount, order.count)
    parts = (0..<count).map { part in
      stride(from: part, to: order.count, by: count).flatMap { Array(order[$0]) }
    }
  }

  /// The fewest features that are shown of a row; more latents would fit them whatever they are.
  var shownCount: Int {
    let count = parts.reduce(0) { $0 + $1.count }
    return parts.map { count - $0.count }.min() ?? 0
  }

  /// The samples as a model predicts them, from each number of components it serves.
  ///
  /// - Complexity: A reconstruction of the samples for each part and number of components.
  func predictions(
    of samples: PreparedSamples, by model: any LatentModel
  ) throws -> HeldOutReconstructions {
    var byLength = model.lengths.map { _ in
      Matrix<Double>(rowCount: samples.sampleCount, columnCount: samples.featureCount)
    }
    for part in parts {
      let shown = samples.hiding(part)
      for (index, length) in model.lengths.enumerated() {
        let predicted =
          if let pca = model as? FittedPCA {
            try pca.fittingExactly(length).reconstruct(shown)
          } else {
            try model.reconstruct(shown, components: length)
          }
        for row in 0..<samples.sampleCount {
          for feature in part { byLength[index][row, feature] = predicted[row, feature] }
        }
      }
    }
    return HeldOutReconstructions(lengths: model.lengths, byLength: byLength)
  }
}

extension PreparedSamples {
  /// The samples as if these features were missing.
  fileprivate func hiding(_ features: [Int]) -> PreparedSamples {
    var hidden = self
    var mask =
      observed
      ?? Mask(
        rowCount: sampleCount, columnCount: featureCount,
        isObserved: Array(repeating: true, count: sampleCount * featureCount))
    for row in 0..<sampleCount {
      for feature in features {
        hidden.values[row, feature] = 0
        mask[row, feature] = false
      }
    }
    hidden.observed = mask
    return hidden
  }
}

extension FittedPCA {
  /// The model of the first components alone, whose scores fit the cells shown by least squares.
  ///
  /// The scores expected of a row with missing cells lean towards the mean the more, the more
  /// variance the components leave. That is the better guess, but with all components it is a
  /// regression on every other column, which many useless components do not harm.
  fileprivate func fittingExactly(_ count: Int) throws -> FittedPCA {
    let variances = Array(explainedVariance[..<count])
    return try FittedPCA(
      mean: mean, components: components.rows(at: Array(0..<count)), explainedVariance: variances,
      totalVariance: variances.reduce(0, +) * (1 + 1e-9), noiseVariance: 0,
      sampleCount: sampleCount)
  }
}

extension FittedPreprocessor {
  /// The features of each column, none for a column that does not vary.
  var featureRanges: [Range<Int>] {
    var position = 0
    return codings.map { coding in
      defer { position += coding.featureCount }
      return position..<position + coding.featureCount
    }
  }
}
