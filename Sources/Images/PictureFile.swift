import Files

/// Picture files by what is in them, whatever they are called.
public enum PictureFile {
  /// The most bytes that a file of a picture may have, and the most pixels that are read.
  public static let byteLimit = 512 << 20
  public static let pixelLimit = 100_000_000

  /// Kinds of files that pictures are written as.
  public enum Format: String, Sendable, CaseIterable {
    case png
    /// PGM or, for colours, PPM.
    case pnm

    /// What a file's name ends in.
    public func ending(of picture: Picture) -> String {
      switch self {
      case .png: "png"
      case .pnm: picture.channels == 1 ? "pgm" : "ppm"
      }
    }
  }

  /// Reads a picture; what it may take is known before any memory is taken.
  ///
  /// - Parameters:
  ///   - background: The shade under transparent pixels.
  ///   - accepts: Is asked about the size that the file claims.
  /// - Throws: `FileError` when the file cannot be read, ``PictureError`` when it is no picture that
  ///   can be.
  public static func read(
    path: String, background: UInt8 = 255,
    accepts: (_ height: Int, _ width: Int) throws(PictureError) -> Void = { _, _ in }
  ) throws -> Picture {
    let file = try InputFile(path: path)
    if let count = file.byteCount, count > byteLimit {
      throw PictureError(.fileTooLarge(bytes: count), path: file.name)
    }
    return try decode(
      file.readAll(), path: file.name, background: background, accepts: accepts)
  }

  /// Reads a picture from the bytes of its file.
  ///
  /// - Parameter path: Named in errors.
  public static func decode(
    _ bytes: [UInt8], path: String, background: UInt8 = 255,
    accepts: (_ height: Int, _ width: Int) throws(PictureError) -> Void = { _, _ in }
  ) throws(PictureError) -> Picture {
    func checked(_ height: Int, _ width: Int) throws(PictureError) {
      try accepts(height, width)
      guard height <= pixelLimit / width else {
        throw PictureError(.tooLarge(height: height, width: width), path: path)
      }
    }
    if bytes.starts(with: PNG.signature) {
      return try PNG.decode(bytes, path: path, background: background, accepts: checked)
    }
    if bytes.count > 2, ["P2", "P3", "P5", "P6"].contains(where: { bytes.starts(with: $0.utf8) }) {
      return try Netpbm.decode(bytes, path: path, accepts: checked)
    }
    throw PictureError(.unknownFormat(formatName(bytes)), path: path)
  }

  public static func encode(_ picture: Picture, as format: Format = .png) -> [UInt8] {
    switch format {
    case .png: PNG.encode(picture)
    case .pnm: Netpbm.encode(picture)
    }
  }

  /// What pictures that are not read begin with.
  private static func formatName(_ bytes: [UInt8]) -> String? {
    let known: [(start: [UInt8], name: String)] = [
      ([0xFF, 0xD8, 0xFF], "JPEG"), (Array("GIF8".utf8), "GIF"), (Array("BM".utf8), "BMP"),
      ([0x49, 0x49, 0x2A, 0], "TIFF"), ([0x4D, 0x4D, 0, 0x2A], "TIFF"),
      (Array("P1".utf8), "PBM"), (Array("P4".utf8), "PBM"), (Array("P7".utf8), "PAM"),
      (Array("RIFF".utf8), "WebP"), (Array(PNG.signature.prefix(4)), "the beginning of a PNG"),
    ]
    if bytes.isEmpty { return "an empty file" }
    return known.first { bytes.starts(with: $0.start) }?.name
  }
}
