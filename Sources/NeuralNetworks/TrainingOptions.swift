import LinearAlgebra

/// How weights follow their gradients.
public enum Optimizer: Codable, Sendable, Equatable {
  /// Gradient descent; with momentum the velocity keeps that share of itself each step.
  case sgd(momentum: Double = 0)
  /// Kingma and Ba (2015), arXiv:1412.6980, with β = (0.9, 0.999) and ε = 1e−8.
  case adam
  /// Adam with decay apart from the gradient, after Loshchilov and Hutter (2019),
  /// arXiv:1711.05101: each step shrinks kernels by learning rate × decay. Biases and layers
  /// made with `decays: false` are spared.
  case adamW(weightDecay: Double = 0.01)
}

/// What training makes small.
///
/// Each loss is the mean over observed entries of the entry's loss times its column's weight;
/// for the categorical one, over rows.
public enum Loss: Codable, Sendable, Equatable {
  case meanSquaredError
  case meanAbsoluteError
  /// Half the square within delta of the target, linear beyond.
  case huber(delta: Double = 1)
  /// Each column an event of its own; the model's output is a probability, or a logit.
  case binaryCrossEntropy(fromLogits: Bool = false)
  /// The columns are classes; the model's output is a probability of each.
  case categoricalCrossEntropy
}

/// How the learning rate changes: it rises over the warm-up steps, then decays.
public struct LearningRateSchedule: Codable, Sendable, Equatable {
  public enum Decay: Codable, Sendable, Equatable {
    case constant
    /// Down half a cosine to this share of the learning rate at the last step.
    case cosine(finalFraction: Double = 0)
    /// Times the factor after every so many epochs.
    case step(everyEpochs: Int, factor: Double)
  }
  /// Steps in which the rate rises linearly from near 0.
  public var warmUpSteps: Int
  public var decay: Decay

  public init(_ decay: Decay = .constant, warmUpSteps: Int = 0) {
    self.decay = decay
    self.warmUpSteps = warmUpSteps
  }

  public static let constant = LearningRateSchedule()

  /// The factor of the learning rate at a step, counted from 0.
  package func factor(step: Int, of stepCount: Int, stepsPerEpoch: Int) -> Double {
    if step < warmUpSteps { return Double(step + 1) / Double(warmUpSteps) }
    switch decay {
    case .constant: return 1
    case .cosine(let final):
      let span = max(1, stepCount - warmUpSteps)
      let share = min(1, Double(step - warmUpSteps) / Double(span))
      return final + (1 - final) * (1 + cosine(share * .pi)) / 2
    case .step(let epochs, let factor):
      return power(factor, Double(step / (stepsPerEpoch * max(1, epochs))))
    }
  }
}

/// Stopping when the validation loss no longer falls.
public struct EarlyStopping: Codable, Sendable, Equatable {
  /// Validations in a row without an improvement before training stops.
  public var patience: Int
  /// How much lower than the best a loss must be to count.
  public var minimumDelta: Double
  /// Whether the best weights are put back at the end.
  public var restoresBest: Bool
  /// Whether the weights before training are a candidate: epoch 0.
  public var countsInitialWeights: Bool

  public init(
    patience: Int, minimumDelta: Double = 0, restoresBest: Bool = true,
    countsInitialWeights: Bool = false
  ) {
    self.patience = patience
    self.minimumDelta = minimumDelta
    self.restoresBest = restoresBest
    self.countsInitialWeights = countsInitialWeights
  }
}

/// Everything about training that is not the model or the data.
public struct TrainingOptions: Codable, Sendable, Equatable {
  public var epochs: Int
  /// Rows of a step.
  ///
  /// More than there are rows means all of them; the last batch of an epoch takes what is left.
  public var batchSize: Int
  public var optimizer: Optimizer
  public var learningRate: Double
  public var loss: Loss
  public var schedule: LearningRateSchedule
  /// Gradients longer than this are scaled down to it.
  public var gradientClipNorm: Double?
  /// Needs validation samples; without them the training loss of each epoch stands in.
  public var earlyStopping: EarlyStopping?
  /// Of the order of rows, dropout, noise, and weights not yet drawn.
  public var seed: UInt64
  /// Threads to use at most; the results are the same for any number.
  public var threads: Int
  /// Validates after so many steps instead of after each epoch.
  public var validateEverySteps: Int?

  public init(
    epochs: Int = 100, batchSize: Int = 128, optimizer: Optimizer = .adam,
    learningRate: Double = 0.001, loss: Loss = .meanSquaredError,
    schedule: LearningRateSchedule = .constant, gradientClipNorm: Double? = nil,
    earlyStopping: EarlyStopping? = nil, seed: UInt64 = 0, threads: Int = 1,
    validateEverySteps: Int? = nil
  ) {
    self.epochs = epochs
    self.batchSize = batchSize
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.loss = loss
    self.schedule = schedule
    self.gradientClipNorm = gradientClipNorm
    self.earlyStopping = earlyStopping
    self.seed = seed
    self.threads = threads
    self.validateEverySteps = validateEverySteps
  }
}

/// Rows kept apart from training to judge it.
public struct ValidationSamples: Sendable {
  /// Shape `[samples, features]`.
  public var inputs: Matrix<Float>
  public var targets: Matrix<Float>
  /// Of the targets.
  public var mask: Mask?

  public init(inputs: Matrix<Float>, targets: Matrix<Float>, mask: Mask? = nil) {
    self.inputs = inputs
    self.targets = targets
    self.mask = mask
  }
}
