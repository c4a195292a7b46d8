import CCharConversion
import Files

/// Writes records as CSV: RFC 4180 with LF, quotes only where they are needed.
///
/// The writer owns its file, so that nothing can be committed before its last bytes are in it.
public struct CSVWriter: ~Copyable {
  /// As many bytes as ``OutputFile`` passes on without a copy of its own.
  private static let bufferCapacity = 1 << 18

  private var output: OutputFile
  private let delimiter: UInt8
  private var buffer: [UInt8] = []
  private var fieldCount = 0
  private var recordStart = 0

  public init(to output: consuming OutputFile, delimiter: UInt8 = UInt8(ascii: ",")) {
    self.output = output
    self.delimiter = delimiter
    buffer.reserveCapacity(Self.bufferCapacity + 4096)
  }

  /// Adds a field of UTF-8 text.
  public mutating func write(_ text: Span<UInt8>) {
    beginField()
    var needsQuotes = false
    for offset in text.indices {
      let byte = text[offset]
      if byte == UInt8(ascii: "\"") || byte == delimiter || byte == 0x0A || byte == 0x0D {
        needsQuotes = true
        break
      }
    }
    guard needsQuotes else {
      unsafe text.withUnsafeBufferPointer { unsafe buffer.append(contentsOf: $0) }
      return
    }
    buffer.append(UInt8(ascii: "\""))
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
    unsafe appendNumber { unsafe aepca_text_from_double(number, $0) }
  }

  /// Adds a number, as the shortest text that reads back to the same `Float`; NaN is missing.
  public mutating func write(_ number: Float) {
    beginField()
    if number.isNaN { return }
    unsafe appendNumber { unsafe aepca_text_from_float(number, $0) }
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
    if fieldCount > 0 { buffer.append(delimiter) }
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
