import LinearAlgebra
import NeuralNetworks
import Preprocessing
import PrincipalComponents

/// A dense autoencoder: an encoder and its mirrored decoder, trained together.
///
/// With the linear path it contains linear PCA: `z = xE + g(x)`, `x̂ = zD + h(z)`, where E and D,
/// with biases for the mean, start at the PCA solution with latents of unit variance, and the last layers of the networks g
/// and h start at zero. Before the first step the model *is* PCA, and as the best weights on
/// validation samples are kept, those of step 0 included, it never ends up worse there.
public struct Autoencoder: LatentMethod {
  /// A dense layer between features and latents.
  public struct HiddenLayer: Codable, Sendable, Equatable {
    public var units: Int
    public var activation: Activation

    public init(units: Int, activation: Activation) {
      self.units = units
      self.activation = activation
    }
  }

  public var componentCount: Int
  /// The encoder's hidden layers; the decoder has them in reverse order.
  public var hiddenLayers: [HiddenLayer]
  public var hasLinearPath: Bool
  /// Applied to the latents; linear leaves them free.
  public var latentActivation: Activation
  /// Standard deviation of the noise added to the encoder's input while training.
  public var inputNoise: Double
  public var codes: Codes
  public var training: TrainingOptions
  /// Told of every epoch.
  public var callbacks: [any TrainingCallback]

  public init(
    componentCount: Int, hiddenLayers: [HiddenLayer], hasLinearPath: Bool = true,
    latentActivation: Activation = .linear,
    inputNoise: Double = 0, codes: Codes = .refined, training: TrainingOptions,
    callbacks: [any TrainingCallback] = []
  ) {
    self.componentCount = componentCount
    self.hiddenLayers = hiddenLayers
    self.hasLinearPath = hasLinearPath
    self.latentActivation = latentActivation
    self.inputNoise = inputNoise
    self.codes = codes
    self.training = training
    self.callbacks = callbacks
  }

  /// Trains on all training samples; the weights kept are the best on the validation samples.
  ///
  /// - Throws: ``PCAError`` when the component count does not fit the samples,
  ///   ``TrainingError`` when training finds no finite weights.
  public func fit(
    _ training: PreparedSamples, validation: PreparedSamples?
  ) throws -> FittedAutoencoder {
    // Also checks the component count, so it comes before anything is built.
    let pca = try PCA(componentCount: componentCount).fit(training, validation: nil)
    let fitted = try FittedAutoencoder(
      encoder: encoder(featureCount: training.featureCount),
      decoder: decoder(featureCount: training.featureCount), codes: codes)
    fitted.threads = self.training.threads
    try fitted.network.requireMemoryToTrain()
    fitted.network.initialize(seed: self.training.seed)
    if hasLinearPath { try fitted.startLinearPath(at: pca) }
    let samples = try training.singlePrecision()
    let heldOut = try validation.map {
      let samples = try $0.singlePrecision()
      return ValidationSamples(inputs: samples, targets: samples, mask: $0.observed)
    }
    fitted.initialValidationLoss = try heldOut.map {
      try fitted.network.evaluate($0.inputs, $0.targets, mask: $0.mask, loss: self.training.loss)
    }
    fitted.history = try fitted.network.fit(
      samples, samples, mask: training.observed, validation: heldOut, options: self.training,
      callbacks: callbacks)
    return fitted
  }

  /// Features to latents.
  private func encoder(featureCount: Int) throws -> Model {
    let features = Input(shape: [featureCount])
    let noisy =
      inputNoise > 0 ? GaussianNoise(standardDeviation: inputNoise)(features) : features
    var curved = noisy
    for layer in hiddenLayers {
      curved = Dense(layer.units, activation: layer.activation, kernelInitializer: .heNormal)(
        curved)
    }
    var latent = join(
      curved, linear: noisy, units: componentCount, linearName: LinearPath.encoderLayer)
    if latentActivation != .linear { latent = ActivationLayer(latentActivation)(latent) }
    return try Model(input: features, output: latent, name: "encoder")
  }

  /// Latents to features.
  private func decoder(featureCount: Int) throws -> Model {
    let latent = Input(shape: [componentCount])
    var curved = latent
    for layer in hiddenLayers.reversed() {
      curved = Dense(layer.units, activation: layer.activation, kernelInitializer: .heNormal)(
        curved)
    }
    let features = join(
      curved, linear: latent, units: featureCount, linearName: LinearPath.decoderLayer)
    return try Model(input: latent, output: features, name: "decoder")
  }

  /// The last layer of a path, and the linear path beside it.
  private func join(_ curved: Tensor, linear: Tensor, units: Int, linearName: String) -> Tensor {
    guard hasLinearPath else { return Dense(units)(curved) }
    let straight = Dense(units, decays: false, name: linearName)(linear)
    // Without hidden layers both paths would be linear, and one is enough.
    guard !hiddenLayers.isEmpty else { return straight }
    return Add()(straight, Dense(units, kernelInitializer: .zeros)(curved))
  }
}

/// Names of the layers that start at the PCA solution.
enum LinearPath {
  static let encoderLayer = "linear_encoder"
  static let decoderLayer = "linear_decoder"
}

extension PreparedSamples {
  /// The values as a network takes them.
  ///
  /// - Throws: ``PreprocessingError`` naming the first row with a value beyond Float32.
  func singlePrecision() throws -> Matrix<Float> {
    let single = values.converted(to: Float.self)
    if let place = single.elements.firstIndex(where: { !$0.isFinite }) {
      throw PreprocessingError(.outOfRange(row: place / max(1, featureCount) + 1))
    }
    return single
  }
}
