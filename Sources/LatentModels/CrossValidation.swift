import LinearAlgebra
import NeuralNetworks
import Preprocessing
import PrincipalComponents

/// Chooses among autoencoders for a table of few rows, and judges the choice, on held-out folds.
///
/// Each fold is held out once. First every candidate is trained, without order, on every fold's
/// other rows, and the candidate and the number of steps whose mean held-out loss is least are
/// chosen. Then the choice is trained once more, so many steps and no further, and every row is
/// given back by the model that has not seen it, from each number of components: these are what
/// the report quotes, for linear PCA just so.
struct CrossValidation {
  static let foldCount = 5

  let samples: PreparedSamples
  let folds: [RowSplit]
  /// Of linear PCA in each fold.
  let componentCount: Int
  let threads: Int
  /// What is hidden of the rows that judge; nil shows all of them.
  var hiddenColumns: HiddenColumns?
  /// Where what was trained is kept.
  let journal: JournalPlace?

  /// A candidate to be trained for so many steps.
  struct Choice {
    let autoencoder: Autoencoder
    let stepCount: Int
    /// Steps between looks at the held-out loss; divides ``stepCount``.
    let interval: Int
    /// Fits whose loss stopped being a number before their last step.
    let divergedFitCount: Int
  }

  /// - Parameter needsRows: Whether a fold must have more rows than components; otherwise linear PCA
  ///   has as many as the folds' rows allow.
  init(
    samples: PreparedSamples, componentCount: Int, needsRows: Bool = true, seed: UInt64,
    groups: [Int]?, threads: Int, journal: JournalPlace? = nil
  ) throws {
    self.journal = journal
    self.samples = samples
    self.threads = threads
    folds = try CrossValidation.folds(
      rowCount: samples.sampleCount, groups: groups, seed: seed)
    let fewest = CrossValidation.fewestTrainingRows(folds)
    guard fewest > (needsRows ? componentCount : 1) else {
      throw FittingError(.componentsAboveGroupedRows(asked: componentCount, rows: fewest))
    }
    self.componentCount = min(componentCount, fewest - 1)
  }

  /// Fewer rows than ``foldCount`` are held out one by one.
  private static func foldCount(rowCount: Int) -> Int { max(2, min(foldCount, rowCount)) }

  /// The rows held out in turn.
  static func folds(
    rowCount: Int, groups: [Int]?, seed: UInt64
  ) throws(PreprocessingError) -> [RowSplit] {
    guard let groups else {
      return RowSplit.folds(foldCount(rowCount: rowCount), rowCount: rowCount, seed: seed)
    }
    // Few groups make few folds; one group alone cannot be held out.
    return try RowSplit.folds(
      min(foldCount, max(2, Set(groups).count)), groups: groups, seed: seed)
  }

  /// The rows that remain to train on when the largest fold is held out.
  static func fewestTrainingRows(_ folds: [RowSplit]) -> Int {
    folds.map(\.training.count).min() ?? 0
  }

  /// Whether so many rows leave enough in every fold to fit so many components.
  static func isPossible(rowCount: Int, componentCount: Int) -> Bool {
    let folds = foldCount(rowCount: rowCount)
    return rowCount >= 3 && componentCount < rowCount - (rowCount + folds - 1) / folds
  }

  /// Linear PCA's reconstructions of each row from the other folds.
  func reconstructions(
    by method: PCA, lengths: ClosedRange<Int>,
    tryingToFill materials: FillingTrial.Materials? = nil
  ) throws -> HeldOutReconstructions {
    try reconstructions(lengths: lengths, tryingToFill: materials) { rows, _ in
      try method.fit(rows, validation: nil)
    }
  }

  /// The choice's reconstructions of each row by a model that has not seen it.
  func reconstructions(
    by choice: Choice, tryingToFill materials: FillingTrial.Materials? = nil
  ) throws -> HeldOutReconstructions {
    try reconstructions(tryingToFill: materials) { rows, fold in
      var autoencoder = choice.autoencoder
      autoencoder.training.threads = 1
      autoencoder.journal = journal?.at("judging/\(fold)")
      return try autoencoder.fit(
        rows, stoppingAfter: choice.stepCount, interval: choice.interval)
    }
  }

  /// The candidate and the number of steps with the least mean held-out loss over the folds.
  func choose(among candidates: [Autoencoder]) throws -> Choice {
    let pcas = try inParallel(folds.count, threads: threads) { fold in
      try PCA(componentCount: componentCount).fit(
        samples.samples(at: folds[fold].training), validation: nil)
    }
    let fits = try inParallel(
      candidates.count * folds.count, threads: threads
    ) { task in
      let fold = folds[task % folds.count]
      var candidate = candidates[task / folds.count]
      candidate.training.validateEverySteps = lookInterval(of: candidate)
      candidate.journal = journal?.at("candidates/\(task)")
      return try candidate.tried(
        samples.samples(at: fold.training), validation: samples.samples(at: fold.validation),
        startingAt: pcas[task % folds.count])
    }
    var best = (candidate: 0, look: 0, loss: Double.infinity)
    for candidate in candidates.indices {
      let own = fits[candidate * folds.count..<(candidate + 1) * folds.count].map(
        \.validationLosses)
      // A fold may have stopped early.
      for look in 0..<(own.map(\.count).min() ?? 0) {
        let loss = own.reduce(0) { $0 + $1[look] } / Double(folds.count)
        if loss < best.loss { best = (candidate, look, loss) }
      }
    }
    let interval = lookInterval(of: candidates[best.candidate])
    return Choice(
      autoencoder: candidates[best.candidate],
      // Without a finite loss the model stays as it starts.
      stepCount: best.loss < .infinity ? (best.look + 1) * interval : 0,
      interval: interval, divergedFitCount: fits.count(where: \.hasDiverged))
  }

  /// Twenty looks at the held-out loss are enough to find where it is least.
  private func lookInterval(of candidate: Autoencoder) -> Int {
    let rowCount = folds.map(\.training.count).min() ?? 1
    return max(1, candidate.stepCount(rowCount: rowCount) / 20)
  }

  private func reconstructions(
    lengths: ClosedRange<Int>? = nil, tryingToFill materials: FillingTrial.Materials?,
    by fit: (PreparedSamples, _ fold: Int) throws -> any LatentModel
  ) throws -> HeldOutReconstructions {
    let parts = try inParallel(folds.count, threads: threads) { fold in
      let training = samples.samples(at: folds[fold].training)
      return try HeldOutReconstructions(
        of: samples.samples(at: folds[fold].validation), hiding: hiddenColumns,
        by: fit(training, fold), lengths: lengths, training: training, tryingToFill: materials)
    }
    return HeldOutReconstructions(joining: parts, at: folds.map(\.validation))
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
      settings.prefixes.rounds = 0
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
