import AEPCA
import ArgumentParser

struct DecompressCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decompress",
    abstract: "Give the rows of a compressed table back as CSV.",
    discussion: """
      Example:
        aepca decompress model.aepca data.aez --output data.csv

      Needs the very model that the table was compressed with. The same file gives the same bytes on \
      any machine. Each block of rows has a checksum: one that was altered ends the command with its \
      name, or with --skip-damaged is left out with a note.

      Streams: memory does not grow with the file.
      """)

  @OptionGroup var model: ModelArgument
  @Argument(help: ArgumentHelp("File that 'aepca compress' wrote, or -.", valueName: "data.aez"))
  var input: String
  @OptionGroup var output: TableOutput
  @Flag(help: "Leave out blocks that were altered, and say which.")
  var skipDamaged = false
  @OptionGroup var common: CommonOptions

  func run() throws {
    let modelFile = try InputFile(path: self.model.path)
    let modelBytes = try modelFile.readAll()
    let model = try ModelFile.decode(modelBytes, path: modelFile.name)
    let decompressor = try TableDecompressor(
      InputFile(path: input), model, modelBytes: modelBytes, skipsDamaged: skipDamaged,
      threads: common.threads)
    var writer = TableWriter(to: try OutputFile(creating: output.output))
    writer.escapesFormulas = output.escapeFormulas
    try writer.writeHeader(decompressor.columnNames)
    while let columns = try decompressor.next() { try writer.write([], keeping: columns) }
    try writer.commit()
    decompressor.notes.forEach(common.note)
  }
}
