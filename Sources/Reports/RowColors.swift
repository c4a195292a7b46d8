import Tables

/// A column by which drawn rows are coloured.
struct RowColors: Codable, Sendable, Equatable {
  /// More words than this cannot be told apart by colour.
  static let mostLevels = 12

  let name: String
  /// Words, each with a colour of its own; empty for numbers on a scale.
  let levels: [String]
  /// Of each row its position among the levels, or its number; nil is missing.
  private(set) var values: [Double?]
  /// The ends of the scale: all numbers but the hundredth part at either end.
  private(set) var low = 0.0
  private(set) var high = 0.0

  /// - Throws: ``ComparisonError`` for texts of too many kinds.
  init(_ column: Column) throws(ComparisonError) {
    name = column.name
    switch column.values {
    case .numbers(let numbers):
      let different = Set(numbers.filter { !$0.isNaN })
      if column.schema.isInteger, different.count <= RowColors.mostLevels {
        let sorted = different.sorted()
        levels = sorted.map { String(Int($0)) }
        let places = Dictionary(uniqueKeysWithValues: zip(sorted, 0...))
        values = numbers.map { places[$0].map(Double.init) }
      } else {
        levels = []
        values = numbers.map { $0.isNaN ? nil : rounded($0) }
        let sorted = numbers.filter { !$0.isNaN }.sorted()
        if !sorted.isEmpty {
          // One cell far off would leave all others one colour.
          low = rounded(sorted[(sorted.count - 1) / 100])
          high = rounded(sorted[sorted.count - 1 - (sorted.count - 1) / 100])
        }
      }
    case .codes(let codes):
      let found = Set(codes.filter { $0 >= 0 }).sorted()
      try RowColors.check(found.count, column.name)
      levels = found.map { column.schema.levels[Int($0)] }
      let places = Dictionary(uniqueKeysWithValues: zip(found, 0...))
      values = codes.map { places[$0].map(Double.init) }
    case .texts(let texts):
      let found = Set(texts.compactMap(\.self)).sorted()
      try RowColors.check(found.count, column.name)
      levels = found
      let places = Dictionary(uniqueKeysWithValues: zip(found, 0...))
      values = texts.map { $0.flatMap { places[$0] }.map(Double.init) }
    }
  }

  private static func check(_ count: Int, _ column: String) throws(ComparisonError) {
    guard count <= mostLevels else {
      throw ComparisonError(.colors(column: column, most: mostLevels, found: count))
    }
  }

  /// Of some rows only.
  func rows(at indices: [Int]) -> RowColors {
    var result = self
    result.values = indices.map { values[$0] }
    return result
  }
}
