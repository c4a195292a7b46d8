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
      "Share of the cells to set to the column's least or greatest value.", valueName: "share"))
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
      "Text to put over every row, a picture whose pixels are the columns.", valueName: "text"))
  var watermark: String?
  @Option(
    help: ArgumentHelp(
      "With --watermark: rows and columns of a picture, and numbers of a pixel where they are not 1.",
      valueName: "HxW[xC]"))
  var image: String?
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
      for (name, isGiven) in [("image", image != nil), ("opacity", opacity != nil)] where isGiven {
        throw ValidationError("--\(name): expected --watermark beside it, found none")
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
    let kind = try kind()
    let corruption = CellCorruption(kind, seed: seed)
    let file = try InputFile(path: input)
    let source = MemoryInput(try file.readAll(), name: file.name)
    var options = try table.options
    try columns.apply(to: &options)
    var reader = TableReader(source: source, options: options)
    let whole = try reader.readAll()
    let chosen = try chosenColumns(of: whole, corruption)
    if case .watermark(let mark) = kind {
      let count = mark.height * mark.width * mark.channels
      guard chosen.count == count else {
        throw ToolError(
          .badData,
          "\(input): expected \(counted(count, "column")) of numbers for --image \(image ?? ""), found "
            + "\(chosen.count)")
      }
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
    let shape = try PictureShape(image ?? "")
    guard
      let mark = Watermark(
        text: watermark ?? "", height: shape.height, width: shape.width, channels: shape.channels,
        opacity: opacity ?? 0.5)
    else {
      throw ToolError(
        .usage,
        "--watermark: expected a text that fits into \(image ?? ""), found '\(watermark ?? "")'")
    }
    return .watermark(mark)
  }

  /// Positions of the columns to spoil.
  private func chosenColumns(of whole: Table, _ corruption: CellCorruption) throws -> [Int] {
    func isNumber(_ place: Int) -> Bool {
      [.number, .date].contains(whole.columns[place].schema.kind)
    }
    if column.isEmpty {
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

/// Height, width and channels of pictures, as `60x80` or `60x80x3`.
struct PictureShape {
  let height: Int
  let width: Int
  let channels: Int

  init(_ text: String) throws {
    let parts = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    let numbers = parts.compactMap(\.self)
    guard numbers.count == parts.count, (2...3).contains(numbers.count),
      numbers.allSatisfy({ (1...100_000).contains($0) })
    else {
      throw ValidationError("--image: expected HxW or HxWxC such as 60x80, found '\(text)'")
    }
    (height, width) = (numbers[0], numbers[1])
    channels = numbers.count == 3 ? numbers[2] : 1
  }
}
