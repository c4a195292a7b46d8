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
      not at all. The table is read three times and never held, unless it comes through a pipe.
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
    options.threads = common.threads
    try columns.apply(to: &options)
    // Several passes: for kinds, for what is white, and to write.
    let file = try CompressedInput.open(path: input)
    var reader = TableReader(
      source: file.canRewind ? file : RecordingInput(file), options: options)
    let survey = try reader.survey()
    common.note(reader.notes, of: input)
    let (shape, schema) = try survey.schema.pixels(of: shape.size, path: input)
    try shape.checkDrawable(path: input)
    let scale = try scale(of: reader.blocks(of: schema))
    do {
      try PictureFolder.make(at: output)
    } catch {
      throw ToolError(.cannotCreate, "\(error)")
    }
    var count = 0
    var blocks = try reader.blocks(of: schema)
    while let block = try blocks.next() {
      for picture in Picture.pictures(of: block.columns, shape: shape, scale: scale) {
        count += 1
        let number = "\(count)"
        let name = String(repeating: "0", count: max(0, 5 - number.count)) + number
        try OutputFile.write(
          picture, to: "\(output)/\(name).\(format.ending(of: picture))", as: format)
      }
    }
    common.note(
      "wrote \(counted(count, "picture")) of \(shape) to \(output), white is "
        + plainDecimal(scale.white))
  }

  /// The scale that was asked for, or the one of all pixels, of which none may be missing.
  private func scale(of rows: consuming TableBlocks) throws -> PixelScale {
    var (least, greatest) = (Double.infinity, -Double.infinity)
    var blocks = rows
    while let block = try blocks.next() {
      try block.checkComplete(path: input)
      for case .numbers(let numbers) in block.columns.map(\.values) {
        least = min(least, numbers.min() ?? least)
        greatest = max(greatest, numbers.max() ?? greatest)
      }
    }
    return shape.scale(of: [least, greatest])
  }
}

extension PictureFile.Format: ExpressibleByArgument {}
