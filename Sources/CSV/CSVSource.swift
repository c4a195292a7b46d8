import Files

/// A CSV file whose dialect is known: its bytes as a parser wants them.
public struct CSVSource {
  /// UTF-8 without byte order mark, comment lines or backslash escapes, from the header on.
  public let bytes: any ByteSource
  public let dialect: Dialect

  /// Finds the dialect, as far as it is not said, and takes away what a parser does not know.
  ///
  /// - Parameter source: Stands at its front.
  /// - Throws: `FileError` when it cannot be read, ``CSVError`` when it is empty.
  public init(_ source: any ByteSource, hints: DialectHints = DialectHints()) throws {
    let raw = try SampledInput(source, sampleSize: DialectFinder.sampleSize)
    let found = TextEncoding.find(raw.sample)
    let encoding = hints.encoding ?? found.encoding
    raw.skip = found.encoding == encoding ? found.markLength : 0
    let text: any ByteSource =
      encoding == .utf8 ? raw : TranscodedInput(raw, encoding: encoding)
    let sampled =
      encoding == .utf8 ? raw : try SampledInput(text, sampleSize: DialectFinder.sampleSize)
    let sample = Array(sampled.sample.dropFirst(encoding == .utf8 ? raw.skip : 0))
    dialect = DialectFinder(sample, isWhole: sampled.isWhole, hints: hints).find(encoding: encoding)
    if dialect.skippedLines > 0 || dialect.comment != nil || dialect.escape != nil
      || dialect.joinedNames != nil
    {
      bytes = RewrittenInput(sampled, dialect)
    } else {
      bytes = sampled
    }
  }
}

/// A file whose first bytes were looked at before they are read.
final class SampledInput: ByteSource {
  private let source: any ByteSource
  private let first: [UInt8]
  /// Whether the first bytes are all there are.
  let isWhole: Bool
  /// Bytes at the front that are not given out.
  var skip = 0 {
    didSet { position = skip }
  }
  private var position = 0

  init(_ source: any ByteSource, sampleSize: Int) throws(FileError) {
    self.source = source
    var bytes = [UInt8](repeating: 0, count: sampleSize)
    var count = 0
    while count < sampleSize {
      let read = try source.read(into: &bytes, count..<sampleSize)
      if read == 0 { break }
      count += read
    }
    isWhole = count < sampleSize
    bytes.removeLast(sampleSize - count)
    first = bytes
  }

  var sample: ArraySlice<UInt8> { first[...] }
  var name: String { source.name }
  var canRewind: Bool { source.canRewind }

  func read(into buffer: inout [UInt8], _ range: Range<Int>) throws(FileError) -> Int {
    guard position < first.count else { return try source.read(into: &buffer, range) }
    let count = min(range.count, first.count - position)
    buffer.replaceBytes(at: range.lowerBound, with: first, position..<position + count)
    position += count
    return count
  }

  func rewind() throws(FileError) { throw FileError(.readFailed(29), path: name) }
}

/// A file without what libcsv does not know: lines to skip, comments, backslash escapes, a header of several lines.
///
/// A comment leaves an empty line behind, so that lines keep their numbers, and so does a further header line.
final class RewrittenInput: ByteSource {
  private let source: any ByteSource
  private let dialect: Dialect
  private var raw = [UInt8](repeating: 0, count: 1 << 16)
  private var ready: [UInt8] = []
  private var given = 0
  private var linesToSkip: Int
  private var lastWasReturn = false
  private var isAtLineStart = true
  private var isQuoted = false
  private var isComment = false
  private var isEscaped = false
  /// What stands in the place of several header lines.
  private var header: [UInt8] = []

  init(_ source: any ByteSource, _ dialect: Dialect) {
    self.source = source
    self.dialect = dialect
    linesToSkip = dialect.skippedLines
    if let names = dialect.joinedNames {
      linesToSkip += dialect.headerLines
      header = Self.record(of: names, dialect)
      header += Array(repeating: 0x0A, count: dialect.headerLines)
    }
  }

  private static func record(of names: [String], _ dialect: Dialect) -> [UInt8] {
    let fields = names.map { name -> [UInt8] in
      guard let quote = dialect.quote else { return Array(name.utf8) }
      return [quote] + name.utf8.flatMap { $0 == quote ? [quote, quote] : [$0] } + [quote]
    }
    return Array(fields.joined(separator: [dialect.delimiter]))
  }

  var name: String { source.name }
  var canRewind: Bool { false }
  func rewind() throws(FileError) { throw FileError(.readFailed(29), path: name) }

  func read(into buffer: inout [UInt8], _ range: Range<Int>) throws(FileError) -> Int {
    while given == ready.count {
      let count = try source.read(into: &raw, 0..<raw.count)
      if count == 0 { return 0 }
      ready.removeAll(keepingCapacity: true)
      given = 0
      for offset in 0..<count { take(raw[offset]) }
    }
    let count = min(range.count, ready.count - given)
    buffer.replaceBytes(at: range.lowerBound, with: ready, given..<given + count)
    given += count
    return count
  }

  private func take(_ byte: UInt8) {
    let isLineEnd = byte == 0x0A || byte == 0x0D
    if linesToSkip > 0
      || (lastWasReturn && byte == 0x0A && ready.isEmpty && isAtLineStart && isFirst)
    {
      // The second half of CRLF belongs to the line that was skipped.
      if isLineEnd && !(byte == 0x0A && lastWasReturn) { linesToSkip -= 1 }
      lastWasReturn = byte == 0x0D
      return
    }
    if isFirst { ready += header }
    isFirst = false
    lastWasReturn = byte == 0x0D
    if isComment {
      if isLineEnd { isComment = false } else { return }
    }
    if isEscaped {
      isEscaped = false
      // A quote is doubled; a backslash that escapes nothing else stays.
      if byte == dialect.quote {
        ready.append(byte)
      } else if byte != dialect.escape {
        ready.append(dialect.escape ?? 0)
      }
      ready.append(byte)
      isAtLineStart = false
      return
    }
    if let comment = dialect.comment, isAtLineStart, !isQuoted, byte == comment {
      isComment = true
      return
    }
    if isQuoted, byte == dialect.escape {
      isEscaped = true
      return
    }
    if byte == dialect.quote { isQuoted.toggle() }
    isAtLineStart = isLineEnd && !isQuoted
    ready.append(byte)
  }

  private var isFirst = true
}
