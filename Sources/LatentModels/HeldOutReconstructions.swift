import Evaluation
import LinearAlgebra
import Preprocessing

/// What a model gives back of rows that it has not seen, from each number of components it serves.
struct HeldOutReconstructions {
  /// The smallest number of components that is served.
  let firstLength: Int
  /// By number of components, the first of ``firstLength``; shape `[rows, features]` each.
  var byLength: [Matrix<Double>]
  /// From all components, straight from the encoder; nil for a model that has but one kind of
  /// latents.
  var fromEncoder: Matrix<Double>?
  /// How well cells hidden in these rows were filled; nil where that was not asked.
  var filling: FillingTrial?

  init(firstLength: Int, byLength: [Matrix<Double>]) {
    self.firstLength = firstLength
    self.byLength = byLength
  }

  /// - Parameter preprocessor: Says which features are a column, to hide cells and see how well they
  ///   are filled; nil does without.
  init(
    of samples: PreparedSamples, by model: any LatentModel,
    tryingToFill preprocessor: FittedPreprocessor? = nil
  ) throws {
    filling = try preprocessor.map { try FillingTrial(samples, by: model, preprocessor: $0) }
    firstLength = model.lengths.lowerBound
    byLength = try model.lengths.map { try model.reconstruct(samples, components: $0) }
    if let autoencoder = model as? FittedAutoencoder, autoencoder.codes == .refined {
      fromEncoder = try autoencoder.decode(
        autoencoder.encode(samples, components: autoencoder.componentCount, codes: .encoder))
    }
  }

  /// What a model gives back of rows as they are or, where some are, of the columns hidden from it.
  init(
    of samples: PreparedSamples, hiding columns: HiddenColumns?, by model: any LatentModel,
    tryingToFill preprocessor: FittedPreprocessor?
  ) throws {
    if let columns {
      self = try columns.predictions(of: samples, by: model)
    } else {
      try self.init(of: samples, by: model, tryingToFill: preprocessor)
    }
  }

  /// Puts parts, of models of the same kind, back where their rows were.
  init(joining parts: [HeldOutReconstructions], at rows: [[Int]]) {
    func join(_ matrices: [Matrix<Double>]) -> Matrix<Double> {
      var result = Matrix<Double>(
        rowCount: rows.reduce(0) { $0 + $1.count }, columnCount: matrices[0].columnCount)
      for (matrix, places) in zip(matrices, rows) {
        for (position, row) in places.enumerated() {
          for column in 0..<matrix.columnCount { result[row, column] = matrix[position, column] }
        }
      }
      return result
    }
    firstLength = parts[0].firstLength
    byLength = parts[0].byLength.indices.map { length in join(parts.map { $0.byLength[length] }) }
    let encoded = parts.compactMap(\.fromEncoder)
    fromEncoder = encoded.count == parts.count ? join(encoded) : nil
    let trials = parts.compactMap(\.filling)
    filling = trials.isEmpty ? nil : FillingTrial(joining: trials)
  }

  /// The numbers of components that are served.
  var lengths: Range<Int> { firstLength..<firstLength + byLength.count }

  subscript(components: Int) -> Matrix<Double>? {
    byLength.indices.contains(components - firstLength) ? byLength[components - firstLength] : nil
  }

  /// How much smaller the squared error of a row is here than with others.
  ///
  /// - Parameter groups: Rows that share a number count as one, with their mean error.
  func gain(
    over others: HeldOutReconstructions, components: Int, on samples: PreparedSamples,
    groups: [Int]?
  ) -> PairedGain {
    guard let own = self[components], let other = others[components] else {
      return PairedGain(from: [], to: [])
    }
    func errors(_ reconstructions: Matrix<Double>) -> [Double] {
      let rows = (0..<samples.sampleCount).map { samples.squaredError(of: reconstructions, $0) }
      guard let groups else { return rows }
      var sums: [Int: (sum: Double, count: Double)] = [:]
      for (group, error) in zip(groups, rows) {
        let before = sums[group] ?? (0, 0)
        sums[group] = (before.sum + error, before.count + 1)
      }
      return sums.keys.sorted().map { group in
        sums[group].map { $0.sum / $0.count } ?? 0
      }
    }
    return PairedGain(from: errors(other), to: errors(own))
  }

  /// Lets others stand in for some numbers of components.
  mutating func replace(_ lengths: Set<Int>, by others: HeldOutReconstructions) {
    for length in lengths {
      guard let other = others[length] else { continue }
      byLength[length - firstLength] = other
      if length - firstLength == byLength.count - 1, fromEncoder != nil { fromEncoder = other }
    }
  }
}

extension PreparedSamples {
  /// The squared error of a row over its observed entries.
  func squaredError(of reconstructions: Matrix<Double>, _ row: Int) -> Double {
    (0..<featureCount).reduce(0) { sum, feature in
      guard observed?[row, feature] ?? true else { return sum }
      let difference = values[row, feature] - reconstructions[row, feature]
      return sum + difference * difference
    }
  }
}
