import CSV
import Files

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
///
/// Threads read and convert ahead of what is asked for, a few blocks each.
public struct TableBlocks {
  /// The file's path, or "standard input".
  public let path: String
  /// The file's columns by name, in its order.
  public let fileColumns: [String]
  private let stream: ChunkStream<TypedRows>
  private let schema: TableSchema
  private var decoders: [ColumnDecoder] = []
  private var openingNotes: [String]
  private var rowCount = 0

  init(
    _ reader: RecordChunks, options: TableReadingOptions, pool: TaskPool, schema: TableSchema,
    keeping keptNames: [String]
  ) throws(TableError) {
    path = reader.path
    fileColumns = reader.names
    self.schema = schema
    openingNotes = reader.notes
    let missing = MissingWords(extra: options.missingWords)
    var columns: [Int] = []
    var keptColumns: [Int] = []
    var positions: [String: Int] = [:]
    for (position, name) in reader.names.enumerated() { positions[name] = position }
    for column in schema.columns {
      guard let position = positions[column.name] else {
        throw TableError(.missingColumn, path: reader.path, column: column.name)
      }
      columns.append(position)
      decoders.append(ColumnDecoder(column, missing: missing, syntax: options.syntax))
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
    var uses = [CellPlan.Use](repeating: .skip, count: reader.columnCount)
    for (column, decoder) in zip(columns, decoders) { uses[column] = decoder.use }
    for column in keptColumns { uses[column] = .text }
    let work = RowDecoding(
      path: path, columns: columns, keptColumns: keptColumns, keptNames: keptNames,
      decoders: decoders)
    stream = ChunkStream(
      reader, format: options.format,
      plan: CellPlan(uses: uses, missingWords: missing.extra), pool: pool
    ) { work.rows(of: $0) }
  }

  /// What was done that the reader of the result should know, one sentence each; complete once
  /// ``next()`` has returned nil.
  public var notes: [String] { openingNotes + cellNotes }

  /// Of ``notes`` those about cells and rows.
  package var cellNotes: [String] { decoders.flatMap(\.notes) + stream.mended.notes }

  /// The next rows.
  ///
  /// - Returns: Nil at the end of the file.
  /// - Throws: `FileError`, `CSVError`, or ``TableError`` when a cell does not fit its column's
  ///   kind or the file has no row at all.
  public mutating func next() throws -> TableBlock? {
    while let (rows, line) = try stream.next() {
      if let error = rows.error { throw error.moved(by: line) }
      for index in decoders.indices {
        decoders[index].append(notesOf: rows.decoders[index], line: line)
      }
      if rows.lines.isEmpty { continue }
      rowCount += rows.lines.count
      return TableBlock(
        columns: zip(schema.columns, rows.values).map { Column(schema: $0, values: $1) },
        keptColumns: rows.keptColumns, rowCount: rows.lines.count,
        lines: rows.lines.map { $0 + line })
    }
    if rowCount == 0 { throw TableError(.noRows, path: path) }
    return nil
  }
}
