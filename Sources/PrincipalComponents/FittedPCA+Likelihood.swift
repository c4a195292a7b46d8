import Glibc
import LinearAlgebra

extension FittedPCA {
  /// The logarithm of each row's probability density, when rows are normally distributed with the
  /// variances explained along the axes and the noise variance across them.
  ///
  /// The larger their mean over rows that were not used in the fit, the better the number of
  /// components suits.
  ///
  /// - Parameter samples: Shape `[samples, features]`, finite.
  /// - Returns: One natural logarithm for each row; in units of the features, so only models of the same
  ///   features can be compared.
  /// - Complexity: O(n·p·k) time and two copies of the rows.
  /// - Throws: ``PCAError`` as ``transform(_:)`` does, and when the components leave no noise, or an
  ///   axis no variance, so that there is no density.
  /// - Note: Tipping and Bishop (1999), doi:10.1111/1467-9868.00196, section 3.1.
  public func logDensities(_ samples: Matrix<Double>) throws -> [Double] {
    let acrossCount = Double(featureCount - componentCount)
    let variances = try densityVariances()
    let scores = try coordinates(samples)
    let projections = self.samples(at: scores)
    let constant =
      Double(featureCount) * log(2 * .pi) + variances.reduce(0) { $0 + log($1) }
      + (acrossCount > 0 ? acrossCount * log(noiseVariance) : 0)
    return (0..<samples.rowCount).map { row in
      var distance = 0.0
      for component in 0..<componentCount {
        distance += scores[row, component] * scores[row, component] / variances[component]
      }
      if acrossCount > 0 {
        var squares = 0.0
        for feature in 0..<featureCount {
          let difference = samples[row, feature] - projections[row, feature]
          squares += difference * difference
        }
        distance += squares / noiseVariance
      }
      return -(constant + distance) / 2
    }
  }

  /// The logarithm of the probability density of each row's observed cells.
  ///
  /// - Parameters:
  ///   - samples: Shape `[samples, features]`; finite where observed, anything elsewhere.
  ///   - observed: Which cells were observed; nil when all were.
  /// - Returns: As ``logDensities(_:)``; 0 for a row with nothing observed.
  /// - Complexity: O(n·p·k) time, and O(m·k² + k³) for each pattern of missing cells with m observed.
  /// - Throws: As ``logDensities(_:)``.
  public func logDensities(_ samples: Matrix<Double>, observed: Mask?) throws -> [Double] {
    guard let observed else { return try logDensities(samples) }
    // Also the check of sizes and numbers, for which nothing is left after it.
    let filled = try fillingMissing(samples, observed: observed)
    var densities = try logDensities(filled)
    let variances = try densityVariances()
    var weights = components.transposed
    for component in 0..<componentCount {
      // With all components the noise variance is 0 and these are all there is.
      let scale = max(0, variances[component] - noiseVariance).squareRoot()
      for feature in 0..<featureCount { weights[feature, component] *= scale }
    }
    for pattern in MissingPattern.patterns(of: observed) {
      let density = try CellDensity(weights.rows(at: pattern.observed), noise: noiseVariance)
      for row in pattern.rows {
        densities[row] = density.logarithm(pattern.observed.map { samples[row, $0] - mean[$0] })
      }
    }
    return densities
  }

  /// The variances along the axes, none below that of the noise.
  ///
  /// One of at most 1e-14 of the total variance is rounding, and counts as none.
  func densityVariances() throws -> [Double] {
    let variances = explainedVariance.map { max($0, noiseVariance) }
    let rounding = 1e-14 * totalVariance
    guard (variances.last ?? 0) > rounding,
      featureCount == componentCount || noiseVariance > rounding
    else {
      throw PCAError(.noDensity)
    }
    return variances
  }
}

/// The normal distribution of some cells, of covariance WWᵀ + σ²I, by the smaller of two systems.
private struct CellDensity {
  private let weights: Matrix<Double>
  private let noise: Double
  private let factor: Cholesky?
  /// Of 2π times the covariance.
  private let logDeterminant: Double

  /// - Parameter weights: Those of the observed features, `[cells, components]`.
  init(_ weights: Matrix<Double>, noise: Double) throws {
    self.weights = weights
    self.noise = noise
    let (cellCount, componentCount) = (weights.rowCount, weights.columnCount)
    guard cellCount > 0 else {
      (factor, logDeterminant) = (nil, 0)
      return
    }
    let byCells = cellCount <= componentCount
    var system = byCells ? weights.multiplied(byTransposed: weights) : weights.gramMatrix()
    for entry in 0..<system.rowCount { system[entry, entry] += noise }
    let factor = try Cholesky(system)
    self.factor = factor
    logDeterminant =
      Double(cellCount) * log(2 * .pi) + factor.logDeterminant
      + (byCells ? 0 : Double(cellCount - componentCount) * log(noise))
  }

  /// - Parameter deviations: Of the cells from their means.
  func logarithm(_ deviations: [Double]) -> Double {
    guard let factor else { return 0 }
    func product(_ left: [Double], _ right: [Double]) -> Double {
      zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
    }
    if factor.order == deviations.count {
      var solution = deviations
      factor.solve(&solution, at: 0)
      return -(logDeterminant + product(deviations, solution)) / 2
    }
    // (WWᵀ + σ²I)⁻¹ = (I − W(WᵀW + σ²I)⁻¹Wᵀ) / σ² (Woodbury).
    let row = Matrix(rowCount: 1, columnCount: deviations.count, elements: deviations)
    let projection = row.multiplied(by: weights).elements
    var solution = projection
    factor.solve(&solution, at: 0)
    let distance = (product(deviations, deviations) - product(projection, solution)) / noise
    return -(logDeterminant + distance) / 2
  }
}
