import CSV
import Files

/// Reads a CSV file as a table of typed columns.
///
/// Missing cells are empty or one of `NA`, `N/A`, `n/a`, `None`, `?`, `nan` and `null` in any case,
/// and `-` in columns of numbers. Kinds are found from the whole file:
///
/// - number: at least nine tenths of the observed cells are; the others are then errors;
/// - date: at least nine tenths of the observed cells are, all written the same way, as errors else;
/// - boolean: exactly two words, false/true, no/yes, f/t or n/y in any case;
/// - category: at most 100 different texts, each twice or more on average;
/// - identifier: nearly all texts different, or whole numbers counting up under a name such as `id`;
/// - text: any other.
public struct TableReader {
  /// What was done to the table that its reader should know, one sentence each.
  public private(set) var notes: [String] = []
  /// Of each row of the table that ``readAll()`` returned, its group by the options' group column.
  ///
  /// Groups are numbered from 0 in the order of their first rows. Rows whose labels are the same
  /// text, blanks around it aside, are of one group, and a row without a label is a group of its
  /// own. Nil when the options name no group column.
  public private(set) var groups: [Int]?
  /// How the file was found to be written, once it was read; nil where the options say it all.
  public private(set) var dialect: Dialect?
  /// For tests that compare both ways: false leaves all to libcsv.
  @_spi(Fuzzing) public var readsDirectly = true

  private let source: any ByteSource
  private let options: TableReadingOptions
  private let pieceSize: Int
  private let pool: TaskPool

  /// Opens the file; nothing is read yet.
  ///
  /// - Parameter path: "-" is standard input.
  /// - Throws: `FileError` when it is missing or not readable.
  public init(path: String, options: TableReadingOptions = TableReadingOptions()) throws(FileError)
  {
    self.init(source: try CompressedInput.open(path: path), options: options)
  }

  /// - Parameter pieceSize: Bytes read at a time.
  public init(
    source: any ByteSource, options: TableReadingOptions = TableReadingOptions(),
    pieceSize: Int = 1 << 20
  ) {
    self.source = source
    self.options = options
    self.pieceSize = pieceSize
    pool = TaskPool(threads: max(1, options.threads))
  }

  /// Reads the whole table and finds the columns' kinds.
  ///
  /// One pass for the usual file; a second one when a column is found to be text after numbers.
  /// What comes through a pipe is held in memory as a whole.
  ///
  /// - Throws: `FileError`, `CSVError` or ``TableError``.
  public mutating func readAll() throws -> Table {
    Table(columns: try read(keepsCells: true).columns)
  }

  /// Reads the whole table for its columns' names and kinds, and keeps no cells.
  ///
  /// For tables that are to be read in blocks: ``blocks(of:keeping:)`` takes the schema. Memory grows
  /// with the different texts of columns that are no numbers, and with what comes through a pipe.
  ///
  /// - Throws: As ``readAll()``.
  public mutating func survey() throws -> TableSurvey {
    let (columns, rowCount) = try read(keepsCells: false)
    return TableSurvey(schema: TableSchema(columns: columns.map(\.schema)), rowCount: rowCount)
  }

  /// - Parameter keepsCells: Whether the columns hold their cells, or none.
  private mutating func read(keepsCells: Bool) throws -> (columns: [Column], rowCount: Int) {
    let source = source.canRewind ? source : RecordingInput(source)
    let (reader, options) = try openFromStart(source)
    notes = reader.notes
    dialect = reader.dialect
    try checkOptions(against: reader.names)
    let included = columns(of: reader)
    var labels = options.groupColumn.flatMap(reader.names.firstIndex).map {
      (column: $0, groups: GroupLabels(missing: MissingWords(extra: options.missingWords)))
    }
    var builders = builders(of: reader, included, options, keepsCells: keepsCells)
    let (rowCount, mended) = try gather(
      reader, options, included, into: &builders, labels: &labels,
      byteCount: (source as? InputFile)?.byteCount)
    groups = labels?.groups.groups
    notes += mended.notes
    guard rowCount > 0 else { throw TableError(.noRows, path: reader.path) }
    if let labels, !labels.groups.hasLabels {
      throw TableError(.noGroups, path: reader.path, column: options.groupColumn)
    }

    var columns: [Column?] = []
    var again: [(position: Int, builder: ColumnBuilder)] = []
    for (position, builder) in builders.enumerated() {
      switch try builder.outcome(path: reader.path) {
      case .column(let column):
        columns.append(column)
        if column.schema.kind == .number, let note = builder.large.note(column: column.name) {
          notes.append("\(note); --kind '\(column.name)=identifier' keeps them as text")
        }
      case .textsNeeded(let kind):
        columns.append(nil)
        let texts = ColumnBuilder(
          name: builder.name, forcedKind: kind ?? builder.forcedKind,
          missing: MissingWords(extra: options.missingWords), syntax: options.syntax,
          stage: .texts, keepsCells: keepsCells)
        again.append((position, texts))
      }
    }
    if !again.isEmpty {
      let (second, _) = try openFromStart(source)
      var texts = again.map(\.builder)
      var noLabels: (column: Int, groups: GroupLabels)?
      guard second.names == reader.names,
        try gather(
          second, options, again.map { included[$0.position] }, into: &texts, labels: &noLabels
        ).rowCount == rowCount
      else { throw TableError(.changedWhileRead, path: reader.path) }
      for ((position, _), builder) in zip(again, texts) {
        guard case .column(let column) = try builder.outcome(path: reader.path) else { continue }
        columns[position] = column
      }
    }
    return (columns.compactMap(\.self), rowCount)
  }

  /// A survey from the first rows alone, where these are numbers throughout, and a count of the lines.
  ///
  /// Whether it is right shows when the cells are read: ``TableSurvey/isPresumed``.
  ///
  /// - Parameter limit: From about so many rows on they are estimated by the file's size, not counted.
  /// - Returns: Nil for other tables, and where options say how cells are to be taken.
  /// - Throws: As ``readAll()``.
  /// - Complexity: Reads the whole file unless it estimates, but converts its first chunk only.
  public mutating func presumedSurvey(estimatingFrom limit: Int = .max) throws -> TableSurvey? {
    guard source.canRewind, options.kinds.isEmpty, options.groupColumn == nil,
      options.format.raggedRows == .refuse
    else { return nil }
    let (reader, options) = try openFromStart(source)
    guard options.syntax.isPlain, reader.columnCount > 1 else { return nil }
    notes = reader.notes
    try checkOptions(against: reader.names)
    let included = columns(of: reader)
    var builders = builders(of: reader, included, options, keepsCells: false)
    guard let first = try reader.next() else { return nil }
    var rowCount = first.lineCount(quote: options.format.quote)
    let plan = CellPlan(uses: Array(repeating: .text, count: reader.columnCount))
    let chunk = ChunkParser(reader, format: options.format).parse(first, plan: plan)
    for part in chunk.parts {
      for index in builders.indices {
        builders[index].append(part, of: chunk, column: included[index], line: 0)
      }
    }
    guard builders.allSatisfy({ $0.use == .number }) else { return nil }
    let schema = TableSchema(columns: builders.map { ColumnSchema(name: $0.name, kind: .number) })
    let byteCount = (source as? InputFile)?.byteCount ?? 0
    let rowsPerByte = Double(chunk.rowCount) / Double(max(1, chunk.byteCount))
    let estimate = Int(rowsPerByte * Double(byteCount))
    if estimate >= limit {
      return TableSurvey(schema: schema, rowCount: estimate, isPresumed: true, isEstimated: true)
    }
    while let chunk = try reader.next() {
      rowCount += chunk.lineCount(quote: options.format.quote)
    }
    return TableSurvey(schema: schema, rowCount: rowCount, isPresumed: true)
  }

  /// Reads the table block by block, its columns as a schema says.
  ///
  /// - Parameters:
  ///   - schema: The columns to read, found by name in any order.
  ///   - keptColumns: Names of columns whose text is passed on as it is.
  /// - Throws: `FileError`, `CSVError`, or ``TableError`` when a column is missing.
  public func blocks(
    of schema: TableSchema, keeping keptColumns: [String] = []
  ) throws -> TableBlocks {
    let (reader, options) = try openFromStart(source)
    return try TableBlocks(
      reader, options: options, pool: pool, schema: schema, keeping: keptColumns)
  }

  /// Reads the table block by block, its columns as a schema says, and beside them the text of
  /// every column of the file, in its order.
  ///
  /// - Throws: As ``blocks(of:keeping:)``.
  public func blocksWithAllTexts(of schema: TableSchema) throws -> TableBlocks {
    let (reader, options) = try openFromStart(source)
    return try TableBlocks(
      reader, options: options, pool: pool, schema: schema, keeping: reader.names)
  }

  /// Where the columns that are wanted stand in the file.
  private func columns(of reader: RecordChunks) -> [Int] {
    reader.names.indices.filter {
      !options.excludedColumns.contains(reader.names[$0]) && reader.names[$0] != options.groupColumn
        && options.includedColumns?.contains(reader.names[$0]) ?? true
    }
  }

  /// - Parameter options: With the format that the file has.
  private func builders(
    of reader: RecordChunks, _ columns: [Int], _ options: TableReadingOptions, keepsCells: Bool
  ) -> [ColumnBuilder] {
    columns.map { column in
      ColumnBuilder(
        name: reader.names[column],
        originalName: column < reader.originalNames.count ? reader.originalNames[column] : nil,
        forcedKind: options.kinds[reader.names[column]],
        missing: MissingWords(extra: options.missingWords), syntax: options.syntax,
        keepsCells: keepsCells)
    }
  }

  private func checkOptions(against names: [String]) throws(TableError) {
    let known = Set(names)
    func check(_ name: String, _ option: String) throws(TableError) {
      if known.contains(name) { return }
      throw TableError(
        .unknownColumn(option: option, columns: names), path: source.name, column: name)
    }
    for name in options.kinds.keys.sorted() { try check(name, "--kind") }
    for name in options.includedColumns?.sorted() ?? [] { try check(name, "--columns") }
    for name in options.excludedColumns.sorted() { try check(name, "--exclude") }
    if let name = options.groupColumn { try check(name, "--group") }
  }

  /// - Returns: The records, and the options with the format that the file has.
  private func openFromStart(
    _ source: any ByteSource
  ) throws -> (RecordChunks, TableReadingOptions) {
    if source.canRewind { try source.rewind() }
    guard let hints = options.dialect else {
      return (try RecordChunks(source, format: options.format, chunkSize: pieceSize), options)
    }
    let found = try CSVSource(source, hints: hints)
    var options = options
    options.format = found.dialect.format(raggedRows: options.format.raggedRows)
    let chunks = try RecordChunks(found.bytes, format: options.format, chunkSize: pieceSize)
    chunks.dialect = found.dialect
    if let note = found.dialect.note { chunks.notes.insert("read with \(note)", at: 0) }
    return (chunks, options)
  }

  /// - Parameters:
  ///   - columns: Where the builders' columns stand in the file.
  ///   - byteCount: How long the file is, if that is known.
  /// - Returns: The number of rows.
  private func gather(
    _ reader: RecordChunks, _ options: TableReadingOptions, _ columns: [Int],
    into builders: inout [ColumnBuilder],
    labels: inout (column: Int, groups: GroupLabels)?, byteCount: Int? = nil
  ) throws -> (rowCount: Int, mended: MendedRows) {
    func plan(_ gatherings: [Gathering], _ labelColumn: Int?) -> CellPlan {
      var uses = [CellPlan.Use](repeating: .skip, count: reader.columnCount)
      for (column, gathering) in zip(columns, gatherings) { uses[column] = gathering.builder.use }
      if let labelColumn { uses[labelColumn] = .text }
      return CellPlan(uses: uses, missingWords: options.missingWords.map { Array($0.utf8) })
    }
    let gatherings = builders.map(Gathering.init)
    // Held once, lest what they gather be copied when it grows.
    builders = []
    defer { builders = gatherings.map(\.builder) }
    let taskCount = min(gatherings.count, 4 * pool.threadCount)
    var current = plan(gatherings, labels?.column)
    let stream = ChunkStream(
      reader, format: options.format, plan: current, pool: pool, isDirect: readsDirectly
    ) { $0 }
    var rowCount = 0
    while let (chunk, line) = try stream.next() {
      pool.forEach(taskCount) { task in
        for index in stride(from: task, to: gatherings.count, by: taskCount) {
          for part in chunk.parts {
            gatherings[index].builder.append(part, of: chunk, column: columns[index], line: line)
          }
        }
      }
      if let column = labels?.column {
        for part in chunk.parts { labels?.groups.append(part, of: chunk, column: column) }
      }
      if rowCount == 0, let byteCount {
        let estimate = chunk.rowCount * (byteCount / max(1, chunk.byteCount) + 1)
        for gathering in gatherings { gathering.builder.reserve(estimate + estimate / 50) }
      }
      rowCount += chunk.rowCount
      let next = plan(gatherings, labels?.column)
      if next.uses != current.uses {
        current = next
        stream.change(next)
      }
    }
    return (rowCount, stream.mended)
  }
}

/// A column being gathered, by one thread at a time.
private final class Gathering: @unchecked Sendable {
  var builder: ColumnBuilder

  init(_ builder: ColumnBuilder) { self.builder = builder }
}

extension ColumnBuilder {
  /// Takes in a column of some consecutive rows.
  ///
  /// - Parameter line: The line on which their chunk begins.
  fileprivate mutating func append(
    _ part: ParsedChunk.Part, of chunk: ParsedChunk, column: Int, line: Int
  ) {
    switch part {
    case .records(let block):
      append(RecordCells(block, column: column, line: line), of: block.bytes.span)
    case .plain(let rows) where rows.isNumbers(column):
      append(rows.numbers(column), largeInteger: rows.largeInteger(column).map { $0 + line })
    case .plain(let rows):
      append(PlainCells(rows, column: column, line: line), of: chunk.bytes.span)
    }
  }
}

extension GroupLabels {
  fileprivate mutating func append(
    _ part: ParsedChunk.Part, of chunk: ParsedChunk, column: Int
  ) {
    switch part {
    case .records(let block):
      append(RecordCells(block, column: column, line: 0), of: block.bytes.span)
    case .plain(let rows):
      append(PlainCells(rows, column: column, line: 0), of: chunk.bytes.span)
    }
  }
}
