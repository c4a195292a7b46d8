import AEPCA
import ArgumentParser

struct ImagesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "images",
    abstract: "Turn picture files into rows of pixels, and rows into pictures.",
    discussion: """
      Example:
        aepca images import faces/ --size 60x80 --gray --output faces.csv
        aepca images montage model.aepca faces.csv --output grid.png
        aepca images export back.csv --output pictures/

      The pixels of a picture are the columns pixel_Y_X, in colours pixel_Y_X_C, counted from 0: row \
      by row from the top. The frames of a film come by way of ffmpeg:

        mkdir frames && ffmpeg -i film.mp4 -vf fps=5,scale=80:60 frames/%05d.png
        aepca images import frames/ --rgb --output film.csv
      """,
    subcommands: [
      ImagesImportCommand.self, ImagesExportCommand.self, ImagesMontageCommand.self,
    ])
}

extension ImageShape: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

/// The size of pictures that are drawn from a table.
struct DrawnShape: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Height, width and, for colours, channels of a picture, as 28x28 or 60x80x3; without it the "
        + "names of the columns tell.", valueName: "HxWxC"))
  var size: ImageShape?

  @Option(
    help: ArgumentHelp(
      "The number that is white, where black is 0; found from the table without it: 1, 255 or the "
        + "greatest.", valueName: "number"))
  var white: Double?

  func validate() throws {
    if let white, !(white > 0 && white.isFinite) {
      throw ValidationError("--white: expected a number above 0, found \(white)")
    }
  }

  /// The scale that was asked for, or the one of some pixels.
  func scale(of pixels: [Double]) -> PixelScale {
    white.map { PixelScale(white: $0) }
      ?? PixelScale(minimum: pixels.min() ?? 0, maximum: pixels.max() ?? 1)
  }
}

extension ImageShape {
  /// Refuses pixels that are neither gray nor colours.
  func checkDrawable(path: String) throws {
    guard channels == 1 || channels == 3 else {
      throw ToolError(
        .badData, "\(path): expected pictures of 1 or 3 channels, found \(channels)")
    }
  }
}

extension OutputFile {
  /// Writes a picture as a file, whole or not at all.
  static func write(_ picture: Picture, to path: String, as format: PictureFile.Format) throws {
    var file = try OutputFile(creating: path)
    try file.write(PictureFile.encode(picture, as: format).span)
    try file.commit()
  }
}
