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

  @OptionGroup var stream: RowStream
  @OptionGroup var components: ComponentsOption
  @OptionGroup var codes: CodesOption

  func run() throws {
    let model = try stream.readModel()
    let count = try components.count(for: model)
    codes.apply(to: model)
    try stream.writeRows(of: model, schema: model.schema) { block in
      try model.decode(model.encode(Table(columns: block.columns), components: count))
    }
  }
}
