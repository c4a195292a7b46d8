/// Pictures in rows and columns on one sheet, each enlarged by whole pixels.
public struct Montage: Sendable {
  /// Rows from the top, each with its pictures from the left; nil leaves a place empty.
  public var rows: [[Picture?]]
  /// Pixels between pictures, and around them.
  public var gap: Int
  /// Height and width, in pixels, of the square that the longest side of a picture may fill.
  public var cellSide: Int
  /// The shade between pictures.
  public var background: UInt8

  public init(rows: [[Picture?]], gap: Int = 4, cellSide: Int = 64, background: UInt8 = 255) {
    self.rows = rows
    self.gap = gap
    self.cellSide = cellSide
    self.background = background
  }

  /// The sheet: gray when all its pictures are.
  ///
  /// Every row is as high as its highest picture and every column as wide as its widest, pictures
  /// in the middle of their places.
  public func picture() -> Picture {
    let enlarged: [[Picture?]] = rows.map { row in row.map { $0.map { enlarge($0) } } }
    let columnCount = enlarged.map(\.count).max() ?? 0
    let heights = enlarged.map { row in row.compactMap { $0?.height }.max() ?? 0 }
    let widths = (0..<columnCount).map { column in
      enlarged.compactMap { column < $0.count ? $0[column]?.width : nil }.max() ?? 0
    }
    let channels = enlarged.contains { $0.contains { $0?.channels == 3 } } ? 3 : 1
    var sheet = Picture(
      height: heights.reduce(gap) { $0 + $1 + gap }, width: widths.reduce(gap) { $0 + $1 + gap },
      channels: channels, filledWith: background)
    var top = gap
    for (row, height) in zip(enlarged, heights) {
      var left = gap
      for (picture, width) in zip(row, widths) {
        if let picture {
          sheet.place(
            channels == 3 ? picture.colored : picture, top: top + (height - picture.height) / 2,
            left: left + (width - picture.width) / 2)
        }
        left += width + gap
      }
      top += height + gap
    }
    return sheet
  }

  /// By as much as the longest side of the picture allows.
  private func enlarge(_ picture: Picture) -> Picture {
    picture.enlarged(by: max(1, cellSide / max(picture.height, picture.width)))
  }
}

extension Picture {
  /// Every pixel as a square of so many.
  func enlarged(by factor: Int) -> Picture {
    if factor == 1 { return self }
    var result = Picture(
      height: height * factor, width: width * factor, channels: channels, filledWith: 0)
    for row in 0..<result.height {
      for column in 0..<result.width {
        for channel in 0..<channels {
          result.pixels[(row * result.width + column) * channels + channel] =
            pixels[(row / factor * width + column / factor) * channels + channel]
        }
      }
    }
    return result
  }

  /// Puts another picture of as many channels on this one.
  fileprivate mutating func place(_ other: Picture, top: Int, left: Int) {
    for row in 0..<other.height {
      let from = row * other.width * channels
      let to = ((top + row) * width + left) * channels
      pixels.replaceSubrange(
        to..<to + other.width * channels, with: other.pixels[from..<from + other.width * channels])
    }
  }
}
