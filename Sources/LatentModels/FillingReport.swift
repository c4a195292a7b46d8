import PrincipalComponents

/// How a model fills missing cells, and how well it filled cells hidden from it.
public struct FillingReport: Codable, Sendable, Equatable {
  /// How one column is filled: at its mean, plus shares of how far each view is from it.
  public struct Column: Codable, Sendable, Equatable {
    /// The share of the nonlinear components' distance from the mean.
    public var nonlinear: Float
    /// The share of the linear components' distance from the mean.
    public var linear: Float
    /// The root mean square error of hidden cells in the column's units, or of a category the
    /// share filled wrong; nil when none was hidden.
    public var error: Float?
  }

  /// The components that came nearest to hidden cells of held-out rows.
  public var method: FillingMethod
  /// The variance of a feature that the nonlinear components leave.
  public var noise: Double
  /// One for each column of the model.
  public var columns: [Column]

  /// Whether it goes with a model: from a file, nothing is taken on trust.
  func fits(_ model: any LatentModel, columnCount: Int) -> Bool {
    let autoencoder = model as? FittedAutoencoder
    let linear = model.fillingComponents?.componentCount ?? 0
    let shares: [Float] = columns.flatMap { column -> [Float] in
      [column.nonlinear, column.linear, column.error ?? 0]
    }
    return columns.count == columnCount && noise.isFinite && noise >= 0
      && shares.allSatisfy { $0.isFinite && $0 >= 0 } && (0...linear).contains(method.linear)
      && (method.nonlinear == 0
        || autoencoder != nil && model.lengths.contains(method.nonlinear))
      && method.linear + method.nonlinear > 0
  }
}

/// What is summed over the hidden cells of a column, in standardised units about its mean.
struct FillingSums {
  var count = 0.0
  /// Cells of a category that were filled wrong.
  var wrongCount = 0.0
  private var squares = 0.0
  /// Of the hidden value y with the nonlinear view a and the linear view b.
  private var (ya, yb) = (0.0, 0.0)
  private var (aa, ab, bb) = (0.0, 0.0, 0.0)

  mutating func add(_ value: Double, nonlinear: Double, linear: Double) {
    squares += value * value
    ya += value * nonlinear
    yb += value * linear
    aa += nonlinear * nonlinear
    ab += nonlinear * linear
    bb += linear * linear
  }

  static func + (left: FillingSums, right: FillingSums) -> FillingSums {
    var sum = left
    sum.count += right.count
    sum.wrongCount += right.wrongCount
    sum.squares += right.squares
    sum.ya += right.ya
    sum.yb += right.yb
    sum.aa += right.aa
    sum.ab += right.ab
    sum.bb += right.bb
    return sum
  }

  /// The shares of both views with the least squared error, neither below 0.
  ///
  /// The views are much alike, and a ridge keeps their shares from running apart.
  var weights: (nonlinear: Double, linear: Double) {
    let ridge = 0.02 * (aa + bb) / 2
    let determinant = (aa + ridge) * (bb + ridge) - ab * ab
    if determinant > 0, aa > 0, bb > 0 {
      // Towards half of each, which is where many good answers lie.
      let (ya, yb) = (ya + ridge / 2, yb + ridge / 2)
      let nonlinear = ((bb + ridge) * ya - ab * yb) / determinant
      let linear = ((aa + ridge) * yb - ab * ya) / determinant
      if nonlinear >= 0, linear >= 0 { return (nonlinear, linear) }
    }
    let alone = (aa > 0 ? max(0, ya / aa) : 0, bb > 0 ? max(0, yb / bb) : 0)
    return error(alone.0, 0) <= error(0, alone.1) ? (alone.0, 0) : (0, alone.1)
  }

  /// Of the fillings by these shares.
  var meanSquaredError: Double {
    count > 0 ? max(0, error(weights.nonlinear, weights.linear)) / count : 0
  }

  private func error(_ a: Double, _ b: Double) -> Double {
    squares - 2 * (a * ya + b * yb) + a * a * aa + 2 * a * b * ab + b * b * bb
  }
}
