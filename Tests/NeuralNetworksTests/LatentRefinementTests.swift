import LinearAlgebra
import NeuralNetworks
import Testing

/// A decoder with two paths, as the default model has, its weights drawn from a seed.
private func decoder(activation: Activation, seed: UInt64) throws -> Model {
  let latent = Input(shape: [3])
  let curved = Dense(7)(Dense(11, activation: activation)(latent))
  let model = try Model(
    input: latent, output: Add()(Dense(7)(latent), curved), name: "decoder")
  model.initialize(seed: seed)
  return model
}

private func normal(_ rowCount: Int, _ columnCount: Int, seed: UInt64) -> Matrix<Float> {
  var generator = SeededGenerator(seed: seed)
  // A sum of twelve uniform numbers is near enough to normal here.
  let elements = (0..<rowCount * columnCount).map { _ in
    Float((0..<12).reduce(-6.0) { sum, _ in sum + generator.uniform() })
  }
  return Matrix(rowCount: rowCount, columnCount: columnCount, elements: elements)
}

private func squaredErrors(
  _ model: Model, _ latents: Matrix<Float>, _ targets: Matrix<Float>, mask: Mask? = nil
) throws -> [Double] {
  let values = try model.predict(latents)
  return (0..<targets.rowCount).map { row in
    (0..<targets.columnCount).reduce(0) { sum, column in
      guard mask?[row, column] ?? true else { return sum }
      let difference = Double(targets[row, column] - values[row, column])
      return sum + difference * difference
    }
  }
}

@Test(arguments: [Activation.silu, .elu, .tanh, .relu, .gelu, .softmax])
func `no row ends further from its target than it began`(activation: Activation) throws {
  let model = try decoder(activation: activation, seed: 3)
  let (start, targets) = (normal(100, 3, seed: 1), normal(100, 7, seed: 2))
  let refined = try LatentRefinement(decoder: model).refine(start, toward: targets)
  let before = try squaredErrors(model, start, targets)
  let after = try squaredErrors(model, refined, targets)
  for (before, after) in zip(before, after) { #expect(after <= before * (1 + 1e-6)) }
  #expect(after.reduce(0, +) < 0.7 * before.reduce(0, +))
}

@Test(arguments: [Activation.silu, .tanh, .softmax])
func `after many steps no direction lowers the error`(activation: Activation) throws {
  let model = try decoder(activation: activation, seed: 5)
  let (start, targets) = (normal(40, 3, seed: 7), normal(40, 7, seed: 8))
  let refined = try LatentRefinement(decoder: model, stepCount: 60).refine(start, toward: targets)
  let errors = try squaredErrors(model, refined, targets)
  let width: Float = 0.01
  for component in 0..<3 {
    var (up, down) = (refined, refined)
    for row in 0..<40 {
      up[row, component] += width
      down[row, component] -= width
    }
    let (above, below) = (
      try squaredErrors(model, up, targets), try squaredErrors(model, down, targets)
    )
    for row in 0..<40 {
      // At a minimum the slope is nought: Float32 leaves some 1e-6 of the error's size over 0.02.
      let slope = (above[row] - below[row]) / Double(2 * width)
      #expect(abs(slope) < 0.02 * max(1, errors[row]))
    }
  }
}

@Test func `rectifiers with trained slopes and normalization by the batch carry tangents too`()
  throws
{
  let latent = Input(shape: [3])
  let model = try Model(
    input: latent, output: Dense(7)(BatchNorm()(PReLU()(Dense(11)(latent)))), name: "decoder")
  model.initialize(seed: 21)
  try model.setWeights(
    model.weights.map { weights in
      var changed = weights
      // Slopes, scales and variances away from their starts of 0.25 and 1.
      for index in changed.values.indices where weights.shape.count == 1 {
        changed.values[index] = 0.5 + 0.05 * Float(index)
      }
      return changed
    })
  let (start, targets) = (normal(60, 3, seed: 22), normal(60, 7, seed: 23))
  let refined = try LatentRefinement(decoder: model, stepCount: 60).refine(start, toward: targets)
  let errors = try squaredErrors(model, refined, targets)
  // The least error of 2,000 latents near the start is no lower: piecewise linear as the decoder
  // is, a wrong Jacobian would stop far from it.
  var nearest = try squaredErrors(model, start, targets)
  for trial in 0..<2000 {
    var other = refined
    let shift = normal(60, 3, seed: UInt64(100 + trial))
    for index in other.elements.indices { other.elements[index] += 0.02 * shift.elements[index] }
    for (row, error) in try squaredErrors(model, other, targets).enumerated() {
      nearest[row] = min(nearest[row], error)
    }
  }
  let better = (0..<60).count { nearest[$0] < errors[$0] * 0.999 }
  #expect(better <= 6, "rows at a kink of the rectifier may stop early, most may not")
}

@Test func `a linear decoder's latents become the least-squares solution`() throws {
  let latent = Input(shape: [1])
  let model = try Model(input: latent, output: Dense(2, name: "only")(latent), name: "decoder")
  try model.setWeights([
    NamedWeights(name: "only/kernel", shape: [1, 2], values: [1, 2]),
    NamedWeights(name: "only/bias", shape: [2], values: [0, 1]),
  ])
  // (3, 8) less the bias is (3, 7); its share along (1, 2) is 17 / 5.
  let refined = try LatentRefinement(decoder: model, stepCount: 20).refine(
    Matrix(rows: [[0]]), toward: Matrix(rows: [[3, 8]]))
  #expect(abs(refined[0, 0] - 3.4) < 1e-5)
}

@Test func `missing targets do not pull, and a row without any stays`() throws {
  let model = try decoder(activation: .silu, seed: 9)
  let (start, targets) = (normal(30, 3, seed: 11), normal(30, 7, seed: 12))
  var mask = Mask(rowCount: 30, columnCount: 7, isObserved: Array(repeating: true, count: 210))
  for row in 0..<30 { mask[row, row % 7] = false }
  for column in 0..<7 { mask[4, column] = false }
  var others = targets
  for row in 0..<30 {
    for column in 0..<7 where !mask[row, column] { others[row, column] = 100 }
  }
  let refinement = try LatentRefinement(decoder: model)
  let refined = try refinement.refine(start, toward: targets, mask: mask)
  #expect(try refinement.refine(start, toward: others, mask: mask) == refined)
  #expect(refined.row(4) == start.row(4))
  let before = try squaredErrors(model, start, targets, mask: mask)
  let after = try squaredErrors(model, refined, targets, mask: mask)
  for (before, after) in zip(before, after) { #expect(after <= before * (1 + 1e-6)) }
}

@Test func `any number of threads gives the same latents, and so do rows one by one`() throws {
  let model = try decoder(activation: .silu, seed: 13)
  let (start, targets) = (normal(500, 3, seed: 14), normal(500, 7, seed: 15))
  let one = try LatentRefinement(decoder: model).refine(start, toward: targets)
  for threads in 2...4 {
    #expect(
      try LatentRefinement(decoder: model, threads: threads).refine(start, toward: targets) == one)
  }
  let refinement = try LatentRefinement(decoder: model)
  for row in [0, 63, 64, 499] {
    let alone = try refinement.refine(start.rows(at: [row]), toward: targets.rows(at: [row]))
    #expect(alone.row(0) == one.row(row))
  }
}

@Test func `latents and targets that do not fit are refused`() throws {
  let refinement = try LatentRefinement(decoder: decoder(activation: .silu, seed: 1))
  #expect(throws: TrainingError.self) {
    try refinement.refine(normal(2, 4, seed: 1), toward: normal(2, 7, seed: 1))
  }
  #expect(throws: TrainingError.self) {
    try refinement.refine(normal(2, 3, seed: 1), toward: normal(3, 7, seed: 1))
  }
}
