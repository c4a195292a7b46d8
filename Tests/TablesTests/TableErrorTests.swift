import CSV
import Files
import Tables
import Testing

/// Nineteen numbers, so that one word more is one cell in twenty.
let numbers = (0..<19).map { "\($0).5" }

@Test func `a word among numbers is an error with its place and its remedies`() {
  #expect(
    failure { try column(numbers + ["abc"]) }
      == "data.csv:21: column 'x': expected a number, found 'abc';"
      + " --missing abc takes it as missing, --kind x=category takes all as words")
  #expect(
    failure { try column(["not known"] + numbers, name: "my age") }
      == "data.csv:2: column 'my age': expected a number, found 'not known';"
      + " --missing 'not known' takes it as missing, --kind 'my age=category' takes all as words")
  #expect(
    failure { try column(numbers + ["--"]) }
      == "data.csv:21: column 'x': expected a number, found '--';"
      + " --missing=-- takes it as missing, --kind x=category takes all as words")
  #expect(
    failure { try column(numbers + ["it's"]) }
      == "data.csv:21: column 'x': expected a number, found 'it's';"
      + " --missing 'it'\\''s' takes it as missing, --kind x=category takes all as words")
}

@Test func `the share of numbers decides`() throws {
  #expect(try column(Array(repeating: "1", count: 8) + ["a"]).schema.kind == .category)
  #expect(failure { try column(Array(repeating: "1", count: 9) + ["a"]) }.contains("a number"))
  #expect(failure { try column(["a"] + Array(repeating: "1", count: 9)) }.contains("a number"))
  // Missing cells are not observed.
  #expect(
    try column(Array(repeating: "1", count: 8) + ["a", "", "", "-"]).schema.kind == .category)
  #expect(
    try column(numbers + ["abc"], TableReadingOptions(missingWords: ["abc"])).missingCount == 1)
}

@Test(arguments: ["inf", "-Infinity", "1e999"])
func `a number that is not finite is refused`(word: String) {
  let remedies = "takes it as missing, --kind x=category takes all as words"
  let missing = word.hasPrefix("-") ? "--missing=\(word)" : "--missing \(word)"
  for (cells, line) in [(["1", word], 3), ([word, "1"], 2), ([word], 2), (numbers + [word], 21)] {
    #expect(
      failure { try column(cells) }
        == "data.csv:\(line): column 'x': expected a finite number, found '\(word)';"
        + " \(missing) \(remedies)")
  }
}

@Test func `hexadecimal is no number`() throws {
  #expect(
    failure { try column(numbers + ["0x1F"]) }
      == "data.csv:21: column 'x': expected a number, found '0x1F';"
      + " --missing 0x1F takes it as missing, --kind x=category takes all as words")
  #expect(try column(["0x1F", "0x2A"]).schema.kind == .identifier)
}

@Test func `a long cell is shown in part, on one line`() {
  let cell = "\"" + String(repeating: "a\n", count: 100) + "\""
  let shown = String(repeating: "a ", count: 20) + "…"
  #expect(
    failure { try column(numbers + [cell]) }
      == "data.csv:21: column 'x': expected a number, found '\(shown)';"
      + " --missing '\(shown)' takes it as missing, --kind x=category takes all as words")
}

@Test func `what is not a date among dates is an error`() {
  let dates = (10..<28).map { "2024-01-\($0)" }
  for word in ["soon", "2024-02-30", "2024/01/01", "01.02.2024", "2024-01-01T00:00"] {
    #expect(
      failure { try column(dates + [word]) }
        == "data.csv:20: column 'x': expected a date as YYYY-MM-DD, found '\(word)';"
        + " --missing \(word) takes it as missing, --kind x=category takes all as words")
  }
  let options = TableReadingOptions(kinds: ["x": .date])
  #expect(
    failure { try column(["1.1.70"], options) }
      == "data.csv:2: column 'x': expected a date as YYYY-MM-DD, found '1.1.70';"
      + " --missing 1.1.70 takes it as missing, --kind x=category takes all as words")
}

@Test func `a kind that does not fit is an error`() {
  #expect(
    failure { try column(["1", "a"], TableReadingOptions(kinds: ["x": .number])) }
      == "data.csv:3: column 'x': expected a number, found 'a';"
      + " --missing a takes it as missing, --kind x=category takes all as words")
  #expect(
    failure { try column(["a", "b", "c"], TableReadingOptions(kinds: ["x": .boolean])) }
      == "data.csv: column 'x': expected two words such as no and yes, found a, b, c")
  let many = (0..<12).map { "\($0)" }
  #expect(
    failure { try column(many, TableReadingOptions(kinds: ["x": .boolean])) }
      == "data.csv: column 'x': expected two words such as no and yes,"
      + " found 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more")
}

@Test func `a column that an option names must be there`() {
  #expect(
    failure { try table("a,b\n1,2\n", TableReadingOptions(kinds: ["c": .number])) }
      == "data.csv: column 'c': named by --kind, found only a, b")
  #expect(
    failure { try table("a,b\n1,2\n", TableReadingOptions(excludedColumns: ["c"])) }
      == "data.csv: column 'c': named by --exclude, found only a, b")
}

@Test func `a header without rows is no table`() {
  #expect(failure { try table("a,b\n") } == "data.csv: expected rows below the header, found none")
  let schema = TableSchema(columns: [ColumnSchema(name: "a", kind: .number)])
  #expect(
    failure { try stream("a,b\n", as: schema) }
      == "data.csv: expected rows below the header, found none")
}

@Test func `errors of the records come through`() {
  #expect(
    failure { try table("a,b\n1\n") }
      == "data.csv:2: expected 2 fields as in the header, found 1")
  #expect(
    failure { try TableReader(path: "no such.csv") } == "no such.csv: no such file")
}

/// A file that another program shortens between the two passes.
private final class ShrinkingSource: ByteSource {
  let name = "data.csv"
  let canRewind = true
  private var texts = ["a\n1\nb\nb\n", "a\n1\nb\n"]
  private var current: [UInt8] = []

  func read(into buffer: inout [UInt8], _ range: Range<Int>) throws(FileError) -> Int {
    let count = min(range.count, current.count)
    buffer.replaceSubrange(range.lowerBound..<range.lowerBound + count, with: current.prefix(count))
    current.removeFirst(count)
    return count
  }

  func rewind() throws(FileError) { current = Array(texts.removeFirst().utf8) }
}

@Test func `a file that changes while it is read is refused`() {
  var reader = TableReader(source: ShrinkingSource())
  #expect(
    failure { try reader.readAll() }
      == "data.csv: expected the file to stay as it is, found it changed while it was read")
}
