import LinearAlgebra
import NeuralNetworks
import Testing

/// Numbers in −1..<1.
func randomMatrix(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<Float> {
  var generator = SeededGenerator(seed: seed)
  return Matrix(
    rowCount: rows, columnCount: columns,
    elements: (0..<rows * columns).map { _ in Float(2 * generator.uniform() - 1) })
}

/// Compares a model's gradient with central differences of its loss.
///
/// Each weight kind is moved along a random direction and along some single entries. The loss
/// is summed in Float64 but its entries are Float32, so a difference over 2h carries an error of
/// about 1e-7 / h beside the h² of the method: with h = 0.01 both stay under 1e-4 of the
/// gradient's length.
func expectGradientMatchesDifferences(
  of model: Model, inputs: Matrix<Float>, targets: Matrix<Float>, mask: Mask? = nil,
  columnWeights: [Float]? = nil, targetCopies: Int = 1, loss: Loss = .meanSquaredError,
  step: Float = 0.01,
  tolerance: Double = 3e-3, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let options = TrainingOptions(loss: loss, seed: 5)
  model.initialize(seed: 11)
  let start = model.weights.map { weights in
    // Biases away from zero, so that no symmetry hides an error.
    var weights = weights
    var generator = SeededGenerator(seed: 3, stream: UInt64(weights.values.count))
    for index in weights.values.indices {
      weights.values[index] += Float(0.2 * generator.uniform() - 0.1)
    }
    return weights
  }
  try model.setWeights(start)
  func lossAndGradient() throws -> (loss: Double, gradient: [NamedWeights]) {
    try model.lossAndGradient(
      inputs, targets, mask: mask, columnWeights: columnWeights, targetCopies: targetCopies,
      options: options)
  }
  let gradient = try lossAndGradient().gradient
  var generator = SeededGenerator(seed: 7)
  for one in gradient {
    let length = one.values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    var directions: [[Float]] = (0..<2).map { _ in
      one.values.map { _ in Float(2 * generator.uniform() - 1) }
    }
    for _ in 0..<3 {
      var single = one.values.map { _ in Float(0) }
      single[generator.integer(below: single.count)] = 1
      directions.append(single)
    }
    for direction in directions {
      let norm = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let unit = direction.map { $0 / norm }
      func moved(_ distance: Float) throws -> Double {
        var weights = start
        guard let place = weights.firstIndex(where: { $0.name == one.name }) else { return .nan }
        for index in unit.indices { weights[place].values[index] += distance * unit[index] }
        try model.setWeights(weights)
        return try lossAndGradient().loss
      }
      let difference = try (moved(step) - moved(-step)) / Double(2 * step)
      let expected = zip(unit, one.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
      #expect(
        abs(difference - expected) <= tolerance * max(length, 1e-2),
        "\(one.name): differences \(difference), gradient \(expected), length \(length)",
        sourceLocation: sourceLocation)
    }
  }
  try model.setWeights(start)
}
