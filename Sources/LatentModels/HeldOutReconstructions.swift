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

  init(of samples: PreparedSamples, by model: any LatentModel) throws {
    firstLength = model.lengths.lowerBound
    byLength = try model.lengths.map { try model.reconstruct(samples, components: $0) }
    if let autoencoder = model as? FittedAutoencoder, autoencoder.codes == .refined {
      fromEncoder = try autoencoder.decode(
        autoencoder.encode(samples, components: autoencoder.componentCount, codes: .encoder))
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
  }

  subscript(components: Int) -> Matrix<Double>? {
    byLength.indices.contains(components - firstLength) ? byLength[components - firstLength] : nil
  }

  /// The numbers of components at which these are not better than others by more than so many
  /// standard errors of the mean gain in squared error.
  func lengthsWithoutGain(
    over others: HeldOutReconstructions, on samples: PreparedSamples, standardErrors: Double
  ) -> Set<Int> {
    Set(
      byLength.indices.map { $0 + firstLength }.filter { length in
        guard let own = self[length], let other = others[length] else { return false }
        let gains = (0..<samples.sampleCount).map { row in
          samples.squaredError(of: other, row) - samples.squaredError(of: own, row)
        }
        let count = Double(gains.count)
        let mean = gains.reduce(0, +) / count
        let variance =
          gains.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(1, count - 1)
        return mean <= standardErrors * (variance / count).squareRoot()
      })
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
  fileprivate func squaredError(of reconstructions: Matrix<Double>, _ row: Int) -> Double {
    (0..<featureCount).reduce(0) { sum, feature in
      guard observed?[row, feature] ?? true else { return sum }
      let difference = values[row, feature] - reconstructions[row, feature]
      return sum + difference * difference
    }
  }
}
