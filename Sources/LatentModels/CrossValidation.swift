import LinearAlgebra
import NeuralNetworks
import Preprocessing
import PrincipalComponents

/// Chooses among autoencoders for a table of few rows, and judges the choice, on held-out folds.
///
/// Each fold is held out once. First every candidate is trained on every fold's other rows, and
/// the candidate and the number of steps whose mean held-out loss is least are chosen. Then the
/// choice is trained once more, so many steps and no further, and every row is reconstructed by
/// the model that has not seen it: these reconstructions are what the report quotes, for linear
/// PCA just so. PCA itself is kept unless the gain in squared error, row by row, exceeds two
/// standard errors of its mean.
struct CrossValidation {
  static let foldCount = 5

  let samples: PreparedSamples
  let folds: [RowSplit]
  let threads: Int

  /// What was chosen: a candidate trained for so many steps; none of them is linear PCA.
  struct Choice {
    let candidate: Autoencoder
    let stepCount: Int
    /// Steps between looks at the held-out loss; divides ``stepCount``.
    let interval: Int
    /// Fits whose loss stopped being a number before their last step.
    let divergedFitCount: Int
    /// Of each row, by a model that has not seen it.
    let reconstructions: Matrix<Double>
  }

  init(samples: PreparedSamples, seed: UInt64, threads: Int) {
    self.samples = samples
    self.threads = threads
    folds = RowSplit.folds(CrossValidation.foldCount, rowCount: samples.sampleCount, seed: seed)
  }

  /// Whether so many rows leave enough in every fold to fit so many components.
  static func isPossible(rowCount: Int, componentCount: Int) -> Bool {
    rowCount >= 2 * foldCount && componentCount < rowCount - (rowCount + foldCount - 1) / foldCount
  }

  /// Linear PCA's reconstruction of each row from the other folds.
  func reconstructions(by method: PCA) throws -> Matrix<Double> {
    try reconstructions { try method.fit($0, validation: nil) }
  }

  func choose(among candidates: [Autoencoder], besides pca: Matrix<Double>) throws -> Choice {
    let (candidate, steps, interval, divergedFitCount) = try bestCandidate(candidates)
    guard steps > 0 else {
      return Choice(
        candidate: candidate, stepCount: 0, interval: interval, divergedFitCount: divergedFitCount,
        reconstructions: pca)
    }
    let reconstructions = try reconstructions {
      try candidate.fit($0, stoppingAfter: steps, interval: interval)
    }
    guard isGain(from: pca, to: reconstructions) else {
      return Choice(
        candidate: candidate, stepCount: 0, interval: interval, divergedFitCount: divergedFitCount,
        reconstructions: pca)
    }
    return Choice(
      candidate: candidate, stepCount: steps, interval: interval,
      divergedFitCount: divergedFitCount, reconstructions: reconstructions)
  }

  /// The candidate and the number of steps with the least mean held-out loss over the folds.
  private func bestCandidate(
    _ candidates: [Autoencoder]
  ) throws -> (candidate: Autoencoder, steps: Int, interval: Int, divergedFitCount: Int) {
    let fits = try inParallel(
      candidates.count * folds.count, threads: threads
    ) { task in
      let fold = folds[task % folds.count]
      var candidate = candidates[task / folds.count]
      candidate.training.threads = 1
      candidate.training.validateEverySteps = lookInterval(of: candidate)
      let fitted = try candidate.fit(
        samples.samples(at: fold.training), validation: samples.samples(at: fold.validation))
      let trajectory =
        [fitted.initialValidationLoss ?? .infinity] + (fitted.history?.validationLosses ?? [])
      return (trajectory, fitted.history?.stopReason == .diverged)
    }
    var best = (candidate: 0, checkpoint: 0, loss: Double.infinity)
    for candidate in candidates.indices {
      let own = fits[candidate * folds.count..<(candidate + 1) * folds.count].map(\.0)
      // A fold may have stopped early.
      for checkpoint in 0..<(own.map(\.count).min() ?? 0) {
        let loss = own.reduce(0) { $0 + $1[checkpoint] } / Double(folds.count)
        if loss < best.loss { best = (candidate, checkpoint, loss) }
      }
    }
    let interval = lookInterval(of: candidates[best.candidate])
    return (
      candidates[best.candidate], best.checkpoint * interval, interval,
      divergedFitCount: fits.count(where: \.1)
    )
  }

  /// Forty looks at the held-out loss are enough to find where it is least.
  private func lookInterval(of candidate: Autoencoder) -> Int {
    let rowCount = folds.map(\.training.count).min() ?? 1
    let steps = candidate.training.epochs * candidate.stepsPerEpoch(rowCount: rowCount)
    return max(1, steps / 40)
  }

  private func reconstructions(
    by fit: (PreparedSamples) throws -> any LatentModel
  ) throws -> Matrix<Double> {
    let parts = try inParallel(folds.count, threads: threads) { fold in
      let model = try fit(samples.samples(at: folds[fold].training))
      return try model.reconstruct(samples.samples(at: folds[fold].validation))
    }
    var result = Matrix<Double>(rowCount: samples.sampleCount, columnCount: samples.featureCount)
    for (fold, part) in zip(folds, parts) {
      for (position, row) in fold.validation.enumerated() {
        for feature in 0..<samples.featureCount { result[row, feature] = part[position, feature] }
      }
    }
    return result
  }

  /// Whether the second reconstructions are better by more than two standard errors.
  private func isGain(from first: Matrix<Double>, to second: Matrix<Double>) -> Bool {
    let gains = (0..<samples.sampleCount).map { row in
      squaredError(of: first, row) - squaredError(of: second, row)
    }
    let count = Double(gains.count)
    let mean = gains.reduce(0, +) / count
    let variance = gains.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    return mean > 2 * (variance / count).squareRoot()
  }

  private func squaredError(of reconstructions: Matrix<Double>, _ row: Int) -> Double {
    (0..<samples.featureCount).reduce(0) { sum, feature in
      guard samples.observed?[row, feature] ?? true else { return sum }
      let difference = samples.values[row, feature] - reconstructions[row, feature]
      return sum + difference * difference
    }
  }
}

extension Autoencoder {
  /// Trains for so many steps of the schedule and keeps the weights as they are then.
  ///
  /// - Parameter interval: Divides the number of steps.
  func fit(
    _ training: PreparedSamples, stoppingAfter steps: Int, interval: Int
  ) throws -> FittedAutoencoder {
    var settings = self
    settings.training.earlyStopping = nil
    settings.training.validateEverySteps = max(1, interval)
    if steps == 0 {
      settings.training.epochs = 0
    } else {
      settings.callbacks.append(StepLimit(steps: steps))
    }
    return try settings.fit(training, validation: nil)
  }
}

/// Ends training after so many steps.
private struct StepLimit: TrainingCallback {
  let steps: Int

  func epochEnded(_ report: EpochReport) -> TrainingDecision {
    report.steps >= steps ? .stop : .continue
  }
}
