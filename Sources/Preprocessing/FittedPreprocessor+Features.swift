/// What a feature is made of, for tables that people read.
public struct FeatureDescription: Sendable, Equatable {
  /// The column's name, or `column=level` for a level of a category.
  public let name: String
  /// The feature is (number − centre) / scale; of a level the number is 1 where it was observed,
  /// else 0.
  public let center: Double
  public let scale: Double
  /// Of the feature over the observed training cells, divided by the count.
  public let standardDeviation: Double
}

extension FittedPreprocessor {
  /// Of each feature its name, centre, scale and deviation.
  public var features: [FeatureDescription] {
    var descriptions: [FeatureDescription] = []
    for (column, coding) in zip(schema.columns, codings) {
      switch coding {
      case .scaled(let center, let scale, let statistics):
        descriptions.append(
          FeatureDescription(
            name: column.name, center: center, scale: scale,
            standardDeviation: statistics.standardDeviation / scale))
      case .oneHot(let shares):
        for (level, share) in zip(column.levels, shares) {
          let unit = ColumnCoding.unit(share: share, levelCount: shares.count)
          descriptions.append(
            FeatureDescription(
              name: "\(column.name)=\(level)", center: share, scale: 1 / unit,
              standardDeviation: (share * (1 - share)).squareRoot() * unit))
        }
      case .constantNumber, .constantLevel, .neverObserved: break
      }
    }
    return descriptions
  }
}
