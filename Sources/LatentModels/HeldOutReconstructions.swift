import Evaluation
import LinearAlgebra
import Preprocessing
import PrincipalComponents

/// What a model gives back of rows that it has not seen, from each number of components it serves.
struct HeldOutReconstructions {
  /// The numbers of components that are served.
  let lengths: ClosedRange<Int>
  /// By number of components, shape `[rows, features]` each; none for those that ``linear`` has.
  private var kept: [Int: Matrix<Double>] = [:]
  /// Linear PCA gives rows back when asked: a reconstruction for every number of components would
  /// take far more memory than their scores.
  private var linear: [LinearScores] = []
  /// From all components, straight from the encoder; nil for a model that has but one kind of
  /// latents.
  var fromEncoder: Matrix<Double>?
  /// How well cells hidden in these rows were filled; nil where that was not asked.
  var filling: FillingTrial?

  /// The scores of some of the rows.
  private struct LinearScores {
    let pca: FittedPCA
    let scores: Matrix<Double>
    /// Where they stand among all rows.
    var rows: [Int]
  }

  /// - Parameter byLength: For each number of components, from the first of `lengths`.
  init(lengths: ClosedRange<Int>, byLength: [Matrix<Double>]) {
    self.lengths = lengths
    kept = Dictionary(uniqueKeysWithValues: zip(lengths, byLength))
  }

  /// - Parameters:
  ///   - lengths: The numbers of components to serve; a model of fewer gives all it has. Nil takes
  ///     those that the model serves.
  ///   - training: What the model was fitted to.
  ///   - materials: To hide cells and see how well they are filled; nil does without.
  init(
    of samples: PreparedSamples, by model: any LatentModel, lengths: ClosedRange<Int>? = nil,
    training: PreparedSamples? = nil, tryingToFill materials: FillingTrial.Materials? = nil
  ) throws {
    if let materials, let training {
      filling = try FillingTrial(samples, by: model, training: training, materials)
    }
    self.lengths = lengths ?? model.lengths
    if let pca = model as? FittedPCA {
      linear = [
        LinearScores(
          pca: pca, scores: try pca.encode(samples), rows: Array(0..<samples.sampleCount))
      ]
      return
    }
    for length in self.lengths {
      kept[length] = try model.reconstruct(samples, components: length)
    }
    if let autoencoder = model as? FittedAutoencoder, autoencoder.codes == .refined {
      fromEncoder = try autoencoder.decode(
        autoencoder.encode(samples, components: autoencoder.componentCount, codes: .encoder))
    }
  }

  /// What a model gives back of rows as they are or, where some are, of the columns hidden from it.
  init(
    of samples: PreparedSamples, hiding columns: HiddenColumns?, by model: any LatentModel,
    lengths: ClosedRange<Int>? = nil, training: PreparedSamples,
    tryingToFill materials: FillingTrial.Materials?
  ) throws {
    if let columns {
      self = try columns.predictions(of: samples, by: model)
    } else {
      try self.init(
        of: samples, by: model, lengths: lengths, training: training, tryingToFill: materials)
    }
  }

  /// Puts parts, of models of the same kind, back where their rows were.
  init(joining parts: [HeldOutReconstructions], at rows: [[Int]]) {
    func join(_ matrices: [Matrix<Double>]) -> Matrix<Double> {
      var result = Matrix<Double>(
        rowCount: rows.reduce(0) { $0 + $1.count }, columnCount: matrices[0].columnCount)
      for (matrix, places) in zip(matrices, rows) { result.replaceRows(at: places, by: matrix) }
      return result
    }
    lengths = parts[0].lengths
    for length in lengths {
      let matrices = parts.compactMap { $0.kept[length] }
      if matrices.count == parts.count { kept[length] = join(matrices) }
    }
    linear = zip(parts, rows).flatMap { part, places in
      part.linear.map { scores in
        var scores = scores
        scores.rows = scores.rows.map { places[$0] }
        return scores
      }
    }
    let encoded = parts.compactMap(\.fromEncoder)
    fromEncoder = encoded.count == parts.count ? join(encoded) : nil
    let trials = parts.compactMap(\.filling)
    filling = trials.isEmpty ? nil : FillingTrial(joining: trials)
  }

  /// The rows from so many components; nil for a number that is not served.
  subscript(components: Int) -> Matrix<Double>? {
    get throws {
      if let matrix = kept[components] { return matrix }
      guard lengths.contains(components), let featureCount = linear.first?.pca.featureCount else {
        return nil
      }
      var result = Matrix<Double>(
        rowCount: linear.reduce(0) { $0 + $1.rows.count }, columnCount: featureCount)
      for part in linear {
        let count = min(components, part.pca.componentCount)
        let scores =
          count < part.scores.columnCount
          ? part.scores.columns(at: Array(0..<count)) : part.scores
        result.replaceRows(at: part.rows, by: try part.pca.decode(scores))
      }
      return result
    }
  }

  /// How much smaller the squared error of a row is here than with others.
  ///
  /// - Parameter groups: Rows that share a number count as one, with their mean error.
  func gain(
    over others: HeldOutReconstructions, components: Int, on samples: PreparedSamples,
    groups: [Int]?
  ) throws -> PairedGain {
    guard let own = try self[components], let other = try others[components] else {
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
  mutating func replace(_ lengths: Set<Int>, by others: HeldOutReconstructions) throws {
    for length in lengths {
      kept[length] = others.kept[length]
      if length == self.lengths.upperBound, fromEncoder != nil { fromEncoder = try others[length] }
    }
    linear = others.linear
  }
}

extension Matrix where Scalar == Double {
  /// Puts the rows of another matrix in the place of some.
  fileprivate mutating func replaceRows(at places: [Int], by rows: Matrix) {
    for (row, place) in places.enumerated() {
      elements.replaceSubrange(
        place * columnCount..<(place + 1) * columnCount,
        with: rows.elements[row * columnCount..<(row + 1) * columnCount])
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
