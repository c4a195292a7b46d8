import LinearAlgebra
import Tables

/// Latents as pictures: numbers in a rectangle, or the maps of a latent map beside each other.
public struct LatentDrawing: Sendable {
  private let tileHeight: Int
  private let tileWidth: Int
  private let tileCount: Int
  private let tilesAcross: Int

  /// - Parameter shape: Of the latents of a row: `[components]` or `[height, width, channels]`.
  public init(shape: [Int]) {
    let isMap = shape.count == 3
    tileHeight = isMap ? shape[0] : 1
    tileWidth = isMap ? shape[1] : 1
    tileCount = isMap ? shape[2] : shape.reduce(1, *)
    tilesAcross = LatentDrawing.tilesAcross(tileCount)
  }

  /// A picture for each row; the least number of all rows is black, the greatest white.
  ///
  /// - Parameter latents: Shape `[rows, components]`; maps row by row, channels beside each other.
  public func pictures(of latents: Matrix<Double>) -> [Picture] {
    let least = latents.elements.min() ?? 0
    let greatest = latents.elements.max() ?? 1
    let factor = greatest > least ? 255 / (greatest - least) : 0
    let tilesDown = (tileCount + tilesAcross - 1) / tilesAcross
    return (0..<latents.rowCount).map { row in
      // Places that no latent fills are white like the paper.
      var picture = Picture(
        height: tilesDown * tileHeight, width: tilesAcross * tileWidth, filledWith: 255)
      for tile in 0..<tileCount {
        for y in 0..<tileHeight {
          for x in 0..<tileWidth {
            let value = latents[row, (y * tileWidth + x) * tileCount + tile]
            let place =
              (tile / tilesAcross * tileHeight + y) * picture.width
              + tile % tilesAcross * tileWidth + x
            picture.pixels[place] = UInt8(((value - least) * factor).rounded())
          }
        }
      }
      return picture
    }
  }

  /// A rectangle without holes if one is not much longer than high, else a square with some.
  static func tilesAcross(_ count: Int) -> Int {
    let side = (1...count).last { $0 * $0 <= count } ?? 1
    let down = (1...side).last { count % $0 == 0 } ?? 1
    return count / down <= 4 * down || count < 9
      ? count / down : side * side == count ? side : side + 1
  }
}
