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
  /// Share of the rows held out to judge by, in 0..<1.
  public var validationFraction: Double
  public var seed: UInt64
  /// Hidden layers, linear path and training; nil chooses by the number of rows.
  public var autoencoder: AutoencoderSettings
  public var callbacks: [any TrainingCallback]

  public init(
    method: Method = .autoencoder, componentCount: Int, scaling: Scaling = .standard,
    validationFraction: Double = 0.12, seed: UInt64 = 0,
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

  /// Fits preprocessing, linear PCA and, unless PCA was asked for, the autoencoder.
  ///
  /// The judging of both methods is alike: fitted on the training rows, measured on the rows held
  /// out. A PCA model is afterwards fitted again on all rows, since it has nothing to choose.
  ///
  /// - Throws: ``FittingError`` when the component count does not fit the table, and what
  ///   preprocessing, PCA and training throw.
  public func fit(_ table: Table) throws -> TableModel {
    let preprocessor = try Preprocessor(scaling: scaling).fit(table)
    try checkComponentCount(rowCount: table.rowCount, preprocessor: preprocessor)
    let samples = preprocessor.prepare(table)
    let split = RowSplit(
      rowCount: table.rowCount, validationFraction: validationFraction, seed: seed)
    let training = samples.samples(at: split.training)
    let validation = split.validation.isEmpty ? nil : samples.samples(at: split.validation)

    func fidelity(_ model: any LatentModel, on rows: PreparedSamples) throws -> Fidelity {
      Fidelity(
        originals: rows, reconstructions: try model.reconstruct(rows), preprocessor: preprocessor)
    }
    // Held-out rows may be too many to leave rows for every component; then PCA judges itself
    // with fewer.
    let judgedCount = min(componentCount, split.training.count)
    let pca = try PCA(componentCount: judgedCount).fit(training, validation: nil)
    let model: any LatentModel
    var history: TrainingHistory?
    switch method {
    case .pca:
      model = try PCA(componentCount: componentCount).fit(samples, validation: nil)
    case .autoencoder:
      let settings = autoencoder.resolved(
        componentCount: componentCount, trainingRowCount: training.sampleCount, seed: seed,
        callbacks: callbacks)
      let fitted = try settings.fit(training, validation: validation)
      history = fitted.history
      model = fitted
    }
    let judged: any LatentModel = method == .pca ? pca : model
    return TableModel(
      method: method, preprocessor: preprocessor, latentModel: model,
      report: FitReport(
        rowCount: table.rowCount, trainingRowCount: training.sampleCount,
        validationRowCount: split.validation.count, validationFraction: validationFraction,
        seed: seed, training: try fidelity(judged, on: training),
        validation: try validation.map { try fidelity(judged, on: $0) },
        pcaTraining: try fidelity(pca, on: training),
        pcaValidation: try validation.map { try fidelity(pca, on: $0) }, history: history))
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
      "expected at most \(columns) components, as many as columns that vary, found \(asked)"
    case .componentsAboveRows(let asked, let rows):
      "expected at least as many rows as components (\(asked)) and at least 2, found \(rows)"
    }
  }
}
