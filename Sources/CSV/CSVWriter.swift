import CCharConversion
import Files

/// Writes records as CSV: RFC 4180 with LF, quotes only where they are needed.
///
/// The writer owns its file, so that nothing can be committed before its last bytes are in it.
public struct CSVWriter: ~Copyable {
  /// As many bytes as ``OutputFile`` passes on without a copy of its own.
  private static let bufferCapacity = 1 << 18

  private var output: OutputFile
  public let style: CSVStyle
  /// Whether an apostrophe goes before text that a spreadsheet program may take for a formula.
  public var escapesFormulas = false
  private let pool: TaskPool
  private let parts = NumberParts()
  private var buffer: [UInt8] = []
  private var fieldCount = 0
  private var recordStart = 0

  public init(to output: consuming OutputFile, delimiter: UInt8 = UInt8(ascii: ",")) {
    self.init(to: output, style: CSVStyle(delimiter: delimiter))
  }

  public init(to output: consuming OutputFile, style: CSVStyle) {
    self.output = output
    self.style = style
    pool = TaskPool(threads: max(1, style.threads))
    buffer.reserveCapacity(Self.bufferCapacity + 4096)
  }

  /// Adds a field of UTF-8 text.
  public mutating func write(_ text: Span<UInt8>) {
    beginField()
    var needsQuotes = false
    for offset in text.indices {
      let byte = text[offset]
      if byte == UInt8(ascii: "\"") || byte == style.delimiter || byte == 0x0A || byte == 0x0D {
        needsQuotes = true
        break
      }
    }
    let isEscaped = escapesFormulas && Formula.isPossible(text)
    guard needsQuotes else {
      if isEscaped { buffer.append(UInt8(ascii: "'")) }
      unsafe text.withUnsafeBufferPointer { unsafe buffer.append(contentsOf: $0) }
      return
    }
    buffer.append(UInt8(ascii: "\""))
    if isEscaped { buffer.append(UInt8(ascii: "'")) }
    for offset in text.indices {
      if text[offset] == UInt8(ascii: "\"") { buffer.append(UInt8(ascii: "\"")) }
      buffer.append(text[offset])
    }
    buffer.append(UInt8(ascii: "\""))
  }

  /// Adds a field of text.
  public mutating func write(_ text: String) { write(text.utf8Span.span) }

  /// Adds a number, as the shortest text that reads back to the same `Double`; NaN is missing.
  public mutating func write(_ number: Double) {
    beginField()
    if number.isNaN { return }
    if let precision = style.precision {
      unsafe appendNumber { unsafe aepca_text_with_precision(number, Int32(precision), $0) }
    } else {
      unsafe appendNumber { unsafe aepca_text_from_double(number, $0) }
    }
  }

  /// Adds a number, as the shortest text that reads back to the same `Float`; NaN is missing.
  public mutating func write(_ number: Float) {
    beginField()
    if number.isNaN { return }
    if let precision = style.precision {
      unsafe appendNumber { unsafe aepca_text_with_precision(Double(number), Int32(precision), $0) }
    } else {
      unsafe appendNumber { unsafe aepca_text_from_float(number, $0) }
    }
  }

  /// Adds whole records of numbers, of which NaN is missing; no record may have been begun.
  ///
  /// - Parameters:
  ///   - rows: Row by row, `columnCount` numbers each.
  /// - Throws: `FileError` when the file cannot be written.
  public mutating func write(rows: [Double], columnCount: Int) throws(FileError) {
    unsafe try write(rows, columnCount, aepca_rows_from_doubles)
  }

  /// The same for numbers of single precision.
  public mutating func write(rows: [Float], columnCount: Int) throws(FileError) {
    unsafe try write(rows, columnCount, aepca_rows_from_floats)
  }

  private mutating func write<Scalar: Sendable>(
    _ numbers: [Scalar], _ columnCount: Int, _ format: @escaping NumberParts.Formatter<Scalar>
  ) throws(FileError) {
    precondition(fieldCount == 0, "a record of its own was begun")
    precondition(columnCount > 0 && numbers.count % columnCount == 0, "rows are whole")
    try passOn()
    let rowCount = numbers.count / columnCount
    // Some parts for each thread, none too small to be worth a thread or too large for a cache.
    let partSize = min(max(numbers.count / (4 * pool.threadCount), 4096), 32768)
    let partRows = max(1, partSize / columnCount)
    let partCount = (rowCount + partRows - 1) / partRows
    var submittedCount = 0
    for part in 0..<partCount {
      while submittedCount < min(partCount, part + 2 * pool.threadCount + 1) {
        let (number, parts, style) = (submittedCount, parts, style)
        let rows = number * partRows..<min(rowCount, (number + 1) * partRows)
        pool.submit {
          unsafe parts.write(
            number, numbers, rows.lowerBound * columnCount..<rows.upperBound * columnCount,
            columnCount: columnCount, style, format)
        }
        submittedCount += 1
      }
      pool.help { parts.isReady(part) }
      let text = parts.take(part)
      try output.write(text.bytes.span.extracting(0..<text.count))
      parts.giveBack(text)
    }
  }

  /// Adds an empty field.
  public mutating func writeMissing() { beginField() }

  /// Ends the record.
  ///
  /// - Throws: `FileError` when the file cannot be written.
  public mutating func endRecord() throws(FileError) {
    // An empty line would be skipped by most readers.
    if fieldCount == 1 && buffer.count == recordStart {
      buffer.append(UInt8(ascii: "\""))
      buffer.append(UInt8(ascii: "\""))
    }
    buffer.append(0x0A)
    fieldCount = 0
    if buffer.count >= Self.bufferCapacity { try passOn() }
    recordStart = buffer.count
  }

  /// Brings the file to the disk and puts it in its place.
  ///
  /// - Throws: `FileError`; the target is then as it was before.
  public consuming func commit() throws(FileError) {
    try passOn()
    try output.commit()
  }

  /// Hands what was written so far to the system.
  public mutating func flush() throws(FileError) {
    try passOn()
    try output.flush()
  }

  private mutating func passOn() throws(FileError) {
    // Taken out, because a span of it would hold the whole of `self`.
    var full: [UInt8] = []
    swap(&full, &buffer)
    try output.write(full.span)
    full.removeAll(keepingCapacity: true)
    swap(&full, &buffer)
  }

  private mutating func beginField() {
    if fieldCount > 0 { buffer.append(style.delimiter) }
    fieldCount += 1
  }

  private mutating func appendNumber(_ text: (UnsafeMutablePointer<CChar>) -> Int) {
    unsafe withUnsafeTemporaryAllocation(
      of: CChar.self, capacity: Int(AEPCA_NUMBER_TEXT_CAPACITY)
    ) { scratch in
      guard let start = scratch.baseAddress else { return }
      let count = unsafe text(start)
      unsafe buffer.append(contentsOf: UnsafeRawBufferPointer(start: start, count: count))
    }
  }
}
