import CSV
import Files
import Tables
import Testing

private let fitted = TableSchema(columns: [
  ColumnSchema(name: "n", kind: .number),
  ColumnSchema(name: "b", kind: .boolean, levels: ["no", "yes"]),
  ColumnSchema(name: "c", kind: .category, levels: ["blue", "red"]),
  ColumnSchema(name: "d", kind: .date, dateFormat: DateFormat(day: .yearMonthDay)),
  ColumnSchema(name: "t", kind: .text),
])

@Test func `columns are found by name, in any order, others ignored with a note`() throws {
  let text = #"""
    t,extra,d,c,b,n,more
    x,1,1970-01-02,red,yes,1.5,m
    "y,
    z",?,,blue,no,-,"say ""m"""

    """#
  for pieceSize in [4, 5, 20, 1000] {
    let read = try stream(text, as: fitted, keeping: ["more", "n"], pieceSize: pieceSize)
    #expect(
      read.columns == [
        .numbers([1.5, .nan]), .codes([1, 0]), .codes([1, 0]), .numbers([1, .nan]),
        .texts(["x", "y,\nz"]),
      ])
    #expect(read.kept == [["m", "say \"m\""], ["1.5", "-"]])
    #expect(read.lines == [2, 3])
    #expect(read.notes == ["ignored, because the model does not use them: extra"])
  }
}

@Test func `a category that the model has not seen is missing, with a note`() throws {
  let schema = TableSchema(columns: [fitted.columns[2], fitted.columns[1]])
  let read = try stream("b,c\nyes,green\nno,red\n,mauve\nmaybe,NA\n", as: schema)
  #expect(read.columns == [.codes([-1, 1, -1, -1]), .codes([1, 0, -1, -1])])
  #expect(
    read.notes == [
      "column 'c': 2 cells taken as missing, because the model has not seen their category"
        + " (first: 'green')",
      "column 'b': 1 cell taken as missing, because the model has not seen their category"
        + " (first: 'maybe')",
    ])
}

@Test func `words of the user's own are missing in blocks too`() throws {
  let options = TableReadingOptions(missingWords: ["-999", "red"])
  let schema = TableSchema(columns: [fitted.columns[0], fitted.columns[2], fitted.columns[4]])
  let read = try stream("n,c,t\n-999,red,red\n 1,blue, red\n", as: schema, options)
  #expect(
    read.columns == [.numbers([.nan, 1]), .codes([-1, 0]), .texts([nil, " red"])])
}

@Test func `a missing column is named`() {
  #expect(
    failure { try stream("n,b,c,t\n1,no,red,x\n", as: fitted) }
      == "data.csv: column 'd': expected as in the model, found no such column")
  #expect(
    failure { try stream("n\n1\n", as: TableSchema(columns: [fitted.columns[0]]), keeping: ["id"]) }
      == "data.csv: column 'id': named by --keep, found only n")
}

@Test func `a cell that does not fit the model is an error with its place`() {
  let numbers = TableSchema(columns: [fitted.columns[0]])
  for pieceSize in [4, 1000] {
    #expect(
      failure { try stream("x,n\n\"a\nb\",1\n,abc\n", as: numbers, pieceSize: pieceSize) }
        == "data.csv:4: column 'n': expected a number, found 'abc';"
        + " --missing abc takes it as missing")
  }
  #expect(
    failure { try stream("n\ninf\n", as: numbers) }
      == "data.csv:2: column 'n': expected a finite number, found 'inf';"
      + " --missing inf takes it as missing")
  #expect(
    failure { try stream("d\n1.1.1970\n", as: TableSchema(columns: [fitted.columns[3]])) }
      == "data.csv:2: column 'd': expected a date as YYYY-MM-DD, found '1.1.1970';"
      + " --missing 1.1.1970 takes it as missing")
}

@Test func `many ignored columns make a short note`() throws {
  let names = (0..<13).map { "x\($0)" }
  let header = (["n"] + names).joined(separator: ",")
  let read = try stream(
    header + "\n1" + String(repeating: ",", count: 13) + "\n",
    as: TableSchema(columns: [fitted.columns[0]]))
  #expect(
    read.notes == [
      "ignored, because the model does not use them:"
        + " x0, x1, x2, x3, x4, x5, x6, x7, x8, x9 and 3 more"
    ])
}

@Test func `a reader can be asked again`() throws {
  var reader = TableReader(
    source: MemoryInput(Array("n\n1\n2\n".utf8), name: "data.csv"))
  let whole = try reader.readAll()
  for _ in 0..<2 {
    var blocks = try reader.blocks(of: whole.schema)
    #expect(try blocks.next()?.columns == whole.columns)
    #expect(try blocks.next() == nil)
  }
}

@Test func `a refused cell before a column that is read well is an error too`() {
  let schema = TableSchema(
    columns: [ColumnSchema(name: "a", kind: .number), ColumnSchema(name: "b", kind: .number)])
  for (text, line) in [("a,b\nx,1\n", 2), ("a,b\n1,1\nx,2\n", 3), ("a,b\n1,y\nx,2\n", 2)] {
    #expect {
      try stream(text, as: schema)
    } throws: { error in
      (error as? TableError)?.line == line
    }
  }
}
