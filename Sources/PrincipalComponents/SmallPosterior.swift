import LinearAlgebra

/// What the observed cells of rows say about few latent variables, one pattern after another.
///
/// The same as ``Posterior``'s `latents`, in memory that is used again for each pattern: where nearly
/// every row has a pattern of its own, arrays would cost more than their numbers.
struct SmallPosterior {
  /// More components are better served by the library's products.
  static let componentLimit = 32

  private let weights: [Double]
  private let squares: [Double]
  private let noiseVariance: Double
  private let componentCount: Int
  private var factor: SmallCholesky
  /// U⁻ᵀ times the weights of each missing feature.
  private var directions: [Double] = []

  /// - Parameters:
  ///   - weights: W, `[features, components]`.
  ///   - squares: The diagonal of WᵀW, which has nothing beside it.
  init(weights: Matrix<Double>, squares: [Double], noiseVariance: Double) {
    self.weights = weights.elements
    self.squares = squares
    self.noiseVariance = noiseVariance
    componentCount = weights.columnCount
    factor = SmallCholesky(order: componentCount)
  }

  /// Factorises WᵀW + σ²I over the observed features, UᵀU.
  mutating func condition(on pattern: MissingPattern) throws {
    // The shorter sum, unless its difference from the whole would lose more than half the digits.
    let subtracts =
      pattern.missing.count < pattern.observed.count
      && noiseVariance > 1e-7 * (squares.first ?? 0)
    for place in factor.elements.indices { factor.elements[place] = 0 }
    let sign = subtracts ? -1.0 : 1
    for feature in subtracts ? pattern.missing : pattern.observed {
      let start = feature * componentCount
      for row in 0..<componentCount {
        let weight = sign * weights[start + row]
        for column in row..<componentCount {
          factor.elements[row * componentCount + column] += weight * weights[start + column]
        }
      }
    }
    for entry in 0..<componentCount {
      factor.elements[entry * (componentCount + 1)] +=
        noiseVariance + (subtracts ? squares[entry] : 0)
    }
    try factor.factorise()
  }

  /// Turns the projection Wᵀd of a row into the latent variables expected of it.
  func solve(_ latents: inout [Double], at start: Int) { factor.solve(&latents, at: start) }

  /// W z for one feature.
  func value(_ latents: [Double], at start: Int, feature: Int) -> Double {
    var sum = 0.0
    for component in 0..<componentCount {
      sum += latents[start + component] * weights[feature * componentCount + component]
    }
    return sum
  }

  /// Adds `count` times the covariance of the missing cells, σ²(I + W(WᵀW + σ²I)⁻¹Wᵀ), to the upper
  /// triangle of a matrix of all features.
  mutating func addCovariance(
    of missing: [Int], count: Double, to sum: inout [Double], featureCount: Int
  ) {
    let needed = missing.count * componentCount
    if directions.count < needed { directions = Array(repeating: 0, count: needed) }
    let scale = count * noiseVariance
    for (cell, feature) in missing.enumerated() {
      let start = cell * componentCount
      for component in 0..<componentCount {
        directions[start + component] = weights[feature * componentCount + component]
      }
      factor.forward(&directions, at: start)
      for (other, before) in missing[...cell].enumerated() {
        var product = 0.0
        for component in 0..<componentCount {
          product += directions[start + component] * directions[other * componentCount + component]
        }
        sum[before * featureCount + feature] += scale * product
      }
      sum[feature * featureCount + feature] += scale
    }
  }
}
