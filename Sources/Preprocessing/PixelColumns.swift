import Tables

/// Columns that are pictures: how large these are, and what is black and white.
public struct PixelColumns: Codable, Sendable, Equatable {
  public let shape: ImageShape
  /// All pixels are scaled alike: black is 0 and white is 1.
  public let scale: PixelScale

  /// Whether columns coded like these are such pictures; what a file claims may be anything.
  func fits(_ codings: [ColumnCoding]) -> Bool {
    let range = scale.white - scale.black
    guard codings.count == shape.pixelCount, range.isFinite, range > 0 else { return false }
    return codings.allSatisfy { coding in
      guard case .scaled(let center, let unit, _) = coding else { return false }
      return center == scale.black && unit == range
    }
  }
}

extension Preprocessor {
  /// Learns how all columns together, pixels of a shape, become numbers from 0 to 1.
  ///
  /// Every column is a feature, those that never vary too: pictures have no holes.
  func fitPixels(
    _ table: Table, of shape: ImageShape
  ) throws(PreprocessingError) -> FittedPreprocessor {
    precondition(table.columns.count == shape.pixelCount, "a column for each pixel")
    var minimum = Double.infinity
    var maximum = -Double.infinity
    var statistics: [NumberStatistics?] = []
    for column in table.columns {
      guard case .numbers(let numbers) = column.values else {
        throw PreprocessingError(.notNumeric(column.schema.kind), column: column.name)
      }
      let own = NumberStatistics(of: numbers)
      statistics.append(own)
      minimum = min(minimum, own?.minimum ?? .infinity)
      maximum = max(maximum, own?.maximum ?? -.infinity)
    }
    guard statistics.contains(where: { $0?.varies ?? false }) else {
      throw PreprocessingError(.nothingVaries(columnCount: table.columns.count))
    }
    guard (maximum - min(minimum, 0)).isFinite else {
      throw PreprocessingError(.tooWide(minimum: minimum, maximum: maximum))
    }
    let scale = PixelScale(minimum: minimum, maximum: maximum)
    let unseen = NumberStatistics(
      observedCount: 0, mean: scale.black, standardDeviation: 0, minimum: scale.black,
      maximum: scale.black)
    return FittedPreprocessor(
      schema: table.schema,
      codings: statistics.map {
        .scaled(
          center: scale.black, scale: scale.white - scale.black, statistics: $0 ?? unseen)
      }, leftOut: [], scaling: .none, pixels: PixelColumns(shape: shape, scale: scale))
  }
}
