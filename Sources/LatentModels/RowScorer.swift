import LinearAlgebra
import Preprocessing
import Tables

/// How unusual a row is: how badly a model gives it back.
public struct RowScore: Sendable, Equatable {
  /// The mean squared error over the row's observed columns, in standard deviations squared.
  ///
  /// A row given back as the mean row has about 1, a row without an observed column NaN.
  public var error: Double
  /// The share of the fit's rows with a smaller error, 0...1; NaN where the error is.
  public var quantile: Double
  /// The columns that make up most of the error, the worst first.
  public var worstColumns: [String]
}

/// Scores rows by the error of their reconstruction.
public struct RowScorer {
  private let model: TableModel
  private let quantiles: ErrorQuantiles
  private let errors: StandardizedErrors
  private let names: [String]

  /// Columns that are named at most.
  private static let columnLimit = 3

  /// - Throws: ``FittingError`` for a model of an earlier release, which kept no errors of its fit.
  public init(_ model: TableModel) throws(FittingError) {
    guard let quantiles = model.report.errorQuantiles else {
      throw FittingError(.noErrorsKept)
    }
    self.model = model
    self.quantiles = quantiles
    errors = StandardizedErrors(model.preprocessor)
    names = model.schema.columns.map(\.name)
  }

  /// The rows that quantiles are from.
  public var referenceRowCount: Int { quantiles.rowCount }

  /// Scores rows, one by one: no row's score depends on the rows beside it.
  ///
  /// - Parameter table: Has the model's columns, in any order.
  /// - Complexity: That of giving the rows back.
  /// - Throws: What encoding throws, and ``PreprocessingError`` for a row that is beyond arithmetic.
  public func scores(_ table: Table) throws -> [RowScore] {
    let samples = try model.preprocessor.prepare(table).checkedFinite()
    let reconstructions = try model.latentModel.reconstruct(samples).checkedFinite()
    return try (0..<samples.sampleCount).map { row in
      let columns = errors.columns(of: row, in: samples, reconstructions: reconstructions)
      let error = errors.mean(columns)
      guard !error.isInfinite else { throw PreprocessingError(.outOfRange(row: row + 1)) }
      return RowScore(
        error: error, quantile: error.isNaN ? .nan : quantiles.quantile(of: error),
        worstColumns: worst(columns))
    }
  }

  /// The fewest columns that make up half of the error, three at most.
  private func worst(_ columns: [Double]) -> [String] {
    let order = columns.indices.filter { columns[$0] > 0 }
      .sorted { (columns[$1], $0) < (columns[$0], $1) }
    let half = order.reduce(0) { $0 + columns[$1] } / 2
    var sum = 0.0
    var named: [String] = []
    for column in order.prefix(RowScorer.columnLimit) where sum < half {
      named.append(names[column])
      sum += columns[column]
    }
    return named
  }
}
