/// How a CSV file is written.
public struct CSVFormat: Sendable, Equatable {
  /// The ASCII character between fields.
  public let delimiter: UInt8
  /// Whether the first record holds the columns' names.
  public var hasHeader: Bool

  /// - Parameter delimiter: One that ``canDelimit(_:)``.
  public init(delimiter: UInt8 = UInt8(ascii: ","), hasHeader: Bool = true) {
    precondition(Self.canDelimit(delimiter), "the byte \(delimiter) cannot stand between fields")
    self.delimiter = delimiter
    self.hasHeader = hasHeader
  }

  /// Whether a byte can stand between fields: any of ASCII but NUL, the quote and the line ends.
  public static func canDelimit(_ byte: UInt8) -> Bool {
    ![0, UInt8(ascii: "\""), 0x0A, 0x0D].contains(byte) && byte < 0x80
  }
}
