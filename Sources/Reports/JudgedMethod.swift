import Evaluation
import LatentModels
import LinearAlgebra
import Preprocessing

/// Rows that judge, prepared as the models take them.
struct JudgingRows {
  let samples: PreparedSamples
  let bootstrap: Bootstrap
  /// Positions among ``samples`` of rows that miss nothing, a sample of them.
  let neighborRows: [Int]
  let ranks: NeighborRanks?

  /// Rows whose neighbours are compared at most: all pairs are looked at.
  static let neighborLimit = 1000

  init(_ samples: PreparedSamples, bootstrap: Bootstrap, seed: UInt64) {
    self.samples = samples
    self.bootstrap = bootstrap
    // Keeps the sample apart from every other use of the same seed.
    var generator = SeededGenerator(seed: seed, stream: 0x5241_4E4B)
    let complete = generator.permutation(of: samples.sampleCount).filter { row in
      samples.observed.map { mask in
        (0..<samples.featureCount).allSatisfy { mask[row, $0] }
      } ?? true
    }
    neighborRows = complete.prefix(JudgingRows.neighborLimit).sorted()
    ranks = neighborRows.count < 4 ? nil : NeighborRanks(of: samples.values.rows(at: neighborRows))
  }
}

/// How errors are measured: numbers in standard deviations of the training rows.
///
/// A table without numbers is measured by its categories, whose levels are prepared features of
/// mean 0.
struct ErrorUnits {
  private let means: [Double]
  private let standardDeviations: [Double]
  private let counted: [Int]
  /// The features of each column.
  private let columns: [Range<Int>]

  init(_ preprocessor: FittedPreprocessor) {
    let numbers = preprocessor.numberFeatures
    var means = [Double](repeating: 0, count: preprocessor.featureCount)
    var deviations = [Double](repeating: 1, count: preprocessor.featureCount)
    for feature in numbers {
      means[feature.position] = feature.mean
      deviations[feature.position] = feature.standardDeviation
    }
    self.means = means
    standardDeviations = deviations
    counted = numbers.isEmpty ? Array(means.indices) : numbers.map(\.position)
    var columns: [Range<Int>] = []
    for coding in preprocessor.codings {
      let start = columns.last?.upperBound ?? 0
      columns.append(start..<start + coding.featureCount)
    }
    self.columns = columns
  }

  /// Errors of rows over all that counts, and the explained variance of each column by itself.
  func errors(
    of samples: PreparedSamples, _ reconstructions: Matrix<Double>
  ) -> (rows: RowErrors, columns: [Double?], columnErrors: [Double?]) {
    let all = RowErrors(
      originals: samples.values, reconstructions: reconstructions, observed: samples.observed,
      means: means, standardDeviations: standardDeviations)
    let rows =
      counted.count == means.count
      ? all
      : RowErrors(
        originals: samples.values.columns(at: counted),
        reconstructions: reconstructions.columns(at: counted),
        observed: samples.observed?.columns(at: counted), means: counted.map { means[$0] },
        standardDeviations: counted.map { standardDeviations[$0] })
    let columns = self.columns.map { features -> Double? in
      let squares = all.columnSquaresAboutMean[features].reduce(0, +)
      return squares > 0 ? 1 - all.columnSquaredErrors[features].reduce(0, +) / squares : nil
    }
    let total = rows.squaresAboutMean.reduce(0, +)
    let isCounted = Set(counted)
    let shares = self.columns.map { features -> Double? in
      guard total > 0, features.contains(where: isCounted.contains) else { return nil }
      return all.columnSquaredErrors[features].reduce(0, +) / total
    }
    return (rows, columns, shares)
  }
}

/// The squares of each row and column of a table by itself.
struct CellSquares {
  /// Shape `[rows, columns]`; 0 where nothing was observed.
  var errors: Matrix<Double>
  /// About the training mean, of the same shape.
  var aboutMean: Matrix<Double>
}

extension ErrorUnits {
  /// The squares of each row's columns, a category's over its levels.
  ///
  /// A column that did not vary in training has none.
  func squares(of samples: PreparedSamples, _ reconstructions: Matrix<Double>) -> CellSquares {
    let nothing = Matrix<Double>(rowCount: samples.sampleCount, columnCount: columns.count)
    var squares = CellSquares(errors: nothing, aboutMean: nothing)
    for (column, features) in columns.enumerated() {
      for feature in features where standardDeviations[feature] > 1e-12 * abs(means[feature]) {
        let deviation = standardDeviations[feature]
        for row in 0..<samples.sampleCount where samples.observed?[row, feature] ?? true {
          let value = samples.values[row, feature]
          let error = (value - reconstructions[row, feature]) / deviation
          let distance = (value - means[feature]) / deviation
          squares.errors[row, column] += error * error
          squares.aboutMean[row, column] += distance * distance
        }
      }
    }
    return squares
  }
}

/// One method with one number of components on one split.
struct JudgedMethod {
  let training: RowErrors?
  let test: RowErrors
  let columns: [Double?]
  /// Each column's part of the squared errors of ``test``, as a share of all squares about the mean;
  /// nil for categories beside numbers.
  let columnErrors: [Double?]
  /// Cell by cell; nil once they have been compared with another method's, for they are many.
  var squares: CellSquares?
  let categoryAccuracy: Double?
  /// Mean squared error of pixels from 0 to 1; nil for other tables.
  let pixelError: Double?
  let neighbors: NeighborPreservation?
  var largestCorrelation: Double?
  let seconds: Double?
  let modelBytes: Int
  var isLinear: Bool

  /// - Parameters:
  ///   - training: Some of the rows that the model was fitted on; nil when they are not known.
  ///   - components: How many of the model's; fewer than all needs an ordered one.
  init(
    _ model: TableModel, components: Int, training: PreparedSamples?, test: JudgingRows,
    seconds: Double?, modelBytes: Int
  ) throws {
    let units = ErrorUnits(model.preprocessor)
    self.training = try training.map {
      units.errors(of: $0, try model.latentModel.reconstruct($0, components: components)).rows
    }
    let latents = try model.latentModel.encode(test.samples, components: components)
    let reconstructions = try model.latentModel.decode(latents)
    (self.test, columns, columnErrors) = units.errors(of: test.samples, reconstructions)
    squares = units.squares(of: test.samples, reconstructions)
    let fidelity = Fidelity(
      originals: test.samples, reconstructions: reconstructions, preprocessor: model.preprocessor)
    categoryAccuracy = fidelity.categoryAccuracy
    pixelError = fidelity.pixelError
    neighbors = test.ranks.flatMap {
      NeighborPreservation(
        table: $0, latents: NeighborRanks(of: latents.rows(at: test.neighborRows)))
    }
    largestCorrelation = model.report.largestCorrelation
    self.seconds = seconds
    self.modelBytes = modelBytes
    isLinear = (model.latentModel as? FittedAutoencoder)?.linearLengths.contains(components) ?? true
  }
}
