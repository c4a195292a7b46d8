import CSV
import Files
import Glibc
import Tables
import Testing

/// The whole table of a file with this text, called "data.csv".
func table(
  _ text: String, _ options: TableReadingOptions = TableReadingOptions(), pieceSize: Int = 1 << 18
) throws -> Table {
  var reader = TableReader(
    source: MemoryInput(Array(text.utf8), name: "data.csv"), options: options,
    pieceSize: pieceSize)
  return try reader.readAll()
}

/// A file of one column, "x", with these cells.
func column(
  _ cells: [String], name: String = "x", _ options: TableReadingOptions = TableReadingOptions()
) throws -> Column {
  try #require(try table(name + ",\n" + cells.map { $0 + ",\n" }.joined(), options).columns.first)
}

/// The description of the error that the work throws.
func failure<Result>(_ work: () throws -> Result) -> String {
  do {
    return "no error, but \(try work())"
  } catch {
    return "\(error)"
  }
}

/// All blocks of a file with this text as one table, the texts of the kept columns, and the notes.
func stream(
  _ text: String, as schema: TableSchema, keeping kept: [String] = [],
  _ options: TableReadingOptions = TableReadingOptions(), pieceSize: Int = 1 << 18
) throws -> (columns: [ColumnValues], kept: [[String]], lines: [Int], notes: [String]) {
  let reader = TableReader(
    source: MemoryInput(Array(text.utf8), name: "data.csv"), options: options,
    pieceSize: pieceSize)
  var blocks = try reader.blocks(of: schema, keeping: kept)
  var columns: [ColumnValues] = []
  var texts = kept.map { _ in [String]() }
  var lines: [Int] = []
  while let block = try blocks.next() {
    #expect(block.columns.map(\.schema) == schema.columns)
    #expect(block.columns.allSatisfy { $0.count == block.rowCount })
    #expect(block.keptColumns.map(\.name) == kept)
    lines += block.lines
    columns =
      columns.isEmpty
      ? block.columns.map(\.values)
      : zip(columns, block.columns).map { $0.appending($1.values) }
    for (index, column) in block.keptColumns.enumerated() {
      texts[index] += (0..<column.count).map { column[$0] }
    }
  }
  return (columns, texts, lines, blocks.notes)
}

extension ColumnValues {
  func appending(_ other: ColumnValues) -> ColumnValues {
    switch (self, other) {
    case (.numbers(let left), .numbers(let right)): .numbers(left + right)
    case (.codes(let left), .codes(let right)): .codes(left + right)
    case (.texts(let left), .texts(let right)): .texts(left + right)
    default: self
    }
  }
}

/// The text that writing gives.
func written(_ work: (inout TableWriter) throws -> Void) throws -> String {
  var template = Array("\(P_tmpdir)/aepca-tests-XXXXXX".utf8CString)
  let descriptor = unsafe mkstemp(&template)
  try #require(descriptor >= 0)
  close(descriptor)
  let path = String(
    decoding: template.dropLast().map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
  defer { unsafe unlink(path) }
  var writer = TableWriter(to: try OutputFile(path: path))
  try work(&writer)
  try writer.commit()
  return String(decoding: try InputFile(path: path).readAll(), as: UTF8.self)
}
