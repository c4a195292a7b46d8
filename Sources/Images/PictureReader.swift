import Tables

/// Reads pictures that all become one shape, which the first says unless it was given.
public struct PictureReader: Sendable {
  /// Height and width of every picture; nil until the first has been read.
  public private(set) var size: (height: Int, width: Int)?
  /// 1 for gray, 3 for colours; nil until the first has been read.
  public private(set) var channels: Int?
  /// Makes pictures of other sizes fit.
  public var resizes: Bool
  /// Makes colours gray and gray into colours.
  public var converts: Bool
  /// The shade under transparent pixels.
  public var background: UInt8

  public init(
    size: (height: Int, width: Int)? = nil, channels: Int? = nil, resizes: Bool = false,
    converts: Bool = false, background: UInt8 = 255
  ) {
    self.size = size
    self.channels = channels
    self.resizes = resizes
    self.converts = converts
    self.background = background
  }

  /// The shape of every picture, once the first has been read.
  public var shape: ImageShape? {
    guard let size, let channels else { return nil }
    return ImageShape(height: size.height, width: size.width, channels: channels)
  }

  /// Reads one picture and gives it the shape.
  ///
  /// - Throws: `FileError`, and ``PictureError`` also when it has another size or other channels.
  public mutating func read(path: String) throws -> Picture {
    let (size, resizes) = (size, resizes)
    var picture = try PictureFile.read(path: path, background: background) {
      (height, width) throws(PictureError) in
      guard resizes || size.map({ $0 == (height, width) }) ?? true else {
        throw PictureError(
          .otherSize(
            height: height, width: width, expectedHeight: size?.height ?? 0,
            expectedWidth: size?.width ?? 0), path: path)
      }
      guard
        size != nil
          || ImageShape(height: height, width: width, channels: self.channels ?? 1) != nil
      else { throw PictureError(.tooLarge(height: height, width: width), path: path) }
    }
    // Pictures are often stored in colours that hold nothing but gray.
    let channels = channels ?? (picture.isGray ? 1 : 3)
    if channels == 1, picture.channels == 3 {
      guard converts || picture.isGray else { throw PictureError(.isColored, path: path) }
      picture = picture.gray
    } else if channels == 3, picture.channels == 1 {
      guard converts else { throw PictureError(.isGray, path: path) }
      picture = picture.colored
    }
    let target = size ?? (picture.height, picture.width)
    self.size = target
    self.channels = channels
    return picture.resized(height: target.height, width: target.width)
  }
}
