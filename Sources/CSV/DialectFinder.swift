/// Finds how a CSV file is written from its first bytes.
///
/// Every delimiter is tried: the one is taken under which most records have as many fields as each
/// other and most cells look like something (a number, a date, a word) rather than like several things in one.
/// The idea is that of van den Burg, Nazábal and Sutton (2019), doi:10.1007/s10618-019-00646-y.
struct DialectFinder {
  /// So much of a file is looked at.
  static let sampleSize = 1 << 16
  private static let recordLimit = 200
  /// In the order in which they are preferred where several do as well.
  private static let delimiters: [UInt8] = [",", ";", "\t", "|", " "].map { $0.utf8.first ?? 0 }

  private let sample: [UInt8]
  private let isWhole: Bool
  private let hints: DialectHints

  /// - Parameters:
  ///   - sample: UTF-8, without byte order mark.
  ///   - isWhole: Whether that is all there is.
  init(_ sample: [UInt8], isWhole: Bool, hints: DialectHints) {
    self.sample = sample
    self.isWhole = isWhole
    self.hints = hints
  }

  func find(encoding: TextEncoding) -> Dialect {
    var dialect = Dialect()
    dialect.encoding = encoding
    dialect.skippedLines = hints.skippedLines ?? 0
    let quote = hints.quote ?? foundQuote()
    dialect.quote = quote
    let delimiters = hints.delimiter.map { [$0] } ?? Self.delimiters
    var best: (trial: Trial, delimiter: UInt8)?
    for delimiter in delimiters {
      let trial = Trial(records(delimiter, quote, escape: nil), skipped: dialect.skippedLines)
      // Sentences of as many words each are one column; a table between blanks is mostly numbers.
      if delimiter == UInt8(ascii: " "), hints.delimiter == nil, !trial.isMostlyTyped { continue }
      if best.map({ trial.score > $0.trial.score + 1e-9 }) ?? true { best = (trial, delimiter) }
    }
    guard var (trial, delimiter) = best else { return dialect }
    // Where no delimiter does well the file has one column.
    if trial.score < 0.3 && hints.delimiter == nil { delimiter = UInt8(ascii: ",") }
    if quote != nil && sample.contains(UInt8(ascii: "\\")) {
      let escaped = Trial(
        records(delimiter, quote, escape: UInt8(ascii: "\\")), skipped: dialect.skippedLines)
      if escaped.faultCount < trial.faultCount {
        dialect.escape = UInt8(ascii: "\\")
        trial = escaped
      }
    }
    dialect.delimiter = delimiter
    dialect.columnCount = trial.columnCount
    dialect.comment = hints.comment ?? trial.foundComment
    if hints.skippedLines == nil { dialect.skippedLines = trial.preambleLines(dialect.comment) }
    let table = trial.table(from: dialect.skippedLines, comment: dialect.comment)
    dialect.decimal = hints.decimal ?? table.foundDecimal(delimiter)
    dialect.hasHeader = hints.hasHeader ?? table.foundHeader(decimal: dialect.decimal)
    return dialect
  }

  /// The apostrophe where fields begin and end with it and none with the double quote.
  private func foundQuote() -> UInt8? {
    let double = UInt8(ascii: "\"")
    let single = UInt8(ascii: "'")
    func quotedFieldCount(_ quote: UInt8) -> Int {
      var opened = 0
      var closed = 0
      for offset in sample.indices where sample[offset] == quote {
        if offset == 0 || Self.isBorder(sample[offset - 1]) { opened += 1 }
        if offset + 1 == sample.count || Self.isBorder(sample[offset + 1]) { closed += 1 }
      }
      return min(opened, closed)
    }
    guard quotedFieldCount(double) == 0, quotedFieldCount(single) >= 2 else { return double }
    return single
  }

  /// Blanks are none: words in quotes stand within texts too.
  private static func isBorder(_ byte: UInt8) -> Bool {
    byte == 0x0A || byte == 0x0D || (byte != 0x20 && delimiters.contains(byte))
  }

  private func records(
    _ delimiter: UInt8, _ quote: UInt8?, escape: UInt8?
  ) -> [(line: Int, record: LenientRecords.Record)] {
    let reader = LenientRecords(
      delimiter: delimiter, quote: quote, escape: escape, expectedCount: nil)
    var records: [(line: Int, record: LenientRecords.Record)] = []
    var offset = 0
    var line = 0
    while offset < sample.count && records.count < Self.recordLimit {
      let record = reader.record(in: sample.span, at: offset, isAtEnd: isWhole)
      if record.isOpen { break }
      records.append((line, record))
      line += lineEnds(in: sample.span.extracting(offset..<record.end))
      offset = record.end
    }
    return records
  }
}

/// A file's first records under one dialect.
private struct Trial {
  private let records: [(line: Int, record: LenientRecords.Record)]
  /// How many fields most records have.
  let columnCount: Int
  /// From 0 to 1: how well the records agree, and how simple their cells are.
  let score: Double
  let faultCount: Int

  init(_ all: [(line: Int, record: LenientRecords.Record)], skipped: Int) {
    records = all.filter { $0.line >= skipped && !$0.record.isEmptyLine }
    var counts: [Int: Int] = [:]
    for (_, record) in records { counts[record.fields.count, default: 0] += 1 }
    // Of several as frequent the widest: a preamble is narrow.
    let mode = counts.max { ($0.value, $0.key) < ($1.value, $1.key) }
    columnCount = mode?.key ?? 1
    let columnCount = columnCount
    faultCount = records.count { $0.record.isMalformed || $0.record.fields.count != columnCount }
    let first = records.firstIndex { $0.record.fields.count == columnCount } ?? 0
    let body = records[first...]
    guard columnCount > 1, !body.isEmpty else {
      score = 0
      return
    }
    let share =
      Double(body.count { $0.record.fields.count == columnCount }) / Double(body.count)
    var simple = 0.0
    var cellCount = 0.0
    for (_, record) in body where record.fields.count == columnCount {
      for (field, isQuoted) in zip(record.fields, record.isQuoted) {
        cellCount += 1
        simple += isQuoted ? 1 : CellShape(field).simplicity
      }
    }
    let narrow = 1 - 0.1 / Double(columnCount)
    score = share * share * (simple / max(1, cellCount)) * narrow
  }

  /// Whether every record has as many fields, the header's too, and a third of the others' cells are
  /// numbers, dates or quoted.
  var isMostlyTyped: Bool {
    guard let first = records.first, first.record.fields.count == columnCount else { return false }
    var typed = 0
    var count = 0
    for (_, record) in records.dropFirst() {
      for (field, isQuoted) in zip(record.fields, record.isQuoted) {
        count += 1
        if isQuoted || CellShape(field).isTyped(decimal: UInt8(ascii: ".")) { typed += 1 }
      }
    }
    return count > 0 && 3 * typed >= count
  }

  /// `#` where every line that begins with it is not a record like the others.
  var foundComment: UInt8? {
    let mark = UInt8(ascii: "#")
    let marked = records.filter { $0.record.fields[0].first == mark && !$0.record.isQuoted[0] }
    guard !marked.isEmpty, columnCount > 1 else { return nil }
    return marked.allSatisfy { $0.record.fields.count != columnCount } ? mark : nil
  }

  /// The lines before the header, of a table of three columns or more.
  ///
  /// Each has few cells that are filled in. A first row with nearly as many fields as the others is no
  /// such line: rather is something wrong with it.
  func preambleLines(_ comment: UInt8?) -> Int {
    guard columnCount >= 3 else { return 0 }
    func filledCount(_ record: LenientRecords.Record) -> Int { record.fields.count { !$0.isEmpty } }
    let header = records.firstIndex { _, record in
      record.fields.count == columnCount && filledCount(record) > 1
    }
    guard let header, header > 0 else { return 0 }
    let before = records[..<header].filter { _, record in
      comment == nil || record.fields[0].first != comment
    }
    let few = max(1, columnCount / 4)
    guard !before.isEmpty, before.allSatisfy({ filledCount($0.record) <= few }) else { return 0 }
    // A table of ragged rows alone has no preamble.
    let like = records.count { $0.record.fields.count == columnCount }
    return 2 * like > records.count ? records[header].line : 0
  }

  func table(from line: Int, comment: UInt8?) -> SampleTable {
    let rows = records.filter { $0.line >= line && $0.record.fields.count == columnCount }
      .filter { comment == nil || $0.record.fields[0].first != comment }
    return SampleTable(rows: rows.map(\.record), columnCount: columnCount)
  }
}

/// The records of a sample that have as many fields as most.
private struct SampleTable {
  let rows: [LenientRecords.Record]
  let columnCount: Int

  /// The comma where a column's numbers are written with it, and no column's with the dot.
  func foundDecimal(_ delimiter: UInt8) -> UInt8 {
    let dot = UInt8(ascii: ".")
    guard rows.count > 1 else { return dot }
    var hasComma = false
    for column in 0..<columnCount {
      var commaCount = 0
      var isThousands = true
      var isNumbers = true
      for row in rows.dropFirst() where isNumbers {
        let shape = CellShape(row.fields[column])
        switch shape.kind {
        case .empty, .integer: break
        case .commaNumber(let places):
          commaCount += 1
          if places != 3 { isThousands = false }
        case .dotNumber: return dot
        default: isNumbers = false
        }
      }
      // "1,234" in a file that commas delimit is more likely a thousand.
      if isNumbers && commaCount > 0 && !(isThousands && delimiter == UInt8(ascii: ",")) {
        hasComma = true
      }
    }
    return hasComma ? UInt8(ascii: ",") : dot
  }

  /// No header where the first row has numbers or dates in every column that has them below.
  func foundHeader(decimal: UInt8) -> Bool {
    guard let first = rows.first, rows.count > 1, !isCounting(first) else { return true }
    var typedCount = 0
    for column in 0..<columnCount {
      var typed = 0
      var observed = 0
      for row in rows.dropFirst() {
        let shape = CellShape(row.fields[column])
        if shape.isMissing { continue }
        observed += 1
        if shape.isTyped(decimal: decimal) { typed += 1 }
      }
      guard observed > 0, 10 * typed >= 9 * observed else { continue }
      let name = CellShape(first.fields[column])
      if name.isMissing { continue }
      if !name.isTyped(decimal: decimal) { return true }
      typedCount += 1
    }
    return typedCount == 0
  }
}

/// Whether a row counts up by one, as names do that a program has made.
private func isCounting(_ row: LenientRecords.Record) -> Bool {
  let numbers = row.fields.map { Int(String(decoding: $0, as: UTF8.self)) }
  return numbers.count > 1
    && zip(numbers, numbers.dropFirst()).allSatisfy { first, second in
      first.map { second == $0 + 1 } ?? false
    }
}

/// What a cell looks like.
struct CellShape {
  enum Kind: Equatable {
    case empty
    case integer
    case dotNumber
    /// With a decimal comma, and so many digits behind it.
    case commaNumber(places: Int)
    /// Digits with the separators of dates and times.
    case date
    /// Letters, digits and few others, no blanks.
    case word
    case text
  }

  let kind: Kind
  private let isNamedMissing: Bool

  init(_ field: [UInt8]) {
    let inner = field.span.extracting(trimmedRange(field.span))
    isNamedMissing = ["NA", "N/A", "n/a", "None", "null", "NULL", "NaN", "nan", "?", "-"]
      .contains { $0.utf8.count == inner.count && Array($0.utf8) == inner.array }
    kind = Self.kind(inner)
  }

  var isMissing: Bool { kind == .empty || isNamedMissing }

  func isTyped(decimal: UInt8) -> Bool {
    switch kind {
    case .integer, .date: true
    case .dotNumber: decimal == UInt8(ascii: ".")
    case .commaNumber: decimal == UInt8(ascii: ",")
    default: false
    }
  }

  /// From 0 to 1: how sure it is that the cell is one thing.
  var simplicity: Double {
    switch kind {
    case .empty, .integer, .dotNumber, .commaNumber, .date: 1
    case .word: isNamedMissing ? 1 : 0.95
    case .text: 0.6
    }
  }

  private static func kind(_ cell: Span<UInt8>) -> Kind {
    if cell.isEmpty { return .empty }
    if DecimalText.value(of: cell) != nil {
      var isInteger = true
      for offset in cell.indices where !(0x30...0x39 ~= cell[offset]) && offset > 0 {
        isInteger = false
      }
      return isInteger ? .integer : .dotNumber
    }
    var digits = 0
    var letters = 0
    var commas = 0
    var lastComma = 0
    var dateMarks = 0
    var others = 0
    for offset in cell.indices {
      switch cell[offset] {
      case 0x30...0x39: digits += 1
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), 0x80...:
        letters += 1
      case UInt8(ascii: ","):
        commas += 1
        lastComma = offset
      case UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "."):
        dateMarks += 1
      case UInt8(ascii: "_"): letters += 1
      default: others += 1
      }
    }
    let isSigned = cell[0] == UInt8(ascii: "-") || cell[0] == UInt8(ascii: "+")
    if commas == 1 && digits > 0 && digits + 1 + (isSigned ? 1 : 0) == cell.count {
      return .commaNumber(places: cell.count - 1 - lastComma)
    }
    if commas == 0 && others <= 1 && letters <= 2 && digits >= 3 && dateMarks >= 1
      && !(letters > 0 && dateMarks < 2)
    {
      return .date
    }
    return commas == 0 && others == 0 ? .word : .text
  }
}

private func trimmedRange(_ cell: Span<UInt8>) -> Range<Int> {
  var start = 0
  var end = cell.count
  while start < end, cell[start] == 0x20 || cell[start] == 0x09 { start += 1 }
  while start < end, cell[end - 1] == 0x20 || cell[end - 1] == 0x09 { end -= 1 }
  return start..<end
}
