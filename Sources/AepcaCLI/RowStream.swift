import AEPCA
import ArgumentParser

/// The model file that most commands begin with.
struct ModelArgument: ParsableArguments {
  @Argument(help: ArgumentHelp("Model file that 'aepca fit' wrote.", valueName: "model"))
  var path: String

  /// - Parameter threads: What the model may use; its results do not depend on it.
  func read(threads: Int = 1) throws -> TableModel {
    let file = try InputFile(path: path)
    let model = try ModelFile.decode(file.readAll(), path: file.name)
    (model.latentModel as? FittedAutoencoder)?.threads = threads
    return model
  }
}

/// Rows in, rows out, block by block, in bounded memory and in the order of the input.
struct RowStream {
  let input: String
  let output: TableOutput
  let table: TableInput
  let common: CommonOptions

  /// - Parameters:
  ///   - schema: The columns to read, found by name.
  ///   - kept: Columns to pass through, first in the output.
  ///   - names: The columns to write after those kept.
  ///   - write: Turns a block into rows and writes them, the kept columns first.
  func run(
    schema: TableSchema, keeping kept: [String], writing names: [String],
    _ write: (TableBlock, inout TableWriter) throws -> Void
  ) throws {
    let reader = try TableReader(path: input, options: table.options)
    var blocks = try reader.blocks(of: schema, keeping: kept)
    var writer = TableWriter(to: try OutputFile(creating: output.output))
    try writer.writeHeader(kept + names)
    while let block = try blocks.next() { try write(block, &writer) }
    try writer.commit()
    blocks.notes.forEach(common.note)
  }
}

extension TableModel {
  /// Refuses to pass a column through beside the one that the model itself gives back.
  func checkNotItsOwn(_ kept: [String]) throws {
    guard let own = kept.first(where: { schema[$0] != nil }) else { return }
    throw ToolError(
      .usage, "--keep: expected a column that the model does not give back, found '\(own)'")
  }
}

extension TableBlock {
  /// Refuses missing latents: nothing can be decoded from them.
  func checkComplete(path: String) throws {
    for column in columns {
      guard case .numbers(let numbers) = column.values,
        let row = numbers.firstIndex(where: \.isNaN)
      else { continue }
      throw ToolError(
        .badData,
        "\(path):\(lines[row]): column '\(column.name)': expected a number, found a missing cell")
    }
  }
}

extension Matrix<Double> {
  /// Latents read from a table, one column each.
  init(latents columns: [Column]) {
    let rowCount = columns.first?.count ?? 0
    self.init(rowCount: rowCount, columnCount: columns.count)
    for (position, column) in columns.enumerated() {
      guard case .numbers(let numbers) = column.values else { continue }
      for row in 0..<rowCount { self[row, position] = numbers[row] }
    }
  }
}
