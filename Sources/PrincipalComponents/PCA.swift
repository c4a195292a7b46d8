import LinearAlgebra

/// Linear principal component analysis: the baseline every autoencoder is compared with.
///
/// Centres each feature, then finds the orthogonal axes along which the rows vary most. Nothing
/// is scaled: scores keep the units of the features, so standardise mixed units first.
///
/// - Note: Method from Jolliffe and Cadima (2016), doi:10.1098/rsta.2015.0202, section 2.
public struct PCA: Sendable, Equatable {
  /// How the axes are computed, in scikit-learn's words; all but `randomized` agree to rounding.
  public enum Solver: String, Sendable, Equatable, CaseIterable {
    /// Random directions in tables of 2,000 rows and columns or more of which at most a hundredth are
    /// wanted as components, unless these do not find them to within 1e-8; the covariance
    /// where there are at least as many rows as columns, unless one column's variance is more than
    /// 1e10 times another's; else the singular values.
    case automatic = "auto"
    /// Eigenvectors of the covariance, O(n·p² + p³) time and O(p²) memory: the rows are read once and
    /// not copied. Squaring the data squares the ratio of the largest to the smallest deviation
    /// that can be told apart: axes with less than about 1e-14 of the largest variance are
    /// noise, while every variance is exact to about 1e-15 of the largest.
    case covarianceEigen = "covariance_eigh"
    /// Singular values of the centred rows, O(n·p·min(n, p)) time and a copy of the rows: for more
    /// columns than rows, and where axes of very small variance matter.
    case svd = "full"
    /// The largest axes alone, from a few passes over the rows in random directions, each
    /// O(n·p·k) time; memory for some tens of rows for each component. Passes are repeated until every
    /// axis v of variance θ has |Cv − θv| of at most 1e-8 of the largest variance, C being the
    /// covariance, 24 times at most. How far it came is the model's ``FittedPCA/residual``, within which
    /// of each variance found there is a true one.
    case randomized
  }

  /// From one to the smaller number of rows and columns.
  public var componentCount: Int
  public var solver: Solver
  /// Whether scores are divided by the root of their variance, so that each has variance one.
  public var whitens: Bool
  /// Of the random directions; the same seed gives the same components.
  public var seed: UInt64

  public init(
    componentCount: Int, solver: Solver = .automatic, whitens: Bool = false, seed: UInt64 = 0
  ) {
    self.componentCount = componentCount
    self.solver = solver
    self.whitens = whitens
    self.seed = seed
  }

  /// Fits the axes of greatest variance.
  ///
  /// - Parameters:
  ///   - samples: Shape `[samples, features]`, finite, at least two rows.
  ///   - threads: How many threads may share the work; the result is the same for any.
  /// - Returns: The fitted model; the entry of largest size in each axis is positive, so runs agree.
  /// - Throws: ``PCAError`` when the component count does not fit, a number is not finite, or
  ///   nothing varies; `LinearAlgebraError` when a decomposition fails.
  public func fit(_ samples: Matrix<Double>, threads: Int = 1) throws -> FittedPCA {
    try requireComponents(rowCount: samples.rowCount, columnCount: samples.columnCount)
    switch solver {
    case .randomized:
      return try fitRandomized(samples, directionLimit: samples.columnCount, threads: threads)
    case .automatic
    where prefersRandomized(rowCount: samples.rowCount, columnCount: samples.columnCount):
      // With more directions the search would take as long as the whole decomposition.
      let limit = min(samples.rowCount, samples.columnCount) / 4
      let model = try fitRandomized(samples, directionLimit: limit, threads: threads)
      if let residual = model.residual,
        residual <= Self.randomizedTolerance * model.explainedVariance[0]
      {
        return model
      }
      return try fitWhole(samples, threads: threads)
    default: return try fitWhole(samples, threads: threads)
    }
  }

  private func fitWhole(_ samples: Matrix<Double>, threads: Int) throws -> FittedPCA {
    switch solver {
    case .svd:
      return try fitSingularValues(samples)
    case .automatic where samples.rowCount < samples.columnCount:
      return try fitSingularValues(samples)
    case .automatic, .covarianceEigen, .randomized:
      var statistics = CovarianceAccumulator(featureCount: samples.columnCount)
      statistics.add(samples, threads: threads)
      do {
        let covariance = try statistics.finish()
        // The eigenvectors would have no digit left for columns of so small a variance.
        if solver == .automatic, covariance.varianceRange > 1e10 {
          return try fitSingularValues(samples)
        }
        return try fit(covariance)
      } catch let error as PCAError {
        guard case .notFinite(nil, let column) = error.problem else { throw error }
        // Looked for only now, for it takes another pass over the rows.
        try requireFinite(samples)
        throw PCAError(.overflow(column: column))
      }
    }
  }

  /// Fits the axes of greatest variance from statistics gathered piece by piece.
  ///
  /// - Complexity: O(p³) time and three p × p matrices.
  /// - Throws: ``PCAError`` and `LinearAlgebraError` as for rows.
  public func fit(_ statistics: CovarianceAccumulator) throws -> FittedPCA {
    try requireComponents(
      rowCount: statistics.sampleCount, columnCount: statistics.featureCount)
    return try fit(statistics.finish())
  }

  /// Fits the axes of greatest variance from mean and covariance.
  ///
  /// - Complexity: O(p³) time and two p × p matrices.
  /// - Throws: ``PCAError`` and `LinearAlgebraError` as for rows.
  public func fit(_ covariance: Covariance) throws -> FittedPCA {
    try requireComponents(
      rowCount: covariance.sampleCount, columnCount: covariance.mean.count)
    let totalVariance = covariance.totalVariance
    guard totalVariance > 0 else { throw PCAError(.nothingVaries) }
    let eigen = try SymmetricEigen(covariance.matrix)
    return try FittedPCA(
      mean: covariance.mean, axes: eigen.vectors, variances: eigen.values,
      totalVariance: totalVariance, sampleCount: covariance.sampleCount,
      componentCount: componentCount, isWhitened: whitens)
  }

  private func fitSingularValues(_ samples: Matrix<Double>) throws -> FittedPCA {
    try requireFinite(samples)
    let (centred, mean) = samples.centred()
    let decomposition = try SingularValues(centred)
    let divisor = Double(samples.rowCount - 1)
    let variances = decomposition.values.map { $0 * $0 / divisor }
    let totalVariance = variances.reduce(0, +)
    guard totalVariance.isFinite else { throw PCAError(.overflow(column: samples.largestColumn)) }
    guard totalVariance > 0 else { throw PCAError(.nothingVaries) }
    return try FittedPCA(
      mean: mean, axes: decomposition.right, variances: variances, totalVariance: totalVariance,
      sampleCount: samples.rowCount, componentCount: componentCount, isWhitened: whitens)
  }

  func requireComponents(rowCount: Int, columnCount: Int) throws {
    guard rowCount >= 2 else { throw PCAError(.tooFewRows(found: rowCount)) }
    guard componentCount >= 1, componentCount <= min(rowCount, columnCount) else {
      throw PCAError(
        .componentCount(requested: componentCount, rowCount: rowCount, columnCount: columnCount))
    }
  }
}

func requireFinite(_ samples: Matrix<Double>) throws {
  if let place = samples.firstNotFinite {
    let (row, column) = place.quotientAndRemainder(dividingBy: samples.columnCount)
    throw PCAError(.notFinite(row: row, column: column))
  }
}

extension Matrix where Scalar == Double {
  /// The rows less their mean, and the mean, taken about the first row so that a constant column
  /// becomes exactly zero.
  fileprivate consuming func centred() -> (Matrix, mean: [Double]) {
    let first = row(0)
    add(first.map { -$0 }, toFirst: rowCount)
    let offset = columnSums(ofFirst: rowCount).map { $0 / Double(rowCount) }
    add(offset.map { -$0 }, toFirst: rowCount)
    return (self, zip(first, offset).map { $0 + $1 })
  }

  var largestColumn: Int {
    let place = elements.indices.max { abs(elements[$0]) < abs(elements[$1]) } ?? 0
    return place % columnCount
  }
}
