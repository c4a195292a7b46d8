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

  @OptionGroup var stream: RowStream
  @OptionGroup var components: ComponentsOption

  func run() throws {
    let model = try stream.readModel()
    let count = try components.count(for: model)
    do {
      try stream.writeRows(of: model, schema: model.latentSchema(components: count)) { block in
        try block.checkComplete(path: stream.input)
        return try model.decode(Matrix(latents: block.columns))
      }
    } catch let error as TableError where error.problem == .missingColumn {
      throw explained(error, model)
    }
  }

  /// Says what decodes a table of fewer latents than the model has.
  private func explained(_ error: TableError, _ model: TableModel) -> any Error {
    guard let present = error.column.flatMap(model.latentNames.firstIndex),
      model.latentModel.lengths.contains(present)
    else { return error }
    return ToolError(
      .badData,
      "\(error); --components \(present) decodes what 'transform --components \(present)' wrote")
  }
}
