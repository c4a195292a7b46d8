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

      Text is kept as it is. Rows with too few or too many fields are padded or cut, and counted \
      on standard error; --strict refuses them, as all other commands do. Streams, but for \
      --describe.
      """)

  @Argument(help: ArgumentHelp("Table to read, or -.", valueName: "input"))
  var input: String
  @OptionGroup var output: TableOutput
  @Flag(help: "Refuse rows with too few or too many fields.")
  var strict = false
  @Flag(help: "Write the columns, their kinds, missing cells and ranges instead.")
  var describe = false
  @OptionGroup(title: "Reading") var table: TableInput
  @OptionGroup var common: CommonOptions

  func run() throws {
    var options = try table.options
    options.format.raggedRows = strict ? .refuse : .padOrCut
    if describe { return try writeDescription(options) }
    let reader = try CSVReader(InputFile(path: input), format: options.format)
    var writer = CSVWriter(to: try OutputFile(creating: output.output))
    writer.escapesFormulas = output.escapeFormulas
    for name in reader.names { writer.write(name) }
    try writer.endRecord()
    var block = RecordBlock()
    while try reader.read(into: &block) {
      for record in 0..<block.recordCount {
        for column in 0..<block.columnCount {
          writer.write(block.bytes.span.extracting(block.range(record, column)))
        }
        try writer.endRecord()
      }
    }
    try writer.commit()
    (reader.notes + reader.mendedRows.notes).forEach(common.note)
  }

  private func writeDescription(_ options: TableReadingOptions) throws {
    var reader = try TableReader(path: input, options: options)
    let table = try reader.readAll()
    var writer = CSVWriter(to: try OutputFile(creating: output.output))
    writer.escapesFormulas = output.escapeFormulas
    for name in ["column", "kind", "missing", "minimum", "maximum", "mean", "levels"] {
      writer.write(name)
    }
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
      try writer.endRecord()
    }
    try writer.commit()
    common.note(
      "\(input): \(counted(table.rowCount, "row")), \(counted(table.columns.count, "column"))")
    reader.notes.forEach(common.note)
  }
}
