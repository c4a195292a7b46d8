import Files
import Tables
import Testing

/// The table and the groups of a file with this text, called "data.csv".
private func grouped(
  _ text: String, by column: String?, _ options: TableReadingOptions = TableReadingOptions(),
  pieceSize: Int = 1 << 18
) throws -> (table: Table, groups: [Int]?) {
  var options = options
  options.groupColumn = column
  var reader = TableReader(
    source: MemoryInput(Array(text.utf8), name: "data.csv"), options: options,
    pieceSize: pieceSize)
  return (try reader.readAll(), reader.groups)
}

@Test(arguments: [4, 5, 20, 1000])
func `rows with one label are one group, and the labels are no column of the table`(
  pieceSize: Int
) throws {
  let read = try grouped(
    "x,patient,y\n1,p7,4\n2,\"p,1\",5\n3,p7,6\n", by: "patient", pieceSize: pieceSize)
  #expect(read.groups == [0, 1, 0])
  #expect(read.table.columns.map(\.name) == ["x", "y"])
  #expect(read.table["y"]?.values == .numbers([4, 5, 6]))
}

@Test func `a row without a label is a group of its own`() throws {
  let options = TableReadingOptions(missingWords: ["none"])
  let read = try grouped("day,x\nMon,1\n,2\nNA,3\nMon,4\nnone,5\n", by: "day", options)
  #expect(read.groups == [0, 1, 2, 0, 3])
}

@Test func `labels are texts without the blanks around them`() throws {
  #expect(try grouped("g,x\n1,1\n 1,2\n1\t,3\n1.0,4\n01,5\n", by: "g").groups == [0, 0, 0, 1, 2])
  #expect(try grouped("g,x\na,1\nA,2\n-,3\n-,4\n", by: "g").groups == [0, 1, 2, 2])
}

@Test func `groups are the rows' own when a column is read a second time`() throws {
  // Text after numbers: the column t is gathered again from the start.
  let read = try grouped("t,g\n1,a\n2,b\nc,b\nd,a\n", by: "g")
  #expect(read.groups == [0, 1, 1, 0])
  #expect(read.table["t"]?.values == .texts(["1", "2", "c", "d"]))
}

@Test func `a table is not grouped unless asked`() throws {
  let read = try grouped("g,x\na,1\na,2\n", by: nil)
  #expect(read.groups == nil)
  #expect(read.table.columns.map(\.name) == ["g", "x"])
}

@Test func `a group column may be left out by name as well`() throws {
  let options = TableReadingOptions(excludedColumns: ["g"])
  #expect(try grouped("g,x\na,1\na,2\n", by: "g", options).groups == [0, 0])
}

@Test func `the column of the groups must be there`() {
  #expect(
    failure { try grouped("a,b\n1,2\n", by: "c") }
      == "data.csv: column 'c': named by --group, found only a, b")
}

@Test func `a column without any label groups nothing and is refused`() {
  #expect(throws: TableError(.noGroups, path: "data.csv", column: "day")) {
    try grouped("day,x\n,1\nNA,2\n,3\n", by: "day")
  }
  #expect(
    TableError(.noGroups, path: "data.csv", column: "day").description
      == "data.csv: column 'day': named by --group, found only missing cells")
}
