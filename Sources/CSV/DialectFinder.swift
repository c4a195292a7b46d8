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
    var best: (trial: DialectTrial, delimiter: UInt8)?
    for delimiter in delimiters {
      let trial = DialectTrial(
        records(delimiter, quote, escape: nil), skipped: dialect.skippedLines)
      // Sentences of as many words each are one column; a table between blanks is mostly numbers.
      if delimiter == UInt8(ascii: " "), hints.delimiter == nil, !trial.isMostlyTyped { continue }
      if best.map({ trial.score > $0.trial.score + 1e-9 }) ?? true { best = (trial, delimiter) }
    }
    guard var (trial, delimiter) = best else { return dialect }
    // Where no delimiter does well the file has one column.
    if trial.score < 0.3 && hints.delimiter == nil { delimiter = UInt8(ascii: ",") }
    if quote != nil && sample.contains(UInt8(ascii: "\\")) {
      let escaped = DialectTrial(
        records(delimiter, quote, escape: UInt8(ascii: "\\")), skipped: dialect.skippedLines)
      if escaped.faultCount < trial.faultCount {
        dialect.escape = UInt8(ascii: "\\")
        trial = escaped
      }
    }
    dialect.delimiter = delimiter
    dialect.columnCount = trial.columnCount
    // With the width known, stray quotes are told from others.
    trial = DialectTrial(
      records(delimiter, quote, escape: dialect.escape, expectedCount: trial.columnCount),
      skipped: dialect.skippedLines, columnCount: trial.columnCount)
    dialect.comment = hints.comment ?? trial.foundComment
    if hints.skippedLines == nil { dialect.skippedLines = trial.preambleLines(dialect.comment) }
    let table = trial.table(from: dialect.skippedLines, comment: dialect.comment)
    dialect.hasBlanksAfterDelimiter = delimiter != UInt8(ascii: " ") && table.hasBlanksInFront
    dialect.decimal = hints.decimal ?? table.foundDecimal(delimiter)
    dialect.hasHeader = hints.hasHeader ?? table.foundHeader(decimal: dialect.decimal)
    // Who says that there is a header means one line.
    if dialect.hasHeader, hints.hasHeader == nil,
      let header = table.foundHeaderLines(decimal: dialect.decimal)
    {
      dialect.headerLines = header.lastLine + 1 - dialect.skippedLines
      dialect.joinedNames = header.names
    }
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
    _ delimiter: UInt8, _ quote: UInt8?, escape: UInt8?, expectedCount: Int? = nil
  ) -> [(line: Int, record: LenientRecords.Record)] {
    let reader = LenientRecords(
      delimiter: delimiter, quote: quote, escape: escape, expectedCount: expectedCount)
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
