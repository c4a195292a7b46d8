import CSV
import Files
import Testing

@Test func `a file without a line has no header`() {
  for text in ["", "\n", "\r\n\n\r"] {
    #expect(failure(text) == "data.csv: expected a header line, found an empty file")
    #expect(failure(text, hasHeader: false) == failure(text))
  }
}

@Test func `a record of another length is named by its line`() {
  #expect(
    failure("a,b\n1,2\n3\n") == "data.csv:3: expected 2 fields as in the header, found 1")
  #expect(
    failure("a,b\n\"1\n\n\",2\n3,4,5") == "data.csv:5: expected 2 fields as in the header, found 3")
  #expect(
    failure("1\n2,3\n", hasHeader: false)
      == "data.csv:2: expected 1 field as in the first record, found 2")
}

/// By default libcsv takes the rest of the file into the field.
@Test func `a quote left open is named by the line on which it opens`() {
  let problem = "expected a closing quote, found the end of the file; the quote opens on this line"
  #expect(failure("a,b\n1,2\n\"x\ny\",\"z\n1,2\n") == "data.csv:4: \(problem)")
  #expect(failure("\"") == "data.csv:1: \(problem)")
  #expect(failure("a\n1\n\"\"\"") == "data.csv:3: \(problem)")
}

/// By default libcsv lets `"a"b,c` swallow the rest of the file.
@Test func `text after a closing quote is refused`() {
  let problem =
    "expected the field to end at its closing quote, found more text"
    + " (a quote inside a quoted field is written twice)"
  #expect(failure("a,b\n\"1\n\"2,3\n4,5\n") == "data.csv:3: \(problem)")
  #expect(failure("a,b\n\"1\" ,2\n") == "data.csv:2: \(problem)")
}

@Test func `a quote inside a plain field is refused`() {
  let problem = "expected quotes around the whole field, found one inside it"
  #expect(failure("a,b\n1,2\n5\" wide,3\n") == "data.csv:3: \(problem)")
  #expect(failure("a,b\n1, \"2\"\n") == "data.csv:2: \(problem)")
}

@Test func `a NUL byte is refused where it stands`() {
  for pieceSize in [4, 5, 1000] {
    #expect(
      failure("a,b\n1,\"\n\0\"\n", pieceSize: pieceSize)
        == "data.csv:3: expected UTF-8 text, found a NUL byte")
  }
}

@Test func `bytes that are not UTF-8 are refused with their place`() {
  let latin = Array("name,city\n1,2\nx,Z".utf8) + [0xFC] + Array("rich\n".utf8)
  for pieceSize in [4, 17, 18, 1000] {
    #expect(
      failure(latin, pieceSize: pieceSize)
        == "data.csv:3: column 'city': expected UTF-8 text, found the byte 0xFC as byte 2 of the "
        + "cell (--encoding latin-1 takes any)")
  }
  // A sequence cut short, a lone continuation, an overlong slash, a surrogate half.
  for bytes: [UInt8] in [[0xE2, 0x82], [0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80]] {
    let byte = String(bytes[0], radix: 16, uppercase: true)
    #expect(
      failure(Array("a\n".utf8) + bytes)
        == "data.csv:2: column 'a': expected UTF-8 text, found the byte 0x\(byte) as byte 1 of the "
        + "cell (--encoding latin-1 takes any)")
  }
  #expect(
    failure([0x61, 0x2C, 0xFC])
      .hasPrefix("data.csv:1: expected UTF-8 text, found the byte 0xFC"))
}

@Test func `UTF-16 is refused by name`() {
  for bytes: [UInt8] in [[0xFF, 0xFE, 0x61, 0], [0xFE, 0xFF, 0, 0x61]] {
    #expect(failure(bytes) == "data.csv:1: expected UTF-8 text, found UTF-16")
  }
}

@Test func `a field beyond 64 MiB is refused`() {
  var bytes = [UInt8](repeating: UInt8(ascii: "\n"), count: 65 << 20)
  bytes.replaceSubrange(0..<5, with: "a\n1\n\"".utf8)
  #expect(
    failure(bytes)
      == "data.csv:3: expected fields of at most 67108864 bytes, found a longer one"
      + " (a quote left open?)")
}

@Test func `a record of more than a million fields is refused`() {
  let bytes = [UInt8](repeating: UInt8(ascii: ","), count: 1 << 20)
  #expect(failure(bytes) == "data.csv:1: expected at most 1048576 fields, found more")
}

/// A file whose disk fails after the first line.
private final class FailingSource: ByteSource {
  let name = "data.csv"
  let canRewind = false
  private var isRead = false

  func read(into buffer: inout [UInt8], _ range: Range<Int>) throws(FileError) -> Int {
    if isRead { throw FileError(.readFailed(5), path: name) }
    isRead = true
    buffer.replaceSubrange(range.lowerBound..<range.lowerBound + 4, with: "a\n1\n".utf8)
    return 4
  }

  func rewind() throws(FileError) { throw FileError(.readFailed(5), path: name) }
}

@Test func `a failure of the file comes through`() throws {
  let reader = try CSVReader(FailingSource(), pieceSize: 4)
  var block = RecordBlock()
  #expect(try reader.read(into: &block))
  #expect(throws: FileError(.readFailed(5), path: "data.csv")) {
    _ = try reader.read(into: &block)
  }
}
