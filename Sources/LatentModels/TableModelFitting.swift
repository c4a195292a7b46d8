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
  /// What is put on the training rows, for the model to take out; nil for none.
  public var noise: CellNoise?
  /// Whether the model keeps some of the training rows, to tell unusual rows by.
  public var keepsRows = true
  /// Whether cells of held-out rows are hidden to see how the model fills missing ones best.
  var triesFilling = true
  /// Columns that models are judged by without being shown them; nil judges by rows shown whole.
  var hiddenColumns: HiddenColumns?
  /// Where what was trained is kept, so that another process can go on with it.
  public var journal: FitJournal? {
    get { journalPlace?.journal }
    set { journalPlace = newValue?.root }
  }
  var journalPlace: JournalPlace?

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
  ///   - target: What the rows should be, row by row and of the same columns, where that is not
  ///     what they are: the table without its noise.
  ///   - validation: Rows to hold out, of the same columns; nil takes some of the table's.
  ///   - groups: A number for each row of the table; rows that share one are held out together.
  /// - Throws: ``FittingError`` when the component count does not fit the table, and what
  ///   preprocessing, PCA and training throw.
  public func fit(
    _ table: Table, target: Table? = nil, validation: Table? = nil, groups: [Int]? = nil
  ) throws -> TableModel {
    let preprocessor = try Preprocessor(scaling: scaling, image: autoencoder.image)
      .fit(target ?? table)
    if noise != nil || target != nil {
      return try denoising(preprocessor).fit(
        table, target: target, validation: validation, groups: groups, preprocessor)
    }
    return try fit(table, target: nil, validation: validation, groups: groups, preprocessor)
  }

  /// The settings with what is needed to learn from noisy rows.
  private func denoising(_ preprocessor: FittedPreprocessor) throws -> TableModelFitting {
    var settings = self
    settings.autoencoder.denoises = true
    if let noise {
      settings.autoencoder.noise = (noise, try CellNoise.Columns(preprocessor, for: noise))
    }
    return settings
  }

  private func fit(
    _ table: Table, target: Table?, validation: Table?, groups: [Int]?,
    _ preprocessor: FittedPreprocessor
  ) throws -> TableModel {
    try checkComponentCount(rowCount: table.rowCount, preprocessor: preprocessor)
    var samples = preprocessor.prepare(table)
    let kept =
      keepsRows
      ? ReferenceRows.kept(
        of: samples, groups: groups, preprocessor: preprocessor, threads: autoencoder.threads)
      : nil
    var heldOut = validation.map(preprocessor.prepare)
    if let target {
      let wanted = preprocessor.prepare(target)
      samples.targets = wanted.values
      samples.targetObserved = wanted.observed
    }
    if let noise = autoencoder.noise {
      samples = noise.kind.applied(to: samples, preprocessor: noise.columns, seed: seed)
      heldOut = heldOut.map {
        noise.kind.applied(to: $0, preprocessor: noise.columns, seed: seed &+ 2)
      }
    }
    let crossValidates =
      validation == nil && validationFraction == nil
      && table.rowCount < TableModelFitting.crossValidationLimit
      && CrossValidation.isPossible(
        rowCount: table.rowCount, componentCount: needsRows ? componentCount : 1)
    if let heldOut, !heldOut.hasObservedCell { throw FittingError(.nothingToJudgeBy) }
    let fit =
      try crossValidates
      ? crossValidatedIfAnythingVaries(samples, groups: groups, preprocessor: preprocessor)
      : split(samples, validation: heldOut, groups: groups, preprocessor: preprocessor)
    var report = try fit.report(
      rowCount: table.rowCount, judging: crossValidates ? .crossValidation : .validation,
      seed: seed, preprocessor: preprocessor)
    report.intrinsicDimension = samples.wanted.intrinsicDimension(
      seed: seed, threads: autoencoder.threads)
    report.distanceQuantiles = kept?.distances
    return TableModel(
      method: method, preprocessor: preprocessor, latentModel: fit.model, report: report,
      references: kept?.rows)
  }

  /// Without one of very few rows nothing may vary; they are judged by themselves then.
  private func crossValidatedIfAnythingVaries(
    _ samples: PreparedSamples, groups: [Int]?, preprocessor: FittedPreprocessor
  ) throws -> JudgedFit {
    do {
      return try crossValidated(samples, groups: groups, preprocessor: preprocessor)
    } catch let error as PCAError {
      guard samples.sampleCount < 2 * CrossValidation.foldCount else { throw error }
      var whole = self
      whole.validationFraction = 0
      return try whole.split(
        samples, validation: nil, groups: nil, preprocessor: preprocessor)
    }
  }

  /// Whether there must be more rows than components: those of linear PCA are as many as rows at most.
  var needsRows: Bool { method == .pca || autoencoder.containsPCA }

  func checkComponentCount(
    rowCount: Int, preprocessor: FittedPreprocessor
  ) throws(FittingError) {
    let columns = preprocessor.usableColumnCount
    guard componentCount >= 1, componentCount <= columns else {
      throw FittingError(.componentsAboveColumns(asked: componentCount, columns: columns))
    }
    // Two rows more than components leave something to hold out and something to centre.
    guard rowCount >= 2, componentCount <= rowCount || !needsRows else {
      throw FittingError(.componentsAboveRows(asked: componentCount, rows: rowCount))
    }
  }
}
