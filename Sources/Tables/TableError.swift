/// What is wrong with a table, and where.
public struct TableError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Problem: Equatable, Sendable {
    case noRows
    /// A column that the model was fitted on.
    case missingColumn
    /// A column that an option names.
    case unknownColumn(option: String, columns: [String])
    /// A column of groups whose every cell is missing.
    case noGroups
    case notANumber(found: String)
    case notFinite(found: String)
    case notADate(found: String, format: String)
    case notBoolean(levels: [String])
    case changedWhileRead
    /// The columns' names do not tell the size of a picture.
    case noPixelNames
    case pixelCount(ImageShape, found: Int)
    case notPixels(ColumnKind)
  }

  public let problem: Problem
  public let path: String
  /// From 1: where the record begins.
  public let line: Int?
  public let column: String?
  /// Whether the column's kind comes from a model, so that no option can make it another.
  public let isKindFixed: Bool

  public init(
    _ problem: Problem, path: String, line: Int? = nil, column: String? = nil,
    isKindFixed: Bool = false
  ) {
    self.problem = problem
    self.path = path
    self.line = line
    self.column = column
    self.isKindFixed = isKindFixed
  }

  /// The same, its line counted from another one.
  func moved(by lines: Int) -> TableError {
    TableError(
      problem, path: path, line: line.map { $0 + lines }, column: column, isKindFixed: isKindFixed)
  }

  public var description: String {
    var place = path
    if let line { place += ":\(line)" }
    if let column { place += ": column '\(column)'" }
    return "\(place): \(text)"
  }

  private var text: String {
    switch problem {
    case .noRows:
      return "expected rows below the header, found none"
    case .missingColumn:
      return "expected as in the model, found no such column"
    case .unknownColumn(let option, let columns):
      return "named by \(option), found only \(Self.list(columns))"
    case .noGroups:
      return "named by --group, found only missing cells"
    case .notANumber(let found):
      return "expected a number, found '\(Self.shown(found))'; \(remedies(found))"
    case .notFinite(let found):
      return "expected a finite number, found '\(Self.shown(found))'; \(remedies(found))"
    case .notADate(let found, let format):
      return "expected a date as \(format), found '\(Self.shown(found))'; \(remedies(found))"
    case .notBoolean(let levels):
      return "expected two words such as no and yes, found \(Self.list(levels))"
    case .changedWhileRead:
      return "expected the file to stay as it is, found it changed while it was read"
    case .noPixelNames:
      return "expected columns pixel_0_0, pixel_0_1, …, found others: say the size of the pictures"
    case .pixelCount(let shape, let found):
      let channels = shape.channels == 1 ? "" : " x \(shape.channels)"
      return "expected \(shape.pixelCount) columns of pixels "
        + "(\(shape.height) x \(shape.width)\(channels)), found \(found) "
        + "column\(found == 1 ? "" : "s") of numbers"
    case .notPixels(let kind):
      return "expected pixels, found a column of kind \(kind.rawValue)"
    }
  }

  private func remedies(_ found: String) -> String {
    let kind = Self.quoted("\(column ?? "")=category")
    let word = Self.quoted(found)
    let missing = word.hasPrefix("-") ? "--missing=\(word)" : "--missing \(word)"
    if isKindFixed { return "\(missing) takes it as missing" }
    return "\(missing) takes it as missing, --kind \(kind) takes all as words"
  }

  /// On one line, and no longer than helps.
  private static func shown(_ text: String) -> String {
    var shown = ""
    for scalar in text.unicodeScalars.prefix(40) {
      shown += scalar.value < 0x20 || scalar.value == 0x7F ? " " : String(scalar)
    }
    return text.unicodeScalars.count > 40 ? shown + "…" : shown
  }

  /// As a shell wants it.
  private static func quoted(_ word: String) -> String {
    let word = shown(word)
    let isPlain = word.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
        UInt8(ascii: "."), UInt8(ascii: "="), UInt8(ascii: "/"), UInt8(ascii: ":"), 0x80...:
        true
      default: false
      }
    }
    if isPlain && !word.isEmpty { return word }
    return
      "'\(word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
  }

  private static func list(_ words: [String]) -> String {
    if words.isEmpty { return "none" }
    let first = words.prefix(10).map(shown).joined(separator: ", ")
    return words.count > 10 ? first + " and \(words.count - 10) more" : first
  }
}
