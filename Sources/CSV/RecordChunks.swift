import CCharConversion
import Files

/// Some consecutive whole records of a file, as they stand in it.
package struct RecordChunk: Sendable {
  /// The records, and bytes behind them that are not theirs.
  var bytes: [UInt8]
  var count: Int
  /// Whether no end of a record was found in more bytes than a record may have.
  var isTorn = false

  /// How many lines are not empty and end outside quotes: of a well-formed file its records, but for those of
  /// empty lines.
  package func lineCount(quote: UInt8?) -> Int {
    unsafe bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return 0 }
      return unsafe aepca_line_count(
        base.assumingMemoryBound(to: CChar.self), count, CChar(bitPattern: quote ?? 0))
    }
  }
}

/// Reads a file's first record, and cuts the rest into chunks of whole records.
///
/// A chunk ends with a line end that an even number of quotes come before since its start. In what
/// RFC 4180 allows, quotes open and close in turn, so that is exactly the end of a record; where a
/// file breaks the rules, the fault lies in the chunk that ends there or before, and the
/// reader of the chunk comes upon it. No later chunk is then of interest.
package final class RecordChunks: @unchecked Sendable {
  /// A record longer than this is refused: it would have to be held as a whole.
  static let recordLimit = 128 << 20

  package let path: String
  /// One for each column, all different and none empty.
  package private(set) var names: [String] = []
  package private(set) var originalNames: [String] = []
  /// What was changed to make ``names`` of the header, one sentence each.
  package var notes: [String] = []
  /// How the file is written, where that was looked for.
  package var dialect: Dialect?
  package private(set) var columnCount = 0
  /// The line on which the first chunk begins, from 1.
  package private(set) var firstLine: Int
  /// Whether all that is left is in memory already.
  package private(set) var isAtEnd = false

  private let source: any ByteSource
  private let format: CSVFormat
  private let chunkSize: Int
  /// Bytes read and not given out: those from `start` to `count`.
  private var buffer: [UInt8]
  private var start = 0
  private var count = 0
  private var isGivenOut = false

  /// - Throws: ``CSVError`` or `FileError` when the first record cannot be read.
  package init(
    _ source: any ByteSource, format: CSVFormat = CSVFormat(), chunkSize: Int = 1 << 20
  ) throws {
    precondition(chunkSize > 0, "chunks have at least one byte")
    self.source = source
    self.format = format
    self.chunkSize = chunkSize
    path = source.name
    firstLine = format.firstLine
    // The first piece has to hold a whole byte order mark.
    buffer = [UInt8](repeating: 0, count: Self.capacity(max(chunkSize, 4)))
    try fill(to: max(chunkSize, 4))
    start = try ByteOrderMark.length(at: buffer.prefix(count), path: path)
    try readFirstRecord()
  }

  /// The next chunk; nil after the last.
  ///
  /// - Throws: `FileError` when the file cannot be read.
  package func next() throws(FileError) -> RecordChunk? {
    if isGivenOut { return nil }
    var isOpen = false
    /// Bytes that were searched for the end of a record, and the end of the last one.
    var searched = start
    var end = 0
    var target = start + chunkSize
    while true {
      try fill(to: target)
      if isAtEnd {
        isGivenOut = true
        if start == count { return nil }
        defer { buffer = [] }
        return RecordChunk(bytes: trimmedBuffer(), count: count - start)
      }
      let found = lastRecordEnd(searched..<count, UInt8(ascii: "\n"), &isOpen)
      if found > 0 { end = searched + found }
      searched = count
      if end == 0 {
        // A file whose lines end in CR alone; the last byte may be the first half of CRLF.
        var isOpenFromStart = false
        let carriage = lastRecordEnd(start..<count - 1, 0x0D, &isOpenFromStart)
        if carriage > 0 { end = start + carriage }
      }
      if end > start { return take(upTo: end) }
      if count - start > Self.recordLimit {
        isGivenOut = true
        defer { buffer = [] }
        return RecordChunk(bytes: trimmedBuffer(), count: count - start, isTorn: true)
      }
      target = count + max(chunkSize, count - start)
    }
  }

  private func take(upTo end: Int) -> RecordChunk {
    let rest = count - end
    let size = Self.capacity(max(chunkSize, rest))
    // What lies behind the rest is read over by the file or belongs to no record, so nothing has to clear it.
    let next = unsafe [UInt8](unsafeUninitializedCapacity: size) { next, initializedCount in
      for offset in 0..<rest { unsafe next[offset] = buffer[end + offset] }
      initializedCount = size
    }
    let chunk = RecordChunk(bytes: trimmedBuffer(), count: end - start)
    buffer = next
    start = 0
    count = rest
    return chunk
  }

  /// The buffer without what was given out before, which only the first chunk has.
  private func trimmedBuffer() -> [UInt8] {
    start == 0 ? buffer : Array(buffer[start...])
  }

  private static func capacity(_ size: Int) -> Int { size + Int(AEPCA_PLAIN_ROWS_PADDING) }

  private func fill(to target: Int) throws(FileError) {
    if buffer.count < Self.capacity(target) {
      buffer.append(
        contentsOf: repeatElement(0, count: Self.capacity(target) - buffer.count))
    }
    // A pipe gives a few bytes at a time.
    while count < target && !isAtEnd {
      let read = try source.read(into: &buffer, count..<target)
      if read == 0 { isAtEnd = true }
      count += read
    }
  }

  private func lastRecordEnd(_ range: Range<Int>, _ end: UInt8, _ isOpen: inout Bool) -> Int {
    guard !range.isEmpty else { return 0 }
    return unsafe buffer.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return 0 }
      return unsafe aepca_last_record_end(
        (base + range.lowerBound).assumingMemoryBound(to: CChar.self), range.count,
        CChar(bitPattern: format.quote ?? 0), CChar(bitPattern: end), &isOpen)
    }
  }

  /// Lets libcsv read line by line until it has a record.
  private func readFirstRecord() throws {
    let parser = try RecordParser(format, path: path)
    var position = start
    while !parser.hasRecords {
      if let failure = parser.failure {
        throw CSVError(failure.problem, path: path, line: failure.line)
      }
      if position == count {
        if isAtEnd {
          parser.finish()
          if parser.failure == nil && !parser.hasRecords { throw CSVError(.emptyFile, path: path) }
          continue
        }
        try fill(to: count + chunkSize)
        continue
      }
      let end = buffer[position..<count].firstIndex { $0 == 0x0A || $0 == 0x0D }
      let next = end.map { $0 + 1 } ?? count
      parser.parse(buffer.span.extracting(position..<next))
      position = next
    }
    var first = RecordBlock()
    parser.takeRecords(into: &first)
    columnCount = first.columnCount
    guard format.hasHeader else {
      names = (1...columnCount).map { "column_\($0)" }
      skipEmptyLines()
      return
    }
    originalNames = (0..<columnCount).map { first.text(0, $0) }
    // Where something is in quotes, the names no longer tell what stood inside them.
    let isQuoted = format.quote.map { buffer[start..<position].contains($0) } ?? false
    var blankNote: String?
    if format.dropsBlanksBeforeNames && !isQuoted {
      (originalNames, blankNote) = ColumnNames.withoutBlanksInFront(originalNames)
    }
    (names, notes) = ColumnNames.unique(originalNames)
    if let blankNote { notes.insert(blankNote, at: 0) }
    if position == count && !isAtEnd { try fill(to: count + chunkSize) }
    if buffer[position - 1] == 0x0D && position < count && buffer[position] == 0x0A {
      position += 1
    }
    start = position
    firstLine = parser.line
  }

  /// Passes over the empty lines before the first record, which are in memory with it.
  private func skipEmptyLines() {
    while start < count, buffer[start] == 0x0A || buffer[start] == 0x0D {
      let isPair = buffer[start] == 0x0D && start + 1 < count && buffer[start + 1] == 0x0A
      start += isPair ? 2 : 1
      firstLine += 1
    }
  }
}
