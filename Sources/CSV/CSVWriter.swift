import CCharConversion
import Files
import Synchronization

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
    unsafe try write(rows, columnCount) {
      unsafe aepca_rows_from_doubles($0, $1, columnCount, $2, $3, $4)
    }
  }

  /// The same for numbers of single precision.
  public mutating func write(rows: [Float], columnCount: Int) throws(FileError) {
    unsafe try write(rows, columnCount) {
      unsafe aepca_rows_from_floats($0, $1, columnCount, $2, $3, $4)
    }
  }

  private typealias RowFormatter<Scalar> =
    @Sendable (UnsafePointer<Scalar>, Int, CChar, Int32, UnsafeMutablePointer<CChar>) -> Int

  private mutating func write<Scalar: Sendable>(
    _ numbers: [Scalar], _ columnCount: Int, _ format: RowFormatter<Scalar>
  ) throws(FileError) {
    precondition(fieldCount == 0, "a record of its own was begun")
    precondition(columnCount > 0 && numbers.count % columnCount == 0, "rows are whole")
    let rowCount = numbers.count / columnCount
    let partCount = max(1, min(pool.threadCount, numbers.count / 4096))
    let parts = TextParts(count: partCount)
    let delimiter = CChar(bitPattern: style.delimiter)
    let precision = Int32(style.precision ?? 0)
    pool.forEach(partCount) { part in
      let rows = rowCount * part / partCount..<rowCount * (part + 1) / partCount
      let capacity = rows.count * columnCount * Int(AEPCA_NUMBER_TEXT_CAPACITY)
      let text = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { text, count in
        guard let start = text.baseAddress else { return }
        count = unsafe numbers.withUnsafeBufferPointer { numbers in
          guard let first = numbers.baseAddress else { return 0 }
          return unsafe start.withMemoryRebound(to: CChar.self, capacity: capacity) {
            unsafe format(
              first + rows.lowerBound * columnCount, rows.count, delimiter, precision, $0)
          }
        }
      }
      parts.set(part, text)
    }
    try flush()
    for part in parts.texts { try output.write(part.span) }
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
    if buffer.count >= Self.bufferCapacity { try flush() }
    recordStart = buffer.count
  }

  /// Brings the file to the disk and puts it in its place.
  ///
  /// - Throws: `FileError`; the target is then as it was before.
  public consuming func commit() throws(FileError) {
    try flush()
    try output.commit()
  }

  private mutating func flush() throws(FileError) {
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

/// What several threads have written, one part each.
private final class TextParts: Sendable {
  private let parts: Mutex<[[UInt8]]>

  init(count: Int) { parts = Mutex(Array(repeating: [], count: count)) }

  func set(_ number: Int, _ text: [UInt8]) { parts.withLock { $0[number] = text } }

  var texts: [[UInt8]] { parts.withLock { $0 } }
}
