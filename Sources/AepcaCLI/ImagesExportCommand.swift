import AEPCA
import ArgumentParser

struct ImagesExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write each row of pixels as a picture file.",
    discussion: """
      Example:
        aepca images export back.csv --output pictures/

      The pictures are called 00001.png and so on, in the order of the rows. Each appears whole or \
      not at all. The table is held in memory.
      """)

  @Argument(help: ArgumentHelp("Table of pixels, or -.", valueName: "pixels.csv"))
  var input: String
  @OptionGroup var shape: DrawnShape
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Folder to write to, made if need be.", valueName: "folder"))
  var output: String
  @Option(help: ArgumentHelp("png, or pnm for PGM and PPM.", valueName: "format"))
  var format: PictureFile.Format = .png
  @OptionGroup(title: "Reading") var table: TableInput
  @OptionGroup(title: "Reading") var columns: ColumnArguments
  @OptionGroup var common: CommonOptions

  func run() throws {
    var options = try table.options
    try columns.apply(to: &options)
    var reader = try TableReader(path: input, options: options)
    let table = try reader.readAll()
    reader.notes.forEach(common.note)
    let (shape, columns) = try table.pixels(of: shape.size, path: input)
    try shape.checkDrawable(path: input)
    let pixels = columns.map { column -> [Double] in
      if case .numbers(let numbers) = column.values { numbers } else { [] }
    }
    if let column = pixels.firstIndex(where: { $0.contains(where: \.isNaN) }),
      let row = pixels[column].firstIndex(where: \.isNaN)
    {
      throw ToolError(
        .badData,
        "\(input): row \(row + 1): column '\(columns[column].name)': expected a pixel, found a "
          + "missing cell")
    }
    let scale = self.shape.scale(
      of: pixels.flatMap { [$0.min(), $0.max()].compactMap(\.self) })
    do {
      try PictureFolder.make(at: output)
    } catch {
      throw ToolError(.cannotCreate, "\(error)")
    }
    for row in 0..<table.rowCount {
      let picture = Picture(row: pixels.map { $0[row] }, shape: shape, scale: scale)
      let number = "\(row + 1)"
      let name = String(repeating: "0", count: max(0, 5 - number.count)) + number
      try OutputFile.write(
        picture, to: "\(output)/\(name).\(format.ending(of: picture))", as: format)
    }
    common.note(
      "wrote \(counted(table.rowCount, "picture")) of \(shape) to \(output), white is "
        + shortDecimal(scale.white))
  }
}

extension PictureFile.Format: ExpressibleByArgument {}
