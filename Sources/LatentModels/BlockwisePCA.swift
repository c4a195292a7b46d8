import LinearAlgebra
import Preprocessing
import PrincipalComponents
import Tables

/// Fits linear components to a table that is read block by block and never held.
///
/// One pass over the Float64 cells gathers mean, covariance and range of the columns in their own
/// units, of training and held-out rows apart; scaling is applied to the covariance. A second pass
/// measures the model. Both take the same rows as a fit of the whole table does, and the result
/// equals it to rounding.
struct BlockwisePCA {
  let fitting: TableModelFitting
  let survey: TableSurvey
  let makeBlocks: (TableSchema) throws -> TableBlocks
  private let features: RawFeatures
  private let leftOut: [ColumnSchema]
  /// Of each row, whether it is held out.
  private let isHeldOut: [Bool]

  init(
    _ fitting: TableModelFitting, survey: TableSurvey,
    makeBlocks: @escaping (TableSchema) throws -> TableBlocks
  ) {
    self.fitting = fitting
    self.survey = survey
    self.makeBlocks = makeBlocks
    let isText = { (column: ColumnSchema) in column.kind == .identifier || column.kind == .text }
    features = RawFeatures(columns: survey.schema.columns.filter { !isText($0) })
    leftOut = survey.schema.columns.filter(isText)
    let rows = RowSplit(
      rowCount: survey.rowCount,
      validationFraction: fitting.validationFraction
        ?? TableModelFitting.defaultValidationFraction, seed: fitting.seed)
    var isHeldOut = [Bool](repeating: false, count: survey.rowCount)
    if rows.training.count > fitting.componentCount {
      for row in rows.validation { isHeldOut[row] = true }
    }
    self.isHeldOut = isHeldOut
  }

  func fit() throws -> BlockwiseFit {
    let moments: ColumnMoments
    do {
      moments = try gather()
    } catch let cell as RawFeatures.MissingCell {
      return .needsTable(reason: "column '\(cell.column)' has missing cells")
    }
    let (training, all): (Covariance?, Covariance)
    do {
      training = isHeldOut.contains(true) ? try moments.training.finish() : nil
      var merged = moments.training
      merged.merge(moments.heldOut)
      all = try merged.finish()
    } catch let error as PCAError {
      guard case .notFinite = error.problem else { throw error }
      return .needsTable(reason: "squares of a column exceed Float64")
    }
    let preprocessor = try preprocessor(all, moments)
    try fitting.checkComponentCount(rowCount: survey.rowCount, preprocessor: preprocessor)
    let units = units(preprocessor)
    let scaled = all.scaled(units)
    guard scaled.varianceRange <= 1e10 else {
      return .needsTable(reason: "variances of its columns differ by more than 1e10")
    }
    let method = fitting.pca.method(componentCount: fitting.componentCount, seed: fitting.seed)
    let model = try method.fit(scaled)
    let judged = try training.map { try method.fit($0.scaled(units)) }
    return .fitted(try measured(model, judged: judged, preprocessor))
  }

  private struct ColumnMoments {
    var training: CovarianceAccumulator
    var heldOut: CovarianceAccumulator
    var minima: [Double]
    var maxima: [Double]
  }

  private func gather() throws -> ColumnMoments {
    let empty = CovarianceAccumulator(featureCount: features.count)
    var moments = ColumnMoments(
      training: empty, heldOut: empty,
      minima: Array(repeating: .infinity, count: features.count),
      maxima: Array(repeating: -.infinity, count: features.count))
    try forEachBlock { block, training, heldOut in
      for (rows, isTraining) in [(training, true), (heldOut, false)] where !rows.isEmpty {
        let matrix = try features.matrix(block, rows: rows).get()
        var place = 0
        for _ in 0..<matrix.rowCount {
          for column in 0..<features.count {
            let value = matrix.elements[place]
            if value < moments.minima[column] { moments.minima[column] = value }
            if value > moments.maxima[column] { moments.maxima[column] = value }
            place += 1
          }
        }
        if isTraining { moments.training.add(matrix) } else { moments.heldOut.add(matrix) }
      }
    }
    return moments
  }

  /// - Parameter body: Is given a block and the positions of its rows that train or are held out.
  private func forEachBlock(_ body: (TableBlock, [Int], [Int]) throws -> Void) throws {
    var blocks = try makeBlocks(TableSchema(columns: features.columns))
    var row = 0
    while let block = try blocks.next() {
      guard row + block.rowCount <= survey.rowCount else { break }
      let rows = 0..<block.rowCount
      try body(
        block, rows.filter { !isHeldOut[row + $0] }, rows.filter { isHeldOut[row + $0] })
      row += block.rowCount
    }
    guard row == survey.rowCount else { throw TableError(.changedWhileRead, path: blocks.path) }
  }

  private func preprocessor(
    _ covariance: Covariance, _ moments: ColumnMoments
  ) throws -> FittedPreprocessor {
    let count = Double(survey.rowCount)
    let summaries = zip(features.columns, features.starts).map {
      (column, start) -> (ColumnSchema, Preprocessor.ColumnSummary) in
      guard column.levels.isEmpty else {
        let levels = start..<start + column.levels.count
        return (column, .levels(levels.map { Int((covariance.mean[$0] * count).rounded()) }))
      }
      let variance = covariance.matrix[start, start] * (count - 1) / count
      return (
        column,
        .numbers(
          NumberStatistics(
            observedCount: survey.rowCount, mean: covariance.mean[start],
            standardDeviation: variance.squareRoot(), minimum: moments.minima[start],
            maximum: moments.maxima[start]))
      )
    }
    return try Preprocessor(scaling: fitting.scaling).fit(summaries, leftOut: leftOut)
  }

  /// Which raw features the model has, and how they become its features.
  private func units(
    _ preprocessor: FittedPreprocessor
  ) -> [(position: Int, center: Double, factor: Double)] {
    let positions = zip(features.starts, preprocessor.codings).flatMap { start, coding in
      start..<start + coding.featureCount
    }
    return zip(positions, preprocessor.features).map { ($0, $1.center, 1 / $1.scale) }
  }

  /// - Parameter judged: Fitted to the training rows alone, to be judged on the others; nil when
  ///   none are held out.
  private func measured(
    _ model: FittedPCA, judged: FittedPCA?, _ preprocessor: FittedPreprocessor
  ) throws -> TableModel {
    var training = PCAMeasure(model, preprocessor, keepsErrors: judged == nil)
    var validation = judged.map { PCAMeasure($0, preprocessor, keepsErrors: true) }
    try forEachBlock { block, _, heldOut in
      let samples = preprocessor.prepare(Table(columns: block.columns))
      try training.add(samples)
      if !heldOut.isEmpty { try validation?.add(samples.samples(at: heldOut)) }
    }
    return TableModel(
      method: .pca, preprocessor: preprocessor, latentModel: model,
      report: FitReport(
        rowCount: survey.rowCount, trainingRowCount: survey.rowCount,
        judging: judged == nil ? .none : .validation,
        validationRowCount: isHeldOut.count(where: \.self), seed: fitting.seed,
        training: training.fidelity.fidelity, validation: validation?.fidelity.fidelity,
        pcaTraining: training.fidelity.fidelity, pcaValidation: validation?.fidelity.fidelity,
        logLikelihood: LogLikelihood(
          training: training.meanLogDensity, validation: validation?.meanLogDensity),
        errorQuantiles: ErrorQuantiles(of: (validation ?? training).rowErrors)))
  }
}

/// How good linear components are, block by block.
private struct PCAMeasure {
  private let model: FittedPCA
  private(set) var fidelity: FidelityMeasure
  private var logDensity: Double? = 0
  private var rowCount = 0
  private let errors: StandardizedErrors?
  /// Of each row, where they are kept.
  private(set) var rowErrors: [Double] = []

  init(_ model: FittedPCA, _ preprocessor: FittedPreprocessor, keepsErrors: Bool) {
    self.model = model
    fidelity = FidelityMeasure(preprocessor: preprocessor)
    errors = keepsErrors ? StandardizedErrors(preprocessor) : nil
  }

  mutating func add(_ samples: PreparedSamples) throws {
    let reconstructions = try model.reconstruct(samples)
    fidelity.add(originals: samples, reconstructions: reconstructions)
    if let errors {
      rowErrors += errors.rows(samples, reconstructions: reconstructions)
    }
    rowCount += samples.sampleCount
    if let sum = logDensity {
      let mean = try model.meanLogDensity(of: samples)
      logDensity = mean.map { sum + $0 * Double(samples.sampleCount) }
    }
  }

  var meanLogDensity: Double? { logDensity.map { $0 / Double(rowCount) } }
}
