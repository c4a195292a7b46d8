import CSV
import Files
import Testing

/// All records of a text, their fields as strings, and the header's names.
func read(
  _ text: String, hasHeader: Bool = true, delimiter: UInt8 = UInt8(ascii: ","),
  pieceSize: Int = 1 << 18
) throws -> (names: [String], rows: [[String]], lines: [Int]) {
  try read(Array(text.utf8), hasHeader: hasHeader, delimiter: delimiter, pieceSize: pieceSize)
}

func read(
  _ bytes: [UInt8], hasHeader: Bool = true, delimiter: UInt8 = UInt8(ascii: ","),
  pieceSize: Int = 1 << 18
) throws -> (names: [String], rows: [[String]], lines: [Int]) {
  let reader = try CSVReader(
    MemoryInput(bytes, name: "data.csv"),
    format: CSVFormat(delimiter: delimiter, hasHeader: hasHeader), pieceSize: pieceSize)
  var block = RecordBlock()
  var rows: [[String]] = []
  var lines: [Int] = []
  while try reader.read(into: &block) {
    for record in 0..<block.recordCount {
      rows.append((0..<block.columnCount).map { block.text(record, $0) })
    }
    lines += block.lines
  }
  return (reader.names, rows, lines)
}

/// The description of the error that reading the text throws.
func failure(
  _ text: String, hasHeader: Bool = true, pieceSize: Int = 1 << 18
) -> String {
  failure(Array(text.utf8), hasHeader: hasHeader, pieceSize: pieceSize)
}

func failure(_ bytes: [UInt8], hasHeader: Bool = true, pieceSize: Int = 1 << 18) -> String {
  do {
    let table = try read(bytes, hasHeader: hasHeader, pieceSize: pieceSize)
    return "read as \(table)"
  } catch {
    return "\(error)"
  }
}

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
