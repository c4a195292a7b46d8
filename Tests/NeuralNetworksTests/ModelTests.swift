import LinearAlgebra
import NeuralNetworks
import Testing

@Suite struct ModelTests {
  /// The error that building a model throws.
  func failure(_ input: Tensor, _ output: Tensor) -> ModelError? {
    do throws(ModelError) {
      _ = try Model(input: input, output: output, name: "m")
      return nil
    } catch { return error }
  }

  @Test func `shapes that do not fit are named with both sides`() throws {
    let input = Input(shape: [5])
    let encoder = try Model(input: input, output: Dense(2, name: "code")(input), name: "encoder")
    let wrong = failure(input, encoder(Dense(7, name: "wide")(input)))
    #expect(wrong?.problem == .shapesDiffer(expected: [5], found: [7]))
    #expect(wrong?.description == "encoder after wide: expected shape [5], found [7]")
    let sum = failure(input, Add(name: "sum")(input, Dense(7)(input)))
    #expect(sum?.problem == .shapesDiffer(expected: [5], found: [7]))
    let shared = Dense(3, name: "shared")
    #expect(
      failure(input, shared(shared(input)))?.problem
        == .shapesDiffer(expected: [5], found: [3]))
    let slopes = PReLU()
    let tensor = slopes(input)
    #expect(
      failure(input, slopes(Dense(3)(tensor)))?.problem
        == .shapesDiffer(expected: [5], found: [3]))
    let norm = BatchNorm()
    #expect(
      failure(input, norm(Dense(3)(norm(input))))?.problem
        == .shapesDiffer(expected: [5], found: [3]))
    let image = Input(shape: [4, 4, 3])
    #expect(
      failure(image, Dense(3)(image))?.problem
        == .shapesDiffer(expected: [48], found: [4, 4, 3]))
    #expect(failure(image, Concatenate()(image, image)) != nil)
  }

  @Test func `impossible settings are refused`() {
    let input = Input(shape: [5])
    #expect(failure(input, Dense(0)(input)) != nil)
    #expect(failure(input, Dense(.max - 100)(input)) != nil)
    #expect(failure(input, Dropout(rate: 1)(input)) != nil)
    #expect(failure(input, Dropout(rate: -0.1)(input)) != nil)
    #expect(failure(input, GaussianNoise(standardDeviation: -1)(input)) != nil)
    #expect(failure(input, PReLU(initialSlope: .nan)(input)) != nil)
    #expect(failure(input, BatchNorm(momentum: 2)(input)) != nil)
    #expect(failure(input, Add()(input)) != nil)
    #expect(failure(input, Concatenate()(input)) != nil)
    let empty = Input(shape: [])
    #expect(failure(empty, Dense(1)(empty))?.problem == .impossibleShape([]))
    // The first failure is the one that is told.
    #expect(failure(input, Dense(3)(Dense(0, name: "first")(input)))?.layer == "first")
  }

  @Test func `an output must come from the input alone`() {
    let input = Input(shape: [5])
    let other = Input(shape: [5])
    #expect(failure(input, Dense(3)(other))?.problem == .notConnected)
    #expect(failure(input, Add()(Dense(5)(input), other))?.problem == .notConnected)
    #expect(failure(input, input)?.problem == .notConnected)
  }

  @Test func `two layers cannot bear one name`() {
    let input = Input(shape: [5])
    let problem = failure(input, Dense(3, name: "a")(Dense(5, name: "a")(input)))?.problem
    #expect(problem == .repeatedName)
  }

  @Test func `a summary is the table that Keras users know`() throws {
    let input = Input(shape: [64])
    let hidden = Dense(256, activation: .silu)(input)
    let code = Dense(8, name: "code")(BatchNorm()(hidden))
    let encoder = try Model(input: input, output: code, name: "encoder")
    #expect(
      encoder.summary() == """
        Model: "encoder"
        ┌──────────────────────────┬──────────────┬─────────┐
        │ Layer (type)             │ Output Shape │ Param # │
        ├──────────────────────────┼──────────────┼─────────┤
        │ input (Input)            │ (None, 64)   │       0 │
        │ dense_1 (Dense)          │ (None, 256)  │  16,640 │
        │ batch_norm_1 (BatchNorm) │ (None, 256)  │   1,024 │
        │ code (Dense)             │ (None, 8)    │   2,056 │
        └──────────────────────────┴──────────────┴─────────┘
         Total params: 19,720 (77.03 KB)
         Trainable params: 19,208 (75.03 KB)
         Non-trainable params: 512 (2.00 KB)
        """)
    #expect(encoder.parameterCount == 19720)
  }

  @Test func `weights are checked by name, shape and value before any is set`() throws {
    let model = try smallAutoencoder()
    model.initialize(seed: 1)
    let weights = model.weights
    func failure(_ change: (inout [NamedWeights]) -> Void) -> ModelError.Problem? {
      var changed = weights.map { weights in
        var weights = weights
        weights.values[0] += 1
        return weights
      }
      change(&changed)
      do throws(ModelError) {
        try model.setWeights(changed)
        return nil
      } catch { return error.problem }
    }
    #expect(failure { $0.removeLast() } == .weightsMissing)
    #expect(failure { $0.append($0[0]) } == .repeatedName)
    #expect(
      failure { $0.append(NamedWeights(name: "x", shape: [1], values: [0])) } == .weightsUnknown)
    #expect(
      failure { $0[0] = NamedWeights(name: $0[0].name, shape: [24, 16], values: $0[0].values) }
        == .weightShape(expected: [16, 24], found: [24, 16]))
    #expect(failure { $0[0].values.removeLast() } == .weightCount(expected: 384, found: 383))
    #expect(failure { $0[1].values[2] = .nan } == .notFinite(index: 2))
    #expect(model.weights == weights)
    #expect(failure { _ in } == nil)
    #expect(model.weights != weights)
  }

  @Test func `every layer comes back from an architecture`() throws {
    let input = Input(shape: [6])
    let shared = Dense(6, activation: .elu, useBias: false, kernelInitializer: .heNormal)
    let noisy = Dropout(rate: 0.1)(GaussianNoise(standardDeviation: 0.2)(shared(shared(input))))
    let both = Concatenate()(noisy, PReLU(initialSlope: 0.1)(BatchNorm(momentum: 0.5)(noisy)))
    let output = ActivationLayer(.softmax)(
      Add()(Dense(4, decays: false)(both), Dense(4, kernelInitializer: .zeros)(both)))
    let inner = try Model(input: input, output: output, name: "inner")
    let outer = Input(shape: [6])
    let model = try Model(input: outer, output: Dense(2)(inner(outer)), name: "outer")
    model.initialize(seed: 8)
    let again = try Model(architecture: model.architecture)
    try again.setWeights(model.weights)
    let table = randomMatrix(9, 6, seed: 1)
    #expect(again.architecture == model.architecture)
    #expect(try again.predict(table) == model.predict(table))
    #expect(again.submodel(named: "inner")?.architecture == inner.architecture)
    #expect(model.submodel(named: "nobody") == nil)
  }

  @Test func `a damaged architecture is refused`() throws {
    let architecture = try smallAutoencoder().architecture
    func isRefused(_ change: (inout ModelArchitecture) -> Void) -> Bool {
      var changed = architecture
      change(&changed)
      do {
        _ = try Model(architecture: changed)
        return false
      } catch { return true }
    }
    #expect(isRefused { $0.nodes[0].layer = 7 })
    #expect(isRefused { $0.nodes[0].inputs = [5] })
    #expect(isRefused { $0.nodes[0].inputs = [] })
    #expect(isRefused { $0.nodes[0].inputs = [0, 0] })
    #expect(isRefused { $0.nodes = [] })
    #expect(isRefused { $0.inputShape = [-3] })
    #expect(isRefused { $0.inputShape = [3] })
    #expect(!isRefused { _ in })
  }

  @Test func `initial weights follow their rule and the seed`() throws {
    func kernel(_ initializer: Initializer, seed: UInt64) throws -> [Float] {
      let input = Input(shape: [100])
      let model = try Model(
        input: input, output: Dense(60, kernelInitializer: initializer)(input), name: "m")
      model.initialize(seed: seed)
      return model.weights[0].values
    }
    #expect(try kernel(.heNormal, seed: 1) == kernel(.heNormal, seed: 1))
    #expect(try kernel(.heNormal, seed: 1) != kernel(.heNormal, seed: 2))
    #expect(try kernel(.zeros, seed: 1).allSatisfy { $0 == 0 })
    // The variance of 6,000 draws strays by 2 %.
    for (initializer, variance) in [
      (Initializer.heNormal, 0.02), (.lecunNormal, 0.01), (.glorotUniform, 2.0 / 160),
    ] {
      let values = try kernel(initializer, seed: 3)
      let found = values.reduce(0) { $0 + Double($1 * $1) } / 6000
      #expect(abs(found / variance - 1) < 0.08)
    }
    #expect(
      try kernel(.glorotUniform, seed: 3).allSatisfy { abs($0) <= Float(6.0 / 160).squareRoot() })
  }
}
