import NeuralNetworks

/// What a user may say about an autoencoder; what is nil is chosen by the number of rows.
public struct AutoencoderSettings: Sendable, Equatable {
  /// The encoder's hidden layers, mirrored in the decoder.
  public var hiddenLayers: [Autoencoder.HiddenLayer]?
  /// Of the hidden layers that are chosen here.
  public var activation: Activation?
  /// Whether linear PCA is part of the model; by default unless hidden layers were given.
  public var hasLinearPath: Bool?
  public var epochs: Int?
  public var batchSize: Int?
  public var learningRate: Double?
  public var optimizer: OptimizerName?
  public var weightDecay: Double?
  /// Validations without improvement after which training stops.
  public var patience: Int?
  public var stopsEarly = true
  public var codes = Codes.refined
  public var threads = 1

  public init() {}

  /// The whole autoencoder: what was not said is filled in.
  ///
  /// Few rows carry few weights: the width and the steps grow with them.
  func resolved(
    componentCount: Int, trainingRowCount rows: Int, seed: UInt64,
    callbacks: [any TrainingCallback]
  ) -> Autoencoder {
    let activation = activation ?? .silu
    let widths = rows < 600 ? [32] : rows < 1000 ? [64, 32] : [128, 128]
    let batchSize = min(rows, batchSize ?? (rows < 1000 ? max(32, rows / 8) : 128))
    let stepsPerEpoch = (rows + batchSize - 1) / batchSize
    let steps = rows < 1000 ? 800 : 4000
    let epochs = epochs ?? max(1, (steps + stepsPerEpoch - 1) / stepsPerEpoch)
    let optimizer: Optimizer =
      switch optimizer ?? .adamw {
      case .adamw: .adamW(weightDecay: weightDecay ?? 1e-2)
      case .adam: .adam
      case .sgd: .sgd(momentum: 0.9)
      }
    return Autoencoder(
      componentCount: componentCount,
      hiddenLayers: hiddenLayers
        ?? widths.map { Autoencoder.HiddenLayer(units: $0, activation: activation) },
      hasLinearPath: hasLinearPath ?? true, inputNoise: hiddenLayers == nil ? 0.2 : 0, codes: codes,
      training: TrainingOptions(
        epochs: epochs, batchSize: batchSize, optimizer: optimizer,
        learningRate: learningRate ?? 3e-3,
        schedule: LearningRateSchedule(
          .cosine(finalFraction: 0.02), warmUpSteps: epochs * stepsPerEpoch / 20),
        gradientClipNorm: 1,
        // The cosine lets the loss fall until the end, so by default every epoch is run.
        earlyStopping: EarlyStopping(
          patience: stopsEarly ? patience ?? epochs : epochs, countsInitialWeights: true),
        seed: seed, threads: threads),
      callbacks: callbacks)
  }
}

/// The optimizers by the names that the command line uses.
public enum OptimizerName: String, Codable, Sendable, CaseIterable {
  case adamw
  case adam
  case sgd
}
