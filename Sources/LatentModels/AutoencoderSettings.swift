import NeuralNetworks

/// What a user may say about an autoencoder; what is nil is chosen by the number of rows.
public struct AutoencoderSettings: Sendable, Equatable {
  /// The encoder's hidden layers, mirrored in the decoder.
  public var hiddenLayers: [Autoencoder.HiddenLayer]?
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

  public init() {}

  /// The autoencoders worth trying on so many rows: what was not said is filled in.
  ///
  /// Few rows carry few weights: width and steps grow with them. Below
  /// ``TableModelFitting/crossValidationLimit`` several are compared; above, trying one takes
  /// long enough.
  func candidates(componentCount: Int, rowCount: Int, seed: UInt64) -> [Autoencoder] {
    func candidate(_ widths: [Int], noise: Double, steps: Int) -> Autoencoder {
      autoencoder(
        hiddenLayers
          ?? widths.map { Autoencoder.HiddenLayer(units: $0, activation: activation ?? .silu) },
        noise: hiddenLayers == nil ? noise : 0, steps: steps, componentCount: componentCount,
        rowCount: rowCount, seed: seed)
    }
    guard rowCount < TableModelFitting.crossValidationLimit else {
      return [candidate([128, 128], noise: 0.2, steps: 4000)]
    }
    let steps = rowCount < 600 ? 800 : 1500
    guard hiddenLayers == nil else { return [candidate([], noise: 0, steps: steps)] }
    return [
      candidate([32], noise: 0, steps: steps),
      candidate([64, 32], noise: 0, steps: steps),
      candidate([64, 32], noise: 0.2, steps: steps),
      candidate([128, 64], noise: 0.1, steps: steps),
    ]
  }

  private func autoencoder(
    _ layers: [Autoencoder.HiddenLayer], noise: Double, steps: Int, componentCount: Int,
    rowCount: Int, seed: UInt64
  ) -> Autoencoder {
    let batchSize = batchSize ?? (rowCount < 1000 ? min(128, max(32, rowCount / 8)) : 128)
    let optimizer: Optimizer =
      switch optimizer ?? .adamw {
      case .adamw: .adamW(weightDecay: weightDecay ?? 1e-2)
      case .adam: .adam
      case .sgd: .sgd(momentum: 0.9)
      }
    let candidate = Autoencoder(
      componentCount: componentCount, hiddenLayers: layers, hasLinearPath: hasLinearPath ?? true,
      latentActivation: latentActivation ?? .linear,
      inputNoise: noise, codes: codes ?? (latentActivation == nil ? .refined : .encoder),
      training: TrainingOptions(
        epochs: 1, batchSize: batchSize, optimizer: optimizer,
        learningRate: learningRate ?? 3e-3, loss: (loss ?? .mse).loss, gradientClipNorm: 1,
        seed: seed, threads: threads))
    return candidate.scheduled(
      steps: epochs.map { $0 * candidate.stepsPerEpoch(rowCount: rowCount) } ?? steps,
      rowCount: rowCount, patience: stopsEarly ? patience : nil)
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
    return result
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
