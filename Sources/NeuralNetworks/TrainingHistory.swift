/// What happened in training, without times: the same for any number of threads.
public struct TrainingHistory: Codable, Sendable, Equatable {
  public enum StopReason: String, Codable, Sendable {
    /// All epochs were run.
    case finished
    /// The validation loss no longer fell.
    case earlyStopping
    /// A callback asked for it.
    case callback
    /// The loss was no longer a number; the best finite weights were kept.
    case diverged
  }
  /// The mean training loss of each epoch.
  public var losses: [Double] = []
  /// The loss of each validation; that of the initial weights is not among them.
  public var validationLosses: [Double] = []
  /// The epoch of the lowest validation loss (else training loss), from 1; 0 is the initial
  /// weights.
  public var bestEpoch = 0
  /// Steps taken.
  public var stepCount = 0
  public var stopReason = StopReason.finished

  public init() {}
}

/// What a callback learns after an epoch, or after a validation within one.
public struct EpochReport: Sendable {
  /// From 1.
  public let epoch: Int
  public let epochCount: Int
  /// Mean training loss of the epoch so far.
  public let loss: Double
  public let validationLoss: Double?
  /// Whether no weights before were better.
  public let isBest: Bool
  /// Steps taken since training began.
  public let steps: Int
}

/// Whether training goes on.
public enum TrainingDecision: Sendable {
  case `continue`
  case stop
}

/// Something that watches training: progress, checkpoints, a stop of one's own.
public protocol TrainingCallback {
  /// Whether the model's weights are to be up to date when the callback is called, which
  /// costs a copy.
  var readsWeights: Bool { get }

  func epochEnded(_ report: EpochReport) -> TrainingDecision
}

extension TrainingCallback {
  public var readsWeights: Bool { false }
}
