/// How a CSV file is written.
public struct CSVFormat: Sendable, Equatable {
  /// The character between fields, one that ``canDelimit(_:)``.
  public var delimiter: UInt8 {
    didSet { Self.check(delimiter) }
  }
  /// The character around fields that hold others' delimiters or line ends; nil takes none for one.
  public var quote: UInt8?
  /// Between whole and fraction of a number: the dot or the comma.
  public var decimal: UInt8
  /// Whether the first record holds the columns' names.
  public var hasHeader: Bool
  public var raggedRows: RaggedRows
  /// The line on which the first record stands, where lines before it were passed over.
  public var firstLine: Int
  /// Whether blanks after a delimiter are no part of a column's name that is not in quotes.
  public var dropsBlanksBeforeNames: Bool

  /// What becomes of records with more or fewer fields than the first.
  public enum RaggedRows: Sendable {
    /// The first of them is an error.
    case refuse
    /// Empty fields are added or the last ones dropped, and ``CSVReader/mendedRows`` counts.
    case padOrCut
    /// They are left out, and ``CSVReader/mendedRows`` counts.
    case skip
  }

  public init(
    delimiter: UInt8 = UInt8(ascii: ","), hasHeader: Bool = true, raggedRows: RaggedRows = .refuse,
    quote: UInt8? = UInt8(ascii: "\""), decimal: UInt8 = UInt8(ascii: "."),
    firstLine: Int = 1, dropsBlanksBeforeNames: Bool = false
  ) {
    self.firstLine = firstLine
    self.dropsBlanksBeforeNames = dropsBlanksBeforeNames
    Self.check(delimiter)
    self.delimiter = delimiter
    self.hasHeader = hasHeader
    self.raggedRows = raggedRows
    self.quote = quote
    self.decimal = decimal
  }

  /// Whether a byte can stand between fields: any of ASCII but NUL, the quote and the line ends.
  public static func canDelimit(_ byte: UInt8) -> Bool {
    ![0, UInt8(ascii: "\""), 0x0A, 0x0D].contains(byte) && byte < 0x80
  }

  private static func check(_ delimiter: UInt8) {
    precondition(canDelimit(delimiter), "the byte \(delimiter) cannot stand between fields")
  }
}
