import Evaluation
import LatentModels
import LinearAlgebra
import PrincipalComponents
import Tables

/// Compares a fitted autoencoder with the linear PCA within it, on rows that it should not have
/// seen: nothing is fitted.
public struct ModelComparison {
  public var model: TableModel
  /// Size of the model's file.
  public var modelBytes: Int
  public var seed: UInt64
  public var threads: Int

  public init(model: TableModel, modelBytes: Int, seed: UInt64 = 0, threads: Int = 1) {
    self.model = model
    self.modelBytes = modelBytes
    self.seed = seed
    self.threads = threads
  }

  /// - Parameters:
  ///   - table: Has the model's columns.
  ///   - color: A cell for each row to colour it by.
  /// - Throws: ``ComparisonError`` when the model has no linear PCA within or rows are too few.
  public func compare(_ table: Table, color: Column? = nil) throws -> ComparisonReport {
    guard let autoencoder = model.latentModel as? FittedAutoencoder, let pca = autoencoder.pca
    else {
      throw ComparisonError(.noBaseline)
    }
    let colors = try color.map(RowColors.init)
    let fewest = ComparisonSettings.fewestTestRows
    guard table.rowCount >= fewest else {
      throw ComparisonError(.tooFewTestRows(needed: fewest, found: table.rowCount))
    }
    autoencoder.threads = threads
    let linear = TableModel(
      method: .pca, preprocessor: model.preprocessor, latentModel: pca, report: model.report)
    let split = JudgedSplit(table, model: model, seed: seed)
    let pairs = try autoencoder.lengths.map {
      try JudgedPair(components: $0, split: split, nonlinear: model, linear: linear, modelBytes)
    }
    let results = try pairs.map { try ComponentCountResult([$0]) }
    let verdict = Verdict(results)
    return ComparisonReport(
      comparison: Comparison(
        provenance: Comparison.Provenance(seed: seed, effort: nil, repeats: 1),
        data: DataSummary(
          table, preprocessor: model.preprocessor, trainingRows: 0,
          testRows: split.judging.samples.sampleCount, split: split.words),
        results: results, scree: pca.explainedVarianceRatio, linearCurve: [], verdict: verdict),
      drawings: try Drawings(
        pairs, of: table, split: split, verdict: verdict, colors: colors, seed: seed))
  }
}
