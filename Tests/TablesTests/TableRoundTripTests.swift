import LinearAlgebra
import Tables
import Testing

/// Random cells of a kind, a tenth of them missing, in two rows at least one of which is not.
func randomColumn(
  _ kind: ColumnKind, rowCount: Int, using generator: inout SeededGenerator
) -> Column {
  let name = "\(kind.rawValue) \(generator.integer(below: 1000)), \"x\""
  let isMissing = (0..<rowCount).map { $0 > 1 && generator.integer(below: 10) == 0 }
  func numbers(_ number: () -> Double) -> ColumnValues {
    .numbers(isMissing.map { $0 ? .nan : number() })
  }
  switch kind {
  case .number:
    let isInteger = generator.integer(below: 2) == 0
    let values = numbers {
      let number = (generator.uniform() - 0.5) * 1e6
      return isInteger ? number.rounded() : number
    }
    return Column(
      schema: ColumnSchema(name: name, kind: .number, isInteger: isInteger), values: values)
  case .date:
    let format = DateFormat(day: .dayMonthYear)
    return Column(
      schema: ColumnSchema(name: name, kind: .date, dateFormat: format),
      values: numbers { Double(generator.integer(below: 40_000) - 20_000) })
  case .boolean, .category:
    let levels = kind == .boolean ? ["No", "YES"] : ["a\"b", "c,d", "line\nend", "é"]
    // Each level comes once at least, so that reading finds them all.
    let codes = isMissing.enumerated().map { row, isMissing in
      isMissing && row >= levels.count
        ? -1 : Int32(row < levels.count ? row : generator.integer(below: levels.count))
    }
    return Column(
      schema: ColumnSchema(name: name, kind: kind, levels: levels), values: .codes(codes))
  case .identifier, .text:
    let pieces = ["a", "b", " ", ",", "\"", "\n", "\r\n", "é", "𝄞", "1"]
    let texts = isMissing.enumerated().map { row, isMissing in
      let end = (0..<generator.integer(below: 6)).map { _ in
        pieces[generator.integer(below: pieces.count)]
      }
      // A running number tells identifiers apart.
      let start = kind == .identifier ? "w\(row)" : "w"
      return isMissing ? nil : start + end.joined()
    }
    return Column(schema: ColumnSchema(name: name, kind: kind), values: .texts(texts))
  }
}

@Test func `random tables are read back as they were written`() throws {
  var generator = SeededGenerator(seed: 5)
  for _ in 0..<60 {
    let rowCount = 10 + generator.integer(below: 60)
    let columnCount = 1 + generator.integer(below: 8)
    let columns = (0..<columnCount).map { index in
      var column = randomColumn(
        ColumnKind.allCases[generator.integer(below: ColumnKind.allCases.count)],
        rowCount: rowCount, using: &generator)
      column.schema.name += " \(index)"
      return column
    }
    let original = Table(columns: columns)
    let text = try written { try $0.write(original) }
    // Free text may by chance look like an identifier or categories.
    let kinds = Dictionary(
      uniqueKeysWithValues: columns.filter { $0.schema.kind == .text }.map { ($0.name, .text) }
        as [(String, ColumnKind)])
    let options = TableReadingOptions(kinds: kinds)
    let read = try table(text, options)
    #expect(read == original)
    #expect(try written { try $0.write(read) } == text)
    let pieceSize = 4 + generator.integer(below: 50)
    #expect(try table(text, options, pieceSize: pieceSize) == original)
    let order = generator.permutation(of: columnCount)
    let schema = TableSchema(columns: order.map { original.columns[$0].schema })
    let blocks = try stream(text, as: schema, pieceSize: pieceSize)
    #expect(blocks.columns == order.map { original.columns[$0].values })
    #expect(blocks.notes.isEmpty)
  }
}

@Test func `kept columns go before typed ones, and numbers are written row by row`() throws {
  let kept = TextColumn(name: "name", texts: ["a,b", ""])
  let number = Column(
    schema: ColumnSchema(name: "n", kind: .number), values: .numbers([0.1, .nan]))
  let text = try written { writer in
    try writer.writeHeader(["name", "n"])
    try writer.write([number], keeping: [kept])
    try writer.write(rows: [0.1, 2] as [Float], columnCount: 1, keeping: [kept])
    try writer.write(rows: [1.0 / 3, .nan] as [Double], columnCount: 2)
  }
  #expect(text == "name,n\n\"a,b\",0.1\n,\n\"a,b\",0.1\n,2\n0.3333333333333333,\n")
}

@Test func `one column with missing cells is read back whole`() throws {
  let column = Column(
    schema: ColumnSchema(name: "n", kind: .number, isInteger: true),
    values: .numbers([.nan, 1, .nan, .nan]))
  let text = try written { try $0.write(Table(columns: [column])) }
  #expect(text == "n\n\"\"\n1\n\"\"\n\"\"\n")
  #expect(try table(text).columns == [column])
  #expect(try table("n\n\n1\n\n\"\"\n").columns == [column])
}

/// Cells of every sort in every mixture, so that columns change their mind in all possible ways.
@Test func `a table of random cells is the same in pieces, in blocks and with its kinds given`()
  throws
{
  var generator = SeededGenerator(seed: 7)
  let palettes = [
    ["1", "2.5", "-3", "1e5", " 4 "], ["", "NA", "-", "nan", "?"], ["a", "b", "A", " a", "é"],
    ["yes", "no"], ["2024-01-01", "1999-12-31"], ["2024-01-01T10:00", "31.12.1999"],
    ["inf", "0x1F", "x,y", "\"", "l\nm"],
  ]
  var seen: Set<ColumnKind> = []
  var failureCount = 0
  for _ in 0..<600 {
    let rowCount = 1 + generator.integer(below: 40)
    let columnCount = 1 + generator.integer(below: 4)
    var columns: [[String]] = []
    for _ in 0..<columnCount {
      let main = palettes[generator.integer(below: palettes.count)]
      columns.append(
        (0..<rowCount).map { _ in
          let rare = generator.integer(below: 12) == 0
          let palette = rare ? palettes[generator.integer(below: palettes.count)] : main
          return palette[generator.integer(below: palette.count)]
        })
    }
    if generator.integer(below: 4) == 0 { columns[0] = (0..<rowCount).map { "\($0 + 5)" } }
    let names = ["id"] + (1..<columnCount).map { "c\($0)" }
    let text = try written { writer in
      try writer.writeHeader(names)
      let texts = zip(names, columns).map { TextColumn(name: $0, texts: $1) }
      for row in 0..<rowCount {
        let cells = texts.map { TextColumn(name: $0.name, texts: [$0[row]]) }
        try writer.write([], keeping: cells)
      }
    }
    let pieceSize = 4 + generator.integer(below: 60)
    let outcome = Result { try table(text) }
    guard case .success(let whole) = outcome else {
      failureCount += 1
      #expect(failure { try table(text, pieceSize: pieceSize) } == failure { try table(text) })
      continue
    }
    #expect(whole.rowCount == rowCount)
    seen.formUnion(whole.columns.map(\.schema.kind))
    #expect(try table(text, pieceSize: pieceSize) == whole)
    let blocks = try stream(text, as: whole.schema, pieceSize: pieceSize)
    #expect(blocks.columns == whole.columns.map(\.values))
    #expect(blocks.notes.isEmpty)
    let kinds = Dictionary(uniqueKeysWithValues: whole.columns.map { ($0.name, $0.schema.kind) })
    #expect(try table(text, TableReadingOptions(kinds: kinds)) == whole)
  }
  #expect(seen == Set(ColumnKind.allCases))
  #expect(failureCount > 20 && failureCount < 300)
}

@Test func `some rows of a table are its cells, missing ones too`() {
  let table = Table(columns: [
    Column(schema: ColumnSchema(name: "n", kind: .number), values: .numbers([1, .nan, 3, 4])),
    Column(
      schema: ColumnSchema(name: "c", kind: .category, levels: ["x", "y"]),
      values: .codes([0, 1, -1, 0])),
    Column(schema: ColumnSchema(name: "t", kind: .text), values: .texts(["a", "b", nil, "d"])),
  ])
  #expect(
    table.rows(1..<3).columns.map(\.values) == [
      .numbers([.nan, 3]), .codes([1, -1]), .texts(["b", nil]),
    ])
  #expect(table.rows(0..<4) == table)
  #expect(table.rows(2..<2).rowCount == 0)
}

@Test func `texts of some rows are replaced and the others stay`() {
  let column = TextColumn(name: "c", texts: ["a", "", "ccc", "dd", ""])
  func replaced(_ cells: [(row: Int, text: String)]) -> TextColumn { column.replacing(cells) }
  #expect(replaced([]) == column)
  #expect(
    replaced([(0, "äb"), (3, "")]) == TextColumn(name: "c", texts: ["äb", "", "ccc", "", ""]))
  #expect(
    replaced([(1, "x"), (2, "y"), (4, "z")])
      == TextColumn(name: "c", texts: ["a", "x", "y", "dd", "z"]))
}
