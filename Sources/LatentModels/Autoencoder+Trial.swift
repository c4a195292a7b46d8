import LinearAlgebra
import NeuralNetworks
import Preprocessing
import PrincipalComponents

extension Autoencoder {
  /// What training showed of an autoencoder that is only compared with others.
  struct Trial {
    /// The loss of each look at the held-out rows.
    let validationLosses: [Double]
    /// Of those, and of the weights before the first step.
    let least: Double
    let hasDiverged: Bool

    init(history: TrainingHistory?, initialLoss: Double?) {
      validationLosses = history?.validationLosses ?? []
      least = ([initialLoss].compactMap(\.self) + validationLosses).min() ?? .infinity
      hasDiverged = history?.stopReason == .diverged
    }

    init(_ fitted: FittedAutoencoder) {
      self.init(history: fitted.history, initialLoss: fitted.initialValidationLoss)
    }
  }

  /// Trains on one thread and without order, for the losses alone.
  func tried(
    _ training: PreparedSamples, features: Matrix<Float>? = nil, validation: PreparedSamples?,
    startingAt pca: FittedPCA?
  ) throws -> Trial {
    if let kept = journal?.result {
      return Trial(history: kept.history, initialLoss: kept.firstMeasure)
    }
    var alone = self
    alone.isOrdered = false
    alone.training.threads = 1
    let fitted = try alone.train(
      training, features: features, validation: validation, startingAt: pca
    ).fitted
    // Ends the run within as well, whose weights nobody needs.
    if let history = fitted.history {
      journal?.end(
        TrainingResult(
          weights: nil, history: history, firstMeasure: fitted.initialValidationLoss))
    }
    return Trial(fitted)
  }
}
