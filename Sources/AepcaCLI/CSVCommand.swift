import AEPCA
import ArgumentParser

struct CSVCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "csv",
    abstract: "Write a table as it was read: RFC 4180, UTF-8, lines that end in LF.",
    discussion: """
      Example:
        aepca csv messy.csv --output clean.csv
        aepca csv messy.csv --describe

      Encoding, delimiter, quote, decimal comma, comments, lines before the header and whether there is \
      one are found from the file. Text is kept as it is. Rows with too few or too many fields are padded \
      or cut, stray quotes taken as text, and both counted on standard error; --strict refuses them, \
      as all other commands do. Streams, but for --describe.
      """)

  @Argument(help: ArgumentHelp("Table to read, or -.", valueName: "input"))
  var input: String
  @OptionGroup var output: TableOutput
  @Flag(help: "Refuse a file that breaks the rules of CSV, as all other commands do.")
  var strict = false
  @Flag(
    help: """
      Write the columns instead: kinds, missing cells, ranges, first rows; and how the file is \
      written.
      """)
  var describe = false
  @OptionGroup(title: "Reading") var table: TableInput
  @OptionGroup(title: "Reading") var columns: ColumnArguments
  @OptionGroup(title: "Writing") var style: TableStyle
  @OptionGroup var common: CommonOptions

  func run() throws {
    var options = try table.options
    options.threads = common.threads
    try columns.apply(to: &options)
    if describe { return try writeDescription(options) }
    let source = try CSVSource(
      CompressedInput.open(path: input), hints: options.dialect ?? DialectHints())
    if let note = source.dialect.note { common.note("\(input): read with \(note)") }
    if strict || table.ragged == .refuse {
      try copy(
        try CSVReader(
          source.bytes, format: source.dialect.format(raggedRows: options.format.raggedRows)),
        options)
    } else {
      try copy(try LenientReader(source), options)
    }
  }

  /// Writes the records of a reader, of the columns asked for.
  private func copy(_ reader: some RecordReader, _ options: TableReadingOptions) throws {
    let kept = try keptColumns(of: reader.names, options)
    let skipsRagged = options.format.raggedRows == .skip
    var writer = CSVWriter(
      to: try OutputFile(creating: output.output), style: try style.style(threads: 1))
    writer.escapesFormulas = output.escapeFormulas
    if writer.style.hasHeader && !kept.isEmpty {
      for column in kept { writer.write(reader.names[column]) }
      try writer.endRecord()
    }
    var block = RecordBlock()
    reader.skipsRaggedRows = skipsRagged
    while try reader.read(into: &block) {
      for record in 0..<block.recordCount {
        for column in kept {
          writer.write(block.bytes.span.extracting(block.range(record, column)))
        }
        try writer.endRecord()
      }
    }
    try writer.commit()
    common.note(reader.notes + reader.faults, of: input)
  }

  private func keptColumns(of names: [String], _ options: TableReadingOptions) throws -> [Int] {
    let known = Set(names)
    for name in columns.columns + columns.exclude where !known.contains(name) {
      throw ToolError(.badData, "\(input): column '\(name)': found no such column")
    }
    return names.indices.filter {
      !options.excludedColumns.contains(names[$0])
        && options.includedColumns?.contains(names[$0]) ?? true
    }
  }

  private func writeDescription(_ options: TableReadingOptions) throws {
    var reader = try TableReader(path: input, options: options)
    let table = try reader.readAll()
    var writer = CSVWriter(to: try OutputFile(creating: output.output))
    writer.escapesFormulas = output.escapeFormulas
    let names = ["column", "kind", "missing", "minimum", "maximum", "mean", "levels", "first_rows"]
    for name in names { writer.write(name) }
    try writer.endRecord()
    for column in table.columns {
      writer.write(column.name)
      writer.write(column.schema.kind.rawValue)
      writer.write("\(column.missingCount)")
      if case .numbers(let numbers) = column.values, let statistics = NumberStatistics(of: numbers)
      {
        for number in [statistics.minimum, statistics.maximum, statistics.mean] {
          if let format = column.schema.dateFormat {
            writer.write(format.text(number))
          } else {
            writer.write(number)
          }
        }
      } else {
        for _ in 0..<3 { writer.writeMissing() }
      }
      writer.write(column.schema.levels.joined(separator: " | "))
      writer.write((0..<min(3, column.count)).map { column.text($0) }.joined(separator: " | "))
      try writer.endRecord()
    }
    try writer.commit()
    common.note(
      "\(input): \(counted(table.rowCount, "row")), \(counted(table.columns.count, "column"))")
    if let dialect = reader.dialect {
      let parts = dialect.description.map { "\($0.name) \($0.value)" }
      common.note("\(input): \(parts.joined(separator: ", "))")
    }
    common.note(reader.notes, of: input)
  }
}

extension Column {
  /// A cell as it would be written; nothing for a missing one.
  fileprivate func text(_ row: Int) -> String {
    if values.isMissing(row) { return "" }
    switch values {
    case .numbers(let numbers):
      return schema.dateFormat?.text(numbers[row]) ?? DecimalText.text(of: numbers[row])
    case .codes(let codes): return schema.levels[Int(codes[row])]
    case .texts(let texts): return texts[row] ?? ""
    }
  }
}

/// What gives a file's records out block by block.
private protocol RecordReader: AnyObject {
  var names: [String] { get }
  var notes: [String] { get }
  /// What was wrong with the records read so far, and what became of them.
  var faults: [String] { get }
  var skipsRaggedRows: Bool { get set }
  func read(into block: inout RecordBlock) throws -> Bool
}

extension CSVReader: RecordReader {
  var faults: [String] { mendedRows.notes }
  /// Its format says so already.
  var skipsRaggedRows: Bool {
    get { false }
    set {}
  }
}

extension LenientReader: RecordReader {}
