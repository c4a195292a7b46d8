import LinearAlgebra

/// Principal components found in some rows: turns rows into scores and scores back into rows.
public struct FittedPCA: Sendable, Equatable {
  /// The mean of each feature, which becomes the origin of the scores.
  public let mean: [Double]
  /// The orthonormal axes, one per row, largest variance first: `[components, features]`.
  ///
  /// The entry of largest size in each axis is positive; of entries equally large, the first.
  public let components: Matrix<Double>
  /// The variance along each axis, divisor n − 1, in squared units of the features.
  public let explainedVariance: [Double]
  /// The sum of the variances of all features.
  public let totalVariance: Double
  /// The mean of the variances left out, of the min(n, p) that there are; 0 when none is left out.
  public let noiseVariance: Double
  /// How many rows the axes were found in.
  public let sampleCount: Int
  /// Whether scores have variance one, instead of the units of the features.
  public let isWhitened: Bool
  /// Of axes found in random directions: the largest |Cv − θv| of an axis v and its variance θ,
  /// where C is the covariance of the rows; nil of exact ones.
  ///
  /// Within so much of each explained variance there is a true one (Weinstein's bound), and none
  /// exceeds the true one of its rank. An axis is off by about this over the gap to the next variance.
  public let residual: Double?

  /// Puts a fitted model together again from its parts, as a model file holds them.
  ///
  /// - Throws: ``PCAError`` when sizes do not belong together or a number is not finite.
  public init(
    mean: [Double], components: Matrix<Double>, explainedVariance: [Double],
    totalVariance: Double, noiseVariance: Double, sampleCount: Int, isWhitened: Bool = false,
    residual: Double? = nil
  ) throws {
    guard components.columnCount == mean.count else {
      throw PCAError(
        .inconsistentParts("axes of \(components.columnCount) features, means of \(mean.count)"))
    }
    guard components.rowCount == explainedVariance.count, !explainedVariance.isEmpty else {
      throw PCAError(
        .inconsistentParts("\(components.rowCount) axes, \(explainedVariance.count) variances"))
    }
    let numbers = [
      mean, components.elements, explainedVariance, [totalVariance, noiseVariance, residual ?? 0],
    ]
    guard numbers.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      throw PCAError(.inconsistentParts("a number of the model is NaN or infinite"))
    }
    self.mean = mean
    self.components = components
    self.explainedVariance = explainedVariance
    self.totalVariance = totalVariance
    self.noiseVariance = noiseVariance
    self.sampleCount = sampleCount
    self.isWhitened = isWhitened
    self.residual = residual
  }

  /// Keeps the first axes and settles their signs.
  ///
  /// - Parameters:
  ///   - axes: Orthonormal rows, at least `componentCount`.
  ///   - variances: The variance along each axis, largest first.
  init(
    mean: [Double], axes: Matrix<Double>, variances: [Double], totalVariance: Double,
    sampleCount: Int, componentCount: Int, isWhitened: Bool, residual: Double? = nil
  ) throws {
    let featureCount = mean.count
    var components = Matrix<Double>(rowCount: componentCount, columnCount: featureCount)
    for component in 0..<componentCount {
      let axis = axes.row(component)
      // Entries that differ by rounding alone count as equal, lest rounding choose the sign.
      let threshold = axis.reduce(0) { max($0, abs($1)) } * (1 - 1e-9)
      let sign = axis.first { abs($0) >= threshold }.map { $0 < 0 ? -1.0 : 1.0 } ?? 1
      for column in 0..<featureCount { components[component, column] = sign * axis[column] }
    }
    // Rounding may leave a variance just below zero.
    let variances = variances.map { max(0, $0) }
    let leftOutCount = min(sampleCount, featureCount) - componentCount
    let leftOut = variances[componentCount...].reduce(0, +)
    try self.init(
      mean: mean, components: components,
      explainedVariance: Array(variances[..<componentCount]), totalVariance: totalVariance,
      noiseVariance: leftOutCount > 0 ? leftOut / Double(leftOutCount) : 0,
      sampleCount: sampleCount, isWhitened: isWhitened, residual: residual)
  }

  public var componentCount: Int { components.rowCount }
  public var featureCount: Int { mean.count }

  /// The share of the total variance that each axis carries, in 0...1.
  public var explainedVarianceRatio: [Double] {
    explainedVariance.map { totalVariance > 0 ? $0 / totalVariance : 0 }
  }

  /// The singular values of the centred rows, the root of (n − 1) times each variance.
  public var singularValues: [Double] {
    explainedVariance.map { ($0 * Double(sampleCount - 1)).squareRoot() }
  }

  /// The axes times the root of their variances, `[features, components]`: for standardised
  /// features, the correlation of feature and component.
  public var loadings: Matrix<Double> {
    var result = components.transposed
    let deviations = explainedVariance.map { $0.squareRoot() }
    for row in 0..<result.rowCount {
      for column in 0..<result.columnCount { result[row, column] *= deviations[column] }
    }
    return result
  }

  /// What scores are divided by: the root of their variance when whitened, otherwise nothing.
  ///
  /// An axis along which the rows vary by rounding alone (at most 1e-14 of the total variance)
  /// keeps its scale, lest rounding be blown up to variance one.
  private var scoreScales: [Double]? {
    guard isWhitened else { return nil }
    return explainedVariance.map { $0 > 1e-14 * totalVariance ? $0.squareRoot() : 1 }
  }

  /// The scores of rows: `(samples − mean) · componentsᵀ`, shape `[samples, components]`; divided by
  /// the root of the explained variances when whitened.
  ///
  /// A row's scores do not depend on the rows beside it, to the last bit.
  ///
  /// - Parameter samples: Shape `[samples, features]`, finite.
  /// - Complexity: O(n·p·k) time and, beyond the scores, a block of rows.
  /// - Throws: ``PCAError`` for another number of columns, or a number that is not finite.
  public func transform(_ samples: Matrix<Double>) throws -> Matrix<Double> {
    var scores = try coordinates(samples)
    if let scales = scoreScales {
      for place in scores.elements.indices {
        scores.elements[place] /= scales[place % componentCount]
      }
    }
    return scores
  }

  /// The scores of rows before any whitening.
  func coordinates(_ samples: Matrix<Double>) throws -> Matrix<Double> {
    guard samples.columnCount == featureCount else {
      throw PCAError(.columnCount(expected: featureCount, found: samples.columnCount))
    }
    var scores = Matrix<Double>(rowCount: samples.rowCount, columnCount: componentCount)
    var block = Matrix<Double>(rowCount: Self.rowsPerBlock, columnCount: featureCount)
    for start in stride(from: 0, to: samples.rowCount, by: Self.rowsPerBlock) {
      let count = min(Self.rowsPerBlock, samples.rowCount - start)
      block.replaceRows(from: 0, by: start..<start + count, of: samples, less: mean)
      let product = block.multiplied(byTransposed: components)
      for place in 0..<count * componentCount {
        scores.elements[start * componentCount + place] = product.elements[place]
      }
    }
    if let place = scores.firstNotFinite {
      try requireFinite(samples)
      throw PCAError(.overflow(column: place % componentCount))
    }
    return scores
  }

  /// The rows that scores stand for: `scores · components + mean`, shape `[samples, features]`; whitened
  /// scores are first multiplied by what they were divided by.
  ///
  /// - Parameter scores: Shape `[samples, components]`.
  /// - Complexity: O(n·p·k) time and, beyond the rows, a block of rows.
  /// - Throws: ``PCAError`` for another number of columns.
  public func inverseTransform(_ scores: Matrix<Double>) throws -> Matrix<Double> {
    guard scores.columnCount == componentCount else {
      throw PCAError(.columnCount(expected: componentCount, found: scores.columnCount))
    }
    guard let scales = scoreScales else { return samples(at: scores) }
    var coordinates = scores
    for place in coordinates.elements.indices {
      coordinates.elements[place] *= scales[place % componentCount]
    }
    return samples(at: coordinates)
  }

  /// The rows that scores without whitening stand for.
  func samples(at scores: Matrix<Double>) -> Matrix<Double> {
    let origin = mean.map { -$0 }
    var samples = Matrix<Double>(rowCount: scores.rowCount, columnCount: featureCount)
    var block = Matrix<Double>(rowCount: Self.rowsPerBlock, columnCount: componentCount)
    for start in stride(from: 0, to: scores.rowCount, by: Self.rowsPerBlock) {
      let count = min(Self.rowsPerBlock, scores.rowCount - start)
      for place in 0..<count * componentCount {
        block.elements[place] = scores.elements[start * componentCount + place]
      }
      let product = block.multiplied(by: components)
      samples.replaceRows(from: start, by: 0..<count, of: product, less: origin)
    }
    return samples
  }

  /// Products always have this many rows, the last ones left over when there are fewer: the
  /// library may sum in another order for another number of rows.
  static let rowsPerBlock = 128
}
