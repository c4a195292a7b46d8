import AEPCA
import ArgumentParser

struct CorruptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "corrupt",
    abstract: "Make a messy table of a clean one, to try cleaning on.",
    discussion: """
      Example:
        aepca corrupt data.csv --missing 0.1 --seed 1 --output messy.csv
        aepca corrupt digits.csv --salt-pepper 0.6 --output noisy.csv
        aepca corrupt frames.csv --watermark AEPCA --image 60x80 --opacity 0.5 --output marked.csv
        aepca corrupt frames.csv --watermark logo.png --image 60x80 --output marked.csv

      One kind of mess at a time. It falls on all columns of numbers, missing cells on all columns; \
      --column names some. Cells that are not hit keep their text. The same table, options and \
      seed give the same mess. The table is held in memory.
      """)

  @Argument(help: ArgumentHelp("Table to spoil, or -.", valueName: "data.csv"))
  var input: String
  @OptionGroup var output: TableOutput
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Share of the cells to set to the column's least or greatest value, or of pixels (--image) to "
        + "those of all.", valueName: "share"))
  var saltPepper: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Normal noise, in standard deviations of the column.", valueName: "deviations"))
  var gaussian: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Share of the cells to set to 0.", valueName: "share"))
  var mask: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Share of the cells to take out.", valueName: "share"))
  var missing: Double?
  @Option(
    help: ArgumentHelp(
      "Text to put over every row, a picture whose pixels are the columns; or a PNG, PGM or PPM "
        + "file, stretched over it, whose transparent pixels leave it as it is.",
      valueName: "text|file"))
  var watermark: String?
  @Option(
    help: ArgumentHelp(
      "With --watermark or --salt-pepper: height, width and, for colours, channels of a picture, as "
        + "60x80 or 28x28x3.",
      valueName: "HxWxC"))
  var image: ImageShape?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "With --watermark: how much of the picture it hides, above 0 and at most 1.",
      valueName: "share"))
  var opacity: Double?
  @Option(help: ArgumentHelp("Spoil this column. Repeatable.", valueName: "column"))
  var column: [String] = []
  @Option(help: "The same seed gives the same mess.")
  var seed: UInt64 = 0
  @OptionGroup(title: "Reading") var table: TableInput
  @OptionGroup(title: "Reading") var columns: ColumnArguments
  @OptionGroup var common: CommonOptions

  func validate() throws {
    let given = [
      saltPepper != nil, gaussian != nil, mask != nil, missing != nil, watermark != nil,
    ]
    guard given.count(where: \.self) == 1 else {
      throw ValidationError(
        "expected one of --salt-pepper, --gaussian, --mask, --missing and --watermark")
    }
    for (name, share) in [("salt-pepper", saltPepper), ("mask", mask), ("missing", missing)] {
      guard let share, !(0...1).contains(share) else { continue }
      throw ValidationError("--\(name): expected a share from 0 to 1, found \(share)")
    }
    if let gaussian, !(gaussian >= 0 && gaussian.isFinite) {
      throw ValidationError("--gaussian: expected 0 or more, found \(gaussian)")
    }
    if watermark == nil {
      if opacity != nil {
        throw ValidationError("--opacity: expected --watermark beside it, found none")
      }
      if image != nil, saltPepper == nil {
        throw ValidationError(
          "--image: expected --watermark or --salt-pepper beside it, found none")
      }
    } else {
      guard image != nil else {
        throw ValidationError("--watermark: expected --image beside it, found none")
      }
      if let opacity, !(opacity > 0 && opacity <= 1) {
        throw ValidationError("--opacity: expected above 0 and at most 1, found \(opacity)")
      }
    }
  }

  func run() throws {
    let corruption = CellCorruption(try kind(), seed: seed, arePixels: image != nil)
    let file = try InputFile(path: input)
    let source = MemoryInput(try file.readAll(), name: file.name)
    var options = try table.options
    options.threads = common.threads
    try columns.apply(to: &options)
    var reader = TableReader(source: source, options: options)
    let whole = try reader.readAll()
    let chosen = try chosenColumns(of: whole, corruption)
    if let image, chosen.count != image.pixelCount {
      throw ToolError(
        .badData,
        "\(input): expected \(counted(image.pixelCount, "column")) of numbers for --image \(image), "
          + "found \(chosen.count)")
    }
    let cells = corruption.cells(of: chosen.map { whole.columns[$0] })

    var blocks = try reader.blocksWithAllTexts(of: TableSchema(columns: []))
    let places = chosen.map { place in
      blocks.fileColumns.firstIndex(of: whole.columns[place].name) ?? place
    }
    var writer = TableWriter(to: try OutputFile(creating: output.output))
    try writer.writeHeader(blocks.fileColumns)
    var (firstRow, changedCount) = (0, 0)
    while let block = try blocks.next() {
      var texts = block.keptColumns
      for (position, place) in places.enumerated() {
        let original = texts[place]
        texts[place] = TextColumn(
          name: original.name,
          texts: (0..<block.rowCount).map { row in
            switch cells[position][firstRow + row] {
            case .kept: return original[row]
            case .missing:
              changedCount += 1
              return ""
            case .number(let number):
              changedCount += 1
              return whole.columns[chosen[position]].schema.dateFormat?.text(number)
                ?? DecimalText.text(of: number)
            }
          })
      }
      firstRow += block.rowCount
      try writer.write([], keeping: texts)
    }
    try writer.commit()
    common.note(
      "\(input): \(counted(changedCount, "cell")) of \(firstRow * whole.columns.count) hit")
  }

  private func kind() throws -> CellCorruption.Kind {
    if let saltPepper { return .saltPepper(saltPepper) }
    if let gaussian { return .gaussian(gaussian) }
    if let mask { return .mask(mask) }
    if let missing { return .missing(missing) }
    guard let image, let watermark else { throw ToolError(.usage, "--watermark: expected --image") }
    return .watermark(try mark(watermark, on: image))
  }

  /// The mark that a text or the file of a picture stands for.
  private func mark(_ name: String, on shape: ImageShape) throws -> Watermark {
    let opacity = opacity ?? 0.5
    if ["png", "pgm", "ppm", "pnm"].contains(where: { name.lowercased().hasSuffix(".\($0)") }) {
      try shape.checkDrawable(path: "--image")
      let picture = try SeeThroughPicture(path: name, shape: shape)
      return Watermark(
        height: shape.height, width: shape.width, channels: shape.channels,
        values: picture.shades, opacities: picture.opacities.map { opacity * $0 })
    }
    guard
      let mark = Watermark(
        text: name, height: shape.height, width: shape.width, channels: shape.channels,
        opacity: opacity)
    else {
      throw ToolError(
        .usage, "--watermark: expected a text that fits into \(shape), found '\(name)'")
    }
    return mark
  }

  /// Positions of the columns to spoil.
  private func chosenColumns(of whole: Table, _ corruption: CellCorruption) throws -> [Int] {
    func isNumber(_ place: Int) -> Bool {
      [.number, .date].contains(whole.columns[place].schema.kind)
    }
    if column.isEmpty {
      if let image {
        let places = Dictionary(
          whole.columns.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        let pixels = image.columnNames.compactMap { places[$0] }.filter(isNumber)
        if pixels.count == image.pixelCount { return pixels }
      }
      return whole.columns.indices.filter { !corruption.needsNumbers || isNumber($0) }
    }
    return try column.map { name in
      guard let place = whole.columns.firstIndex(where: { $0.name == name }) else {
        throw ToolError(.badData, "\(input): column '\(name)': named by --column, found none")
      }
      guard !corruption.needsNumbers || isNumber(place) else {
        throw ToolError(
          .badData,
          "\(input): column '\(name)': expected numbers for this kind of noise, found "
            + "\(whole.columns[place].schema.kind.rawValue); --missing takes cells of any kind out")
      }
      return place
    }
  }
}
