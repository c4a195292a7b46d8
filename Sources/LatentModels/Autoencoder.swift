import LinearAlgebra
import NeuralNetworks
import Preprocessing
import PrincipalComponents

/// A dense autoencoder: an encoder and its mirrored decoder, trained together.
///
/// With ``convolution`` the layers of the network are those of pictures, see
/// ``ConvolutionalLayers``; all else stays as it is.
///
/// With the linear path it contains linear PCA: `z = xE + g(x)`, `x̂ = zD + h(z)`, where E and D,
/// with biases for the mean, start at the PCA solution with latents of unit variance, and the
/// last layers of the networks g and h start at zero. Before the first step the model *is* PCA.
///
/// With order, a second decoder learns beside the first to do with the first j latents, j drawn
/// for every row of every step, and the encoder serves both. The first decoder shares no weight
/// with it, so that all latents together pay nothing for their order. In the end ``PrefixDecoders``
/// gives each j a decoder of its own.
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
  /// The encoder's hidden layers; the decoders have them in reverse order.
  public var hiddenLayers: [HiddenLayer]
  /// Takes the place of hidden layers where the features are pixels of a picture.
  public var convolution: ConvolutionalLayers?
  public var hasLinearPath: Bool
  /// Whether the first latents alone are to stand for a row too.
  public var isOrdered: Bool
  /// Applied to the latents; linear leaves them free.
  public var latentActivation: Activation
  /// Standard deviation of the noise added to the encoder's input while training.
  public var inputNoise: Double
  /// What is put on the training rows, for the model to take out.
  var noise: (kind: CellNoise, columns: CellNoise.Columns)?
  public var codes: Codes
  /// Whether missing cells may be filled from more linear components than there are latents.
  var fillsFromMore = false
  public var training: TrainingOptions
  package var prefixes = PrefixDecoders.Schedule(rounds: 4, steps: 400)
  /// When decoders of prefixes are no longer improved; nil for never.
  var timeLimit: TimeLimit?
  /// Where what was trained is kept.
  var journal: JournalPlace?
  /// Told of every epoch.
  public var callbacks: [any TrainingCallback]

  public init(
    componentCount: Int, hiddenLayers: [HiddenLayer], hasLinearPath: Bool = true,
    isOrdered: Bool = false, latentActivation: Activation = .linear,
    inputNoise: Double = 0, codes: Codes = .refined, training: TrainingOptions,
    callbacks: [any TrainingCallback] = []
  ) {
    self.componentCount = componentCount
    self.hiddenLayers = hiddenLayers
    self.hasLinearPath = hasLinearPath
    self.isOrdered = isOrdered
    self.latentActivation = latentActivation
    self.inputNoise = inputNoise
    self.codes = codes
    self.training = training
    self.callbacks = callbacks
  }

  /// How much a prefix's error weighs beside that of all latents.
  ///
  /// The optimizer undoes it for the decoder of prefixes, so it sets only whom the encoder serves
  /// more. The fewer latents there are, the more all of them would pay for their order.
  private var prefixWeight: Float { min(1, 0.01 * Float(componentCount * componentCount)) }

  /// Trains on all training samples; the weights kept are the best on the validation samples,
  /// measured with the latents that the model will give.
  ///
  /// - Throws: ``PCAError`` when the component count does not fit the samples,
  ///   ``TrainingError`` when training finds no finite weights.
  public func fit(
    _ training: PreparedSamples, validation: PreparedSamples?
  ) throws -> FittedAutoencoder {
    // Also checks the component count, so it comes before anything is built.
    let pca =
      hasLinearPath
      ? try PCA(componentCount: componentCount).fit(training, validation: nil) : nil
    return try fit(training, validation: validation, startingAt: pca)
  }

  func fit(
    _ training: PreparedSamples, validation: PreparedSamples?, startingAt pca: FittedPCA?
  ) throws -> FittedAutoencoder {
    try finish(
      train(training, validation: validation, startingAt: pca), training, validation: validation)
  }

  /// A network after training, before each prefix has a decoder of its own.
  struct Trained {
    let fitted: FittedAutoencoder
    fileprivate let prefixDecoder: Model?
  }

  /// The first and longest part of a fit.
  ///
  /// - Parameters:
  ///   - features: The training samples as a network takes them, where several fits share them; nil
  ///     converts them.
  ///   - pca: Of as many components, for the linear path; a model without one needs none.
  func train(
    _ training: PreparedSamples, features: Matrix<Float>? = nil, validation: PreparedSamples?,
    startingAt pca: FittedPCA?
  ) throws -> Trained {
    let fitted = try FittedAutoencoder(
      encoder: encoder(featureCount: training.featureCount),
      decoder: decoder(named: "decoder", from: componentCount, to: training.featureCount),
      pca: hasLinearPath ? pca : nil, codes: codes)
    fitted.threads = self.training.threads
    let prefixDecoder =
      isOrdered && componentCount > 1
      ? try decoder(
        named: "prefix_decoder", from: 2 * componentCount, to: training.featureCount) : nil
    let network = try trainingNetwork(of: fitted, prefixDecoder)
    try network.requireMemoryToTrain()
    network.initialize(seed: self.training.seed)
    if let pca = fitted.pca { try fitted.startLinearPath(at: pca, prefixDecoder) }
    var (rows, rowCopies) = (training, 1)
    if let noise {
      rowCopies = CellNoise.copies(of: training.sampleCount)
      rows = noise.kind.applied(
        to: training, copies: rowCopies, preprocessor: noise.columns,
        seed: self.training.seed &+ 1)
    }
    let features =
      if let features, noise == nil { features } else { try rows.singlePrecision() }
    let targets = rows.targets == nil ? features : try rows.wanted.singlePrecision()
    let heldOut = try validation.map { ($0, try $0.singlePrecision()) }
    let measure = heldOut.map { samples, features in
      { () throws(TrainingError) -> Double in
        let loss = try fitted.loss(
          of: features, from: samples, loss: self.training.loss)
        fitted.initialValidationLoss = fitted.initialValidationLoss ?? loss
        return loss
      }
    }
    let copies = prefixDecoder == nil ? 1 : 2
    let weights =
      Array(repeating: 1, count: training.featureCount)
      + Array(repeating: prefixWeight, count: training.featureCount)
    fitted.history = try network.fit(
      features, targets, mask: rows.wanted.observed,
      columnWeights: copies == 1 ? nil : weights, targetCopies: copies, rowCopies: rowCopies,
      measure: measure, options: self.training, callbacks: callbacks,
      keeper: journal?.at("network").keeper())
    // What was measured may have been by a run before this one.
    if let kept = journal?.at("network").result { fitted.initialValidationLoss = kept.firstMeasure }
    fitted.weightsChanged()
    return Trained(fitted: fitted, prefixDecoder: prefixDecoder)
  }

  /// What remains: decoders of prefixes, and the latents' scale.
  func finish(
    _ trained: Trained, _ training: PreparedSamples, validation: PreparedSamples?
  ) throws -> FittedAutoencoder {
    let fitted = trained.fitted
    if let shared = trained.prefixDecoder {
      fitted.prefixDecoders = try PrefixDecoders(
        fitted: fitted, schedule: prefixes, options: self.training, training: training,
        validation: validation, timeLimit: timeLimit, journal: journal?.at("prefixes")
      ).tuned(from: shared)
    }
    if latentActivation == .linear { try fitted.scaleLatents(on: training) }
    if hasLinearPath, let count = fillingComponentCount(training) {
      fitted.fillingPCA = try PCA(componentCount: count).fit(
        training, threads: self.training.threads)
    }
    return fitted
  }

  /// More components than the latents, for filling; nil where there are no more, or they would cost
  /// too much.
  private func fillingComponentCount(_ training: PreparedSamples) -> Int? {
    let limit = Autoencoder.fillingComponentLimit
    guard fillsFromMore, training.featureCount <= 16 * limit else { return nil }
    let count = min(limit, training.featureCount - 1, training.sampleCount / 2)
    return count > componentCount ? count : nil
  }

  private static let fillingComponentLimit = 32

  /// What is trained: the decoder after the encoder and, with order, beside it the decoder of
  /// prefixes.
  private func trainingNetwork(
    of fitted: FittedAutoencoder, _ prefixDecoder: Model?
  ) throws -> Model {
    guard let prefixDecoder else { return fitted.network }
    let features = Input(shape: fitted.encoder.input.shape)
    let latent = fitted.encoder(features)
    return try Model(
      input: features,
      output: Concatenate()(
        flat(fitted.decoder(latent)), flat(prefixDecoder(NestedDropout()(latent)))),
      name: "training")
  }

  /// Features to latents.
  private func encoder(featureCount: Int) throws -> Model {
    let features = Input(shape: convolution?.shape.sizes ?? [featureCount])
    let noisy =
      inputNoise > 0 ? GaussianNoise(standardDeviation: inputNoise)(features) : features
    var latent =
      if let convolution {
        convolution.latents(of: noisy, count: componentCount, hasLinearPath: hasLinearPath)
      } else {
        join(
          curved(noisy, through: hiddenLayers), linear: noisy, units: componentCount,
          linearName: LinearPath.encoderLayer)
      }
    if latentActivation != .linear { latent = ActivationLayer(latentActivation)(latent) }
    return try Model(input: features, output: latent, name: "encoder")
  }

  /// Latents to features.
  private func decoder(named name: String, from inputs: Int, to featureCount: Int) throws -> Model {
    if let convolution {
      let latent = Input(
        shape: convolution.keepsMap ? try convolution.mapSizes() : [inputs])
      return try Model(
        input: latent, output: convolution.picture(from: latent, hasLinearPath: hasLinearPath),
        name: name)
    }
    let latent = Input(shape: [inputs])
    let features = join(
      curved(latent, through: hiddenLayers.reversed()), linear: latent, units: featureCount,
      linearName: LinearPath.decoderLayer)
    return try Model(input: latent, output: features, name: name)
  }

  private func curved(_ input: Tensor, through layers: [HiddenLayer]) -> Tensor {
    layers.reduce(input) { tensor, layer in
      Dense(layer.units, activation: layer.activation, kernelInitializer: .heNormal)(tensor)
    }
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

extension FittedAutoencoder {
  /// The mean loss of rows given back from all latents, of the kind that the model gives.
  fileprivate func loss(
    of features: Matrix<Float>, from samples: PreparedSamples, loss: Loss
  ) throws(TrainingError) -> Double {
    let wanted = samples.wanted
    let targets = samples.targets == nil ? features : wanted.values.converted(to: Float.self)
    guard codes == .refined else {
      return try network.evaluate(features, targets, mask: wanted.observed, loss: loss)
    }
    let latents = try LatentRefinement(decoder: decoder, threads: threads)
      .refine(encoder.predict(features), toward: features, mask: samples.observed)
    return try decoder.evaluate(latents, targets, mask: wanted.observed, loss: loss)
  }

  /// Scales latents to what they are on the training rows, or on a part of very many.
  fileprivate func scaleLatents(on training: PreparedSamples) throws {
    let rowCount = min(training.sampleCount, FittedAutoencoder.scaledRowCount)
    let rows = (0..<rowCount).map { $0 * training.sampleCount / rowCount }
    let samples = training.samples(at: rows)
    latentScale = LatentScale(
      latents: try encode(samples, components: componentCount), features: samples.values)
  }

  /// Enough rows for a deviation within two percent.
  private static let scaledRowCount = 4000
}

extension PreparedSamples {
  /// The values as a network takes them.
  ///
  /// - Throws: ``PreprocessingError`` naming the first row with a value beyond Float32.
  func singlePrecision() throws -> Matrix<Float> {
    try values.converted(to: Float.self).checkedFinite()
  }
}
