/// How a CSV file is written.
public struct CSVFormat: Sendable, Equatable {
  /// The ASCII character between fields.
  public var delimiter: UInt8
  /// Whether the first record holds the columns' names.
  public var hasHeader: Bool

  public init(delimiter: UInt8 = UInt8(ascii: ","), hasHeader: Bool = true) {
    self.delimiter = delimiter
    self.hasHeader = hasHeader
  }
}
