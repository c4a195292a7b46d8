import LinearAlgebra

/// Rows in which the same cells are missing: they share one factorization.
struct MissingPattern: Sendable {
  let observed: [Int]
  let missing: [Int]
  var rows: [Int]

  /// Groups the rows that miss something, in the order in which each pattern first appears.
  static func patterns(of mask: Mask) -> [MissingPattern] {
    var patterns: [MissingPattern] = []
    var positions: [ArraySlice<Bool>: Int] = [:]
    for row in 0..<mask.rowCount {
      let start = row * mask.columnCount
      let cells = mask.isObserved[start..<start + mask.columnCount]
      if cells.allSatisfy(\.self) { continue }
      if let position = positions[cells] {
        patterns[position].rows.append(row)
        continue
      }
      positions[cells] = patterns.count
      let columns = 0..<mask.columnCount
      patterns.append(
        MissingPattern(
          observed: columns.filter { cells[start + $0] },
          missing: columns.filter { !cells[start + $0] }, rows: [row]))
    }
    return patterns
  }
}

/// The normal distribution that principal components stand for, to fill missing cells from.
///
/// A row is x = mean + Wz + noise, with z standard normal of as many entries as components, and
/// noise of the same variance σ² in every feature, so that rows have the covariance WWᵀ + σ²I.
///
/// - Note: Tipping and Bishop (1999), doi:10.1111/1467-9868.00196, sections 3.2 and 3.3.
struct ProbabilisticComponents: Sendable {
  private let mean: [Double]
  /// W: each axis times the root of its variance less σ², `[features, components]`.
  private let weights: Matrix<Double>
  private let noiseVariance: Double

  /// - Parameters:
  ///   - axes: Orthonormal rows, of which the first `variances.count` are used.
  ///   - variances: The variance along each axis.
  ///   - totalVariance: The sum of the features' variances; what the axes leave of it is noise.
  init(mean: [Double], axes: Matrix<Double>, variances: ArraySlice<Double>, totalVariance: Double) {
    let featureCount = mean.count
    let rest = totalVariance - variances.reduce(0, +)
    let noise = variances.count < featureCount ? rest / Double(featureCount - variances.count) : 0
    // Without any noise the equations of a row with few observed cells have no single solution;
    // this much selects the one nearest the mean and moves no other by more than about 1e-10.
    noiseVariance = max(noise, 1e-10 * totalVariance / Double(featureCount))
    var weights = Matrix<Double>(rowCount: featureCount, columnCount: variances.count)
    for (component, variance) in variances.enumerated() {
      let scale = max(0, variance - noiseVariance).squareRoot()
      for feature in 0..<featureCount {
        weights[feature, component] = scale * axes[component, feature]
      }
    }
    self.mean = mean
    self.weights = weights
  }

  /// Puts into every missing cell its expected value given the observed cells of its row.
  ///
  /// - Parameters:
  ///   - patterns: Which cells are missing where.
  ///   - uncertainty: Receives, unless nil, the covariance of the missing cells given the observed
  ///     ones, summed over the rows; `[features, features]`, upper triangle.
  /// - Returns: The sum of the squares by which the missing cells changed.
  /// - Complexity: For each pattern O(m·k² + k³) time with m observed features and k components,
  ///   less where fewer than k are observed, and for each row O(m·k).
  func fill(
    _ samples: inout Matrix<Double>, _ patterns: [MissingPattern],
    uncertainty: inout Matrix<Double>?
  ) throws -> Double {
    var change = 0.0
    for pattern in patterns {
      let missingWeights = weights.rows(at: pattern.missing)
      var expected = Matrix<Double>(
        rowCount: pattern.rows.count, columnCount: pattern.missing.count)
      var covariance: Matrix<Double>?
      if pattern.observed.isEmpty {
        if uncertainty != nil {
          covariance = missingWeights.multiplied(byTransposed: missingWeights)
        }
      } else {
        let posterior = try posterior(pattern, samples)
        expected = posterior.latent.multiplied(byTransposed: missingWeights)
        if uncertainty != nil { covariance = try posterior.covariance(missingWeights) }
      }
      for (position, row) in pattern.rows.enumerated() {
        for (cell, feature) in pattern.missing.enumerated() {
          let value = mean[feature] + expected[position, cell]
          let step = value - samples[row, feature]
          change += step * step
          samples[row, feature] = value
        }
      }
      if let covariance {
        let count = Double(pattern.rows.count)
        for (i, row) in pattern.missing.enumerated() {
          uncertainty?[row, row] += count * noiseVariance
          for (j, column) in pattern.missing[i...].enumerated() {
            uncertainty?[row, column] += count * covariance[i, i + j]
          }
        }
      }
    }
    return change
  }

  /// What the observed cells of some rows with one pattern say about z.
  private func posterior(
    _ pattern: MissingPattern, _ samples: Matrix<Double>
  ) throws -> (
    latent: Matrix<Double>, covariance: (_ missing: Matrix<Double>) throws -> Matrix<Double>
  ) {
    let observedWeights = weights.rows(at: pattern.observed)
    var deviations = Matrix<Double>(
      rowCount: pattern.rows.count, columnCount: pattern.observed.count)
    for (position, row) in pattern.rows.enumerated() {
      for (cell, feature) in pattern.observed.enumerated() {
        deviations[position, cell] = samples[row, feature] - mean[feature]
      }
    }
    // E[z] = (WᵀW + σ²I)⁻¹ Wᵀ d = Wᵀ (WWᵀ + σ²I)⁻¹ d: the smaller system is also the better
    // conditioned one when σ² is small.
    if observedWeights.columnCount <= observedWeights.rowCount {
      var system = observedWeights.gramMatrix()
      for entry in 0..<system.rowCount { system[entry, entry] += noiseVariance }
      let factor = try Cholesky(system)
      let latent = try factor.solve(deviations.multiplied(by: observedWeights))
      return (
        latent,
        { missing in
          // W σ²(WᵀW + σ²I)⁻¹ Wᵀ, the outer W those of the missing cells.
          var product = try factor.solve(missing).multiplied(byTransposed: missing)
          for place in product.elements.indices { product.elements[place] *= noiseVariance }
          return product
        }
      )
    }
    var system = observedWeights.multiplied(byTransposed: observedWeights)
    for entry in 0..<system.rowCount { system[entry, entry] += noiseVariance }
    let factor = try Cholesky(system)
    let latent = try factor.solve(deviations).multiplied(by: observedWeights)
    return (
      latent,
      { missing in
        let cross = missing.multiplied(byTransposed: observedWeights)
        let known = try factor.solve(cross).multiplied(byTransposed: cross)
        var product = missing.multiplied(byTransposed: missing)
        for place in product.elements.indices { product.elements[place] -= known.elements[place] }
        return product
      }
    )
  }
}
