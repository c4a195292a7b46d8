import AEPCA
import ArgumentParser

struct ImagesImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Write picture files as a table, a row of pixels for each.",
    discussion: """
      Example:
        aepca images import faces/ --size 60x80 --gray --output faces.csv

      Reads PNG of every kind, PGM and PPM. The first column is the file's name, the others are \
      pixels from 0, black, to 255, white. Pictures of a folder are taken in the order of their \
      names, numbers in them by value. All must be of one size and all gray or all in colours; \
      the first picture says which unless options do. One picture is held at a time.
      """)

  @Argument(help: ArgumentHelp("Folders of pictures, or picture files.", valueName: "pictures"))
  var inputs: [String]

  @Option(
    help: ArgumentHelp("Height and width that every picture has, as 28x28.", valueName: "HxW"))
  var size: ImageShape?
  @Flag(help: "Make all pictures the size of --size, or of the first.")
  var resize = false
  @Flag(help: "Expect gray pictures: one number a pixel.")
  var gray = false
  @Flag(help: "Expect pictures in colours: red, green and blue of each pixel.")
  var rgb = false
  @Flag(help: "Make colours gray for --gray, and gray into three equal colours for --rgb.")
  var convert = false
  @Option(
    help: ArgumentHelp(
      "The shade under transparent pixels, 0 (black) to 255 (white).", valueName: "shade"))
  var background: UInt8 = 255
  @Flag(
    help: ArgumentHelp(
      "Name pictures that cannot be read, or that have not the size and channels that all must "
        + "have, and go on without them."))
  var skipUnreadable = false
  @OptionGroup var output: TableOutput
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if gray && rgb { throw ValidationError("expected one of --gray and --rgb, found both") }
    if let size, size.channels != 1 {
      throw ValidationError(
        "--size: expected height and width as \(size.height)x\(size.width), found \(size); "
          + "--rgb expects colours")
    }
  }

  func run() throws {
    var reader = PictureReader(
      size: size.map { ($0.height, $0.width) }, channels: gray ? 1 : rgb ? 3 : nil,
      resizes: resize, converts: convert, background: background)
    var writer = CSVWriter(to: try OutputFile(creating: output.output))
    let shades = (0...255).map { "\($0)" }
    var count = 0
    var skippedCount = 0
    var firstName: String?
    var differs = false
    for (path, name) in try pictures() {
      let picture: Picture
      do {
        picture = try reader.read(path: path)
      } catch let error where skipUnreadable && (error is FileError || error is PictureError) {
        common.note("left out: \(error)")
        skippedCount += 1
        differs = differs || (error as? PictureError)?.isOfOtherShape ?? false
        continue
      }
      if count == 0 {
        guard let shape = reader.shape else {
          throw ToolError(
            .badData,
            "\(path): expected at most \(ImageShape.columnLimit) columns, found more pixels; "
              + "--size and --resize make them fewer")
        }
        try writeHeader(shape, &writer)
      }
      count += 1
      firstName = firstName ?? name
      writer.write(name)
      for pixel in picture.pixels { writer.write(shades[Int(pixel)]) }
      try writer.endRecord()
    }
    guard count > 0, let shape = reader.shape else {
      throw ToolError(.badData, "\(inputs.joined(separator: ", ")): expected pictures, found none")
    }
    try writer.commit()
    if differs, size == nil || !(gray || rgb), let firstName {
      common.note(
        "\(firstName), the first, said what all must be like; --size, --gray and --rgb say otherwise"
      )
    }
    common.note(
      "\(counted(count, "picture")) of \(shape)"
        + (skippedCount > 0 ? ", \(counted(skippedCount, "file")) left out" : ""))
  }

  /// Paths, and what the table calls them.
  private func pictures() throws -> [(path: String, name: String)] {
    try inputs.flatMap { input in
      guard PictureFolder.exists(at: input) else { return [(input, input)] }
      let folder = try PictureFolder(path: input)
      if folder.otherCount > 0 {
        common.note(
          "\(input): passed over \(counted(folder.otherCount, "file")) not named as a picture")
      }
      let start = input.hasSuffix("/") ? input : input + "/"
      // With several folders, names alone may not tell the pictures apart.
      return folder.names.map { (start + $0, inputs.count == 1 ? $0 : start + $0) }
    }
  }

  private func writeHeader(_ shape: ImageShape, _ writer: inout CSVWriter) throws {
    writer.write("file")
    for name in shape.columnNames { writer.write(name) }
    try writer.endRecord()
  }
}
