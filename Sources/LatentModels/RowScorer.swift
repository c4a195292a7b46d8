import LinearAlgebra
import Preprocessing
import Tables

/// How unusual a row is.
public struct RowScore: Sendable, Equatable {
  /// How badly the model gives the row back: the mean squared error over its observed columns, in
  /// standard deviations squared.
  ///
  /// A row given back as the mean row has about 1, a row without an observed column NaN.
  public var error: Double
  /// How far the row is from the training rows nearest to it, in standard deviations; NaN where the
  /// error is, and of a model that keeps no rows.
  public var distance: Double
  /// The share of the fit's rows with a smaller distance, 0...1, or with a smaller error where the
  /// model keeps no rows; NaN where the error is.
  public var quantile: Double
  /// The columns that make up most of what the quantile is of, the worst first.
  public var worstColumns: [String]
}

/// Scores rows by their distance from the training rows that the model keeps.
///
/// The error alone would not do: a kind of row that was in the training table, rare as it may be, is
/// learnt like any other, and a row is given back well that lies far out on a curve.
public struct RowScorer {
  private let model: TableModel
  private let quantiles: ErrorQuantiles
  private let distances: NeighborDistances?
  private let errors: StandardizedErrors
  private let names: [String]
  private let threads: Int

  /// Columns that are named at most.
  private static let columnLimit = 3
  /// Rows that one thread takes at a time.
  private static let rowsPerTask = 64

  /// - Parameter threads: How many may share the work; scores are the same for any.
  /// - Throws: ``FittingError`` for a model of an earlier release, which kept no errors of its fit.
  public init(_ model: TableModel, threads: Int = 1) throws(FittingError) {
    errors = StandardizedErrors(model.preprocessor)
    if let references = model.references, let quantiles = model.report.distanceQuantiles {
      distances = NeighborDistances(references, errors)
      self.quantiles = quantiles
    } else if let quantiles = model.report.errorQuantiles {
      distances = nil
      self.quantiles = quantiles
    } else {
      throw FittingError(.noErrorsKept)
    }
    self.model = model
    self.threads = threads
    names = model.schema.columns.map(\.name)
  }

  /// The rows that quantiles are from.
  public var referenceRowCount: Int { quantiles.rowCount }

  /// Whether quantiles are told from distances; otherwise from errors.
  public var knowsDistances: Bool { distances != nil }

  /// Scores rows, one by one: no row's score depends on the rows beside it.
  ///
  /// - Parameter table: Has the model's columns, in any order.
  /// - Complexity: That of giving the rows back, and for each row a pass over those kept.
  /// - Throws: What encoding throws, and ``PreprocessingError`` for a row that is beyond arithmetic.
  public func scores(_ table: Table) throws -> [RowScore] {
    let samples = try model.preprocessor.prepare(table).checkedFinite()
    let reconstructions = try model.latentModel.reconstruct(samples).checkedFinite()
    let taskCount = (samples.sampleCount + RowScorer.rowsPerTask - 1) / RowScorer.rowsPerTask
    let parts = try inParallel(taskCount, threads: threads) { task -> [RowScore] in
      var scratch = NearestRows.Scratch()
      let first = task * RowScorer.rowsPerTask
      return try (first..<min(samples.sampleCount, first + RowScorer.rowsPerTask)).map {
        try score($0, samples, reconstructions, &scratch)
      }
    }
    return parts.flatMap(\.self)
  }

  private func score(
    _ row: Int, _ samples: PreparedSamples, _ reconstructions: Matrix<Double>,
    _ scratch: inout NearestRows.Scratch
  ) throws -> RowScore {
    var columns = errors.columns(of: row, in: samples, reconstructions: reconstructions)
    let error = errors.mean(columns)
    guard !error.isInfinite else { throw PreprocessingError(.outOfRange(row: row + 1)) }
    var (told, distance) = (error, Double.nan)
    if let found = distances?.distance(of: row, in: samples, scratch: &scratch) {
      guard !found.value.isInfinite else { throw PreprocessingError(.outOfRange(row: row + 1)) }
      (told, distance, columns) = (found.value, found.value, found.columns)
    }
    return RowScore(
      error: error, distance: distance, quantile: told.isNaN ? .nan : quantiles.quantile(of: told),
      worstColumns: worst(columns))
  }

  /// The fewest columns that make up half of the sum, three at most.
  private func worst(_ columns: [Double]) -> [String] {
    let half = columns.reduce(0) { $1 > 0 ? $0 + $1 : $0 } / 2
    var sum = 0.0
    var found: [Int] = []
    while found.count < RowScorer.columnLimit, sum < half {
      let others = columns.indices.lazy.filter { columns[$0] > 0 && !found.contains($0) }
      guard let worst = others.max(by: { columns[$0] < columns[$1] }) else { break }
      found.append(worst)
      sum += columns[worst]
    }
    return found.map { names[$0] }
  }
}
