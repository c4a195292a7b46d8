import CSV
import Files
import Tables
import Testing

@Test func `each kind is found from the cells`() throws {
  let read = try table(
    """
    n,yes,when,colour,who,note
    1,Yes,2024-02-29,red,ann,x y
    NA,no,,red,bob,
    2.5,no,1970-01-02,blue,cid,x y
    -,?,2000-01-01,blue,dan,x y
    3,no,2000-01-01,blue,eve,z
    3,no,2000-01-01,blue,fay,u
    3,no,2000-01-01,blue,guy,v

    """)
  #expect(
    read.columns.map(\.schema.kind) == [.number, .boolean, .date, .category, .identifier, .text])
  #expect(read["n"]?.values == .numbers([1, .nan, 2.5, .nan, 3, 3, 3]))
  #expect(read["yes"]?.values == .codes([1, 0, 0, -1, 0, 0, 0]))
  #expect(read["yes"]?.schema.levels == ["no", "Yes"])
  #expect(read["when"]?.values == .numbers([19782, .nan, 1, 10957, 10957, 10957, 10957]))
  #expect(read["when"]?.schema.dateFormat == DateFormat(day: .yearMonthDay))
  #expect(read["colour"]?.schema.levels == ["blue", "red"])
  #expect(read["colour"]?.values == .codes([1, 1, 0, 0, 0, 0, 0]))
  #expect(read["who"]?.values == .texts(["ann", "bob", "cid", "dan", "eve", "fay", "guy"]))
  #expect(read["note"]?.values == .texts(["x y", nil, "x y", "x y", "z", "u", "v"]))
  #expect(read["none"] == nil)
}

@Test(arguments: [
  "", "NA", "N/A", "n/a", "nan", "NaN", "NAN", "null", "NULL", "None", "?", " ", " NA\t",
])
func `a missing word is missing in every kind of column`(word: String) throws {
  #expect(try column(["1", word]).values == .numbers([1, .nan]))
  #expect(try column([word, "1"]).values == .numbers([.nan, 1]))
  #expect(try column(["t", word, "f"]).values == .codes([1, -1, 0]))
  #expect(try column(["a", word, "a"]).values == .codes([0, -1, 0]))
  #expect(try column(["2024-01-01", word]).values == .numbers([19723, .nan]))
  #expect(try column(["a", word, "b"]).values == .texts(["a", nil, "b"]))
}

@Test func `words that only look like missing ones are words`() throws {
  for word in ["none", "na", "Na", "N.A.", "-", "nil", "??"] {
    #expect(try column([word, word, "a", "a"]).missingCount == 0)
  }
}

@Test func `words of the user's own are missing, numbers too`() throws {
  let options = TableReadingOptions(missingWords: ["-999", "not known"])
  #expect(
    try column(["1", "-999", "not known", "-9990"], options).values
      == .numbers([1, .nan, .nan, -9990]))
  #expect(try column(["-999", "a", "a"], options).values == .codes([-1, 0, 0]))
}

@Test func `a dash is missing among numbers and a word among words`() throws {
  #expect(try column(["-", "1", " - ", "2"]).values == .numbers([.nan, 1, .nan, 2]))
  #expect(try column(["1", "-"]).values == .numbers([1, .nan]))
  #expect(try column(["-", "-"]).values == .numbers([.nan, .nan]))
  #expect(try column(["-", "a", "-", "a"]).values == .codes([0, 1, 0, 1]))
  #expect(try column(["1", "-", "a", "a"]).values == .texts(["1", "-", "a", "a"]))
}

@Test func `a column without an observed cell is one of missing numbers`() throws {
  let empty = try column(["", "NA"])
  #expect(empty.schema == ColumnSchema(name: "x", kind: .number))
  #expect(empty.values == .numbers([.nan, .nan]))
}

@Test func `whole numbers are known as such`() throws {
  #expect(try column(["1", "-", "-3", "2.0", "1e3"]).schema.isInteger)
  #expect(try column(["-", "2"]).schema.isInteger)
  #expect(try !column(["1", "2.5"]).schema.isInteger)
  #expect(try !column(["1", "1e300"]).schema.isInteger)
  #expect(try column([" 1", "2 ", "\t3"]).values == .numbers([1, 2, 3]))
}

@Test func `zero and one are numbers unless the user says otherwise`() throws {
  #expect(try column(["0", "1", "1"]).schema.kind == .number)
  let boolean = try column(["1", "0", ""], TableReadingOptions(kinds: ["x": .boolean]))
  #expect(boolean.schema == ColumnSchema(name: "x", kind: .boolean, levels: ["0", "1"]))
  #expect(boolean.values == .codes([1, 0, -1]))
}

@Test func `booleans keep their spelling`() throws {
  for (no, yes) in [("false", "true"), ("FALSE", "True"), ("No", "YES"), ("f", "T"), ("N", "y")] {
    let boolean = try column([yes, no])
    #expect(boolean.schema == ColumnSchema(name: "x", kind: .boolean, levels: [no, yes]))
    #expect(boolean.values == .codes([1, 0]))
  }
  #expect(try column(["yes", "yes"]).schema.kind == .category)
  #expect(try column(["yes", "true", "yes", "true"]).schema.kind == .category)
  #expect(try column(["yes", "no", "YES", "no", "no", "no"]).schema.kind == .category)
}

@Test func `categories have at most 100 levels, each seen twice on average`() throws {
  let words = (0..<100).map { "w\($0)" }
  let category = try column(words + words)
  #expect(category.schema.kind == .category)
  #expect(category.schema.levels == words.sorted())
  #expect(try column(words + words.dropLast()).schema.kind == .text)
  let more = words + ["w100"]
  #expect(try column(more + more + more).schema.kind == .text)
  #expect(
    try column(["b", "B", "é", "z", "b", "B", "é", "z"]).schema.levels == ["B", "b", "z", "é"])
}

@Test func `text that nearly always differs names the row`() throws {
  let words = (0..<90).map { "w\($0)" }
  #expect(try column(words + Array(repeating: "w0", count: 10)).schema.kind == .identifier)
  #expect(try column(words + Array(repeating: "w0", count: 11)).schema.kind == .text)
}

@Test(arguments: ["", "id", "ID", "index", "Row", "Unnamed: 0", "user_id"])
func `a running number under such a name is an identifier`(name: String) throws {
  let identifier = try column(["7", "8", "9"], name: name)
  #expect(identifier.schema.kind == .identifier)
  #expect(identifier.values == .texts(["7", "8", "9"]))
  #expect(try column(["-1", "0", "1"], name: name).values == .texts(["-1", "0", "1"]))
  #expect(try column(["08", "09", "10"], name: name).values == .texts(["08", "09", "10"]))
  for cells in [["1", "3"], ["1", "2.0", "3.5"], ["1", ""], ["", "1"], ["1"], ["2", "1"]] {
    #expect(try column(cells, name: name).schema.kind == .number)
  }
  #expect(try column(["1", "2"], name: name.isEmpty ? "x" : name + "x").schema.kind == .number)
}

@Test func `numbers among words are words, exactly as written`() throws {
  let cells = ["1.50", "007", "a", "a", "1.50", "-", " 2"]
  let options = TableReadingOptions(kinds: ["x": .category])
  #expect(try column(cells).values == .texts(cells))
  #expect(try column(cells, options).schema.levels == [" 2", "-", "007", "1.50", "a"])
  let doubled = try column(cells + cells)
  #expect(doubled.schema.kind == .category)
  #expect(doubled.schema.levels == [" 2", "-", "007", "1.50", "a"])
}

@Test func `the user's word on a kind is taken`() throws {
  func kinds(_ kind: ColumnKind) -> TableReadingOptions { TableReadingOptions(kinds: ["x": kind]) }
  #expect(try column(["01", "1", "1"], kinds(.category)).schema.levels == ["01", "1"])
  #expect(try column(["01", ""], kinds(.text)).values == .texts(["01", nil]))
  #expect(try column(["01", "01"], kinds(.identifier)).schema.kind == .identifier)
  #expect(
    try column(["1", "2"], name: "id", TableReadingOptions(kinds: ["id": .number])).values
      == .numbers([1, 2]))
  #expect(try column(["31.12.1969"], kinds(.date)).values == .numbers([-1]))
  #expect(try column(["", ""], kinds(.date)).values == .numbers([.nan, .nan]))
  #expect(try column(["", ""], kinds(.category)).values == .codes([-1, -1]))
}

@Test func `columns can be left out`() throws {
  let read = try table("a,b,c\n1,oops,2\n", TableReadingOptions(excludedColumns: ["b"]))
  #expect(read.columns.map(\.name) == ["a", "c"])
}

@Test func `a pipe is read like a file`() throws {
  final class Pipe: ByteSource {
    let name = "standard input"
    let canRewind = false
    var rest = Array("x,y\n1,1\n2,b\na,b\na,1\n".utf8)
    func read(into buffer: inout [UInt8], _ range: Range<Int>) throws(FileError) -> Int {
      let count = min(3, rest.count, range.count)
      buffer.replaceSubrange(range.lowerBound..<range.lowerBound + count, with: rest.prefix(count))
      rest.removeFirst(count)
      return count
    }
    func rewind() throws(FileError) { throw FileError(.readFailed(29), path: name) }
  }
  var reader = TableReader(source: Pipe())
  let read = try reader.readAll()
  #expect(read["x"]?.values == .texts(["1", "2", "a", "a"]))
  #expect(read["y"]?.values == .codes([0, 1, 1, 0]))
}

@Test func `names that were changed are noted`() throws {
  var reader = TableReader(source: MemoryInput(Array("a,a\n1,2\n".utf8), name: "data.csv"))
  #expect(try reader.readAll().columns.map(\.name) == ["a", "a_2"])
  #expect(
    reader.notes == ["column 2 is named 'a' like one before it: it is called 'a_2'"])
}
