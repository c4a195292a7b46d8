import LinearAlgebra

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
  /// WᵀW, which is diagonal.
  private let squares: [Double]
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
    let noiseVariance = max(noise, 1e-10 * totalVariance / Double(featureCount))
    let squares = variances.map { max(0, $0 - noiseVariance) }
    var weights = Matrix<Double>(rowCount: featureCount, columnCount: squares.count)
    for (component, square) in squares.enumerated() {
      let scale = square.squareRoot()
      for feature in 0..<featureCount {
        weights[feature, component] = scale * axes[component, feature]
      }
    }
    (self.mean, self.weights, self.squares) = (mean, weights, squares)
    self.noiseVariance = noiseVariance
  }

  /// Puts into every missing cell its expected value given the observed cells of its row.
  ///
  /// What a row is filled with does not depend on the rows beside it, to the last bit.
  ///
  /// - Parameters:
  ///   - patterns: Which cells are missing where.
  ///   - uncertainty: Receives, unless nil, the covariance of the missing cells given the observed
  ///     ones, summed over the rows; `[features, features]`, upper triangle.
  ///   - threads: How many threads may share the work; the result is the same for any.
  /// - Returns: The sum of the squares by which the missing cells changed.
  /// - Complexity: For each pattern O(m·k² + k³) time with k components and m the smaller number of
  ///   observed and missing features, and for each row O(p·k).
  func fill(
    _ samples: inout Matrix<Double>, _ patterns: [MissingPattern],
    uncertainty: inout Matrix<Double>?, threads: Int
  ) throws -> Double {
    let source = samples
    let wantsUncertainty = uncertainty != nil
    // At most so many runs, for each may take a p × p matrix; they never depend on the threads.
    let runs = MissingPattern.runs(patterns, count: 16)
    let parts = inParallel(runs.count, threads: threads) { task in
      Result { try expectations(patterns[runs[task]], source, wantsUncertainty) }
    }
    var change = 0.0
    for (run, part) in zip(runs, parts) {
      let part = try part.get()
      var position = 0
      for pattern in patterns[run] {
        for row in pattern.rows {
          for feature in pattern.missing {
            let step = part.values[position] - source[row, feature]
            change += step * step
            samples[row, feature] = part.values[position]
            position += 1
          }
        }
      }
      for (place, value) in (part.uncertainty?.elements ?? []).enumerated() {
        uncertainty?.elements[place] += value
      }
    }
    return change
  }

  private struct Expectations: Sendable {
    /// Of the missing cells, pattern by pattern, row by row.
    var values: [Double] = []
    var uncertainty: Matrix<Double>?
  }

  private func expectations(
    _ patterns: ArraySlice<MissingPattern>, _ samples: Matrix<Double>, _ wantsUncertainty: Bool
  ) throws -> Expectations {
    let (featureCount, componentCount) = (mean.count, squares.count)
    var result = Expectations()
    var uncertainty = Matrix<Double>(
      rowCount: wantsUncertainty ? featureCount : 0, columnCount: featureCount)
    var latents = projections(patterns, samples).elements
    var start = 0
    var small = SmallPosterior(weights: weights, squares: squares, noiseVariance: noiseVariance)
    for pattern in patterns {
      if componentCount <= min(SmallPosterior.componentLimit, pattern.observed.count) {
        try small.condition(on: pattern)
        for _ in pattern.rows {
          small.solve(&latents, at: start)
          for feature in pattern.missing {
            result.values.append(mean[feature] + small.value(latents, at: start, feature: feature))
          }
          start += componentCount
        }
        if wantsUncertainty {
          small.addCovariance(
            of: pattern.missing, count: Double(pattern.rows.count), to: &uncertainty.elements,
            featureCount: featureCount)
        }
        continue
      }
      let missingWeights = weights.rows(at: pattern.missing)
      let posterior = try posterior(of: pattern, missingWeights)
      for row in pattern.rows {
        posterior.solve(&latents, at: start, samples, row: row, mean: mean)
        for (cell, feature) in pattern.missing.enumerated() {
          var value = mean[feature]
          for component in 0..<componentCount {
            value += latents[start + component] * missingWeights[cell, component]
          }
          result.values.append(value)
        }
        start += componentCount
      }
      if wantsUncertainty {
        let covariance = posterior.covariance(of: missingWeights, noiseVariance: noiseVariance)
        let count = Double(pattern.rows.count)
        for (i, row) in pattern.missing.enumerated() {
          for j in i..<pattern.missing.count {
            uncertainty[row, pattern.missing[j]] += count * covariance[i, j]
          }
        }
      }
    }
    if wantsUncertainty { result.uncertainty = uncertainty }
    return result
  }

  /// Wᵀ(x − mean) over the observed cells, one row for each row of each pattern.
  private func projections(
    _ patterns: ArraySlice<MissingPattern>, _ samples: Matrix<Double>
  ) -> Matrix<Double> {
    let componentCount = squares.count
    let rowCount = patterns.reduce(0) { $0 + $1.rows.count }
    var result = Matrix<Double>(rowCount: rowCount, columnCount: componentCount)
    var block = Matrix<Double>(rowCount: FittedPCA.rowsPerBlock, columnCount: mean.count)
    let zeros = [Double](repeating: 0, count: componentCount)
    var (begin, blockRow) = (0, 0)
    func finishBlock() {
      let product = block.multiplied(by: weights)
      result.replaceRows(from: begin, by: 0..<blockRow, of: product, less: zeros)
      (begin, blockRow) = (begin + blockRow, 0)
    }
    for pattern in patterns {
      for row in pattern.rows {
        block.replaceRows(from: blockRow, by: row..<row + 1, of: samples, less: mean)
        for feature in pattern.missing { block[blockRow, feature] = 0 }
        blockRow += 1
        if blockRow == FittedPCA.rowsPerBlock { finishBlock() }
      }
    }
    finishBlock()
    return result
  }

  private func posterior(
    of pattern: MissingPattern, _ missingWeights: Matrix<Double>
  ) throws -> Posterior {
    let componentCount = squares.count
    if pattern.observed.isEmpty { return .prior }
    if pattern.observed.count < componentCount {
      let observedWeights = weights.rows(at: pattern.observed)
      var system = observedWeights.multiplied(byTransposed: observedWeights)
      for entry in 0..<system.rowCount { system[entry, entry] += noiseVariance }
      return .cells(try Cholesky(system), observed: pattern.observed, observedWeights)
    }
    // The shorter sum, unless its difference from the whole would lose more than half the digits.
    let subtracts =
      pattern.missing.count < pattern.observed.count
      && noiseVariance > 1e-7 * (squares.first ?? 0)
    var system =
      subtracts
      ? missingWeights.gramMatrix() : weights.rows(at: pattern.observed).gramMatrix()
    if subtracts {
      for place in system.elements.indices { system.elements[place].negate() }
      for entry in 0..<componentCount { system[entry, entry] += squares[entry] }
    }
    for entry in 0..<componentCount { system[entry, entry] += noiseVariance }
    return .latents(try Cholesky(system))
  }
}

/// What the observed cells of a row say about z, by the pattern of those cells alone.
///
/// E[z] = (WᵀW + σ²I)⁻¹ Wᵀd = Wᵀ(WWᵀ + σ²I)⁻¹ d with the observed rows of W and deviations d from
/// the mean: the smaller of the two systems is also the better conditioned one when σ² is small.
private enum Posterior {
  /// Nothing was observed.
  case prior
  /// The factor of WᵀW + σ²I.
  case latents(Cholesky)
  /// The factor of WWᵀ + σ²I, where fewer cells were observed than there are components.
  case cells(Cholesky, observed: [Int], _ weights: Matrix<Double>)

  /// Turns the projection Wᵀd of a row, which stands somewhere in an array, into E[z].
  func solve(
    _ latents: inout [Double], at start: Int, _ samples: Matrix<Double>, row: Int, mean: [Double]
  ) {
    switch self {
    case .prior: break
    case .latents(let factor): factor.solve(&latents, at: start)
    case .cells(let factor, let observed, let weights):
      var solution = observed.map { samples[row, $0] - mean[$0] }
      factor.solve(&solution, at: 0)
      for component in 0..<weights.columnCount {
        latents[start + component] = observed.indices.reduce(0) {
          $0 + weights[$1, component] * solution[$1]
        }
      }
    }
  }

  /// The covariance of missing cells with these rows of W, given the observed ones.
  func covariance(of missing: Matrix<Double>, noiseVariance: Double) -> Matrix<Double> {
    var result: Matrix<Double>
    switch self {
    case .prior:
      result = missing.multiplied(byTransposed: missing)
    case .latents(let factor):
      result = factor.solve(missing).multiplied(byTransposed: missing)
      for place in result.elements.indices { result.elements[place] *= noiseVariance }
    case .cells(let factor, _, let weights):
      let cross = missing.multiplied(byTransposed: weights)
      let known = factor.solve(cross).multiplied(byTransposed: cross)
      result = missing.multiplied(byTransposed: missing)
      for place in result.elements.indices { result.elements[place] -= known.elements[place] }
    }
    for entry in 0..<result.rowCount { result[entry, entry] += noiseVariance }
    return result
  }
}
