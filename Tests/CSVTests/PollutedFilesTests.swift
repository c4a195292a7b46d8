import CSV
import Files
import Testing

/// A sales table as many programs write one, with quotes, commas and inches in its texts.
private let header = ["DATE", "TIME", "QTY", "ID", "PRICE", "TYPE", "TEXT", "NOTE"]
private let rows: [[String]] = (0..<30).map { row in
  [
    "\(10 + row % 18)/0\(1 + row % 9)/2021", "\(10 + row % 14):\(10 + row % 50)", "\(row * 7 % 13)",
    "AB-\(1000 + row * 37)", "\(Double(row * 731 % 997) / 10)",
    ["Rain coat", "Men's socks", "Table, round 48\"", "Hat"][row % 4],
    [
      "Light, warm and dry, for every weather.", "A coat \"like no other\" in the hills.",
      "It's made to last.",
    ][row % 3], "",
  ]
}

private func quoted(_ cell: String, _ delimiter: String, _ quote: String) -> String {
  guard cell.contains(delimiter) || cell.contains(quote) else { return cell }
  let doubled = cell.split(separator: Character(quote), omittingEmptySubsequences: false)
  return quote + doubled.joined(separator: quote + quote) + quote
}

private func lines(delimiter: String = ",", quote: String = "\"") -> [String] {
  ([header] + rows).map { row in
    row.map { quoted($0, delimiter, quote) }.joined(separator: delimiter)
  }
}

private struct Table: Equatable {
  var names: [String]
  var rows: [[String]]
}

private let clean = Table(names: header, rows: rows)

/// What `aepca csv` makes of a file, without hints.
private func read(_ bytes: [UInt8]) throws -> (table: Table, dialect: Dialect, faults: [String]) {
  let source = try CSVSource(MemoryInput(bytes, name: "data.csv"))
  let reader = try LenientReader(source)
  var table = Table(names: reader.names, rows: [])
  var block = RecordBlock()
  while try reader.read(into: &block) {
    for record in 0..<block.recordCount {
      table.rows.append((0..<block.columnCount).map { block.text(record, $0) })
    }
  }
  return (table, source.dialect, reader.faults)
}

private func read(_ lines: [String], end: String = "\n") throws -> Table {
  try read(Array((lines.joined(separator: end) + end).utf8)).table
}

@Test(arguments: [",", ";", "\t", "|"], ["\n", "\r\n", "\r"])
func `delimiters and line ends are found`(delimiter: String, end: String) throws {
  #expect(try read(lines(delimiter: delimiter), end: end) == clean)
}

@Test func `another quote is found`() throws {
  let cells = ([header] + rows).map { row in
    row.map {
      "'\($0.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'"
    }
  }
  #expect(try read(cells.map { $0.joined(separator: ",") }) == clean)
}

@Test func `a space as delimiter is found`() throws {
  let cells = ([header] + rows).map { row in row.map { $0.isEmpty ? "\"\"" : quoted($0, " ", "\"") }
  }
  #expect(try read(cells.map { $0.joined(separator: " ") }) == clean)
}

@Test func `a backslash as escape is found`() throws {
  let cells = ([header] + rows).map { row in
    row.map { cell in
      guard cell.contains("\"") || cell.contains(",") else { return cell }
      let parts = cell.split(separator: "\"", omittingEmptySubsequences: false)
      return "\"" + parts.joined(separator: "\\\"") + "\""
    }
  }
  #expect(try read(cells.map { $0.joined(separator: ",") }) == clean)
}

@Test(arguments: TextEncoding.allCases)
func `encodings are found`(encoding: TextEncoding) throws {
  let texts = [["name", "città"], ["Zoë", "Besançon"], ["Ægir", "Tórshavn"]]
  let text = texts.map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n"
  let bytes: [UInt8] =
    switch encoding {
    case .utf8: Array(text.utf8)
    case .latin1: text.unicodeScalars.map { UInt8($0.value) }
    case .utf16LittleEndian:
      [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    case .utf16BigEndian:
      [0xFE, 0xFF] + text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    }
  let found = try read(bytes)
  #expect(found.dialect.encoding == encoding)
  #expect(found.table == Table(names: texts[0], rows: Array(texts[1...])))
}

@Test func `lines before the header are passed over`() throws {
  for preamble in [
    ["Sales of the year"], ["Sales,,,,,,,", ",,,,,,,"], ["a report", "", "of 2021, corrected"],
  ] {
    #expect(try read(preamble + lines()) == clean)
  }
}

@Test func `comments are passed over`() throws {
  #expect(try read(["# made by hand, it's said", "# \"twice"] + lines() + ["# end"]) == clean)
}

@Test func `a file without header is told by its first row`() throws {
  let found = try read(Array(lines()[1...]))
  #expect(found.rows == rows)
  #expect(found.names == (1...8).map { "column_\($0)" })
}

@Test func `a quote too many in any cell is text`() throws {
  for column in header.indices {
    for row in [0, 3, 29] {
      var cells = ([header] + rows).map { $0.map { quoted($0, ",", "\"") } }
      let cell = cells[row + 1][column]
      cells[row + 1][column] = "\"" + cell
      let found = try read(cells.map { $0.joined(separator: ",") })
      var expected = clean
      expected.rows[row][column] = "\"" + rows[row][column]
      #expect(found == expected, "row \(row), column \(column)")
    }
  }
}

@Test func `a separator too many or too few spoils no other row`() throws {
  for row in [1, 15, 30] {
    for change in [",", ""] {
      var text = lines()
      let place = text[row].firstIndex(of: ",") ?? text[row].startIndex
      text[row].replaceSubrange(place...place, with: change.isEmpty ? "" : ",,")
      let found = try read(Array((text.joined(separator: "\n") + "\n").utf8))
      #expect(found.table.names == header)
      #expect(found.table.rows.count == rows.count)
      #expect(found.faults.count == 1)
      for other in rows.indices where other != row - 1 {
        #expect(found.table.rows[other] == rows[other])
      }
    }
  }
}

@Test func `two tables in one file keep the first one whole`() throws {
  let second = ["a,b,c"] + (0..<5).map { "\($0),x,y" }
  let found = try read(lines() + [""] + second)
  #expect(found.names == header)
  #expect(Array(found.rows.prefix(rows.count)) == rows)
  #expect(found.rows.count == rows.count + 6)
}

@Test func `files of next to nothing are read too`() throws {
  #expect(try read([]).table == Table(names: [], rows: []))
  #expect(try read(Array("a,b\n".utf8)).table == Table(names: ["a", "b"], rows: []))
  #expect(try read(Array("a,b\n1,2".utf8)).table == Table(names: ["a", "b"], rows: [["1", "2"]]))
  #expect(try read(Array("x\n1\n".utf8)).table == Table(names: ["x"], rows: [["1"]]))
}

@Test func `decimal commas are found and thousands are not taken for them`() throws {
  func decimal(_ text: String) throws -> UInt8 { try read(Array(text.utf8)).dialect.decimal }
  #expect(try decimal("a;b\n1,5;2\n-3,25;4\n") == UInt8(ascii: ","))
  #expect(try decimal("a;b\n1.5;2\n-3.25;4\n") == UInt8(ascii: "."))
  #expect(try decimal("a,b\n\"1,5\",2\n\"3,25\",4\n") == UInt8(ascii: ","))
  #expect(try decimal("a,b\n\"1,500\",2\n\"3,250\",4\n") == UInt8(ascii: "."))
}

@Test func `what is said goes before what is found`() throws {
  var hints = DialectHints()
  hints.delimiter = UInt8(ascii: ",")
  hints.hasHeader = true
  hints.skippedLines = 1
  let text = "1;2,3;4\n5;6,7;8\n9;1,2;3\n"
  let source = try CSVSource(MemoryInput(Array(text.utf8), name: "data.csv"), hints: hints)
  let reader = try LenientReader(source)
  #expect(reader.names == ["5;6", "7;8"])
}

@Test func `files that follow the rules are read as the strict reader reads them`() throws {
  let text = "a,b\n\"x\ny\",\"p\"\"q\"\n,\n\"\",z\r\n\"1,2\", 3 \n"
  let strict = try read(text)
  let lenient = try read(Array(text.utf8))
  #expect(lenient.table.rows == strict.rows)
  #expect(lenient.faults.isEmpty)
}

@Test func `a first row of another width is no line to pass over`() throws {
  let found = try read(Array("a,b,c\n1,2\n3,4\n5,6\n".utf8))
  #expect(found.dialect.skippedLines == 0)
  #expect(found.table.names == ["a", "b"])
}

@Test func `names that count up are a header`() throws {
  #expect(try read(["0,1,2", "5,3.5,4", "6,7.25,8"]).names == ["0", "1", "2"])
}

@Test func `blanks after every delimiter are no text`() throws {
  let found = try read(Array((lines(delimiter: ", ").joined(separator: "\n") + "\n").utf8))
  #expect(found.dialect.hasBlanksAfterDelimiter)
  #expect(found.table == clean)
  #expect(try read(["a,  b,   c", "1, 20, 300"]).rows == [["1", "20", "300"]])
}

@Test func `blanks after some delimiters are text`() throws {
  let found = try read(Array("a,b\n1, x\n2,y\n3, z\n".utf8))
  #expect(!found.dialect.hasBlanksAfterDelimiter)
  #expect(found.table.rows == [["1", " x"], ["2", "y"], ["3", " z"]])
}

@Test func `blanks in quotes are text`() throws {
  let found = try read(["a, b", "1, \" x\"", "2, y", "3, z"])
  #expect(found.rows == [["1", " x"], ["2", "y"], ["3", "z"]])
}

@Test func `a header with a separator too many or too few is a header`() throws {
  for change in [",,", ""] {
    var text = lines()
    let place = text[0].firstIndex(of: ",") ?? text[0].startIndex
    text[0].replaceSubrange(place...place, with: change)
    let found = try read(text)
    #expect(found.names.contains("PRICE"))
    #expect(found.rows == rows)
  }
}

@Test func `a header with a quote too many is a header`() throws {
  for column in header.indices {
    var names = header
    names[column] = "\"" + names[column]
    var text = lines()
    text[0] = names.joined(separator: ",")
    let found = try read(text)
    #expect(found == Table(names: names, rows: rows), "column \(column)")
  }
}

@Test func `a first data row of another width is no header`() throws {
  var text = Array(lines()[1...])
  let place = text[0].firstIndex(of: ",") ?? text[0].startIndex
  text[0].remove(at: place)
  #expect(try read(text).names.first == "column_1")
}

@Test func `a line of units belongs to the header`() throws {
  let text = ["time,height,note", "s,\"cm, about\",", "1,2.5,a", "2,3.5,b", "3,4.5,c", "4,5,d"]
  let found = try read(Array((text.joined(separator: "\r\n") + "\r\n").utf8))
  #expect(found.dialect.headerLines == 2)
  #expect(found.table.names == ["time s", "height cm, about", "note"])
  #expect(found.table.rows.count == 4)
  #expect(found.table.rows.first == ["1", "2.5", "a"])
}

@Test func `names stand below the headings of groups`() throws {
  let text = ["# made 2021", "2020,,2021,", "low,high,low,high"]
  let found = try read(text + (0..<8).map { "\($0),\($0 + 3),\($0),\($0 * 2)" })
  #expect(found.names == ["2020 low", "high", "2021 low", "high_2"])
  #expect(found.rows.count == 8)
}

@Test func `a first row of text among numbers is no header line where it says missing`() throws {
  let text = ["a,b,c", "NA,NA,x", "1,2,x", "3,4,x", "5,6,x", "7,8,x", "9,10,x"]
  let found = try read(Array((text.joined(separator: "\n") + "\n").utf8))
  #expect(found.dialect.headerLines == 1)
  #expect(found.table.rows.count == 6)
}

@Test func `a header that is said to be there has one line`() throws {
  let text = "a,b\nm,s\n1,2\n3,4\n5,6\n7,8\n9,10\n"
  var hints = DialectHints()
  #expect(
    try CSVSource(MemoryInput(Array(text.utf8), name: "data.csv")).dialect.headerLines == 2)
  hints.hasHeader = true
  let source = try CSVSource(MemoryInput(Array(text.utf8), name: "data.csv"), hints: hints)
  #expect(source.dialect.headerLines == 1)
}

@Test func `lines keep their numbers below a header of several`() throws {
  let text = "a,b\nm,s\n1,2\n3,4\n5,6\n7,8\n9\n"
  let source = try CSVSource(MemoryInput(Array(text.utf8), name: "data.csv"))
  let reader = try CSVReader(source.bytes, format: source.dialect.format())
  var block = RecordBlock()
  #expect(reader.names == ["a m", "b s"])
  let ragged = CSVError.Problem.fieldCount(expected: 2, found: 1, inHeader: true)
  #expect(throws: CSVError(ragged, path: "data.csv", line: 7)) {
    while try reader.read(into: &block) {}
  }
}
