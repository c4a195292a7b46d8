import CSV
import Files

/// What a user may say about a table that its file cannot.
public struct TableReadingOptions: Sendable, Equatable {
  /// How the file is written, where ``dialect`` is nil; how ragged rows are treated in any case.
  public var format: CSVFormat
  /// Finds how the file is written, from the file and from what is said here.
  public var dialect: DialectHints?
  /// Words that stand for a missing cell, besides the usual ones.
  public var missingWords: [String]
  /// Kinds of columns by name, where what would be found is not what is meant.
  public var kinds: [String: ColumnKind]
  /// Columns to leave out, by name.
  public var excludedColumns: Set<String>
  /// The only columns to take, by name; nil takes all that are not left out.
  public var includedColumns: Set<String>?
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
    threads: Int = ProcessorCount.available, dialect: DialectHints? = nil,
    includedColumns: Set<String>? = nil
  ) {
    self.dialect = dialect
    self.includedColumns = includedColumns
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
