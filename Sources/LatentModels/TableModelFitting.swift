import LinearAlgebra
import NeuralNetworks
import Preprocessing
import PrincipalComponents
import Tables

/// Settings from which a table's model is fitted, with linear PCA beside it.
public struct TableModelFitting {
  public var method: Method
  public var componentCount: Int
  public var scaling: Scaling
  /// Share of the rows held out to judge by, in 0..<1; nil leaves it to the number of rows.
  public var validationFraction: Double?
  public var seed: UInt64
  /// Hidden layers, linear path and training; nil chooses by the number of rows.
  public var autoencoder: AutoencoderSettings
  public var callbacks: [any TrainingCallback]

  public init(
    method: Method = .autoencoder, componentCount: Int, scaling: Scaling = .standard,
    validationFraction: Double? = nil, seed: UInt64 = 0,
    autoencoder: AutoencoderSettings = AutoencoderSettings(),
    callbacks: [any TrainingCallback] = []
  ) {
    self.method = method
    self.componentCount = componentCount
    self.scaling = scaling
    self.validationFraction = validationFraction
    self.seed = seed
    self.autoencoder = autoencoder
    self.callbacks = callbacks
  }

  /// Below so many rows, held-out figures come from cross-validation and the model is fitted on
  /// all rows, unless a validation fraction was asked for.
  public static let crossValidationLimit = 1000
  static let defaultValidationFraction = 0.12

  /// Fits preprocessing, linear PCA and, unless PCA was asked for, the autoencoder.
  ///
  /// Both methods are judged alike, fitted on the same rows and measured on the same others.
  ///
  /// - Parameters:
  ///   - validation: Rows to hold out, of the same columns; nil takes some of the table's.
  ///   - groups: A number for each row of the table; rows that share one are held out together.
  /// - Throws: ``FittingError`` when the component count does not fit the table, and what
  ///   preprocessing, PCA and training throw.
  public func fit(
    _ table: Table, validation: Table? = nil, groups: [Int]? = nil
  ) throws -> TableModel {
    let preprocessor = try Preprocessor(scaling: scaling).fit(table)
    try checkComponentCount(rowCount: table.rowCount, preprocessor: preprocessor)
    let samples = preprocessor.prepare(table)
    let crossValidates =
      validation == nil && validationFraction == nil
      && table.rowCount < TableModelFitting.crossValidationLimit
      && CrossValidation.isPossible(rowCount: table.rowCount, componentCount: componentCount)
    let fit =
      try crossValidates
      ? crossValidated(samples, groups: groups)
      : split(samples, validation: validation.map(preprocessor.prepare), groups: groups)

    func fidelity(_ reconstructions: Matrix<Double>, on rows: PreparedSamples) -> Fidelity {
      Fidelity(originals: rows, reconstructions: reconstructions, preprocessor: preprocessor)
    }
    let heldOut = fit.heldOut
    return TableModel(
      method: method, preprocessor: preprocessor, latentModel: fit.model,
      report: FitReport(
        rowCount: table.rowCount, trainingRowCount: fit.training.sampleCount,
        judging: heldOut == nil ? .none : crossValidates ? .crossValidation : .validation,
        validationRowCount: heldOut?.samples.sampleCount ?? 0, seed: seed,
        training: fidelity(try fit.model.reconstruct(fit.training), on: fit.training),
        validation: heldOut.flatMap { rows in
          rows.own[componentCount].map { fidelity($0, on: rows.samples) }
        },
        pcaTraining: fidelity(try fit.pca.reconstruct(fit.training), on: fit.training),
        pcaValidation: heldOut.flatMap { rows in
          rows.pca[componentCount].map { fidelity($0, on: rows.samples) }
        },
        encoderValidation: heldOut.flatMap { rows in
          rows.own.fromEncoder.map { fidelity($0, on: rows.samples) }
        },
        components: heldOut.map {
          ComponentReport.all(
            $0.own, beside: $0.pca, of: $0.samples, linearLengths: $0.linearLengths,
            preprocessor: preprocessor)
        } ?? [],
        largestCorrelation: try LatentCorrelation.largest(
          fit.model.encode(fit.training.evenlySpaced(limit: 4000))),
        choice: fit.choice, divergedFitCount: fit.divergedFitCount,
        history: (fit.model as? FittedAutoencoder)?.history))
  }

  /// A model, the linear PCA beside it, and what both gave back of rows they had not seen.
  private struct JudgedFit {
    let model: any LatentModel
    let training: PreparedSamples
    let pca: FittedPCA
    var heldOut: HeldOut?
    var choice: ModelChoice?
    var divergedFitCount: Int?
  }

  private struct HeldOut {
    let samples: PreparedSamples
    var own: HeldOutReconstructions
    let pca: HeldOutReconstructions
    var linearLengths: Set<Int> = []

    /// Lets PCA stand in where the model's gain may be chance.
    mutating func keepLinear(_ model: any LatentModel, unlessGainExceeds standardErrors: Double) {
      guard let autoencoder = model as? FittedAutoencoder, autoencoder.pca != nil else { return }
      linearLengths = own.lengthsWithoutGain(
        over: pca, on: samples, standardErrors: standardErrors)
      own.replace(linearLengths, by: pca)
      autoencoder.linearLengths = linearLengths
    }
  }

  private func crossValidated(_ samples: PreparedSamples, groups: [Int]?) throws -> JudgedFit {
    let folds = CrossValidation(
      samples: samples, componentCount: componentCount, seed: seed, groups: groups,
      threads: autoencoder.threads)
    let method = PCA(componentCount: componentCount)
    let linear = try folds.reconstructions(by: method)
    let pca = try method.fit(samples, validation: nil)
    guard self.method == .autoencoder else {
      return JudgedFit(
        model: pca, training: samples, pca: pca,
        heldOut: HeldOut(samples: samples, own: linear, pca: linear))
    }
    let candidates = SearchPlan.forFewRows(autoencoder.effort, rowCount: samples.sampleCount)
    let tried = (autoencoder.leavesChoice ? candidates : Array(candidates.prefix(1))).map {
      autoencoder.autoencoder(
        $0, componentCount: componentCount, rowCount: samples.sampleCount, seed: seed)
    }
    let choice = try folds.choose(among: tried)
    var chosen = choice.autoencoder
    chosen.callbacks = callbacks
    let model = try chosen.fit(
      samples, stoppingAfter: choice.stepCount, interval: choice.interval)
    var heldOut = HeldOut(
      samples: samples, own: try folds.reconstructions(by: choice), pca: linear)
    heldOut.keepLinear(model, unlessGainExceeds: 2)
    return JudgedFit(
      model: model, training: samples, pca: pca, heldOut: heldOut,
      choice: ModelChoice(chosen, stepCount: choice.stepCount, triedCount: tried.count),
      divergedFitCount: choice.divergedFitCount)
  }

  private func split(
    _ samples: PreparedSamples, validation: PreparedSamples?, groups: [Int]?
  ) throws -> JudgedFit {
    let (training, heldOut) = validation.map { (samples, $0) } ?? heldOutRows(of: samples)
    let judged = heldOut?.evenlySpaced(limit: judgedRowLimit(featureCount: samples.featureCount))
    let method = PCA(componentCount: componentCount)
    let pca = try method.fit(training, validation: nil)
    let linear = try judged.map { try HeldOutReconstructions(of: $0, by: pca) }
    guard self.method == .autoencoder else {
      // Nothing was chosen on the rows held out, so the model itself may have them too.
      let model = validation == nil ? try method.fit(samples, validation: nil) : pca
      return JudgedFit(
        model: model, training: samples, pca: model,
        heldOut: judged.flatMap { judged in
          linear.map { HeldOut(samples: judged, own: $0, pca: $0) }
        })
    }
    let found = try ModelSearch(
      settings: autoencoder, componentCount: componentCount, seed: seed, callbacks: callbacks
    ).fit(training, validation: heldOut, startingAt: pca)
    var rows: HeldOut?
    if let judged, let linear {
      rows = HeldOut(
        samples: judged, own: try HeldOutReconstructions(of: judged, by: found.model), pca: linear)
      rows?.keepLinear(found.model, unlessGainExceeds: 1)
    }
    return JudgedFit(
      model: found.model, training: training, pca: pca, heldOut: rows, choice: found.choice,
      divergedFitCount: found.divergedFitCount)
  }

  /// Rows to train on and rows held out at random; none where every row is needed.
  private func heldOutRows(
    of samples: PreparedSamples
  ) -> (training: PreparedSamples, heldOut: PreparedSamples?) {
    let rows = RowSplit(
      rowCount: samples.sampleCount,
      validationFraction: validationFraction ?? TableModelFitting.defaultValidationFraction,
      seed: seed)
    // Few rows cannot spare any when every one of them is needed for a component.
    guard !rows.validation.isEmpty, rows.training.count > componentCount else {
      return (samples, nil)
    }
    return (samples.samples(at: rows.training), samples.samples(at: rows.validation))
  }

  /// Rows enough to judge by: refining latents for every number of components costs about the
  /// square of that number times the features.
  private func judgedRowLimit(featureCount: Int) -> Int {
    max(500, 500_000_000 / (componentCount * componentCount * (featureCount + 300)))
  }

  private func checkComponentCount(
    rowCount: Int, preprocessor: FittedPreprocessor
  ) throws(FittingError) {
    let columns = preprocessor.usableColumnCount
    guard componentCount >= 1, componentCount <= columns else {
      throw FittingError(.componentsAboveColumns(asked: componentCount, columns: columns))
    }
    // Two rows more than components leave something to hold out and something to centre.
    guard rowCount >= 2, componentCount <= rowCount else {
      throw FittingError(.componentsAboveRows(asked: componentCount, rows: rowCount))
    }
  }
}

extension PreparedSamples {
  /// So many rows at most, evenly spaced.
  func evenlySpaced(limit: Int) -> PreparedSamples {
    guard sampleCount > limit else { return self }
    return samples(at: (0..<limit).map { $0 * sampleCount / limit })
  }
}
