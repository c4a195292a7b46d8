import CSV

/// Some consecutive rows of a table.
public struct TableBlock: Sendable {
  /// In the schema's order.
  public let columns: [Column]
  /// In the order in which they were asked for.
  public let keptColumns: [TextColumn]
  public let rowCount: Int
  /// The line on which each row begins, from 1.
  public let lines: [Int]
}

/// Reads a table's rows in blocks, in bounded memory, its columns as a schema says.
public struct TableBlocks {
  /// The file's path, or "standard input".
  public let path: String
  /// The file's columns by name, in its order.
  public var fileColumns: [String] { reader.names }
  private let reader: CSVReader
  private var decoders: [ColumnDecoder] = []
  /// Where the schema's columns and the kept ones stand in the file.
  private var columns: [Int] = []
  private var keptColumns: [Int] = []
  private var openingNotes: [String]
  private var records = RecordBlock()
  private var rowCount = 0

  init(
    _ reader: CSVReader, schema: TableSchema, keeping keptNames: [String], missing: MissingWords
  ) throws(TableError) {
    self.reader = reader
    path = reader.path
    openingNotes = reader.notes
    var positions: [String: Int] = [:]
    for (position, name) in reader.names.enumerated() { positions[name] = position }
    for column in schema.columns {
      guard let position = positions[column.name] else {
        throw TableError(.missingColumn, path: reader.path, column: column.name)
      }
      columns.append(position)
      decoders.append(ColumnDecoder(column, missing: missing))
    }
    for name in keptNames {
      guard let position = positions[name] else {
        let problem = TableError.Problem.unknownColumn(option: "--keep", columns: reader.names)
        throw TableError(problem, path: reader.path, column: name)
      }
      keptColumns.append(position)
    }
    let used = Set(columns + keptColumns)
    let ignored = reader.names.indices.filter { !used.contains($0) }.map { reader.names[$0] }
    if !ignored.isEmpty {
      let names = ignored.prefix(10).joined(separator: ", ")
      let rest = ignored.count > 10 ? " and \(ignored.count - 10) more" : ""
      openingNotes.append("ignored, because the model does not use them: \(names)\(rest)")
    }
  }

  /// What was done that the reader of the result should know, one sentence each; complete once
  /// ``next()`` has returned nil.
  public var notes: [String] { openingNotes + decoders.compactMap(\.note) }

  /// The next rows.
  ///
  /// - Returns: Nil at the end of the file.
  /// - Throws: `FileError`, `CSVError`, or ``TableError`` when a cell does not fit its column's
  ///   kind or the file has no row at all.
  public mutating func next() throws -> TableBlock? {
    guard try reader.read(into: &records) else {
      if rowCount == 0 { throw TableError(.noRows, path: path) }
      return nil
    }
    rowCount += records.recordCount
    var typed: [Column] = []
    for index in decoders.indices {
      typed.append(try decoders[index].decode(records, column: columns[index], path: path))
    }
    return TableBlock(
      columns: typed, keptColumns: keptColumns.map(kept), rowCount: records.recordCount,
      lines: records.lines)
  }

  private func kept(_ column: Int) -> TextColumn {
    var cells = TextColumn(name: reader.names[column])
    for record in 0..<records.recordCount {
      cells.bytes.append(contentsOf: records.bytes[records.range(record, column)])
      cells.ends.append(cells.bytes.count)
    }
    return cells
  }
}
