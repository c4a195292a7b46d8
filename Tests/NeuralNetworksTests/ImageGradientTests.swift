import LinearAlgebra
import NeuralNetworks
import Testing

/// Gradients of the layers of images beside central differences: at padding edges, with strides,
/// odd sizes and a batch of one.
@Suite struct ImageGradientTests {
  struct Shape: CustomTestStringConvertible {
    var image: [Int]
    var filters: Int
    var kernel: Extent
    var strides: Extent
    var testDescription: String { "\(image), \(filters), \(kernel), \(strides)" }
  }

  static let shapes = [
    Shape(image: [5, 4, 1], filters: 18, kernel: 3, strides: 1),
    Shape(image: [7, 5, 3], filters: 2, kernel: 3, strides: 2),
    Shape(image: [4, 6, 17], filters: 5, kernel: Extent(height: 2, width: 4), strides: 1),
    Shape(image: [6, 7, 2], filters: 9, kernel: 2, strides: 3),
    Shape(image: [3, 3, 20], filters: 33, kernel: 1, strides: 1),
  ]

  /// A layer before and one behind, so that gradients pass through.
  func check(
    _ image: [Int], rows: Int, step: Float = 0.01, tolerance: Double = 3e-3,
    sourceLocation: SourceLocation = #_sourceLocation, _ layers: (Tensor) -> Tensor
  ) throws {
    let input = Input(shape: image)
    let before = Conv2D(filters: image[2], kernelSize: 1, activation: .tanh, name: "before")(input)
    let output = Dense(3, activation: .tanh)(Flatten()(layers(before)))
    let model = try Model(input: input, output: output, name: "m")
    try expectGradientMatchesDifferences(
      of: model, inputs: randomMatrix(rows, input.shape.reduce(1, *), seed: 1),
      targets: randomMatrix(rows, 3, seed: 2), step: step, tolerance: tolerance,
      sourceLocation: sourceLocation)
  }

  @Test(arguments: shapes, [1, 3])
  func `convolutions down and up`(shape: Shape, rows: Int) throws {
    for padding in Padding.allCases {
      try check(shape.image, rows: rows) {
        Conv2D(
          filters: shape.filters, kernelSize: shape.kernel, strides: shape.strides,
          padding: padding)($0)
      }
      try check(shape.image, rows: rows) {
        Conv2DTranspose(
          filters: shape.filters, kernelSize: shape.kernel, strides: shape.strides,
          padding: padding)($0)
      }
    }
  }

  @Test(arguments: Activation.allCases.filter { $0 != .softmax }, [false, true])
  func `every activation, followed by a dense layer or not`(
    activation: Activation, isLast: Bool
  ) throws {
    let input = Input(shape: [5, 4, 2])
    let x = Conv2D(filters: 3, kernelSize: 3, padding: .same, activation: activation)(input)
    let output = isLast ? x : Dense(2)(Flatten()(x))
    let model = try Model(input: input, output: output, name: "m")
    try expectGradientMatchesDifferences(
      of: model, inputs: randomMatrix(3, 40, seed: 1),
      targets: randomMatrix(3, isLast ? 60 : 2, seed: 2), step: 0.002, tolerance: 2e-2)
  }

  @Test(arguments: [2, 3], [Padding.same, .valid])
  func `pooling`(size: Int, padding: Padding) throws {
    for strides in 1...3 {
      // A step that changes which entry is largest costs a difference its order of accuracy.
      try check([7, 5, 3], rows: 2, step: 0.001, tolerance: 2e-2) {
        MaxPool2D(poolSize: Extent(size), strides: Extent(strides), padding: padding)($0)
      }
      try check([7, 5, 3], rows: 2) {
        AveragePool2D(poolSize: Extent(size), strides: Extent(strides), padding: padding)($0)
      }
    }
  }

  @Test(arguments: Interpolation.allCases)
  func `upsampling, cropping and zero padding, their output used twice`(
    interpolation: Interpolation
  ) throws {
    try check([3, 4, 2], rows: 2) { input in
      let grown = UpSampling2D(
        size: Extent(height: 3, width: 2), interpolation: interpolation)(input)
      let cut = Cropping2D(Edges(top: 1, left: 3))(grown)
      let padded = ZeroPadding2D(Edges(bottom: 1, right: 2))(cut)
      let other = Conv2D(filters: 2, kernelSize: 1)(Cropping2D(Edges(bottom: 1, right: 2))(padded))
      return Add()(cut, other)
    }
  }

  @Test(arguments: [1, 2, 3], [Padding.same, .valid])
  func `upsampling that is folded into the convolution behind it`(
    size: Int, padding: Padding
  ) throws {
    for kernel in 1...4 {
      try check([4, 4, 2], rows: 2) {
        Conv2D(
          filters: 5, kernelSize: Extent(height: kernel, width: 2), padding: padding,
          activation: .sigmoid)(UpSampling2D(size: Extent(height: size, width: 2))($0))
      }
    }
  }

  @Test func `a relu and a pooling window behind a convolution`() throws {
    for padding in Padding.allCases {
      try check([7, 6, 2], rows: 3, step: 0.0005, tolerance: 4e-2) {
        MaxPool2D(poolSize: 2, padding: padding)(
          Conv2D(filters: 18, kernelSize: 3, padding: padding, activation: .relu)($0))
      }
    }
  }

  @Test func `a series, and a layer used twice`() throws {
    let input = Input(shape: [9, 2])
    let shared = Conv1D(filters: 2, kernelSize: 3, padding: .same, activation: .tanh)
    var x = Add()(shared(shared(input)), input)
    x = MaxPool1D(poolSize: 2)(Conv1D(filters: 4, kernelSize: 2)(x))
    x = Conv1DTranspose(filters: 3, kernelSize: 3, strides: 2)(UpSampling1D(size: 2)(x))
    x = AveragePool1D(poolSize: 3, strides: 2, padding: .same)(x)
    x = ZeroPadding1D(start: 1, end: 0)(Cropping1D(start: 0, end: 2)(x))
    let model = try Model(input: input, output: Dense(3)(Flatten()(x)), name: "m")
    try expectGradientMatchesDifferences(
      of: model, inputs: randomMatrix(4, 18, seed: 1), targets: randomMatrix(4, 3, seed: 2),
      step: 0.002, tolerance: 1e-2)
  }

  @Test func `a batch held whole for a normalization`() throws {
    try check([4, 4, 2], rows: 9, step: 0.0005, tolerance: 4e-2) {
      let wide = BatchNorm(epsilon: 0.1)(Conv2D(filters: 32, kernelSize: 2, padding: .same)($0))
      return MaxPool2D(poolSize: 2)(Conv2D(filters: 3, kernelSize: 3, padding: .same)(wide))
    }
    try check([5, 4, 2], rows: 9) {
      Conv2D(filters: 3, kernelSize: 3)(
        BatchNorm(epsilon: 0.1)(
          Conv2D(filters: 4, kernelSize: 3, padding: .same)(UpSampling2D(size: 2)($0))))
    }
  }
}

/// A small convolutional autoencoder of images of 6 × 5 pixels.
private func autoencoder() throws -> (model: Model, decoder: Model) {
  let image = Input(shape: [6, 5, 1])
  let edges = Conv2D(filters: 20, kernelSize: 3, padding: .same, activation: .relu)(image)
  let pooled = MaxPool2D(padding: .same)(edges)
  let encoder = try Model(
    input: image, output: Dense(3)(Flatten()(pooled)), name: "encoder")
  let latent = Input(shape: [3])
  let map = Reshape([3, 3, 8])(Dense(72, activation: .tanh)(latent))
  let grown = Conv2D(filters: 12, kernelSize: 3, padding: .same, activation: .relu)(
    UpSampling2D()(map))
  let pixels = Conv2D(filters: 1, kernelSize: 3, padding: .same, activation: .sigmoid)(grown)
  let decoder = try Model(
    input: latent, output: Cropping2D(Edges(right: 1))(pixels), name: "decoder")
  let model = try Model(input: image, output: decoder(encoder(image)), name: "autoencoder")
  return (model, decoder)
}

@Suite struct ImageTrainingTests {
  @Test func `training is the same bits on any number of threads`() throws {
    let rows = randomMatrix(300, 30, seed: 1)
    func losses(threads: Int) throws -> [Double] {
      let model = try autoencoder().model
      model.initialize(seed: 3)
      return try model.fit(
        rows, rows,
        options: TrainingOptions(epochs: 3, batchSize: 120, seed: 4, threads: threads)
      ).losses
    }
    let one = try losses(threads: 1)
    #expect(one[2] < one[0])
    for threads in [2, 3, 8] { #expect(try losses(threads: threads) == one) }
  }

  /// Latents near those that the targets were made from: with an exact Jacobian few steps find them,
  /// for they are squared with each.
  func expectRecovered(_ decoder: Model, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let exact = randomMatrix(12, decoder.input.shape[0], seed: 2)
    let noise = randomMatrix(12, decoder.input.shape[0], seed: 1)
    let targets = try decoder.predict(exact)
    var latents = exact
    for index in latents.elements.indices {
      latents.elements[index] += 0.01 * noise.elements[index]
    }
    let refined = try LatentRefinement(decoder: decoder, stepCount: 6)
      .refine(latents, toward: targets)
    let (after, before) = try (
      decoder.evaluate(refined, targets), decoder.evaluate(latents, targets)
    )
    #expect(after < 1e-4 * before, sourceLocation: sourceLocation)
  }

  @Test func `latents of images are refined through the decoder's layers`() throws {
    let (model, decoder) = try autoencoder()
    model.initialize(seed: 3)
    try expectRecovered(decoder)
  }

  @Test func `tangents go through pooling and bilinear upsampling`() throws {
    let latent = Input(shape: [2])
    let map = Reshape([4, 4, 3])(Dense(48)(latent))
    let pooled = AveragePool2D(strides: 1)(MaxPool2D(strides: 1, padding: .same)(map))
    let output = Flatten()(UpSampling2D(size: 2, interpolation: .bilinear)(pooled))
    let decoder = try Model(input: latent, output: output, name: "decoder")
    decoder.initialize(seed: 5)
    try expectRecovered(decoder)
  }
}

extension ImageGradientTests {
  /// Enough channels that the way back goes by lists of the entries that pooling chose.
  @Test func `pooled convolutions of many channels`() throws {
    for padding in Padding.allCases {
      let input = Input(shape: [7, 6, 2])
      var x = Conv2D(filters: 32, kernelSize: 2, activation: .tanh)(input)
      x = Conv2D(filters: 20, kernelSize: 3, padding: padding)(x)
      x = MaxPool2D(poolSize: 2, padding: .same)(x)
      let model = try Model(input: input, output: Dense(3)(Flatten()(x)), name: "m")
      try expectGradientMatchesDifferences(
        of: model, inputs: randomMatrix(3, 84, seed: 1), targets: randomMatrix(3, 3, seed: 2),
        step: 0.0005, tolerance: 4e-2)
    }
  }

  @Test(arguments: [1, 3], Padding.allCases)
  func `narrow convolutions of many channels`(filters: Int, padding: Padding) throws {
    try check([5, 6, 9], rows: 2) {
      Conv2D(filters: filters, kernelSize: Extent(height: 2, width: 3), padding: padding)($0)
    }
    try check([5, 6, 9], rows: 2) {
      Conv2D(filters: filters, kernelSize: 3, padding: padding, activation: .tanh)(
        UpSampling2D(size: 2)($0))
    }
  }
}
