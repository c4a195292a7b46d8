import Evaluation
import LinearAlgebra
import Preprocessing
import PrincipalComponents
import Tables

/// Fits linear components to a table that is read block by block and never held.
///
/// One pass over the Float64 cells gathers mean, covariance and range of the columns in their own
/// units, of training and held-out rows apart; scaling is applied to the covariance. How well the model
/// does follows from the same covariances; for a table with categories, whose likeliest level has to be
/// looked at in every row, a second pass measures it. Both take the same rows as a fit of the whole
/// table does, and the result equals it to rounding.
struct BlockwisePCA {
  let fitting: TableModelFitting
  let survey: TableSurvey
  let makeBlocks: (TableSchema) throws -> TableBlocks
  /// Is given each block of the first pass.
  let visit: ((TableBlock) -> Void)?
  private let features: RawFeatures
  private let leftOut: [ColumnSchema]
  /// Whether a row is held out.
  private let isHeldOut: (Int) -> Bool
  /// Whether the model is judged by rows held out, else by those it was fitted to.
  private let holdsOut: Bool

  /// How many cells of judged rows are kept at most, to tell how large errors of rows are.
  private static let keptCellLimit = 1 << 20

  init(
    _ fitting: TableModelFitting, survey: TableSurvey,
    makeBlocks: @escaping (TableSchema) throws -> TableBlocks,
    visit: ((TableBlock) -> Void)?
  ) {
    self.fitting = fitting
    self.survey = survey
    self.makeBlocks = makeBlocks
    self.visit = visit
    let isText = { (column: ColumnSchema) in column.kind == .identifier || column.kind == .text }
    features = RawFeatures(columns: survey.schema.columns.filter { !isText($0) })
    leftOut = survey.schema.columns.filter(isText)
    let fraction =
      fitting.validationFraction ?? TableModelFitting.defaultValidationFraction
    let seed = fitting.seed
    if survey.rowCount >= RowSplit.largeRowCount {
      holdsOut = fraction > 0
      isHeldOut = { RowSplit.holdsOut($0, fraction: fraction, seed: seed) }
      return
    }
    let rows = RowSplit(rowCount: survey.rowCount, validationFraction: fraction, seed: seed)
    var marks = [Bool](repeating: false, count: survey.rowCount)
    holdsOut = rows.training.count > fitting.componentCount && !rows.validation.isEmpty
    if holdsOut {
      for row in rows.validation { marks[row] = true }
    }
    isHeldOut = { marks[$0] }
  }

  func fit() throws -> BlockwiseFit {
    let moments: ColumnMoments
    do {
      moments = try gather()
    } catch let cell as RawFeatures.MissingCell {
      return .needsTable(reason: "column '\(cell.column)' has missing cells")
    }
    let (trainingCount, heldOutCount) = (
      moments.training.sampleCount, moments.heldOut.sampleCount
    )
    if holdsOut, heldOutCount == 0 || trainingCount <= fitting.componentCount {
      return .needsTable(reason: "too few rows were drawn to hold out, or to train on")
    }
    let (training, all): (Covariance?, Covariance)
    do {
      training = holdsOut ? try moments.training.finish() : nil
      var merged = moments.training
      merged.merge(moments.heldOut)
      all = try merged.finish()
    } catch let error as PCAError {
      guard case .notFinite = error.problem else { throw error }
      return .needsTable(reason: "squares of a column exceed Float64")
    }
    let preprocessor = try preprocessor(all, moments)
    try fitting.checkComponentCount(rowCount: all.sampleCount, preprocessor: preprocessor)
    let units = units(preprocessor)
    let scaled = all.scaled(units)
    guard scaled.varianceRange <= 1e10 else {
      return .needsTable(reason: "variances of its columns differ by more than 1e10")
    }
    let method = fitting.pca.method(componentCount: fitting.componentCount, seed: fitting.seed)
    let model = try method.fit(scaled)
    let judged = try training.map { try method.fit($0.scaled(units)) }
    // Of a single row there is no covariance.
    let heldOut = holdsOut ? try? moments.heldOut.finish().scaled(units) : nil
    let isAllNumbers = features.columns.allSatisfy(\.levels.isEmpty)
    let judgedRows = moments.keptRows(units)
    let measures: Measures
    if isAllNumbers, !holdsOut || heldOut != nil {
      measures = try told(
        model, rows: scaled, judged: judged, heldOut: heldOut, preprocessor, judgedRows)
    } else {
      measures = try measured(model, judged: judged, preprocessor)
    }
    let kept =
      fitting.keepsRows
      ? ReferenceRows.kept(
        of: judgedRows, groups: nil, preprocessor: preprocessor, threads: fitting.pca.threads)
      : nil
    return .fitted(
      tableModel(
        model, measures, preprocessor, kept, rowCount: all.sampleCount,
        heldOutCount: heldOutCount))
  }

  private struct ColumnMoments {
    var training: CovarianceAccumulator
    var heldOut: CovarianceAccumulator
    var minima: [Double]
    var maxima: [Double]
    /// Of each feature whether all its numbers are whole.
    var isWhole: [Bool]
    /// Features of some of the rows to judge by, one row after another.
    var kept: [Double] = []

    mutating func keepEverySecondRow(width: Int) {
      let rowCount = width == 0 ? 0 : kept.count / width
      for row in stride(from: 0, to: rowCount, by: 2) {
        for place in 0..<width { kept[row / 2 * width + place] = kept[row * width + place] }
      }
      kept.removeLast(kept.count - (rowCount + 1) / 2 * width)
    }

    func keptRows(
      _ units: [(position: Int, center: Double, factor: Double)]
    ) -> PreparedSamples {
      let width = minima.count
      let rowCount = width == 0 ? 0 : kept.count / width
      var values = Matrix<Double>(rowCount: rowCount, columnCount: units.count)
      for row in 0..<rowCount {
        for (feature, unit) in units.enumerated() {
          values[row, feature] = (kept[row * width + unit.position] - unit.center) * unit.factor
        }
      }
      return PreparedSamples(values: values)
    }
  }

  private func gather() throws -> ColumnMoments {
    let empty = CovarianceAccumulator(featureCount: features.count)
    var moments = ColumnMoments(
      training: empty, heldOut: empty,
      minima: Array(repeating: .infinity, count: features.count),
      maxima: Array(repeating: -.infinity, count: features.count),
      isWhole: Array(repeating: true, count: features.count))
    let width = features.count
    let keptLimit = max(2, Self.keptCellLimit / max(1, width))
    var (step, judgedRow) = (1, 0)
    try forEachBlock { block, start in
      visit?(block)
      let matrix = try features.matrix(block).get()
      matrix.widen(&moments.minima, &moments.maxima)
      for feature in moments.isWhole.indices where moments.isWhole[feature] {
        moments.isWhole[feature] = (0..<matrix.rowCount).allSatisfy {
          matrix[$0, feature].isWhole
        }
      }
      let areOut = (0..<matrix.rowCount).map { isHeldOut(start + $0) }
      var first = 0
      while first < matrix.rowCount {
        // Rows that are used alike, one after another.
        let isOut = areOut[first]
        var end = first + 1
        while end < matrix.rowCount && areOut[end] == isOut { end += 1 }
        if isOut {
          moments.heldOut.add(matrix, rows: first..<end)
        } else {
          moments.training.add(matrix, rows: first..<end)
        }
        if isOut == holdsOut {
          for row in first..<end {
            defer { judgedRow += 1 }
            guard judgedRow.isMultiple(of: step) else { continue }
            moments.kept += matrix.row(row)
            guard moments.kept.count > keptLimit * width else { continue }
            moments.keepEverySecondRow(width: width)
            step *= 2
          }
        }
        first = end
      }
    }
    return moments
  }

  /// - Parameter body: Is given a block, and which row of the table its first one is.
  private func forEachBlock(_ body: (TableBlock, Int) throws -> Void) throws {
    var blocks = try makeBlocks(TableSchema(columns: features.columns))
    var row = 0
    while let block = try blocks.next() {
      guard survey.isEstimated || row + block.rowCount <= survey.rowCount else { break }
      try body(block, row)
      row += block.rowCount
    }
    // A presumed survey has not seen the cells, of which there is something to be said then.
    let isCount = survey.isEstimated ? row >= RowSplit.largeRowCount : row == survey.rowCount
    guard isCount, !survey.isPresumed || blocks.cellNotes.isEmpty else {
      throw TableError(.changedWhileRead, path: blocks.path)
    }
  }

  private func preprocessor(
    _ covariance: Covariance, _ moments: ColumnMoments
  ) throws -> FittedPreprocessor {
    let count = Double(covariance.sampleCount)
    let summaries = zip(features.columns, features.starts).map {
      (column, start) -> (ColumnSchema, Preprocessor.ColumnSummary) in
      guard column.levels.isEmpty else {
        let levels = start..<start + column.levels.count
        return (column, .levels(levels.map { Int((covariance.mean[$0] * count).rounded()) }))
      }
      var column = column
      if column.kind == .number { column.isInteger = moments.isWhole[start] }
      let variance = covariance.matrix[start, start] * (count - 1) / count
      return (
        column,
        .numbers(
          NumberStatistics(
            observedCount: covariance.sampleCount, mean: covariance.mean[start],
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

  private struct Measures {
    var training: Fidelity
    var validation: Fidelity?
    var logLikelihood: LogLikelihood
    var rowErrors: [Double]
  }

  /// What follows from means and covariances, errors of single rows aside.
  ///
  /// - Parameters:
  ///   - rows: Those that the model was fitted to.
  ///   - judged: Fitted to the rows not held out; nil when none are.
  ///   - kept: Some of the rows to judge by.
  private func told(
    _ model: FittedPCA, rows: Covariance, judged: FittedPCA?, heldOut: Covariance?,
    _ preprocessor: FittedPreprocessor, _ kept: PreparedSamples
  ) throws -> Measures {
    var validation: (fidelity: Fidelity, logDensity: Double?)?
    if let judged, let heldOut {
      validation = (
        fidelity(judged, heldOut, preprocessor), try judged.meanLogDensity(ofRowsLike: heldOut)
      )
    }
    return Measures(
      training: fidelity(model, rows, preprocessor), validation: validation?.fidelity,
      logLikelihood: LogLikelihood(
        training: try model.meanLogDensity(ofRowsLike: rows), validation: validation?.logDensity),
      rowErrors: StandardizedErrors(preprocessor).rows(
        kept, reconstructions: try (judged ?? model).reconstruct(kept)))
  }

  /// Of a table of numbers.
  private func fidelity(
    _ model: FittedPCA, _ rows: Covariance, _ preprocessor: FittedPreprocessor
  ) -> Fidelity {
    let numbers = preprocessor.numberFeatures
    var measure = ExplainedVariance(
      means: numbers.map(\.mean), standardDeviations: numbers.map(\.standardDeviation))
    let errors = model.meanSquaredErrors(of: rows)
    let share = Double(rows.sampleCount - 1) / Double(rows.sampleCount)
    measure.add(
      rowCount: rows.sampleCount, meanSquaredErrors: numbers.map { errors[$0.position] },
      meanSquaresAboutMean: numbers.map {
        let offset = rows.mean[$0.position] - $0.mean
        return rows.matrix[$0.position, $0.position] * share + offset * offset
      })
    var fidelity = Fidelity()
    fidelity.explainedVariance = measure.value
    return fidelity
  }

  /// What a second pass over the rows finds.
  ///
  /// - Parameter judged: Fitted to the rows not held out; nil when none are.
  private func measured(
    _ model: FittedPCA, judged: FittedPCA?, _ preprocessor: FittedPreprocessor
  ) throws -> Measures {
    var training = PCAMeasure(model, preprocessor, keepsErrors: judged == nil)
    var validation = judged.map { PCAMeasure($0, preprocessor, keepsErrors: true) }
    try forEachBlock { block, start in
      let samples = preprocessor.prepare(Table(columns: block.columns))
      try training.add(samples)
      let heldOut = (0..<block.rowCount).filter { isHeldOut(start + $0) }
      if !heldOut.isEmpty { try validation?.add(samples.samples(at: heldOut)) }
    }
    return Measures(
      training: training.fidelity.fidelity, validation: validation?.fidelity.fidelity,
      logLikelihood: LogLikelihood(
        training: training.meanLogDensity, validation: validation?.meanLogDensity),
      rowErrors: (validation ?? training).rowErrors)
  }

  private func tableModel(
    _ model: FittedPCA, _ measures: Measures, _ preprocessor: FittedPreprocessor,
    _ kept: (rows: ReferenceRows, distances: ErrorQuantiles?)?, rowCount: Int, heldOutCount: Int
  ) -> TableModel {
    TableModel(
      method: .pca, preprocessor: preprocessor, latentModel: model,
      report: FitReport(
        rowCount: rowCount, trainingRowCount: rowCount,
        judging: holdsOut ? .validation : .none,
        validationRowCount: heldOutCount, seed: fitting.seed,
        training: measures.training, validation: measures.validation,
        pcaTraining: measures.training, pcaValidation: measures.validation,
        logLikelihood: measures.logLikelihood,
        errorQuantiles: ErrorQuantiles(of: measures.rowErrors),
        distanceQuantiles: kept?.distances), references: kept?.rows)
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
