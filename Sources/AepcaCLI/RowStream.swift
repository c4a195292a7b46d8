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

/// How many of a model's components to use.
struct ComponentsOption: ParsableArguments {
  @Option(
    name: [.customShort("k"), .long], parsing: .unconditional,
    help: ArgumentHelp("Use the first components only; all without it.", valueName: "j"))
  var components: Int?

  /// - Throws: ``ToolError`` when the model does not serve so many.
  func count(for model: TableModel) throws -> Int {
    let all = model.latentModel.componentCount
    let lengths = model.latentModel.lengths
    guard let components else { return all }
    guard (1...all).contains(components) else {
      throw ToolError(
        .usage, "--components: expected 1 to \(all), as the model has, found \(components)")
    }
    guard lengths.contains(components) else {
      throw ToolError(
        .usage,
        "--components: expected all \(all) of a model fitted with --no-ordered, found \(components)"
      )
    }
    return components
  }
}

/// Which latents to give, whatever the model says.
struct CodesOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "refined or encoder; as the model was fitted without it. What is decoded does not change.",
      valueName: "codes"))
  var codes: Codes?

  func apply(to model: TableModel) {
    guard let codes else { return }
    (model.latentModel as? FittedAutoencoder)?.codes = codes
  }
}

/// Rows in, rows out, block by block, in bounded memory and in the order of the input.
struct RowStream: ParsableArguments {
  @OptionGroup var model: ModelArgument
  @Argument(help: ArgumentHelp("Table to read, or -.", valueName: "data.csv"))
  var input: String
  @OptionGroup var output: TableOutput
  @Option(
    help: ArgumentHelp("Pass a column of the table through. Repeatable.", valueName: "column"))
  var keep: [String] = []
  @OptionGroup(title: "Reading") var table: TableInput
  @OptionGroup(title: "Writing") var style: TableStyle
  @OptionGroup var common: CommonOptions

  func readModel() throws -> TableModel { try model.read(threads: common.threads) }

  /// - Parameters:
  ///   - schema: The columns to read, found by name.
  ///   - names: The columns to write after those kept.
  ///   - write: Turns a block into rows and writes them, the kept columns first.
  func run(
    schema: TableSchema, writing names: [String],
    _ write: (TableBlock, inout TableWriter) throws -> Void
  ) throws {
    var options = try table.options
    options.threads = common.threads
    let reader = try TableReader(path: input, options: options)
    var blocks = try reader.blocks(of: schema, keeping: keep)
    var writer = TableWriter(
      to: try OutputFile(creating: output.output), style: try style.style(threads: common.threads))
    writer.escapesFormulas = output.escapeFormulas
    try writer.writeHeader(keep + names)
    while let block = try blocks.next() {
      do {
        try write(block, &writer)
      } catch let error as PreprocessingError {
        throw error.located(in: block, of: blocks.path)
      }
    }
    try writer.commit()
    common.note(blocks.notes, of: blocks.path)
  }

  /// Writes rows as the model gives them back.
  ///
  /// - Throws: ``ToolError`` when a kept column would stand beside the model's own.
  func writeRows(
    of model: TableModel, schema: TableSchema, _ rows: (TableBlock) throws -> Table
  ) throws {
    if let own = keep.first(where: { model.schema[$0] != nil }) {
      throw ToolError(
        .usage, "--keep: expected a column that the model does not give back, found '\(own)'")
    }
    try run(schema: schema, writing: model.schema.columns.map(\.name)) { block, writer in
      try writer.write(rows(block).columns, keeping: block.keptColumns)
    }
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

extension PreprocessingError {
  /// The error with the line of the file in place of the row of the block.
  func located(in block: TableBlock, of path: String) -> any Error {
    guard case .outOfRange(let row) = problem, block.lines.indices.contains(row - 1) else {
      return self
    }
    let place = column.map { " column '\($0)':" } ?? ""
    return ToolError(
      .badData,
      "\(path):\(block.lines[row - 1]):\(place) expected values near the training rows', found one "
        + "too large to compute with")
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
