import CSV
import Files

/// What a user may say about a table that its file cannot.
public struct TableReadingOptions: Sendable, Equatable {
  public var format: CSVFormat
  /// Words that stand for a missing cell, besides the usual ones.
  public var missingWords: [String]
  /// Kinds of columns by name, where what would be found is not what is meant.
  public var kinds: [String: ColumnKind]
  /// Columns to leave out, by name.
  public var excludedColumns: Set<String>
  /// A column whose labels say which rows belong together, by name; it is left out of the table.
  public var groupColumn: String?
  /// Between groups of three digits of a number, where they are written so.
  public var thousands: UInt8?
  /// Threads to read with; what is read does not depend on it.
  public var threads: Int

  public init(
    format: CSVFormat = CSVFormat(), missingWords: [String] = [],
    kinds: [String: ColumnKind] = [:], excludedColumns: Set<String> = [],
    groupColumn: String? = nil, thousands: UInt8? = nil,
    threads: Int = ProcessorCount.available
  ) {
    self.thousands = thousands
    self.threads = threads
    self.format = format
    self.missingWords = missingWords
    self.kinds = kinds
    self.excludedColumns = excludedColumns
    self.groupColumn = groupColumn
  }

  var syntax: NumberSyntax { NumberSyntax(decimal: format.decimal, thousands: thousands) }
}
