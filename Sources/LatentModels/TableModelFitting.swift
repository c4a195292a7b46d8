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
  /// When to be done with training; nil takes the time that the effort needs.
  public var timeLimit: TimeLimit?
  /// Columns that models are judged by without being shown them; nil judges by rows shown whole.
  var hiddenColumns: HiddenColumns?

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
  /// - Parameters:
  ///   - validation: Rows to hold out, of the same columns; nil takes some of the table's.
  ///   - groups: A number for each row of the table; rows that share one are held out together.
  /// - Throws: ``FittingError`` when the component count does not fit the table, and what
  ///   preprocessing, PCA and training throw.
  public func fit(
    _ table: Table, validation: Table? = nil, groups: [Int]? = nil
  ) throws -> TableModel {
    let preprocessor = try Preprocessor(scaling: scaling, image: autoencoder.image).fit(table)
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
    var report = try fit.report(
      rowCount: table.rowCount, judging: crossValidates ? .crossValidation : .validation,
      seed: seed, preprocessor: preprocessor)
    report.intrinsicDimension = samples.intrinsicDimension(
      seed: seed, threads: autoencoder.threads)
    return TableModel(
      method: method, preprocessor: preprocessor, latentModel: fit.model, report: report)
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
