/// What the hidden cells of a column say of how to fill it from several views of their rows.
///
/// Sums only, in standardised units about the column's mean.
struct FillingSums {
  /// What each view expects: the nonlinear components, the linear ones, the nearest rows.
  typealias Views = SIMD3<Double>

  var count = 0.0
  /// Cells of a category that were filled wrong.
  var wrongCount = 0.0
  private var squares = 0.0
  /// Of the hidden values with each view.
  private var products = Views.zero
  /// Of each view with each.
  private var gram = [Views.zero, Views.zero, Views.zero]

  mutating func add(_ value: Double, _ views: Views) {
    squares += value * value
    products += value * views
    for view in 0..<3 { gram[view] += views[view] * views }
  }

  static func + (left: FillingSums, right: FillingSums) -> FillingSums {
    var sum = left
    sum.count += right.count
    sum.wrongCount += right.wrongCount
    sum.squares += right.squares
    sum.products += right.products
    for view in 0..<3 { sum.gram[view] += right.gram[view] }
    return sum
  }

  /// The shares of the views with the least squared error, none below 0.
  ///
  /// The views are much alike, and few cells cannot tell them apart.
  ///
  /// - Parameters:
  ///   - prior: Shares that cells are added for, so that few do not carry them far away.
  ///   - cells: How many.
  func shares(
    toward prior: Views, weighing cells: Double = FillingSums.priorCells
  ) -> Views {
    guard count > 0 else { return prior }
    let all = (0..<3).filter { gram[$0][$0] > 0 }
    let size = all.reduce(0) { $0 + gram[$1][$1] } / Double(max(1, all.count))
    // What keeps the shares of views that agree in all cells apart.
    let ridge = size * cells / count + 1e-9 * size
    var best = (shares: Views.zero, error: Double.infinity)
    for bits in 0..<(1 << all.count) {
      let chosen = all.indices.filter { bits & (1 << $0) != 0 }.map { all[$0] }
      guard let shares = leastSquares(chosen, ridge: ridge, prior), shares.min() >= 0 else {
        continue
      }
      var off = shares - prior
      for view in 0..<3 where gram[view][view] == 0 { off[view] = 0 }
      let error = squaredError(shares) + ridge * (off * off).sum()
      if error < best.error { best = (shares, error) }
    }
    return best.shares
  }

  /// How many cells the prior counts for.
  private static let priorCells = 30.0

  /// Whether cells not yet seen can be expected nearer to these shares of the views than to their
  /// mean.
  ///
  /// - Note: The final prediction error of Akaike (1969), doi:10.1007/BF02532251, the cells of the
  ///   prior counted too.
  func isWorthFilling(_ shares: Views) -> Bool {
    guard count > 0 else { return true }
    let cells = count + FillingSums.priorCells
    let free = 1 + Double((0..<3).count { shares[$0] > 0 })
    return meanSquaredError(shares) * (cells + free) < meanSquaredError(.zero) * (cells - free)
  }

  /// Without a bound, of some views only; nil where they leave it open.
  private func leastSquares(_ views: [Int], ridge: Double, _ prior: Views) -> Views? {
    var rows = views.map { view in views.map { gram[view][$0] + ($0 == view ? ridge : 0) } }
    var right = views.map { products[$0] + ridge * prior[$0] }
    for pivot in views.indices {
      guard rows[pivot][pivot] > 0 else { return nil }
      for row in views.indices where row != pivot {
        let factor = rows[row][pivot] / rows[pivot][pivot]
        for column in views.indices { rows[row][column] -= factor * rows[pivot][column] }
        right[row] -= factor * right[pivot]
      }
    }
    var shares = Views.zero
    for (place, view) in views.enumerated() { shares[view] = right[place] / rows[place][place] }
    return shares
  }

  /// Of the fillings by these shares, for each cell.
  func meanSquaredError(_ shares: Views) -> Double {
    count > 0 ? max(0, squaredError(shares)) / count : 0
  }

  private func squaredError(_ shares: Views) -> Double {
    var error = squares - 2 * (shares * products).sum()
    for view in 0..<3 { error += shares[view] * (gram[view] * shares).sum() }
    return error
  }
}
