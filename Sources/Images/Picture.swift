import Tables

/// A picture in memory: gray or red, green and blue, one byte each.
public struct Picture: Sendable, Equatable {
  public let height: Int
  public let width: Int
  /// 1 for gray, 3 for red, green and blue.
  public let channels: Int
  /// Row by row from the top, each row from the left, channels beside each other; 0 is black and 255
  /// white.
  public var pixels: [UInt8]

  public init(height: Int, width: Int, channels: Int, pixels: [UInt8]) {
    precondition(channels == 1 || channels == 3, "a picture is gray or red, green and blue")
    precondition(height > 0 && width > 0, "a picture has pixels")
    precondition(pixels.count == height * width * channels, "a picture has all its pixels")
    self.height = height
    self.width = width
    self.channels = channels
    self.pixels = pixels
  }

  /// Of one shade of gray.
  public init(height: Int, width: Int, channels: Int = 1, filledWith shade: UInt8) {
    self.init(
      height: height, width: width, channels: channels,
      pixels: Array(repeating: shade, count: height * width * channels))
  }

  /// Whether every pixel is a shade of gray.
  public var isGray: Bool {
    guard channels == 3 else { return true }
    for place in stride(from: 0, to: pixels.count, by: 3) {
      let red = pixels[place]
      if pixels[place + 1] != red || pixels[place + 2] != red { return false }
    }
    return true
  }

  /// In gray: the luma of ITU-R BT.601, 0.299 R + 0.587 G + 0.114 B, which leaves gray as it is.
  public var gray: Picture {
    guard channels == 3 else { return self }
    var shades: [UInt8] = []
    shades.reserveCapacity(height * width)
    for place in stride(from: 0, to: pixels.count, by: 3) {
      let (red, green, blue) = (Int(pixels[place]), Int(pixels[place + 1]), Int(pixels[place + 2]))
      shades.append(UInt8((299 * red + 587 * green + 114 * blue + 500) / 1000))
    }
    return Picture(height: height, width: width, channels: 1, pixels: shades)
  }

  /// In red, green and blue.
  public var colored: Picture {
    guard channels == 1 else { return self }
    return Picture(
      height: height, width: width, channels: 3,
      pixels: pixels.flatMap { [$0, $0, $0] })
  }

  /// The picture of a row of pixels.
  ///
  /// - Parameters:
  ///   - row: In the order of ``Tables/ImageShape/columnNames``.
  ///   - shape: Of one channel or three.
  ///   - scale: What is black and white; pixels beyond are cut off.
  public init(row: some Collection<Double>, shape: ImageShape, scale: PixelScale) {
    precondition(row.count == shape.pixelCount, "a row has as many pixels as its shape")
    let factor = 255 / (scale.white - scale.black)
    self.init(
      height: shape.height, width: shape.width, channels: shape.channels,
      pixels: row.map {
        let shade = (($0 - scale.black) * factor).rounded()
        // What is no number at all is black.
        return shade > 0 ? UInt8(min(255, shade)) : 0
      })
  }
}
