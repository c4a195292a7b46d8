import CSV
import Files
import Tables
import Testing

private func options(_ change: (inout TableReadingOptions) -> Void) -> TableReadingOptions {
  var options = TableReadingOptions(dialect: DialectHints())
  change(&options)
  return options
}

@Test func `decimal commas make numbers`() throws {
  let read = try table("a;b\n1,5;x\n-2,25;x\n3;x\n", options { _ in })
  #expect(read["a"]?.values == .numbers([1.5, -2.25, 3]))
  let mixed = "a;b\n1,5;2\n1.5;3\n" + (0..<20).map { "\($0),5;1\n" }.joined()
  let found = failure { try table(mixed) { $0.dialect?.decimal = UInt8(ascii: ",") } }
  #expect(found.contains("data.csv:3: column 'a': expected a number, found '1.5'"))
}

private func table(_ text: String, _ change: (inout TableReadingOptions) -> Void) throws -> Table {
  try table(text, options(change))
}

@Test func `thousands are separated only when that is said`() throws {
  let text = "a;b\n1.234.567,5;1\n999;2\n-12.000;3\n"
  let read = try table(text) {
    $0.dialect?.decimal = UInt8(ascii: ",")
    $0.thousands = UInt8(ascii: ".")
  }
  #expect(read["a"]?.values == .numbers([1_234_567.5, 999, -12000]))
  #expect(try table(text) { _ in }["a"]?.schema.kind != .number)
}

@Test func `only the columns named are taken`() throws {
  let read = try table("a,b,c\n1,x,2\n3,y,4\n") { $0.includedColumns = ["a", "c"] }
  #expect(read.columns.map(\.name) == ["a", "c"])
  #expect(
    failure { try table("a,b\n1,2\n") { $0.includedColumns = ["z"] } }
      == "data.csv: column 'z': named by --columns, found only a, b")
}

@Test func `ragged rows are padded, cut or left out where that is said`() throws {
  let text = "a,b\n1,2\n3\n4,5,6\n7,8\n"
  #expect(failure { try table(text) { _ in } }.hasPrefix("data.csv:3: expected 2 fields"))
  let padded = try table(text) { $0.format.raggedRows = .padOrCut }
  #expect(padded["b"]?.values == .numbers([2, .nan, 5, 8]))
  var reader = TableReader(
    source: MemoryInput(Array(text.utf8), name: "data.csv"),
    options: options { $0.format.raggedRows = .skip })
  #expect(try reader.readAll()["a"]?.values == .numbers([1, 7]))
  #expect(
    reader.notes == ["2 rows had too few or too many fields and were left out, the first on line 3"]
  )
}

@Test func `a file of another encoding with lines before its header is noted`() throws {
  let text = "made in Zürich\nname;größe\nä;1,5\nö;2,5\n"
  var reader = TableReader(
    source: MemoryInput(text.unicodeScalars.map { UInt8($0.value) }, name: "data.csv"),
    options: options { $0.dialect?.skippedLines = 1 })
  let read = try reader.readAll()
  #expect(read.columns.map(\.name) == ["name", "größe"])
  #expect(
    reader.notes == [
      "read with encoding latin-1, delimiter ';', decimal ',', 1 line before the header skipped"
    ])
  let ragged = failure { try table("x\ny\na,b\n1,2\n3\n") { $0.dialect?.skippedLines = 2 } }
  #expect(ragged.hasPrefix("data.csv:5: expected 2 fields"))
}

@Test func `names lose the blanks after delimiters where every one has some`() throws {
  let files: [(text: String, names: [String], isNoted: Bool)] = [
    ("a, b,  c\n1, 2, 3\n4, 5, 6.5\n", ["a", "b", "c"], true),
    ("a, b,c\n1, 2,3\n4, 5,6.5\n", ["a", " b", "c"], false),
    ("a, b, c\n1,2,3\n4,5,6.5\n", ["a", " b", " c"], false),
    ("a,\" b\",\" c\"\n1, 2, 3\n4, 5, 6.5\n", ["a", " b", " c"], false),
  ]
  for file in files {
    for threads in [1, 2] {
      var reader = TableReader(
        source: MemoryInput(Array(file.text.utf8), name: "data.csv"),
        options: TableReadingOptions(threads: threads, dialect: DialectHints()))
      let table = try reader.readAll()
      #expect(table.columns.map(\.name) == file.names)
      let note = "names are taken without the blanks after the delimiters"
      #expect(reader.notes.contains(note) == file.isNoted)
    }
  }
}
