/// Calls a closure after each epoch: for progress, or to stop by a rule of one's own.
public struct OnEpochEnd: TrainingCallback {
  private let body: (EpochReport) -> TrainingDecision

  public init(_ body: @escaping (EpochReport) -> TrainingDecision) { self.body = body }

  public func epochEnded(_ report: EpochReport) -> TrainingDecision { body(report) }
}

/// Hands over the weights while training goes on, so that they can be kept.
public struct Checkpoint: TrainingCallback {
  private let model: Model
  private let bestOnly: Bool
  private let save: ([NamedWeights], EpochReport) -> TrainingDecision

  /// - Parameters:
  ///   - model: The model in training, or a part of it.
  ///   - bestOnly: Whether to save only after epochs than which none was better.
  ///   - save: Keeps the weights; it can stop training, should that fail.
  public init(
    of model: Model, bestOnly: Bool = true,
    save: @escaping ([NamedWeights], EpochReport) -> TrainingDecision
  ) {
    self.model = model
    self.bestOnly = bestOnly
    self.save = save
  }

  public var readsWeights: Bool { true }

  public func epochEnded(_ report: EpochReport) -> TrainingDecision {
    bestOnly && !report.isBest ? .continue : save(model.weights, report)
  }
}
