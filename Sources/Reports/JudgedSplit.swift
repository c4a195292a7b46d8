import Evaluation
import LatentModels
import LinearAlgebra
import Preprocessing
import PrincipalComponents
import Tables

/// Rows to fit on and rows that judge.
final class JudgedSplit {
  let training: Table
  let groups: [Int]?
  let preprocessor: FittedPreprocessor
  let judging: JudgingRows
  /// Of each row that judges its number in its file, from 1.
  let testRowNumbers: [Int]
  let testTable: Table
  /// How the rows were told apart.
  let words: String
  let seed: UInt64
  /// Some of the rows to fit on; nil when they are not known.
  let trainingSample: PreparedSamples?

  init(
    _ table: Table, test: Table?, groups: [Int]?, settings: ComparisonSettings, number: Int
  ) throws {
    let seed = settings.seed &+ UInt64(number)
    self.seed = seed
    let limit = ComparisonSettings.testLimit
    var held: [Int]
    var heldGroups: [Int]?
    if let test {
      training = table
      self.groups = groups
      held = Array(0..<test.rowCount).evenlySpaced(limit: limit)
      testTable = test.rows(at: held)
      words = "judged on rows of a file of their own"
    } else {
      let fraction = settings.testFraction
      let split =
        try groups.map {
          try RowSplit(groups: $0, validationFraction: fraction, seed: seed)
        } ?? RowSplit(rowCount: table.rowCount, validationFraction: fraction, seed: seed)
      training = table.rows(at: split.training)
      self.groups = groups.map { groups in split.training.map { groups[$0] } }
      held = split.validation.evenlySpaced(limit: limit)
      heldGroups = groups.map { groups in held.map { groups[$0] } }
      testTable = table.rows(at: held)
      let share = shortDecimal(100 * fraction, digits: 0)
      words =
        groups == nil
        ? "\(share) % of the rows, drawn at random, judge"
        : "groups with about \(share) % of the rows, drawn at random, judge"
      guard held.count >= 2 else {
        throw ComparisonError(.tooFewTestRows(needed: 2, found: held.count))
      }
    }
    testRowNumbers = held.map { $0 + 1 }
    preprocessor = try Preprocessor(
      scaling: settings.fitting.scaling, image: settings.fitting.autoencoder.image
    ).fit(training)
    judging = JudgingRows(
      preprocessor.prepare(testTable),
      bootstrap: Bootstrap(
        resampleCount: settings.resampleCount, seed: seed, groups: heldGroups),
      seed: seed)
    let sample = Array(0..<training.rowCount)
      .evenlySpaced(limit: ComparisonSettings.trainingLimit)
    trainingSample = preprocessor.prepare(training.rows(at: sample))
  }

  /// All rows judge a model that was fitted elsewhere.
  init(_ table: Table, model: TableModel, seed: UInt64) {
    self.seed = seed
    training = table
    groups = nil
    preprocessor = model.preprocessor
    let held = Array(0..<table.rowCount).evenlySpaced(limit: ComparisonSettings.testLimit)
    testTable = table.rows(at: held)
    testRowNumbers = held.map { $0 + 1 }
    words = "the model was fitted elsewhere, on rows that should be others than these"
    judging = JudgingRows(
      preprocessor.prepare(testTable), bootstrap: Bootstrap(seed: seed), seed: seed)
    trainingSample = nil
  }

  /// Shares of variance along the axes of the training rows: as many as can be drawn.
  ///
  /// - Returns: Those shares, and what the first 1, 2, … axes explain of the rows that judge.
  func scree() throws -> (shares: [Double], explained: [Double]) {
    let samples = preprocessor.prepare(training)
    let count = min(preprocessor.usableColumnCount, 30, max(1, training.rowCount - 1))
    guard samples.observed == nil else {
      // With missing cells each axis is searched for, so a few have to do.
      let pca = try PCA(componentCount: min(count, 8)).fit(samples, threads: 1)
      return (pca.explainedVarianceRatio, [])
    }
    let pca = try PCA(componentCount: count).fit(samples, threads: 1)
    guard judging.samples.observed == nil else { return (pca.explainedVarianceRatio, []) }
    let units = ErrorUnits(preprocessor)
    let explained = try (1...count).compactMap { components in
      units.errors(
        of: judging.samples, try pca.reconstruct(judging.samples, components: components)
      ).rows.explainedVariance
    }
    return (pca.explainedVarianceRatio, explained)
  }
}
