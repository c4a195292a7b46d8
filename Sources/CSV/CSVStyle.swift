/// How a CSV file is to be written.
public struct CSVStyle: Sendable, Equatable {
  /// The character between fields, one that `CSVFormat.canDelimit(_:)`.
  public var delimiter: UInt8
  /// Whether the columns' names are written.
  public var hasHeader: Bool
  /// Significant digits of numbers, 1 to 17; nil writes what reads back to the same number.
  public var precision: Int?
  /// Threads to write with; what is written does not depend on it.
  public var threads: Int

  public init(
    delimiter: UInt8 = UInt8(ascii: ","), hasHeader: Bool = true, precision: Int? = nil,
    threads: Int = 1
  ) {
    precondition(CSVFormat.canDelimit(delimiter), "the byte cannot stand between fields")
    precondition(precision.map { 1...17 ~= $0 } ?? true, "numbers have 1 to 17 digits")
    self.delimiter = delimiter
    self.hasHeader = hasHeader
    self.precision = precision
    self.threads = threads
  }
}
