import AEPCA
import ArgumentParser

struct ImagesMontageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "montage",
    abstract: "Draw rows of pixels, their latents and what comes back, one below the other.",
    discussion: """
      Example:
        aepca images montage model.aepca digits.csv --output grid.png
        aepca images montage static.aepca noisy.csv --beside clean.csv --no-latents --output grid.png

      Works for every model of pixels: convolutional, dense and linear. Latents are drawn as a \
      rectangle of numbers, the least of all black and the greatest white; the feature maps of a \
      latent map stand beside each other.
      """)

  @OptionGroup var model: ModelArgument
  @Argument(help: ArgumentHelp("Table of pixels, or -.", valueName: "pixels.csv"))
  var input: String
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Picture to write, PNG or by its ending PGM or PPM.", valueName: "file"))
  var output: String
  @Option(help: ArgumentHelp("How many rows to draw, from the first.", valueName: "n"))
  var count = 10
  @Option(
    help: ArgumentHelp("Pixels of the sheet that a picture's longest side fills.", valueName: "n"))
  var cell = 64
  @Flag(inversion: .prefixedNo, help: "Draw the latents too.")
  var latents = true
  @Option(
    help: ArgumentHelp(
      "Draw the same rows of another table below: what they should have been. Repeatable.",
      valueName: "pixels.csv"))
  var beside: [String] = []
  @OptionGroup var shape: DrawnShape
  @OptionGroup(title: "Reading") var table: TableInput
  @OptionGroup var common: CommonOptions

  func validate() throws {
    for (name, value, range) in [("count", count, 1...1000), ("cell", cell, 1...4096)]
    where !range.contains(value) {
      throw ValidationError(
        "--\(name): expected \(range.lowerBound) to \(range.upperBound), found \(value)")
    }
  }

  func run() throws {
    let model = try model.read(threads: common.threads)
    let (shape, _) = try model.schema.pixels(
      of: shape.size ?? model.preprocessor.pixels?.shape, path: self.model.path)
    try shape.checkDrawable(path: self.model.path)
    let originals = try firstRows(of: input, model.schema)
    let codes = try model.encode(originals)
    let pixels = try originals.pixels(of: shape, path: input).columns
    let returned = try model.decode(codes).pixels(of: shape, path: input).columns
    let scale = self.shape.white.map { PixelScale(white: $0) } ?? model.pixelScale
    func pictures(_ columns: [Column]) -> [Picture] {
      Picture.pictures(of: columns, shape: shape, scale: scale)
    }
    var rows = [pictures(pixels)]
    if latents {
      let maps = LatentDrawing(shape: model.latentShape)
      rows.append(maps.pictures(of: codes))
    }
    rows.append(pictures(returned))
    for path in beside {
      let others = try firstRows(of: path, model.schema)
      guard others.rowCount == originals.rowCount else {
        throw ToolError(
          .badData,
          "\(path): expected \(counted(originals.rowCount, "row")) as of \(input), found "
            + "\(others.rowCount)")
      }
      rows.append(pictures(try others.pixels(of: shape, path: path).columns))
    }
    let isPlain = ["pgm", "ppm", "pnm"].contains { output.lowercased().hasSuffix(".\($0)") }
    try OutputFile.write(
      Montage(rows: rows, cellSide: cell).picture(), to: output, as: isPlain ? .pnm : .png)
    common.note(
      "wrote \(output): \(counted(originals.rowCount, "picture")) of \(shape), "
        + (latents ? "their latents, " : "") + "and what comes back"
        + (beside.isEmpty ? "" : ", beside " + beside.joined(separator: ", ")))
  }

  private func firstRows(of path: String, _ schema: TableSchema) throws -> Table {
    let reader = try TableReader(path: path, options: table.options)
    var blocks = try reader.blocks(of: schema)
    var columns: [Column] = []
    while let block = try blocks.next() {
      columns.append(rowsOf: block.columns)
      if Table(columns: columns).rowCount >= count { break }
    }
    return Table(columns: columns.map { $0.prefix(count) })
  }
}

extension Column {
  fileprivate func prefix(_ count: Int) -> Column {
    var column = self
    switch values {
    case .numbers(let numbers): column.values = .numbers(Array(numbers.prefix(count)))
    case .codes(let codes): column.values = .codes(Array(codes.prefix(count)))
    case .texts(let texts): column.values = .texts(Array(texts.prefix(count)))
    }
    return column
  }
}
