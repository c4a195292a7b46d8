import NeuralNetworks
import Tables

/// What a user may say about an autoencoder; what is nil is chosen by the rows.
public struct AutoencoderSettings: Sendable {
  /// How long to look for a good one.
  public var effort = Effort.standard
  /// Whether fewer latents than all are to stand for a row too.
  public var isOrdered = true
  /// The encoder's hidden layers, mirrored in the decoder.
  public var hiddenLayers: [Autoencoder.HiddenLayer]?
  /// Of features that are pixels the size of the pictures.
  public var image: ImageShape?
  /// The layers of an encoder of pictures, mirrored in the decoder.
  public var imageLayers: [ImageLayer]?
  /// Whether the last feature map of ``imageLayers`` is the latent.
  public var keepsMap = false
  /// A whole model of pictures by its name.
  public var preset: Preset?
  /// Of the hidden layers that are chosen here.
  public var activation: Activation?
  /// Whether linear PCA is part of the model; by default unless hidden layers were given.
  public var hasLinearPath: Bool?
  public var latentActivation: Activation?
  public var loss: LossName?
  public var epochs: Int?
  public var batchSize: Int?
  public var learningRate: Double?
  public var optimizer: OptimizerName?
  public var weightDecay: Double?
  /// Validations without improvement after which training stops.
  public var patience: Int?
  public var stopsEarly = true
  /// Refined by default, unless the latents have an activation whose range they would leave.
  public var codes: Codes?
  public var threads = 1
  /// What is put on the training rows, for the model to take out.
  var noise: (kind: CellNoise, columns: CellNoise.Columns)?
  /// Whether the rows to give back differ from those seen, so that refining latents toward these
  /// would bring their noise back.
  var denoises = false
  /// Whether missing cells may be filled from more linear components than there are latents.
  var fillsFromMore = true

  public init() {}

  /// Whether nothing was said that a search would have to find.
  var leavesChoice: Bool {
    hiddenLayers == nil && imageLayers == nil && preset == nil && epochs == nil
  }

  /// Whether the model begins as linear PCA, which takes more rows than it has components.
  var containsPCA: Bool { preset == nil && hasLinearPath ?? true }

  /// Whether the model serves every smaller number of components too.
  var servesPrefixes: Bool { preset == nil && !keepsMap && isOrdered }

  /// The autoencoder that a candidate stands for: what was said goes before what is tried.
  ///
  /// - Parameter rowCount: Rows to train on.
  func autoencoder(
    _ candidate: Candidate, componentCount: Int, rowCount: Int, seed: UInt64
  ) -> Autoencoder {
    if let preset, let image { return autoencoder(preset, image, seed: seed) }
    let layers = imageLayers ?? candidate.imageLayers
    let batchSize = batchSize ?? (rowCount < 1000 ? min(128, max(32, rowCount / 8)) : 128)
    let optimizer: Optimizer =
      switch optimizer ?? .adamw {
      case .adamw: .adamW(weightDecay: weightDecay ?? 1e-2)
      case .adam: .adam
      case .sgd: .sgd(momentum: 0.9)
      }
    var result = Autoencoder(
      componentCount: componentCount,
      hiddenLayers: hiddenLayers
        ?? candidate.widths.map {
          Autoencoder.HiddenLayer(units: $0, activation: activation ?? .silu)
        },
      hasLinearPath: hasLinearPath ?? true, isOrdered: servesPrefixes,
      latentActivation: latentActivation ?? .linear,
      inputNoise: hiddenLayers == nil && imageLayers == nil ? candidate.noise : 0,
      // A decoder of pictures costs too much to be run backwards for every latent of every row.
      codes: codes
        ?? (latentActivation == nil && layers == nil && !denoises ? .refined : .encoder),
      training: TrainingOptions(
        epochs: 1, batchSize: batchSize, optimizer: optimizer,
        learningRate: learningRate ?? 3e-3, loss: (loss ?? .mse).loss, gradientClipNorm: 1,
        seed: seed, threads: threads))
    result.noise = noise
    result.fillsFromMore = fillsFromMore
    if let image, let layers {
      result.convolution = ConvolutionalLayers(shape: image, encoder: layers, keepsMap: keepsMap)
    }
    return result.scheduled(
      steps: epochs.map { $0 * result.stepsPerEpoch(rowCount: rowCount) } ?? candidate.steps,
      rowCount: rowCount, patience: stopsEarly ? patience : nil)
  }
}

extension AutoencoderSettings {
  /// A preset, and what was said about its training.
  private func autoencoder(_ preset: Preset, _ image: ImageShape, seed: UInt64) -> Autoencoder {
    var result = preset.autoencoder(image, seed: seed, threads: threads)
    result.training.epochs = epochs ?? result.training.epochs
    result.training.batchSize = batchSize ?? result.training.batchSize
    result.training.learningRate = learningRate ?? result.training.learningRate
    result.training.earlyStopping?.patience =
      stopsEarly ? patience ?? Preset.patience : .max
    result.codes = codes ?? result.codes
    result.noise = noise
    return result
  }
}

extension Autoencoder {
  func stepsPerEpoch(rowCount: Int) -> Int {
    let batch = min(training.batchSize, rowCount)
    return (rowCount + batch - 1) / batch
  }

  /// With the learning rate's rise and fall spread over so many steps, or a little more: whole
  /// epochs.
  ///
  /// - Parameter patience: Validations without improvement before stopping. The loss falls until
  ///   the cosine's end, so without one every epoch is run.
  func scheduled(steps: Int, rowCount: Int, patience: Int? = nil) -> Autoencoder {
    var result = self
    let perEpoch = stepsPerEpoch(rowCount: rowCount)
    let epochs = (steps + perEpoch - 1) / perEpoch
    result.training.epochs = epochs
    result.training.schedule = LearningRateSchedule(
      .cosine(finalFraction: 0.02), warmUpSteps: epochs * perEpoch / 20)
    result.training.earlyStopping = EarlyStopping(
      patience: patience ?? .max, countsInitialWeights: true)
    // A patience counts epochs. Else ten looks are enough, for each refines all held-out latents.
    result.training.validateEverySteps =
      patience == nil ? max(1, epochs * perEpoch / 10) : nil
    return result
  }

  /// The steps of the whole schedule.
  func stepCount(rowCount: Int) -> Int {
    training.epochs * stepsPerEpoch(rowCount: rowCount)
  }
}

/// The optimizers by the names that the command line uses.
public enum OptimizerName: String, Codable, Sendable, CaseIterable {
  case adamw
  case adam
  case sgd
}

/// The losses of an autoencoder by the names that the command line uses.
public enum LossName: String, Codable, Sendable, CaseIterable {
  /// Mean squared error.
  case mse
  /// Mean absolute error.
  case mae
  /// Squared within one standard deviation, linear beyond.
  case huber

  var loss: Loss {
    switch self {
    case .mse: .meanSquaredError
    case .mae: .meanAbsoluteError
    case .huber: .huber(delta: 1)
    }
  }
}
