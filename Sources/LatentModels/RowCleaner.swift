import LinearAlgebra
import Preprocessing
import Tables

/// Fills the missing cells of rows, and takes the noise out of the others where that is asked.
public struct RowCleaner {
  /// Whether cells that are there stay as they are.
  public let onlyMissing: Bool
  private let model: TableModel
  private let filler: CellFiller
  private let columns: [FillingReport.Column]
  private let errors: StandardizedErrors

  /// - Throws: What a model that cannot be cut to fewer components throws.
  public init(_ model: TableModel, onlyMissing: Bool) throws {
    self.model = model
    self.onlyMissing = onlyMissing
    errors = StandardizedErrors(model.preprocessor)
    if let filling = model.report.filling {
      filler = try CellFiller(
        model.latentModel, by: filling.method, noise: filling.noise, references: model.references,
        errors)
      columns = filling.columns
    } else {
      let all = model.latentModel.componentCount
      let isLinear = model.method == .pca
      filler = try CellFiller(
        model.latentModel,
        by: FillingMethod(nonlinear: isLinear ? 0 : all, linear: isLinear ? all : 0), noise: 0,
        references: nil, errors)
      columns = model.schema.columns.map { _ in
        FillingReport.Column(nonlinear: isLinear ? 0 : 1, linear: isLinear ? 1 : 0, error: nil)
      }
    }
  }

  /// The error to expect of a filled cell, from cells hidden in held-out rows: root mean square in
  /// the column's units, or of a category the share filled wrong; nil where it is not known.
  ///
  /// - Parameter column: Position in the model's schema.
  public func heldOutError(_ column: Int) -> Double? {
    columns[column].error.map { Double($0) }
  }

  /// The model's columns of rows, cleaned.
  ///
  /// Numbers are rounded to a ten-thousandth of the column's standard deviation, whole numbers stay
  /// whole, and no filled cell leaves the range of the training rows. Missing cells of a column that
  /// was never observed stay missing.
  ///
  /// - Parameter table: Has the model's columns, in any order.
  /// - Throws: What encoding throws, and ``PreprocessingError`` for a row that is beyond arithmetic.
  /// - Complexity: With ``onlyMissing``, rows that miss nothing cost nothing beside preparing them.
  public func cleaned(_ table: Table) throws -> Table {
    let samples = model.preprocessor.prepare(table)
    // Whole rows that stay as they are may hold anything.
    if !onlyMissing || samples.observed != nil { _ = try samples.checkedFinite() }
    let width = samples.featureCount
    let isComplete = (0..<samples.sampleCount).map { row in
      samples.observed.map { mask in (0..<width).allSatisfy { mask[row, $0] } } ?? true
    }
    let incomplete = samples.samples(at: isComplete.indices.filter { !isComplete[$0] })
    var features =
      onlyMissing ? samples.values : try model.latentModel.reconstruct(samples)
    if incomplete.sampleCount > 0 {
      let fillings = try filler.fillings(incomplete)
      var position = 0
      for row in isComplete.indices where !isComplete[row] {
        fill(&features, row, from: fillings, at: position, samples)
        position += 1
      }
    }
    let rows = model.preprocessor.restore(try features.checkedFinite())
    return Table(
      columns: zip(rows.columns, model.preprocessor.codings).map { finished($0, $1) })
  }

  private func fill(
    _ features: inout Matrix<Double>, _ row: Int, from fillings: CellFiller.Fillings,
    at position: Int, _ samples: PreparedSamples
  ) {
    for (column, range) in errors.features.enumerated() {
      guard let first = range.first, !(samples.observed?[row, first] ?? true) else { continue }
      for feature in range {
        func distance(_ view: Matrix<Double>?) -> Double {
          view.map { errors.standardized($0[position, feature], feature) } ?? 0
        }
        features[row, feature] = errors.value(
          ofStandardized: Double(columns[column].nonlinear) * distance(fillings.nonlinear)
            + Double(columns[column].linear) * distance(fillings.linear)
            + Double(columns[column].neighbors ?? 0) * distance(fillings.neighbors), feature)
      }
    }
  }

  /// A column as it is written: rounded, and within the training range.
  private func finished(_ column: Column, _ coding: ColumnCoding) -> Column {
    guard case .numbers(let numbers) = column.values, case .scaled(_, _, let statistics) = coding
    else { return column }
    let rounding = DecimalRounding(quantum: statistics.standardDeviation * 1e-4)
    var result = column
    result.values = .numbers(
      numbers.map { number in
        if number.isNaN { return number }
        let within = min(max(number, statistics.minimum), statistics.maximum)
        // Nothing is filled with a zero that has a sign.
        if column.schema.isInteger { return within.rounded() + 0 }
        return column.schema.kind == .date
          ? within : min(max(rounding.rounded(within), statistics.minimum), statistics.maximum)
      })
    return result
  }
}

/// Rounds numbers to a power of ten, so that they are written with few digits.
struct DecimalRounding {
  private let power: Double
  private let isFraction: Bool

  /// - Parameter quantum: Numbers are rounded to the power of ten at or below it.
  init(quantum: Double) {
    var power = 1.0
    isFraction = quantum < 1
    if isFraction {
      while 1 / power > quantum, power < 1e15 { power *= 10 }
    } else {
      while power * 10 <= quantum, power < 1e15 { power *= 10 }
    }
    self.power = power
  }

  func rounded(_ number: Double) -> Double {
    // A division of two whole numbers is the decimal number's nearest Float64.
    let result =
      isFraction ? (number * power).rounded() / power : (number / power).rounded() * power
    return result.isFinite ? result : number
  }
}
