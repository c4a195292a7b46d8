import CSV
import Files
import Testing

@Test func `fields come out as they stand, quotes removed`() throws {
  let table = try read("a,b c,\"d\"\n1, x ,\"say \"\"hi\"\", you\"\n,\"\",\"two\nlines\"\n")
  #expect(table.names == ["a", "b c", "d"])
  #expect(table.rows == [["1", " x ", "say \"hi\", you"], ["", "", "two\nlines"]])
  #expect(table.lines == [2, 3])
}

@Test(arguments: ["\n", "\r\n", "\r"])
func `any line end ends a record`(end: String) throws {
  let text = "a,b" + end + "1,2" + end + end + "\"3\(end)\",4"
  for ending in ["", end, end + end] {
    let table = try read(text + ending)
    #expect(table.rows == [["1", "2"], ["3\(end)", "4"]])
    #expect(table.lines == [2, 4])
  }
}

@Test func `lines are counted through quoted ones and empty ones`() throws {
  let table = try read("\n\na,b\r\n\"1\n\r\n\r\",2\r\n\r\n\n3,4\n5,6")
  #expect(table.names == ["a", "b"])
  #expect(table.rows == [["1\n\r\n\r", "2"], ["3", "4"], ["5", "6"]])
  #expect(table.lines == [4, 10, 11])
}

@Test func `blanks around plain fields are kept`() throws {
  #expect(try read("a,b\n \t1 ,\t\n").rows == [[" \t1 ", "\t"]])
}

@Test func `a byte order mark is not part of the first name`() throws {
  for pieceSize in [1, 2, 3, 4, 100] {
    #expect(try read("\u{FEFF}\"a\",b\n1,2\n", pieceSize: pieceSize).names == ["a", "b"])
  }
  #expect(try read("\u{FEFF}a\n1\n").names == ["a"])
  #expect(failure("\u{FEFF}") == "data.csv: expected a header line, found an empty file")
}

@Test func `an empty line is nothing among several columns`() throws {
  #expect(try read("a,b\n\n1,2\n\n\n3,4\n\n").rows == [["1", "2"], ["3", "4"]])
}

@Test func `an empty line is an empty field in one column, but not at the end`() throws {
  let table = try read("\n\na\n\n1\n\n\r\n2\n\n\n")
  #expect(table.names == ["a"])
  #expect(table.rows == [[""], ["1"], [""], [""], ["2"]])
  #expect(table.lines == [4, 5, 6, 7, 8])
  #expect(try read("a\n1\n\"\"\n").rows == [["1"], [""]])
}

@Test func `the last line needs no end`() throws {
  #expect(try read("a,b\n1,2").rows == [["1", "2"]])
  #expect(try read("a,b\n1,").rows == [["1", ""]])
  #expect(try read("a,b\n1,\"2\"").rows == [["1", "2"]])
  #expect(try read("a,b\n1,\"\"").rows == [["1", ""]])
}

@Test func `without a header the columns are numbered`() throws {
  let table = try read("1,2\n3,4\n", hasHeader: false)
  #expect(table.names == ["column_1", "column_2"])
  #expect(table.rows == [["1", "2"], ["3", "4"]])
  #expect(table.lines == [1, 2])
}

@Test func `another delimiter may stand between fields`() throws {
  #expect(try read("a;b\n1,5;\"x;y\"\n", delimiter: UInt8(ascii: ";")).rows == [["1,5", "x;y"]])
  #expect(try read("a\tb\n \t1\n", delimiter: 0x09).rows == [[" ", "1"]])
}

@Test func `not every byte can stand between fields`() {
  for byte in ",;\t| :".utf8 { #expect(CSVFormat.canDelimit(byte)) }
  for byte: UInt8 in [0, 0x22, 0x0A, 0x0D, 0x80, 0xFF] { #expect(!CSVFormat.canDelimit(byte)) }
}

@Test func `a header alone has no records`() throws {
  for text in ["a,b", "a,b\n", "a,b\r\n\r\n"] {
    let table = try read(text)
    #expect(table.names == ["a", "b"])
    #expect(table.rows.isEmpty)
  }
}

@Test func `text beyond ASCII is taken as it stands`() throws {
  let text = "name,città\n\"Zoë\n𝄞\",東京\n"
  for pieceSize in 1..<20 {
    #expect(try read(text, pieceSize: pieceSize).rows == [["Zoë\n𝄞", "東京"]])
  }
}

@Test func `quoted and plain empty fields can be told apart`() throws {
  let bytes = Array("a,b,c\n,\"\",x\n\"\",,\"\"\n".utf8)
  for pieceSize in [4, 7, 1000] {
    let reader = try CSVReader(MemoryInput(bytes, name: "data.csv"), pieceSize: pieceSize)
    var block = RecordBlock()
    var quoted: [Bool] = []
    while try reader.read(into: &block) {
      for record in 0..<block.recordCount {
        quoted += (0..<3).map { block.isQuotedEmpty(record, $0) }
      }
    }
    #expect(quoted == [false, true, false, true, false, true])
  }
}

@Test func `columns get names that tell them apart`() throws {
  let reader = try CSVReader(
    MemoryInput(Array("a,,a,a_2,a,column_2,\n".utf8), name: "data.csv"))
  #expect(reader.originalNames == ["a", "", "a", "a_2", "a", "column_2", ""])
  #expect(reader.names == ["a", "column_2_2", "a_3", "a_2", "a_4", "column_2", "column_7"])
  #expect(
    reader.notes == [
      "column 2 has no name: it is called 'column_2_2'",
      "column 3 is named 'a' like one before it: it is called 'a_3'",
      "column 5 is named 'a' like one before it: it is called 'a_4'",
      "column 7 has no name: it is called 'column_7'",
    ])
}

@Test func `records before a bad one are given out first`() throws {
  let reader = try CSVReader(MemoryInput(Array("a,b\n1,2\n3,4\n5\n".utf8), name: "data.csv"))
  var block = RecordBlock()
  #expect(try reader.read(into: &block))
  #expect(block.recordCount == 2)
  #expect(throws: CSVError.self) { _ = try reader.read(into: &block) }
}

@Test func `a hundred thousand namesakes are told apart`() throws {
  let count = 100_000
  let header = String(repeating: "x,", count: count - 1) + "x\n"
  let reader = try CSVReader(MemoryInput(Array(header.utf8), name: "data.csv"))
  #expect(reader.names.last == "x_\(count)")
  #expect(Set(reader.names).count == count)
  #expect(reader.notes.count == 11)
  #expect(reader.notes.last == "99989 more columns were named in the same way")
}
