import LinearAlgebra
import NeuralNetworks
import Testing

@testable import Compression

/// Float32 kernels carry seven digits; sums of a few dozen terms lose one.
@Test(arguments: [Activation.relu, .leakyRelu, .elu, .silu, .tanh, .sigmoid])
func `plain arithmetic gives what the fast kernels give`(activation: Activation) throws {
  let input = Input(shape: [3])
  let curved = Dense(7)(Dense(20, activation: activation)(input))
  let model = try Model(
    input: input, output: Add()(curved, Dense(7)(input)), name: "decoder")
  model.initialize(seed: 4)
  var generator = SeededGenerator(seed: 1)
  let rows = Matrix<Float>(
    rowCount: 50, columnCount: 3,
    elements: (0..<150).map { _ in Float(4 * generator.uniform() - 2) })
  let fast = try model.predict(rows)
  let network = try #require(PlainNetwork(model))
  let plain = network.predict(rows.converted(to: Double.self), threads: 1)
  for (one, other) in zip(plain.elements, fast.elements) {
    #expect(abs(one - Double(other)) < 1e-5)
  }
  #expect(network.predict(rows.converted(to: Double.self), threads: 3) == plain)
}

@Test func `a network that needs more than an exponential function is left alone`() throws {
  let input = Input(shape: [3])
  let model = try Model(
    input: input, output: Dense(2)(Dense(4, activation: .gelu)(input)), name: "decoder")
  #expect(PlainNetwork(model) == nil)
}
