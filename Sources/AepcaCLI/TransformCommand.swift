import AEPCA
import ArgumentParser

struct TransformCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transform",
    abstract: "Write the latent features of each row as CSV.",
    discussion: """
      Example:
        aepca transform model.aepca new.csv --output reduced.csv

      With --components J the latents are the J that stand best for a row by themselves. Of an \
      autoencoder these differ from the first J of all its latents.

      Streams: memory does not grow with the file.
      """)

  @OptionGroup var stream: RowStream
  @OptionGroup var components: ComponentsOption
  @OptionGroup var codes: CodesOption

  func run() throws {
    let model = try stream.readModel()
    let count = try components.count(for: model)
    codes.apply(to: model)
    let names = Array(model.latentNames.prefix(count))
    try stream.run(schema: model.schema, writing: names) { block, writer in
      try writer.write(
        latents: model.encode(Table(columns: block.columns), components: count), of: model,
        keeping: block.keptColumns)
    }
  }
}
