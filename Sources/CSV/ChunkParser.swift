import CCharConversion

/// What is wanted of a file's columns.
package struct CellPlan: Sendable {
  package enum Use: UInt8, Sendable {
    case skip
    /// Where all cells of a row are numbers or missing the direct way is taken.
    case number
    case text
  }

  package var uses: [Use]
  /// Words that stand for a missing cell, besides those that always do.
  package var missingWords: [[UInt8]]

  package init(uses: [Use], missingWords: [[UInt8]] = []) {
    self.uses = uses
    self.missingWords = missingWords
  }
}

/// Rows that were read directly: numbers converted, texts by where they stand.
package struct PlainRows: Sendable {
  package let rowCount: Int
  /// The line of the first row in its chunk, from 0; each row takes one.
  package let firstLine: Int
  /// Of each column its place among ``numbers`` or ``starts`` and ``ends``, by its use; -1 if skipped.
  package let places: [Int]
  /// Column by column, `capacity` each, of which `rowCount` are filled.
  let numbers: [Double]
  let starts: [UInt32]
  let ends: [UInt32]
  let capacity: Int
  /// Where the rows begin in the chunk; ``starts`` and ``ends`` count from there.
  package let offset: Int
  /// Of each column the first row with a whole number beyond 2^53, else the greatest number.
  let largeIntegers: [UInt32]
  let uses: [UInt8]

  /// Whether a column was wanted as numbers, else as text.
  package func isNumbers(_ column: Int) -> Bool { uses[column] == CellPlan.Use.number.rawValue }

  /// The line in the chunk, from 0, of a column's first whole number beyond 2^53.
  package func largeInteger(_ column: Int) -> Int? {
    largeIntegers[column] == .max ? nil : firstLine + Int(largeIntegers[column])
  }

  /// The numbers of a column that was wanted as numbers; NaN is missing.
  package func numbers(_ column: Int) -> ArraySlice<Double> {
    let start = places[column] * capacity
    return numbers[start..<start + rowCount]
  }

  /// Where the cells of a column that was wanted as text begin and end in the chunk's bytes, counted from ``offset``.
  package func cells(_ column: Int) -> (starts: ArraySlice<UInt32>, ends: ArraySlice<UInt32>) {
    let start = places[column] * capacity
    return (starts[start..<start + rowCount], ends[start..<start + rowCount])
  }
}

/// The records of a chunk, in order.
package struct ParsedChunk: Sendable {
  package enum Part: Sendable {
    case plain(PlainRows)
    /// Lines counted from 0, at the start of the chunk.
    case records(RecordBlock)

    package var rowCount: Int {
      switch self {
      case .plain(let rows): rows.rowCount
      case .records(let block): block.recordCount
      }
    }
  }

  /// The chunk's own bytes, in which texts of plain rows stand.
  package internal(set) var bytes: [UInt8]
  /// How many of them are the chunk's.
  package let byteCount: Int
  package internal(set) var parts: [Part] = []
  package internal(set) var lineCount = 0
  /// What ended the reading after the last record, its line counted from 0.
  package internal(set) var failure: (problem: CSVError.Problem, line: Int, column: Int?)?
  package internal(set) var mended = MendedRows()
  /// Empty lines at the end of a file of one column, which are records if another one follows.
  var pendingEmptyLines = 0

  package var rowCount: Int { parts.reduce(0) { $0 + $1.rowCount } }
}

/// Reads chunks, the plain stretches directly and all else through libcsv.
///
/// Both ways give the same records: the direct one stops before a row that it does not understand
/// in full, and a stretch from there on, where one ends surely, goes to libcsv.
package struct ChunkParser: Sendable {
  /// How much is given to libcsv before the direct way is tried again.
  private static let stretch = 1 << 14

  let format: CSVFormat
  let path: String
  let columnCount: Int

  package init(_ chunks: RecordChunks, format: CSVFormat) {
    self.format = format
    path = chunks.path
    columnCount = chunks.columnCount
  }

  /// - Parameters:
  ///   - isDirect: Whether plain rows may be read directly; false leaves all to libcsv.
  ///   - pendingEmptyLines: Those that the chunk before has left.
  package func parse(
    _ chunk: consuming RecordChunk, plan: CellPlan, isDirect: Bool = true,
    pendingEmptyLines: Int = 0
  ) -> ParsedChunk {
    let (count, isTorn) = (chunk.count, chunk.isTorn)
    var result = ParsedChunk(bytes: chunk.bytes, byteCount: count)
    let direct = isDirect && !isTorn ? DirectReader(plan, format) : nil
    var parser: RecordParser?
    var offset = 0
    while offset < count {
      if let direct {
        let (rows, length) = direct.read(&result.bytes, offset..<count, line: result.lineCount)
        if rows.rowCount > 0 {
          result.parts.append(.plain(rows))
          result.lineCount += rows.rowCount
          offset += length
          // Full, or before a row that is not plain: that is found out by trying.
          continue
        }
      }
      let end = direct == nil ? count : stretchEnd(result.bytes, offset..<count)
      do {
        if parser == nil {
          parser = try RecordParser(format, path: path, expectedCount: columnCount)
          parser?.pendingEmptyLines = pendingEmptyLines
        }
        guard let parser else { return result }
        parser.line = result.lineCount
        parser.parse(result.bytes.span.extracting(offset..<end))
        if end == count { parser.finish() }
        var block = RecordBlock()
        parser.takeRecords(into: &block)
        if block.recordCount > 0 { result.parts.append(.records(block)) }
        result.lineCount = parser.line
        result.mended = parser.mended
        result.pendingEmptyLines = parser.pendingEmptyLines
        result.failure = parser.failure
        if result.failure != nil { return result }
      } catch {
        result.failure = (error.problem, result.lineCount, nil)
        return result
      }
      offset = end
    }
    if isTorn && result.failure == nil {
      result.failure = (.recordTooLong(limit: RecordChunks.recordLimit), result.lineCount, nil)
    }
    return result
  }

  /// Where a record ends, some way from the start of a range, where one begins.
  private func stretchEnd(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
    let length = min(Self.stretch, range.count)
    var isOpen = false
    let end = unsafe bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return 0 }
      return unsafe aepca_last_record_end(
        (base + range.lowerBound).assumingMemoryBound(to: CChar.self), length,
        CChar(bitPattern: format.quote ?? 0), CChar(bitPattern: UInt8(ascii: "\n")), &isOpen)
    }
    return end > 0 ? range.lowerBound + end : range.upperBound
  }
}
