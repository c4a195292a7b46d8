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
  /// Of linear PCA where it is the method.
  public var pca: PCASettings
  public var callbacks: [any TrainingCallback]

  public init(
    method: Method = .autoencoder, componentCount: Int, scaling: Scaling = .standard,
    validationFraction: Double? = nil, seed: UInt64 = 0,
    autoencoder: AutoencoderSettings = AutoencoderSettings(), pca: PCASettings = PCASettings(),
    callbacks: [any TrainingCallback] = []
  ) {
    self.method = method
    self.componentCount = componentCount
    self.scaling = scaling
    self.validationFraction = validationFraction
    self.seed = seed
    self.autoencoder = autoencoder
    self.pca = pca
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
  /// - Throws: ``FittingError`` when the component count does not fit the table, and what
  ///   preprocessing, PCA and training throw.
  public func fit(_ table: Table) throws -> TableModel {
    let preprocessor = try Preprocessor(scaling: scaling).fit(table)
    try checkComponentCount(rowCount: table.rowCount, preprocessor: preprocessor)
    let samples = preprocessor.prepare(table)
    let crossValidates =
      validationFraction == nil && table.rowCount < TableModelFitting.crossValidationLimit
      && CrossValidation.isPossible(rowCount: table.rowCount, componentCount: componentCount)
    let fit = try crossValidates ? crossValidated(samples) : split(samples)

    func fidelity(_ reconstructions: Matrix<Double>, on rows: PreparedSamples) -> Fidelity {
      Fidelity(originals: rows, reconstructions: reconstructions, preprocessor: preprocessor)
    }
    return TableModel(
      method: method, preprocessor: preprocessor, latentModel: fit.model,
      report: FitReport(
        rowCount: table.rowCount, trainingRowCount: fit.training.sampleCount,
        judging: fit.judging, validationRowCount: fit.heldOut?.sampleCount ?? 0, seed: seed,
        training: fidelity(try fit.model.reconstruct(fit.training), on: fit.training),
        validation: fit.heldOut.map { fidelity(fit.reconstructions, on: $0) },
        pcaTraining: fidelity(try fit.pca.reconstruct(fit.training), on: fit.training),
        pcaValidation: fit.heldOut.map { fidelity(fit.pcaReconstructions, on: $0) },
        divergedFitCount: fit.divergedFitCount,
        history: (fit.model as? FittedAutoencoder)?.history, logLikelihood: fit.logLikelihood))
  }

  /// A model, the linear PCA beside it, and what both gave back of rows they had not seen.
  private struct JudgedFit {
    let model: any LatentModel
    let training: PreparedSamples
    let judging: FitReport.Judging
    let heldOut: PreparedSamples?
    let reconstructions: Matrix<Double>
    let pca: FittedPCA
    let pcaReconstructions: Matrix<Double>
    var divergedFitCount: Int?
    var logLikelihood: LogLikelihood?
  }

  private var linearMethod: PCA {
    method == .pca
      ? pca.method(componentCount: componentCount, seed: seed)
      : PCA(componentCount: componentCount)
  }

  private func crossValidated(_ samples: PreparedSamples) throws -> JudgedFit {
    let folds = CrossValidation(samples: samples, seed: seed, threads: autoencoder.threads)
    let method = linearMethod
    let pcaReconstructions = try folds.reconstructions(by: method)
    let pca = try method.fit(samples, threads: self.pca.threads)
    var logLikelihood: LogLikelihood?
    var model: any LatentModel = pca
    var reconstructions = pcaReconstructions
    var divergedFitCount: Int?
    if self.method == .autoencoder {
      let choice = try folds.choose(
        among: autoencoder.candidates(
          componentCount: componentCount, rowCount: samples.sampleCount, seed: seed),
        besides: pcaReconstructions)
      reconstructions = choice.reconstructions
      divergedFitCount = choice.divergedFitCount
      var candidate = choice.candidate
      candidate.callbacks = callbacks
      model = try candidate.fit(samples, stoppingAfter: choice.stepCount, interval: choice.interval)
    } else {
      logLikelihood = LogLikelihood(
        training: try pca.meanLogDensity(of: samples),
        validation: try folds.meanLogDensity(by: method))
    }
    return JudgedFit(
      model: model, training: samples, judging: .crossValidation, heldOut: samples,
      reconstructions: reconstructions, pca: pca, pcaReconstructions: pcaReconstructions,
      divergedFitCount: divergedFitCount, logLikelihood: logLikelihood)
  }

  private func split(_ samples: PreparedSamples) throws -> JudgedFit {
    let rows = RowSplit(
      rowCount: samples.sampleCount,
      validationFraction: validationFraction ?? TableModelFitting.defaultValidationFraction,
      seed: seed)
    // Few rows cannot spare any when every one of them is needed for a component.
    let holdsOut = !rows.validation.isEmpty && rows.training.count > componentCount
    let training = holdsOut ? samples.samples(at: rows.training) : samples
    let heldOut = holdsOut ? samples.samples(at: rows.validation) : nil
    let pca = try linearMethod.fit(training, threads: self.pca.threads)
    let none = Matrix<Double>(rowCount: 0, columnCount: samples.featureCount)
    let pcaReconstructions = try heldOut.map { try pca.reconstruct($0) } ?? none
    switch method {
    case .pca:
      // Nothing was chosen on the rows held out, so the model itself may have them too.
      let model = try linearMethod.fit(samples, threads: self.pca.threads)
      return JudgedFit(
        model: model, training: samples, judging: holdsOut ? .validation : .none,
        heldOut: heldOut, reconstructions: pcaReconstructions, pca: model,
        pcaReconstructions: pcaReconstructions,
        logLikelihood: LogLikelihood(
          training: try model.meanLogDensity(of: samples),
          validation: try heldOut.flatMap { try pca.meanLogDensity(of: $0) }))
    case .autoencoder:
      guard
        var candidate = autoencoder.candidates(
          componentCount: componentCount, rowCount: training.sampleCount, seed: seed
        ).first
      else { preconditionFailure("there is always an autoencoder to try") }
      candidate.callbacks = callbacks
      let model = try candidate.fit(training, validation: heldOut)
      return JudgedFit(
        model: model, training: training, judging: holdsOut ? .validation : .none,
        heldOut: heldOut, reconstructions: try heldOut.map { try model.reconstruct($0) } ?? none,
        pca: pca, pcaReconstructions: pcaReconstructions,
        divergedFitCount: model.history?.stopReason == .diverged ? 1 : 0)
    }
  }

  func checkComponentCount(
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

/// Why a model cannot be fitted to a table.
public struct FittingError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Problem: Equatable, Sendable {
    case componentsAboveColumns(asked: Int, columns: Int)
    case componentsAboveRows(asked: Int, rows: Int)
  }

  public let problem: Problem

  public init(_ problem: Problem) {
    self.problem = problem
  }

  public var description: String {
    switch problem {
    case .componentsAboveColumns(let asked, let columns):
      "expected no more components than columns that vary (\(columns)), found \(asked)"
    case .componentsAboveRows(let asked, let rows):
      "expected at least as many rows as components (\(asked)) and at least 2, found \(rows)"
    }
  }
}
