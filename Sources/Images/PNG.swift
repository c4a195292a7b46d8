import CPNG

/// PNG through libpng.
///
/// Every kind of PNG is read as bytes: palettes looked up, 16 bits rounded to 8, interlacing undone.
/// The numbers are those of the file: no gamma and no profile of colours is applied.
enum PNG {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// - Parameters:
  ///   - background: The shade under transparent pixels.
  ///   - accepts: Is asked about the size that the file claims before any memory is taken for it.
  static func decode(
    _ bytes: [UInt8], path: String, background: UInt8,
    accepts: (_ height: Int, _ width: Int) throws(PictureError) -> Void
  ) throws(PictureError) -> Picture {
    var png = aepca_png()
    guard unsafe aepca_png_read_header(bytes, bytes.count, &png) == 1 else {
      throw failure(png, path)
    }
    let (height, width) = (Int(png.height), Int(png.width))
    let channels = Int(png.channels)
    try accepts(height, width)
    var pixels = [UInt8](repeating: 0, count: height * width * channels)
    guard unsafe aepca_png_read_pixels(bytes, bytes.count, &pixels, &png) == 1 else {
      throw failure(png, path)
    }
    return Picture(
      height: height, width: width, channels: channels < 3 ? 1 : 3,
      pixels: channels % 2 == 0
        ? laid(pixels, channels: channels, over: background) : pixels)
  }

  /// The picture as the bytes of a file; the same picture gives the same bytes.
  static func encode(_ picture: Picture) -> [UInt8] {
    var png = aepca_png()
    png.height = UInt32(picture.height)
    png.width = UInt32(picture.width)
    png.channels = Int32(picture.channels)
    // More than deflate makes of the worst bytes, a filter byte a row and the chunks around them.
    let size = picture.pixels.count + picture.height
    var bytes = [UInt8](repeating: 0, count: size + size / 8 + size / 64 + 4096)
    var count = bytes.count
    let isWritten = unsafe aepca_png_write(&png, picture.pixels, &bytes, &count) == 1
    // The picture is whole and the room enough: only memory can be wanting, as for any array.
    precondition(isWritten, "libpng needs memory to write a picture")
    return Array(bytes.prefix(count))
  }

  private static func failure(_ png: aepca_png, _ path: String) -> PictureError {
    let reason = unsafe withUnsafeBytes(of: png.message) { text in
      unsafe String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
    }
    return PictureError(.damaged(format: "PNG", reason: reason), path: path)
  }

  /// Pixels with their last channel, how opaque they are, taken out.
  private static func laid(_ pixels: [UInt8], channels: Int, over background: UInt8) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(pixels.count / channels * (channels - 1))
    for place in stride(from: 0, to: pixels.count, by: channels) {
      let opacity = Int(pixels[place + channels - 1])
      for channel in place..<place + channels - 1 {
        let sum = Int(pixels[channel]) * opacity + Int(background) * (255 - opacity)
        result.append(UInt8((sum + 127) / 255))
      }
    }
    return result
  }
}
