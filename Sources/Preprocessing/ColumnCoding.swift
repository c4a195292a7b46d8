import LinearAlgebra
import Tables

/// How one column becomes features, and features become the column again.
public enum ColumnCoding: Codable, Sendable, Equatable {
  /// One feature: (value − center) / scale.
  case scaled(center: Double, scale: Double, statistics: NumberStatistics)
  /// One feature for each level: (indicator − share) / √(share · (levels − 1)).
  ///
  /// The variances of such features sum to one, so a category weighs as much as one standardised
  /// column however many levels it has. Levels weigh by rarity as in the factor analysis of mixed
  /// data (Pagès 2004, Revue de statistique appliquée 52(4)), which leaves out the √(levels − 1).
  case oneHot(shares: [Double])
  /// No feature: every observed training cell held this number.
  case constantNumber(Double)
  /// No feature: every observed training cell held the level at this position.
  case constantLevel(Int)
  /// No feature: no training cell was observed, so none can be given back.
  case neverObserved

  /// The number of features that the column takes.
  public var featureCount: Int {
    switch self {
    case .scaled: 1
    case .oneHot(let shares): shares.count
    case .constantNumber, .constantLevel, .neverObserved: 0
    }
  }

  /// Whether the column came without variation and takes no part in the model.
  public var isConstant: Bool { featureCount == 0 }

  /// The feature of an observed level is `unit(of:)` above the feature of an unobserved one.
  static func unit(share: Double, levelCount: Int) -> Double {
    1 / (share * Double(levelCount - 1)).squareRoot()
  }

  /// The level whose indicator, one for the level that was observed, comes out greatest.
  ///
  /// - Parameter features: The features of the category, one for each level.
  public func likeliestLevel(
    in samples: Matrix<Double>, row: Int, features: Range<Int>
  ) -> Int {
    guard case .oneHot(let shares) = self else {
      preconditionFailure("only categories have levels")
    }
    var best = (level: 0, indicator: -Double.infinity)
    for (level, share) in shares.enumerated() {
      let unit = ColumnCoding.unit(share: share, levelCount: shares.count)
      let indicator = samples[row, features.lowerBound + level] / unit + share
      if indicator > best.indicator { best = (level, indicator) }
    }
    return best.level
  }

  /// Learns the coding of a column from its training cells.
  init(of column: Column, scaling: Scaling) throws(PreprocessingError) {
    switch column.values {
    case .numbers(let values):
      guard let statistics = NumberStatistics(of: values) else {
        self = .neverObserved
        return
      }
      guard statistics.varies else {
        self = .constantNumber(statistics.minimum)
        return
      }
      try self.init(
        statistics, scaling.centerAndScale(of: values, statistics: statistics),
        column: column.schema.name)
    case .codes(let codes):
      var counts = Array(repeating: 0, count: column.schema.levels.count)
      for code in codes where code >= 0 { counts[Int(code)] += 1 }
      self.init(levelCounts: counts)
    case .texts:
      throw PreprocessingError(.notNumeric(column.schema.kind), column: column.schema.name)
    }
  }

  /// The coding of numbers that vary.
  private init(
    _ statistics: NumberStatistics, _ unit: (center: Double, scale: Double), column: String
  ) throws(PreprocessingError) {
    guard unit.scale.isFinite, unit.scale > 0, unit.center.isFinite else {
      throw PreprocessingError(
        .tooWide(minimum: statistics.minimum, maximum: statistics.maximum), column: column)
    }
    self = .scaled(center: unit.center, scale: unit.scale, statistics: statistics)
  }

  /// The coding of numbers of which only the statistics are known.
  ///
  /// - Parameter scaling: Any but `robust`, which needs the numbers themselves.
  init(
    _ statistics: NumberStatistics, scaling: Scaling, column: String
  ) throws(PreprocessingError) {
    guard statistics.varies else {
      self = .constantNumber(statistics.minimum)
      return
    }
    try self.init(
      statistics, scaling.centerAndScale(of: [], statistics: statistics), column: column)
  }

  /// - Parameter counts: How many training cells show each level.
  init(levelCounts counts: [Int]) {
    let observed = counts.reduce(0, +)
    guard observed > 0 else {
      self = .neverObserved
      return
    }
    if let only = counts.firstIndex(of: observed) {
      self = .constantLevel(only)
      return
    }
    // A level that no training row shows has no share to divide by; half a row stands in.
    self = .oneHot(shares: counts.map { max(Double($0), 0.5) / Double(observed) })
  }
}
