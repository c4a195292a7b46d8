import CSV
import Files
import Glibc
import LinearAlgebra
import Testing

/// What is written to the writer, as the file's text.
func written(_ work: (inout CSVWriter) throws -> Void) throws -> String {
  var template = Array("\(P_tmpdir)/aepca-tests-XXXXXX".utf8CString)
  let descriptor = unsafe mkstemp(&template)
  try #require(descriptor >= 0)
  close(descriptor)
  let path = String(
    decoding: template.dropLast().map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
  defer { unsafe unlink(path) }
  var writer = CSVWriter(to: try OutputFile(path: path))
  try work(&writer)
  try writer.commit()
  return String(decoding: try InputFile(path: path).readAll(), as: UTF8.self)
}

@Test func `quotes stand only where they are needed`() throws {
  let text = try written { writer in
    for field in ["a", "b c", " d ", "e,f", "g\"h", "i\nj", "k\rl", "", "é;\t'"] {
      writer.write(field)
    }
    try writer.endRecord()
  }
  #expect(text == "a,b c, d ,\"e,f\",\"g\"\"h\",\"i\nj\",\"k\rl\",,é;\t'\n")
}

@Test func `numbers are as short as they can be`() throws {
  let text = try written { writer in
    for number in [0.1, 1, -2, 100_000, 1e15, 1e22, 1.5e-7, -0.0, 1 / 3, .nan] as [Double] {
      writer.write(number)
    }
    for number in [0.1, 1 / 3, 16_777_216, .nan] as [Float] { writer.write(number) }
    writer.writeMissing()
    try writer.endRecord()
  }
  #expect(
    text == "0.1,1,-2,100000,1e+15,1e+22,1.5e-07,-0,0.3333333333333333,,0.1,0.33333334,16777216,,\n"
  )
}

@Test func `an empty record of one field is not an empty line`() throws {
  let text = try written { writer in
    for field in ["a", "", "b"] {
      writer.write(field)
      try writer.endRecord()
    }
    writer.write(Double.nan)
    try writer.endRecord()
  }
  #expect(text == "a\n\"\"\nb\n\"\"\n")
  #expect(try read(text).rows == [[""], ["b"], [""]])
}

@Test func `random numbers read back to the same bits`() throws {
  var generator = SeededGenerator(seed: 2)
  let doubles = (0..<20_000).map { _ in Double(bitPattern: generator.next()) }
    .filter(\.isFinite)
  let floats = doubles.map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: generator.next())) }
    .map { $0.isFinite ? $0 : 0 }
  let text = try written { writer in
    writer.write("double")
    writer.write("float")
    try writer.endRecord()
    for (double, float) in zip(doubles, floats) {
      writer.write(double)
      writer.write(float)
      try writer.endRecord()
    }
  }
  let rows = try read(text).rows
  #expect(rows.map { value($0[0])?.bitPattern } == doubles.map(\.bitPattern))
  #expect(rows.map { Float($0[1])?.bitPattern } == floats.map(\.bitPattern))
}

/// Random records, long enough to fill the writer's buffer several times.
@Test func `what is written reads back the same`() throws {
  var generator = SeededGenerator(seed: 3)
  let pieces = ["a", ",", "\"", "\n", "\r", "\r\n", " ", "é", "𝄞", "1.5", "\t", ""]
  for columnCount in [1, 2, 5] {
    let rows = (0..<20_000).map { _ in
      (0..<columnCount).map { _ in
        (0..<generator.integer(below: 8)).map { _ in
          pieces[generator.integer(below: pieces.count)]
        }.joined()
      }
    }
    let text = try written { writer in
      for row in [(0..<columnCount).map { "c\($0)" }] + rows {
        for field in row { writer.write(field) }
        try writer.endRecord()
      }
    }
    #expect(try read(text).rows == rows)
  }
}

@Test func `text that may be a formula gets an apostrophe when that is asked for`() throws {
  let cells: [(text: String, expected: String)] = [
    ("=1+1", "'=1+1"), ("+cmd", "'+cmd"), ("-x", "'-x"), ("@SUM(A1)", "'@SUM(A1)"),
    ("\tx", "'\tx"), ("\rx", "\"'\rx\""), ("=\"a\"", "\"'=\"\"a\"\"\""), ("=a,b", "\"'=a,b\""),
    ("-1.5", "-1.5"), ("+2e3", "+2e3"), ("-", "-"), ("a=1", "a=1"), ("", ""), ("-1-1", "'-1-1"),
  ]
  for escapes in [false, true] {
    let text = try written { writer in
      writer.escapesFormulas = escapes
      for cell in cells {
        writer.write(cell.text)
        writer.write(-1.0)
        try writer.endRecord()
      }
    }
    #expect(text.contains("'=1+1") == escapes)
    if escapes { #expect(text == cells.map { "\($0.expected),-1\n" }.joined()) }
  }
}
