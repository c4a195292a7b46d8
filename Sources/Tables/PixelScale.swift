/// Which numbers are black and white in a table of pixels.
public struct PixelScale: Codable, Sendable, Equatable {
  public let black: Double
  public let white: Double

  public init(black: Double = 0, white: Double) {
    precondition(black < white && (white - black).isFinite, "white is more than black")
    self.black = black
    self.white = white
  }

  /// The usual scale that the range of all pixels suggests: 0 to 1 or 0 to 255.
  ///
  /// What a model gives back goes a little beyond either. Pixels of neither kind, with fewer shades or
  /// below 0, go from the least of them, at most 0, to the greatest.
  public init(minimum: Double, maximum: Double) {
    let isUsual = minimum > -0.5 * max(maximum, 0)
    switch maximum {
    case 0.5...1.5 where isUsual: self.init(white: 1)
    case 32...400 where isUsual: self.init(white: 255)
    default:
      let black = min(0, minimum)
      let white = max(maximum, 0)
      self.init(black: black, white: white > black ? white : black + 1)
    }
  }
}
