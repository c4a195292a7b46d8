import AEPCA
import ArgumentParser

struct ReconstructCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconstruct",
    abstract: "Write each row as the model gives it back: transform, then decode.",
    discussion: """
      Example:
        aepca reconstruct model.aepca data.csv --output back.csv

      Streams: memory does not grow with the file.
      """)

  @OptionGroup var model: ModelArgument
  @Argument(help: ArgumentHelp("Table to reconstruct, or -.", valueName: "data.csv"))
  var input: String
  @OptionGroup var output: TableOutput

  @Option(
    help: ArgumentHelp(
      "Pass a column through that the model does not have. Repeatable.", valueName: "column"))
  var keep: [String] = []

  @OptionGroup(title: "Reading") var table: TableInput
  @OptionGroup var common: CommonOptions

  func run() throws {
    let model = try model.read(threads: common.threads)
    try model.checkNotItsOwn(keep)
    let names = model.schema.columns.map(\.name)
    try RowStream(input: input, output: output, table: table, common: common)
      .run(schema: model.schema, keeping: keep, writing: names) { block, writer in
        let rows = try model.decode(model.encode(Table(columns: block.columns)))
        try writer.write(rows.columns, keeping: block.keptColumns)
      }
  }
}
