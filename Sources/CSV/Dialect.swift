/// How a CSV file is written, as it was found or as a user says.
public struct Dialect: Sendable, Equatable {
  public var encoding = TextEncoding.utf8
  public var delimiter = UInt8(ascii: ",")
  /// Nil where nothing is quoted.
  public var quote: UInt8? = UInt8(ascii: "\"")
  /// Before a quote inside quotes; nil where it is doubled instead.
  public var escape: UInt8?
  public var decimal = UInt8(ascii: ".")
  /// Lines that begin with it are passed over.
  public var comment: UInt8?
  /// Lines before the header that are passed over.
  public var skippedLines = 0
  public var hasHeader = true
  /// How many lines the header has.
  public var headerLines = 1
  /// The names that several header lines give together; nil where there is one line.
  public var joinedNames: [String]?
  /// Whether blanks after a delimiter are no part of the field.
  public var hasBlanksAfterDelimiter = false
  /// How many fields most records have.
  public var columnCount = 1

  public init() {}

  /// What of it is unusual, for people; nil where nothing is.
  public var note: String? {
    let usual = Dialect()
    var parts: [String] = []
    if encoding != usual.encoding { parts.append("encoding \(encoding.rawValue)") }
    if delimiter != usual.delimiter { parts.append("delimiter \(Self.name(delimiter))") }
    if quote != usual.quote { parts.append("quote \(quote.map(Self.name) ?? "none")") }
    if let escape { parts.append("escape \(Self.name(escape))") }
    if decimal != usual.decimal { parts.append("decimal \(Self.name(decimal))") }
    if let comment { parts.append("comments begin with \(Self.name(comment))") }
    if skippedLines > 0 {
      parts.append("\(skippedLines) line\(skippedLines == 1 ? "" : "s") before the header skipped")
    }
    if !hasHeader { parts.append("no header") }
    if headerLines > 1 { parts.append("a header of \(headerLines) lines") }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  /// All of it in words.
  public var description: [(name: String, value: String)] {
    let header = headerLines > 1 ? "\(headerLines) lines" : "yes"
    return [
      ("encoding", encoding.rawValue), ("delimiter", Self.name(delimiter)),
      ("quote", quote.map(Self.name) ?? "none"), ("escape", escape.map(Self.name) ?? "doubled"),
      ("decimal", Self.name(decimal)), ("comment", comment.map(Self.name) ?? "none"),
      ("skipped lines", "\(skippedLines)"), ("header", hasHeader ? header : "no"),
    ]
  }

  private static func name(_ byte: UInt8) -> String {
    switch byte {
    case 0x09: "tab"
    case 0x20: "space"
    default: "'\(Character(Unicode.Scalar(byte)))'"
    }
  }

  /// What a parser needs to know of it.
  public func format(raggedRows: CSVFormat.RaggedRows = .refuse) -> CSVFormat {
    CSVFormat(
      delimiter: delimiter, hasHeader: hasHeader, raggedRows: raggedRows, quote: quote,
      decimal: decimal, firstLine: skippedLines + 1,
      dropsBlanksBeforeNames: hasBlanksAfterDelimiter)
  }
}

/// What a user says of a file's dialect; what is nil is found from the file.
public struct DialectHints: Sendable, Equatable {
  public var encoding: TextEncoding?
  public var delimiter: UInt8?
  /// `.some(nil)` says that nothing is quoted.
  public var quote: UInt8??
  public var decimal: UInt8?
  public var comment: UInt8?
  public var skippedLines: Int?
  public var hasHeader: Bool?

  public init() {}
}
