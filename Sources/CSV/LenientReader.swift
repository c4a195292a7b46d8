import Files

/// Reads any text as records, whatever its faults: what `aepca csv` shows of a file.
///
/// Text is kept as it is, rows are padded or cut to as many fields as most have, and what was done is
/// counted. In bounded memory: a record is given up at 64 MiB and then read to the end of its line.
public final class LenientReader {
  private static let recordLimit = 64 << 20

  public let path: String
  public private(set) var names: [String] = []
  public private(set) var notes: [String] = []
  public private(set) var mended = MendedRows()
  /// Records with a quote where none may stand.
  public private(set) var strayQuoteCount = 0

  /// Whether rows with too few or too many fields are left out.
  public var skipsRaggedRows = false

  /// What was wrong with the records read so far, and what became of them.
  public var faults: [String] {
    let stray =
      strayQuoteCount == 1 ? "1 row had a stray quote" : "\(strayQuoteCount) rows had a stray quote"
    return mended.notes + (strayQuoteCount > 0 ? ["\(stray), taken as text"] : [])
  }

  private let source: any ByteSource
  private let records: LenientRecords
  private let columnCount: Int
  private let dropsBlanksInFront: Bool
  private var buffer: [UInt8] = []
  private var start = 0
  private var count = 0
  private var isAtEnd = false
  private var line: Int

  /// Reads the header, where there is one.
  public init(_ source: CSVSource) throws {
    self.source = source.bytes
    path = source.bytes.name
    let dialect = source.dialect
    line = dialect.skippedLines + 1
    // Escapes were taken out on the way here.
    records = LenientRecords(
      delimiter: dialect.delimiter, quote: dialect.quote, escape: nil,
      expectedCount: dialect.columnCount)
    columnCount = dialect.columnCount
    dropsBlanksInFront = dialect.hasBlanksAfterDelimiter
    if dialect.hasHeader {
      guard let header = try nextRecord() else { return }
      (names, notes) = ColumnNames.unique(
        fitted(header).map { String(decoding: $0, as: UTF8.self) })
    } else {
      names = (1...columnCount).map { "column_\($0)" }
    }
  }

  /// Replaces the block's contents by the next records; false at the end of the file.
  ///
  /// - Throws: `FileError` when the file cannot be read.
  public func read(into block: inout RecordBlock) throws(FileError) -> Bool {
    block.removeAll()
    block.columnCount = columnCount
    while block.bytes.count < 1 << 18 {
      guard let record = try nextRecord() else { break }
      if skipsRaggedRows && record.fields.count != columnCount {
        mended.skip(line: recordLine)
        continue
      }
      block.lines.append(recordLine)
      for field in fitted(record) {
        block.bytes.append(contentsOf: field)
        block.fieldEnds.append(block.bytes.count)
      }
    }
    return block.recordCount > 0
  }

  private var recordLine = 1

  private func fitted(_ record: LenientRecords.Record) -> [[UInt8]] {
    var fields = record.fields
    if dropsBlanksInFront {
      for column in fields.indices.dropFirst() where !record.isQuoted[column] {
        fields[column].removeFirst(fields[column].prefix { $0 == 0x20 }.count)
      }
    }
    if fields.count < columnCount {
      mended.pad(line: recordLine)
      fields += Array(repeating: [], count: columnCount - fields.count)
    } else if fields.count > columnCount {
      mended.cut(line: recordLine)
      fields.removeLast(fields.count - columnCount)
    }
    return fields
  }

  private func nextRecord() throws(FileError) -> LenientRecords.Record? {
    while true {
      if start == count && isAtEnd { return nil }
      var record = records.record(
        in: buffer.span.extracting(0..<count), at: start, isAtEnd: isAtEnd)
      // A malformed record was looked at to its last byte, so it needs no more than a line after it.
      let needsMore =
        record.isOpen || record.end == count || record.isMalformed && !hasLineAfter(record)
      if needsMore && !isAtEnd && count - start < Self.recordLimit {
        try fill()
        continue
      }
      if count - start >= Self.recordLimit && record.isOpen {
        record = LenientRecords(
          delimiter: records.delimiter, quote: nil, escape: nil, expectedCount: nil
        ).record(in: buffer.span.extracting(0..<count), at: start, isAtEnd: true)
      }
      recordLine = line
      line += lineEnds(in: buffer.span.extracting(start..<record.end))
      start = record.end
      if record.isEmptyLine { continue }
      if record.isMalformed { strayQuoteCount += 1 }
      return record
    }
  }

  private func hasLineAfter(_ record: LenientRecords.Record) -> Bool {
    count - record.end > 1 << 16
  }

  private func fill() throws(FileError) {
    let size = max(1 << 20, count - start)
    if start > 0 {
      buffer.removeFirst(start)
      count -= start
      start = 0
    }
    if buffer.count < count + size {
      buffer.append(contentsOf: repeatElement(0, count: count + size - buffer.count))
    }
    let target = count + size
    while count < target {
      let read = try source.read(into: &buffer, count..<target)
      if read == 0 {
        isAtEnd = true
        return
      }
      count += read
    }
  }
}
