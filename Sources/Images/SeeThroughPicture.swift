import Tables

/// A picture some of whose pixels may let what is under it through, as PNG can have them.
public struct SeeThroughPicture: Sendable, Equatable {
  /// 0 black to 1 white, in the order of ``Tables/ImageShape/columnNames``.
  public let shades: [Double]
  /// How much each number hides, 0 nothing to 1 all.
  public let opacities: [Double]

  /// Reads a picture and gives it a shape, whatever size and colours it has.
  ///
  /// It is laid over white and over black: where it hides all, both are alike, and the more it lets
  /// through, the further they are apart.
  ///
  /// - Parameter shape: Of 1 or 3 channels.
  /// - Throws: `FileError` and ``PictureError``.
  public init(path: String, shape: ImageShape) throws {
    func pixels(over background: UInt8) throws -> [Double] {
      var reader = PictureReader(
        size: (shape.height, shape.width), channels: shape.channels, resizes: true,
        converts: true, background: background)
      return try reader.read(path: path).pixels.map { Double($0) / 255 }
    }
    let onBlack = try pixels(over: 0)
    let opacities = zip(onBlack, try pixels(over: 255)).map { dark, light in
      min(1, max(0, 1 - (light - dark)))
    }
    shades = zip(onBlack, opacities).map { $1 > 0 ? min(1, $0 / $1) : 0 }
    self.opacities = opacities
  }
}
