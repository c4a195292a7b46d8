import LinearAlgebra

/// How much of what varies in some rows their reconstructions keep: the figure by which linear
/// components and autoencoders are compared.
///
///     explained variance = 1 − SSE / SST
///     SSE = Σ ((original − reconstruction) / standard deviation)²
///     SST = Σ ((original − mean) / standard deviation)²
///
/// over the observed cells, with the means and standard deviations of the *training* rows, so that
/// every column weighs the same whatever its unit. It is 1 for perfect reconstructions, 0 for rows
/// replaced by the training mean, and below 0 for anything worse than that.
///
/// Rows come block by block, and parts gathered apart can be merged: memory is two sums for each
/// column. A column that was constant in training has no unit to be measured in and is left out.
public struct ExplainedVariance: Sendable, Equatable {
  public let means: [Double]
  public let standardDeviations: [Double]
  /// Whether a column counts: its training standard deviation exceeds 1e-12 · |mean|, whatever the
  /// unit.
  public let counts: [Bool]
  /// Sum of squared errors of each column, in squared standard deviations.
  public private(set) var squaredErrors: [Double]
  /// Sum of squares about the training mean of each column, in squared standard deviations.
  public private(set) var squaresAboutMean: [Double]
  /// How many observed cells of columns that count were added.
  public private(set) var cellCount = 0

  /// Starts with no rows.
  ///
  /// - Parameters:
  ///   - means: The mean of each column over its observed training cells.
  ///   - standardDeviations: The standard deviation of each column over the same cells.
  public init(means: [Double], standardDeviations: [Double]) {
    precondition(means.count == standardDeviations.count, "one mean and deviation for each column")
    self.means = means
    self.standardDeviations = standardDeviations
    counts = zip(means, standardDeviations).map { $1 > 1e-12 * abs($0) }
    squaredErrors = Array(repeating: 0, count: means.count)
    squaresAboutMean = squaredErrors
  }

  /// Adds rows and their reconstructions, both `[rows, columns]` in the original units.
  ///
  /// - Parameter observed: Which cells were observed, nil for all; others may hold anything.
  /// - Complexity: O(rows · columns) time, no memory.
  public mutating func add(
    originals: Matrix<Double>, reconstructions: Matrix<Double>, observed: Mask? = nil
  ) {
    precondition(
      originals.columnCount == means.count && reconstructions.columnCount == means.count
        && originals.rowCount == reconstructions.rowCount
        && observed.map { $0.rowCount == originals.rowCount && $0.columnCount == means.count }
          ?? true,
      "originals, reconstructions and mask have one size")
    let columnCount = means.count
    for row in 0..<originals.rowCount {
      for column in 0..<columnCount where counts[column] {
        let place = row * columnCount + column
        if let observed, !observed.isObserved[place] { continue }
        let original = originals.elements[place]
        let error = (original - reconstructions.elements[place]) / standardDeviations[column]
        let deviation = (original - means[column]) / standardDeviations[column]
        squaredErrors[column] += error * error
        squaresAboutMean[column] += deviation * deviation
        cellCount += 1
      }
    }
  }

  /// Adds rows of which only means of squares are known, each of one number for each column.
  ///
  /// - Parameters:
  ///   - squaredErrors: Of originals less reconstructions, in squared original units.
  ///   - squaresAboutMean: Of originals less the training mean, in squared original units.
  public mutating func add(
    rowCount: Int, meanSquaredErrors squaredErrors: [Double],
    meanSquaresAboutMean squaresAboutMean: [Double]
  ) {
    precondition(
      squaredErrors.count == means.count && squaresAboutMean.count == means.count,
      "one mean for each column")
    for column in means.indices where counts[column] {
      let weight =
        Double(rowCount) / (standardDeviations[column] * standardDeviations[column])
      self.squaredErrors[column] += squaredErrors[column] * weight
      self.squaresAboutMean[column] += squaresAboutMean[column] * weight
      cellCount += rowCount
    }
  }

  /// Takes in what was gathered from other rows with the same means and standard deviations.
  public mutating func merge(_ other: ExplainedVariance) {
    precondition(
      means == other.means && standardDeviations == other.standardDeviations,
      "both measure in the same training statistics")
    for column in means.indices {
      squaredErrors[column] += other.squaredErrors[column]
      squaresAboutMean[column] += other.squaresAboutMean[column]
    }
    cellCount += other.cellCount
  }

  /// The explained variance of all columns together; nil when nothing varies about the means.
  public var value: Double? {
    Self.share(squaredErrors.reduce(0, +), of: squaresAboutMean.reduce(0, +))
  }

  /// The explained variance of each column by itself; nil for one that does not count, or whose
  /// cells all lie at the training mean.
  public var columnValues: [Double?] {
    zip(squaredErrors, squaresAboutMean).map { Self.share($0, of: $1) }
  }

  private static func share(_ errors: Double, of squares: Double) -> Double? {
    squares > 0 ? 1 - errors / squares : nil
  }
}
