/// What the cells of a column are.
public enum ColumnKind: String, Codable, Sendable, CaseIterable {
  /// Decimal numbers.
  case number
  /// Two words that say no and yes.
  case boolean
  /// Text of few different values.
  case category
  /// Dates, perhaps with the time of day, all written the same way.
  case date
  /// Text that names the row: nearly all cells differ, or a running number.
  case identifier
  /// Any other text.
  case text
}

/// A column's name and how its cells are read and written.
public struct ColumnSchema: Sendable, Equatable {
  public var name: String
  public var kind: ColumnKind
  /// Of a category its words in byte order; of a boolean the word for false, the word for true.
  public var levels: [String]
  /// How the dates are written; of dates only.
  public var dateFormat: DateFormat?
  /// Of a number: every observed cell was a whole number.
  public var isInteger: Bool

  public init(
    name: String, kind: ColumnKind, levels: [String] = [], dateFormat: DateFormat? = nil,
    isInteger: Bool = false
  ) {
    self.name = name
    self.kind = kind
    self.levels = levels
    self.dateFormat = dateFormat
    self.isInteger = isInteger
  }
}

/// The columns of a table, in order.
public struct TableSchema: Sendable, Equatable {
  public var columns: [ColumnSchema]

  public init(columns: [ColumnSchema]) { self.columns = columns }

  public subscript(name: String) -> ColumnSchema? { columns.first { $0.name == name } }
}
