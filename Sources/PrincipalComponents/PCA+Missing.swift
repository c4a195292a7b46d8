import LinearAlgebra

extension PCA {
  /// Fits the axes of greatest variance to rows of which some cells are missing.
  ///
  /// Without missing cells this is the exact fit. Otherwise the components of the normal
  /// distribution under which the observed cells are likeliest, found by expectation and
  /// maximisation: fill the missing cells with what the components expect of them, add what
  /// remains uncertain about them to the covariance, take its components, and so on. No missing
  /// cell counts as if its filling had been observed.
  ///
  /// - Parameters:
  ///   - samples: Shape `[samples, features]`; finite where observed, anything elsewhere.
  ///   - observed: Which cells were observed; nil when all were. Rows with nothing observed say
  ///     nothing and do not count as rows.
  ///   - threads: How many threads may share the work; the result is the same for any.
  /// - Returns: The fitted model, of as many samples as rows with an observed cell.
  /// - Complexity: Each round O(n·p² + p³) time and a factorization for each pattern of missing
  ///   cells; rounds needed grow with the share of missing cells, 10 to 100 are usual, and after a
  ///   thousand the last one counts. Memory for a copy of the rows.
  /// - Throws: ``PCAError`` when the component count does not fit, an observed number is not
  ///   finite, a column was never observed, or nothing varies.
  /// - Note: Probabilistic PCA of Tipping and Bishop (1999), doi:10.1111/1467-9868.00196; the
  ///   maximisation is theirs in closed form (section 3.2), so only cells count as missing data
  ///   and not the latent variables too, which takes far fewer rounds.
  public func fit(
    _ samples: Matrix<Double>, observed: Mask?, threads: Int = 1
  ) throws -> FittedPCA {
    guard let observed else { return try fit(samples, threads: threads) }
    try observed.requireSize(of: samples)
    if observed.isObserved.allSatisfy(\.self) { return try fit(samples, threads: threads) }
    try requireFinite(samples, observed)

    let columns = 0..<samples.columnCount
    let usable = (0..<samples.rowCount).filter { row in columns.contains { observed[row, $0] } }
    try requireComponents(rowCount: usable.count, columnCount: samples.columnCount)
    var filled = samples.rows(at: usable)
    let mask = observed.rows(at: usable)
    try filled.fillWithMeans(mask)
    let patterns = MissingPattern.patterns(of: mask)
    if patterns.isEmpty { return try fit(filled, threads: threads) }
    do {
      return try fitRounds(&filled, patterns, threads: threads)
    } catch let error as PCAError {
      guard case .notFinite(nil, let column) = error.problem else { throw error }
      throw PCAError(.overflow(column: column))
    }
  }

  /// How many rounds are tried at most, and the change of the missing cells at which to stop, as a
  /// share of the features' root mean square deviation.
  private static let (roundLimit, tolerance) = (1000, 1e-8)

  private func fitRounds(
    _ filled: inout Matrix<Double>, _ patterns: [MissingPattern], threads: Int
  ) throws -> FittedPCA {
    let (rowCount, featureCount) = (filled.rowCount, filled.columnCount)
    let missingCount = patterns.reduce(0) { $0 + $1.rows.count * $1.missing.count }
    // The likelihood's own divisor is n; that of the variances reported is n − 1, as elsewhere.
    let perSample = Double(rowCount - 1) / Double(rowCount)
    var uncertainty: Matrix<Double>?
    for round in 1... {
      var statistics = CovarianceAccumulator(featureCount: featureCount)
      statistics.add(filled, threads: threads)
      let covariance = try statistics.finish()
      var matrix = covariance.matrix
      for place in matrix.elements.indices {
        matrix.elements[place] *= perSample
        if let uncertainty {
          matrix.elements[place] += uncertainty.elements[place] / Double(rowCount)
        }
      }
      let totalVariance = (0..<featureCount).reduce(0) { $0 + matrix[$1, $1] }
      guard totalVariance > 0 else { throw PCAError(.nothingVaries) }
      let eigen = try SymmetricEigen(matrix)
      let model = ProbabilisticComponents(
        mean: covariance.mean, axes: eigen.vectors, variances: eigen.values[..<componentCount],
        totalVariance: totalVariance)
      uncertainty = Matrix(rowCount: featureCount, columnCount: featureCount)
      let change = try model.fill(&filled, patterns, uncertainty: &uncertainty, threads: threads)
      let scale = Double(missingCount) * totalVariance / Double(featureCount)
      if change <= Self.tolerance * Self.tolerance * scale || round == Self.roundLimit {
        return try FittedPCA(
          mean: covariance.mean, axes: eigen.vectors,
          variances: eigen.values.map { $0 / perSample }, totalVariance: totalVariance / perSample,
          sampleCount: rowCount, componentCount: componentCount, isWhitened: whitens)
      }
    }
    preconditionFailure("the rounds above end by returning")
  }
}

extension FittedPCA {
  /// The scores of rows of which some cells are missing, from their observed cells alone.
  ///
  /// They are the scores expected given the observed cells. A complete row gets the same scores
  /// as without a mask, to the last bit, and a row with nothing observed gets zeros.
  ///
  /// - Parameters:
  ///   - samples: Shape `[samples, features]`; finite where observed, anything elsewhere.
  ///   - observed: Which cells were observed; nil when all were.
  /// - Complexity: As `fillingMissing(_:observed:)`.
  /// - Throws: ``PCAError`` for sizes that do not fit, or an observed number that is not finite.
  public func transform(
    _ samples: Matrix<Double>, observed: Mask?, threads: Int = 1
  ) throws -> Matrix<Double> {
    guard let observed else { return try transform(samples) }
    return try transform(
      fillingMissing(samples, observed: observed, threads: threads))
  }

  /// The rows with every missing cell replaced by what the components expect of it, given the
  /// observed cells of its row.
  ///
  /// - Complexity: A copy of the rows and O(n·p·k) time, and O(p·k² + k³) for each pattern of
  ///   missing cells.
  /// - Throws: ``PCAError`` for sizes that do not fit, or an observed number that is not finite.
  /// - Note: The normal distribution of ``PCA/fit(_:observed:)``, whose noise is the variance that
  ///   the components leave, spread over the other p − k dimensions.
  public func fillingMissing(
    _ samples: Matrix<Double>, observed: Mask, threads: Int = 1
  ) throws -> Matrix<Double> {
    guard samples.columnCount == featureCount else {
      throw PCAError(.columnCount(expected: featureCount, found: samples.columnCount))
    }
    try observed.requireSize(of: samples)
    try requireFinite(samples, observed)
    let model = ProbabilisticComponents(
      mean: mean, axes: components, variances: explainedVariance[...], totalVariance: totalVariance)
    var filled = samples
    var uncertainty: Matrix<Double>?
    _ = try model.fill(
      &filled, MissingPattern.patterns(of: observed), uncertainty: &uncertainty, threads: threads)
    return filled
  }
}

extension Mask {
  fileprivate func requireSize(of samples: Matrix<Double>) throws {
    guard rowCount == samples.rowCount, columnCount == samples.columnCount else {
      throw PCAError(
        .maskSize(
          rowCount: rowCount, columnCount: columnCount, expectedRowCount: samples.rowCount,
          expectedColumnCount: samples.columnCount))
    }
  }
}

private func requireFinite(_ samples: Matrix<Double>, _ observed: Mask) throws {
  for place in samples.elements.indices
  where observed.isObserved[place] && !samples.elements[place].isFinite {
    let (row, column) = place.quotientAndRemainder(dividingBy: samples.columnCount)
    throw PCAError(.notFinite(row: row, column: column))
  }
}

extension Matrix where Scalar == Double {
  /// Where the rounds start: every missing cell at the mean of its column.
  fileprivate mutating func fillWithMeans(_ observed: Mask) throws {
    for column in 0..<columnCount {
      let rows = (0..<rowCount).filter { observed[$0, column] }
      guard let first = rows.first else { throw PCAError(.columnNeverObserved(column: column)) }
      // About the first value, so that a constant column is filled with exactly its constant.
      let origin = self[first, column]
      let offset = rows.reduce(0) { $0 + (self[$1, column] - origin) } / Double(rows.count)
      for row in 0..<rowCount where !observed[row, column] { self[row, column] = origin + offset }
    }
  }
}
