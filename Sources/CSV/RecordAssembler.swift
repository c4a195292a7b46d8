/// Puts the fields that libcsv calls out together into records, and counts lines.
///
/// libcsv says nothing of lines: those that ends of records and empty lines make are counted as
/// they come, those inside quoted fields when the field is complete.
struct RecordAssembler {
  /// A record with more fields is refused: a file without line ends would become one record.
  static let fieldCountLimit = 1 << 20

  private(set) var records = RecordBlock()
  /// The line that the next byte stands on; inside a field, the line on which the field begins.
  var line = 1
  /// The first thing that went wrong, its column from 0; nothing is taken in after it.
  var failure: (problem: CSVError.Problem, line: Int, column: Int?)?
  /// Where the fields that end next come from.
  private var piece = Piece()

  /// What is known of the bytes being parsed, so that most fields need no second look.
  struct Piece {
    var hasQuotes = true
    var isASCII = false
    /// Whether its first field began in an earlier piece, of which nothing is known any more.
    var isInField = true
  }

  /// What was done to records with another number of fields than the first.
  private(set) var mended = MendedRows()
  private let inHeader: Bool
  private let raggedRows: CSVFormat.RaggedRows
  private var expectedCount: Int?
  private var fieldCount = 0
  private var firstLine = 1
  private var lastWasCarriageReturn = false
  /// Empty lines of a one-column file: missing values if a record follows, else the file's end.
  var emptyLineCount = 0

  init(inHeader: Bool, raggedRows: CSVFormat.RaggedRows, expectedCount: Int? = nil) {
    self.inHeader = inHeader
    self.raggedRows = raggedRows
    self.expectedCount = expectedCount
  }

  mutating func beginPiece(_ piece: Piece) { self.piece = piece }

  /// - Parameter field: Without an address when the field was empty and not quoted.
  mutating func endField(_ field: UnsafeRawBufferPointer) {
    guard failure == nil else { return }
    if fieldCount == 0 { beginRecord() }
    if fieldCount == Self.fieldCountLimit {
      failure = (.tooManyFields(limit: Self.fieldCountLimit), firstLine, nil)
      return
    }
    if !piece.isASCII || piece.isInField, let invalid = unsafe firstInvalidByte(field) {
      failure = (
        .invalidUTF8(byte: invalid.byte, offset: invalid.offset), firstLine, fieldCount
      )
      return
    }
    if piece.hasQuotes || piece.isInField {
      line += unsafe lineEnds(in: field.bindMemory(to: UInt8.self).span)
    }
    piece.isInField = false
    if unsafe field.isEmpty && field.baseAddress != nil {
      records.quotedEmptyFields.append(records.fieldEnds.count)
    }
    unsafe records.bytes.append(contentsOf: field)
    records.fieldEnds.append(records.bytes.count)
    fieldCount += 1
  }

  /// - Parameter terminator: CR, LF, or negative at the end of the file.
  mutating func endLine(_ terminator: Int32) {
    guard failure == nil else { return }
    defer { lastWasCarriageReturn = terminator == 0x0D }
    if fieldCount == 0 {
      if terminator == 0x0A && lastWasCarriageReturn { return }
      line += 1
      if expectedCount == 1 { emptyLineCount += 1 }
      return
    }
    if let expected = expectedCount, expected != fieldCount, raggedRows == .skip {
      mended.skip(line: firstLine)
      removeFields(fieldCount)
      fieldCount = 0
      line += 1
      return
    } else if let expected = expectedCount, expected != fieldCount, raggedRows == .padOrCut {
      mend(toFieldCount: expected)
    } else if let expected = expectedCount, expected != fieldCount {
      let problem = CSVError.Problem.fieldCount(
        expected: expected, found: fieldCount, inHeader: inHeader)
      failure = (problem, firstLine, nil)
      return
    }
    expectedCount = fieldCount
    records.lines.append(firstLine)
    fieldCount = 0
    line += 1
  }

  private mutating func mend(toFieldCount expected: Int) {
    if fieldCount < expected {
      mended.pad(line: firstLine)
      for _ in fieldCount..<expected { records.fieldEnds.append(records.bytes.count) }
    } else {
      mended.cut(line: firstLine)
      removeFields(fieldCount - expected)
    }
    fieldCount = expected
  }

  private mutating func removeFields(_ excess: Int) {
    records.fieldEnds.removeLast(excess)
    records.bytes.removeLast(records.bytes.count - (records.fieldEnds.last ?? 0))
    let count = records.fieldEnds.count
    records.quotedEmptyFields.removeAll { $0 >= count }
  }

  /// Moves the complete records out; the fields of the one that is being read stay.
  mutating func takeRecords(into block: inout RecordBlock) {
    block.removeAll()
    swap(&block, &records)
    block.columnCount = expectedCount ?? 0
    let count = block.recordCount * block.columnCount
    guard block.fieldEnds.count > count else { return }
    let byteCount = count == 0 ? 0 : block.fieldEnds[count - 1]
    records.bytes.append(contentsOf: block.bytes[byteCount...])
    records.fieldEnds.append(contentsOf: block.fieldEnds[count...].lazy.map { $0 - byteCount })
    block.bytes.removeLast(block.bytes.count - byteCount)
    block.fieldEnds.removeLast(block.fieldEnds.count - count)
    let empties = block.quotedEmptyFields
    let kept = empties.lastIndex { $0 < count }.map { $0 + 1 } ?? 0
    records.quotedEmptyFields = empties[kept...].map { $0 - count }
    block.quotedEmptyFields.removeLast(empties.count - kept)
  }

  private mutating func beginRecord() {
    firstLine = line
    guard emptyLineCount > 0 else { return }
    for before in stride(from: emptyLineCount, to: 0, by: -1) {
      records.fieldEnds.append(records.bytes.count)
      records.lines.append(line - before)
    }
    emptyLineCount = 0
  }

  private func firstInvalidByte(
    _ field: UnsafeRawBufferPointer
  ) -> (byte: UInt8, offset: Int)? {
    let bytes = unsafe field.bindMemory(to: UInt8.self)
    do {
      _ = unsafe try UTF8Span(validating: bytes.span)
      return nil
    } catch {
      let offset = error.byteOffsets.lowerBound
      return unsafe (bytes[offset], offset)
    }
  }
}

/// How many lines end in a field: LF, CRLF and a lone CR each end one.
func lineEnds(in bytes: Span<UInt8>) -> Int {
  var count = 0
  for offset in bytes.indices {
    let byte = bytes[offset]
    if byte > 0x0D { continue }
    if byte == 0x0A {
      count += 1
    } else if byte == 0x0D {
      let isPair = offset + 1 < bytes.count && bytes[offset + 1] == 0x0A
      if !isPair { count += 1 }
    }
  }
  return count
}
