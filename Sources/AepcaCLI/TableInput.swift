import AEPCA
import ArgumentParser

/// How a CSV file is read: the same for every command.
///
/// What no option says is found from the file.
struct TableInput: ParsableArguments {
  @Option(help: ArgumentHelp("Field separator, one character or 'tab'.", valueName: "character"))
  var delimiter: String?

  @Option(help: ArgumentHelp("Character around fields, or 'none'.", valueName: "character"))
  var quote: String?

  @Flag(
    inversion: .prefixedNo,
    help: "The first line holds the columns' names, or is data: column_1, … then.")
  var header: Bool?

  @Option(help: ArgumentHelp("utf-8, utf-16le, utf-16be or latin-1.", valueName: "encoding"))
  var encoding: TextEncoding?

  @Option(help: ArgumentHelp("'.' or ',' in numbers.", valueName: "character"))
  var decimal: String?

  @Option(
    help: ArgumentHelp("Separates thousands in numbers; none without it.", valueName: "character"))
  var thousands: String?

  @Option(help: ArgumentHelp("Pass over lines that begin with it.", valueName: "character"))
  var comment: String?

  @Option(help: ArgumentHelp("Pass over so many lines before the header.", valueName: "lines"))
  var skipRows: Int?

  @Option(
    help: ArgumentHelp("Another word that means a missing cell. Repeatable.", valueName: "word"))
  var missing: [String] = []

  @Option(
    help: ArgumentHelp(
      "Rows with too few or too many fields: refuse, pad (or cut) or skip them.", valueName: "way"))
  var ragged: RaggedRows?

  enum RaggedRows: String, ExpressibleByArgument, CaseIterable {
    case refuse, pad, skip

    var format: CSVFormat.RaggedRows {
      switch self {
      case .refuse: .refuse
      case .pad: .padOrCut
      case .skip: .skip
      }
    }
  }

  func validate() throws { _ = try options }

  var options: TableReadingOptions {
    get throws {
      var hints = DialectHints()
      hints.delimiter = try byte(delimiter, "--delimiter", orWord: "or 'tab'")
      if quote == "none" {
        hints.quote = .some(nil)
      } else if let quote {
        hints.quote = try byte(quote, "--quote", orWord: "or 'none'", allowsQuote: true)
      }
      hints.hasHeader = header
      hints.encoding = encoding
      hints.decimal = try byte(decimal, "--decimal")
      if let decimal, decimal != ".", decimal != "," {
        throw ValidationError("--decimal: expected . or a comma, found '\(decimal)'")
      }
      hints.comment = try byte(comment, "--comment")
      if let skipRows, skipRows < 0 {
        throw ValidationError("--skip-rows: expected 0 or more, found \(skipRows)")
      }
      hints.skippedLines = skipRows
      if let delimiter = hints.delimiter, hints.quote == .some(delimiter) {
        throw ValidationError("--quote: expected another character than --delimiter")
      }
      var options = TableReadingOptions(missingWords: missing, dialect: hints)
      options.thousands = try byte(thousands, "--thousands", allowsQuote: true)
      options.format.raggedRows = ragged?.format ?? .refuse
      return options
    }
  }

  private func byte(
    _ text: String?, _ option: String, orWord: String = "", allowsQuote: Bool = false
  ) throws -> UInt8? {
    guard let text else { return nil }
    let bytes = Array((text == "tab" ? "\t" : text).utf8)
    guard bytes.count == 1, bytes[0] < 0x80, allowsQuote || bytes[0] != UInt8(ascii: "\""),
      bytes[0] >= 32 || bytes[0] == 9
    else {
      let words = orWord.isEmpty ? "" : " \(orWord)"
      throw ValidationError("\(option): expected one plain character\(words), found '\(text)'")
    }
    return bytes[0]
  }
}

extension TextEncoding: ExpressibleByArgument {}

/// How a CSV file is written.
struct TableStyle: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Field separator to write, one character or 'tab'; a comma without it.",
      valueName: "character"))
  var outputDelimiter: String?

  @Flag(help: "Write no line of columns' names.")
  var noOutputHeader = false

  @Option(
    help: ArgumentHelp(
      "Significant digits of numbers, 1 to 17; without it, as many as give the same number back.",
      valueName: "digits"))
  var precision: Int?

  func validate() throws { _ = try style(threads: 1) }

  func style(threads: Int) throws -> CSVStyle {
    var style = CSVStyle(hasHeader: !noOutputHeader, threads: threads)
    if let outputDelimiter {
      let bytes = Array((outputDelimiter == "tab" ? "\t" : outputDelimiter).utf8)
      guard bytes.count == 1, CSVFormat.canDelimit(bytes[0]) else {
        throw ValidationError(
          "--output-delimiter: expected one plain character or 'tab', found '\(outputDelimiter)'")
      }
      style.delimiter = bytes[0]
    }
    if let precision {
      guard 1...17 ~= precision else {
        throw ValidationError("--precision: expected 1 to 17, found \(precision)")
      }
      style.precision = precision
    }
    return style
  }
}
