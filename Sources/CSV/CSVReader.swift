import Files

/// Reads a CSV file as blocks of records, in bounded memory.
///
/// RFC 4180, strictly: a quote stands around a whole field or is doubled inside one, and all
/// records have as many fields as the first, unless the format mends them. Text is UTF-8, with or without byte order mark; it
/// comes out as it stands in the file, blanks included. Lines end in LF, CRLF or CR. Invalid UTF-8
/// and NUL bytes are refused. An empty line is skipped; in a file of one column it is an empty
/// field, except at the end of the file.
public final class CSVReader {
  /// The path as given, or "standard input".
  public let path: String
  /// One for each column, all different and none empty.
  public private(set) var names: [String] = []
  /// The names as they stand in the header; empty without one.
  public private(set) var originalNames: [String] = []
  /// What was changed to make ``names`` of the header, one sentence each.
  public private(set) var notes: [String] = []

  /// Records read so far that had too few or too many fields, where the format mends them.
  public var mendedRows: MendedRows { parser.mended }

  private let source: any ByteSource
  private let parser: RecordParser
  private let pieceSize: Int
  private var buffer: [UInt8]
  private var isAtStart = true
  private var isAtEnd = false
  /// Records that came with the header's piece.
  private var firstRecords: RecordBlock?

  /// Reads the header, or the first record where there is none.
  ///
  /// - Parameter pieceSize: Bytes read at a time.
  /// - Throws: ``CSVError`` or `FileError` when the first record cannot be read.
  public init(
    _ source: any ByteSource, format: CSVFormat = CSVFormat(), pieceSize: Int = 1 << 18
  ) throws {
    precondition(pieceSize > 0, "pieces have at least one byte")
    self.source = source
    self.pieceSize = pieceSize
    path = source.name
    // The first piece has to hold a whole byte order mark.
    buffer = [UInt8](repeating: 0, count: max(pieceSize, 4))
    parser = try RecordParser(format, path: source.name)
    while !parser.hasRecords {
      try throwFailure()
      if isAtEnd { throw CSVError(.emptyFile, path: path) }
      try parseNextPiece()
    }
    var first = RecordBlock()
    parser.takeRecords(into: &first)
    if format.hasHeader {
      originalNames = (0..<first.columnCount).map { first.text(0, $0) }
      (names, notes) = ColumnNames.unique(originalNames)
      first.removeFirst()
    } else {
      names = (1...first.columnCount).map { "column_\($0)" }
    }
    firstRecords = first.recordCount > 0 ? first : nil
  }

  /// Replaces the block's contents by the next records, reusing its memory.
  ///
  /// - Returns: False at the end of the file.
  /// - Throws: ``CSVError`` or `FileError`, after all records before the bad one were given out.
  public func read(into block: inout RecordBlock) throws -> Bool {
    if let firstRecords {
      block = firstRecords
      self.firstRecords = nil
      return true
    }
    while !parser.hasRecords {
      try throwFailure()
      if isAtEnd {
        block.removeAll()
        return false
      }
      try parseNextPiece()
    }
    parser.takeRecords(into: &block)
    return true
  }

  private func throwFailure() throws(CSVError) {
    guard let failure = parser.failure else { return }
    let column = failure.column.flatMap { $0 < names.count ? names[$0] : nil }
    throw CSVError(failure.problem, path: path, line: failure.line, column: column)
  }

  private func parseNextPiece() throws {
    let size = isAtStart ? max(pieceSize, 4) : pieceSize
    var count = 0
    // A pipe gives a few bytes at a time.
    while count < size {
      let read = try source.read(into: &buffer, count..<size)
      if read == 0 { break }
      count += read
    }
    var start = 0
    if isAtStart {
      start = try ByteOrderMark.length(at: buffer.prefix(count), path: path)
      isAtStart = false
    }
    parser.parse(buffer.span.extracting(start..<count))
    if count < size {
      parser.finish()
      isAtEnd = true
    }
  }
}
