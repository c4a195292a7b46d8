import LinearAlgebra
import NeuralNetworks
import Testing

@Suite struct NestedDropoutTests {
  @Test func `outside of training everything is kept`() throws {
    let input = Input(shape: [3])
    let model = try Model(input: input, output: NestedDropout()(input), name: "m")
    let rows = Matrix<Float>(rowCount: 2, columnCount: 3, elements: [1, 2, 3, 4, 5, 6])
    #expect(
      try model.predict(rows).elements == [1, 2, 3, 1, 1, 1, 4, 5, 6, 1, 1, 1])
  }

  /// A linear autoencoder whose prefixes must do finds the axes one by one: the second latent
  /// would be lost on most rows that need the first.
  @Test func `latents come in the order of what they explain`() throws {
    var generator = SeededGenerator(seed: 1)
    let table = Matrix<Float>(
      rowCount: 800, columnCount: 3,
      elements: (0..<800).flatMap { _ in
        [4.0, 2.0, 1.0].map { Float($0 * (2 * generator.uniform() - 1)) }
      })
    let input = Input(shape: [3])
    let encoder = try Model(input: input, output: Dense(2)(input), name: "encoder")
    let code = Input(shape: [4])
    let decoder = try Model(input: code, output: Dense(3)(code), name: "decoder")
    let model = try Model(
      input: input, output: decoder(NestedDropout()(encoder(input))), name: "m")
    _ = try model.fit(
      table, table, options: TrainingOptions(epochs: 200, batchSize: 50, learningRate: 0.01))
    let latents = try encoder.predict(table)
    func error(keeping count: Int) throws -> [Double] {
      var codes = Matrix<Float>(rowCount: 800, columnCount: 4)
      for row in 0..<800 {
        for column in 0..<count {
          codes[row, column] = latents[row, column]
          codes[row, 2 + column] = 1
        }
      }
      let back = try decoder.predict(codes)
      return (0..<3).map { column in
        (0..<800).reduce(0) { sum, row in
          let difference = Double(back[row, column] - table[row, column])
          return sum + difference * difference / 800
        }
      }
    }
    // Variances of the columns are 16/3, 4/3 and 1/3; what a latent explains is nearly gone.
    let (one, two) = try (error(keeping: 1), error(keeping: 2))
    #expect(one[0] < 0.3 && one[1] > 1 && one[2] > 0.25)
    #expect(two[0] < 0.3 && two[1] < 0.3 && two[2] > 0.25)
  }

  @Test func `a measure of one's own chooses the weights that are kept`() throws {
    let input = Input(shape: [2])
    let model = try Model(input: input, output: Dense(2)(input), name: "m")
    model.initialize(seed: 1)
    let rows = randomMatrix(40, 2, seed: 2)
    var seen: [[NamedWeights]] = []
    let history = try model.fit(
      rows, rows,
      measure: { () throws(TrainingError) -> Double in
        seen.append(model.weights)
        return abs(Double(seen.count) - 4)
      },
      options: TrainingOptions(
        epochs: 9, batchSize: 10,
        earlyStopping: EarlyStopping(patience: 100, countsInitialWeights: true)))
    // The first call is for the weights before training.
    #expect(seen.count == 10)
    #expect(history.bestEpoch == 3)
    #expect(model.weights == seen[3])
  }
}
