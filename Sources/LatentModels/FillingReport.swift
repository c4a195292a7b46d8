import PrincipalComponents

/// How a model fills missing cells, and how well it filled cells hidden from it.
public struct FillingReport: Codable, Sendable, Equatable {
  /// How one column is filled: at its mean, plus shares of how far each view is from it.
  public struct Column: Codable, Sendable, Equatable {
    /// The share of the nonlinear components' distance from the mean.
    public var nonlinear: Float
    /// The share of the linear components' distance from the mean.
    public var linear: Float
    /// The share of the nearest rows' distance from the mean; nil in files of earlier releases.
    public var neighbors: Float?
    /// The root mean square error of hidden cells in the column's units, or of a category the
    /// share filled wrong; nil when none was hidden.
    public var error: Float?
  }

  /// The components and rows that came nearest to hidden cells of held-out rows.
  public var method: FillingMethod
  /// The variance of a feature that the nonlinear components leave.
  public var noise: Double
  /// One for each column of the model.
  public var columns: [Column]

  /// Whether it goes with a model: from a file, nothing is taken on trust.
  func fits(
    _ model: any LatentModel, references: ReferenceRows?, columnCount: Int
  ) -> Bool {
    let autoencoder = model as? FittedAutoencoder
    let linear = model.fillingComponents?.componentCount ?? 0
    let shares: [Float] = columns.flatMap { column -> [Float] in
      [column.nonlinear, column.linear, column.neighbors ?? 0, column.error ?? 0]
    }
    return columns.count == columnCount && noise.isFinite && noise >= 0
      && shares.allSatisfy { $0.isFinite && $0 >= 0 } && (0...linear).contains(method.linear)
      && (method.nonlinear == 0
        || autoencoder != nil && model.lengths.contains(method.nonlinear))
      && (method.neighbors == nil || references != nil && (1...1000).contains(method.neighborCount))
      && (method.linear > 0 || method.nonlinear > 0 || method.neighbors != nil)
  }
}
