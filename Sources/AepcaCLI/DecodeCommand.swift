import AEPCA
import ArgumentParser

struct DecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "Turn latent features back into the table's columns, in their units.",
    discussion: """
      Example:
        aepca decode model.aepca reduced.csv --output back.csv

      Streams: memory does not grow with the file.
      """)

  @OptionGroup var model: ModelArgument
  @Argument(help: ArgumentHelp("Latent features, or -.", valueName: "reduced.csv"))
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
      .run(schema: model.latentSchema, keeping: keep, writing: names) { block, writer in
        try block.checkComplete(path: input)
        let rows = try model.decode(Matrix(latents: block.columns))
        try writer.write(rows.columns, keeping: block.keptColumns)
      }
  }
}
