import AEPCA
import ArgumentParser
import CAllocation

/// The release of the tool and of the model files that it writes.
let toolVersion = "0.1.0"

@main
struct Aepca: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "aepca",
    abstract: "Nonlinear principal components of a table, beside linear ones, from CSV to CSV.",
    discussion: """
      Example:
        aepca fit train.csv --components 3 --output model.aepca
        aepca transform model.aepca new.csv --output reduced.csv

      A file named - is standard input or output. Data go to standard output, notes and errors \
      to standard error. 'aepca COMMAND --help' begins with an example.
      """,
    version: toolVersion,
    subcommands: [
      FitCommand.self, TransformCommand.self, DecodeCommand.self, ReconstructCommand.self,
      CleanCommand.self, ScoreCommand.self, CompressCommand.self, DecompressCommand.self,
      CorruptCommand.self, CompareCommand.self, PlotCommand.self, InspectCommand.self,
      CSVCommand.self, DatasetsCommand.self, ImagesCommand.self,
    ])

  static func main() {
    StandardStreams.occupyClosed()
    OutputFile.installSignalCleanup()
    MemoryShortage.installHandler()
    aepca_keep_freed_buffers()
    do {
      let arguments = try ConfigFile.expanded(Array(CommandLine.arguments.dropFirst()))
      var command = try parseAsRoot(arguments)
      try command.run()
    } catch {
      ToolExit(error).end()
    }
  }
}
