import Evaluation
import LatentModels
import LinearAlgebra
import Preprocessing
import Tables

/// What is compared and how: from these a ``Comparison`` is made.
///
/// For each number of components an autoencoder and linear PCA are fitted as `aepca fit` fits
/// them, on four fifths of the rows; the others judge, and nothing is fitted or chosen on them.
/// Fits of different numbers of components and splits go side by side, each on one thread, so that
/// no figure depends on the number of threads.
public struct ComparisonSettings {
  /// Ascending, 1 or more each.
  public var componentCounts: [Int]
  /// Whether numbers of components above that of the columns that vary are passed over instead of
  /// refused.
  public var keepsToColumns = false
  /// How models are fitted; component count, seed and threads are set for each fit.
  public var fitting: TableModelFitting
  /// Share of the rows that judge.
  public var testFraction = 0.2
  /// How many splits the figures are means of.
  public var repeatCount = 1
  /// Whether kernel PCA is fitted too.
  public var fitsKernel = false
  public var seed: UInt64
  public var threads: Int
  public var resampleCount = 1000
  /// Called after each fit, from any thread, with the number of components.
  public var onFit: (Int) -> Void = { _ in }

  /// Rows that judge at most: each is refined for every model.
  static let testLimit = 5000
  /// Rows of which the explained variance in training is told at most.
  static let trainingLimit = 2000
  /// With fewer rows to judge by, an interval says nothing.
  static let fewestTestRows = 5

  public init(
    componentCounts: [Int], fitting: TableModelFitting, seed: UInt64 = 0, threads: Int = 1
  ) {
    precondition(!componentCounts.isEmpty, "a comparison needs a number of components")
    self.componentCounts = componentCounts.sorted()
    self.fitting = fitting
    self.seed = seed
    self.threads = threads
  }

  /// Compares both methods on a table.
  ///
  /// - Parameters:
  ///   - test: Rows to judge by, of the same columns; nil holds some of the table's out.
  ///   - groups: A number for each row of the table; rows that share one stay together.
  ///   - color: A column to colour rows by, one cell for each row of the table; it need not be
  ///     part of it.
  /// - Throws: ``ComparisonError`` when rows or colours do not do, `FittingError` when there are
  ///   fewer columns than components, and what fitting throws.
  public func compare(
    _ table: Table, test: Table? = nil, groups: [Int]? = nil, color: Column? = nil
  ) throws -> ComparisonReport {
    let colors = try color.map(RowColors.init)
    try check(table, test: test)
    let splits = try (0..<(test == nil ? repeatCount : 1)).map {
      try JudgedSplit(table, test: test, groups: groups, settings: self, number: $0)
    }
    let counts = try countsWithin(splits)
    // The largest first: they take longest, and the last to end should be short.
    let tasks = counts.reversed().flatMap { count in splits.map { (count, $0) } }
    let judged = try inParallel(tasks.count, threads: threads) { index in
      let (count, split) = tasks[index]
      defer { onFit(count) }
      return try JudgedPair(components: count, split: split, settings: self)
    }
    let results = try counts.map { count in
      try ComponentCountResult(judged.filter { $0.components == count })
    }
    let curves = try splits.map { try $0.scree() }
    let shortest = curves.map(\.explained.count).min() ?? 0
    let curve = (0..<shortest).map { place in
      curves.reduce(0) { $0 + $1.explained[place] } / Double(curves.count)
    }
    let verdict = Verdict(results, linearCurve: curve)
    let first = splits[0]
    let comparison = Comparison(
      provenance: Comparison.Provenance(
        seed: seed, effort: fitting.autoencoder.effort, repeats: splits.count,
        resamples: resampleCount),
      data: DataSummary(
        table, preprocessor: first.preprocessor, trainingRows: first.training.rowCount,
        testRows: first.judging.samples.sampleCount, split: first.words),
      results: results, scree: curves[0].shares, linearCurve: curve, verdict: verdict)
    let drawn = judged.filter { $0.split === first }
    return ComparisonReport(
      comparison: comparison,
      drawings: try Drawings(
        drawn, of: table, split: first, verdict: verdict, colors: colors, seed: seed))
  }

  private func check(_ table: Table, test: Table?) throws {
    let fewest = ComparisonSettings.fewestTestRows
    if let test {
      guard test.rowCount >= fewest else {
        throw ComparisonError(.tooFewTestRows(needed: fewest, found: test.rowCount))
      }
    } else {
      let needed = Int((Double(fewest) / testFraction).rounded(.up))
      guard table.rowCount >= needed else {
        throw ComparisonError(.tooFewRows(needed: needed, found: table.rowCount))
      }
    }
  }

  /// The numbers of components that every split has columns for.
  private func countsWithin(_ splits: [JudgedSplit]) throws(FittingError) -> [Int] {
    let columns = splits.map(\.preprocessor.usableColumnCount).min() ?? 0
    let within = componentCounts.filter { $0 <= columns }
    guard within.count == componentCounts.count || (keepsToColumns && !within.isEmpty) else {
      throw FittingError(
        .componentsAboveColumns(asked: componentCounts.last ?? 1, columns: columns))
    }
    return within
  }
}
