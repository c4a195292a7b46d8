/// A mark that is blended over pictures whose pixels are a table's columns.
public struct Watermark: Sendable, Equatable {
  /// Rows of pixels, and columns, of the pictures that are marked.
  public let height: Int
  public let width: Int
  /// Numbers of a pixel: 1 grey, 3 colours.
  public let channels: Int
  /// How bright the mark is at each number of a picture, 0...1, row by row, channels last.
  private let values: [Double]
  /// How much of the picture it hides there, 0...1.
  private let opacities: [Double]

  /// A mark from pixels as large as the picture.
  ///
  /// - Parameters:
  ///   - values: `height · width · channels` of them, 0...1, and as many opacities.
  public init(height: Int, width: Int, channels: Int, values: [Double], opacities: [Double]) {
    precondition(
      values.count == height * width * channels && opacities.count == values.count,
      "a mark has as many numbers as the picture")
    self.height = height
    self.width = width
    self.channels = channels
    self.values = values
    self.opacities = opacities
  }

  /// White text in the middle of the picture, as large as fits into nine tenths of its width.
  ///
  /// - Parameter text: Letters, digits and `. - : / ! ?`; small letters are written as capitals, and
  ///   what the font lacks is left blank.
  /// - Returns: Nil when not even the smallest letters fit.
  public init?(text: String, height: Int, width: Int, channels: Int, opacity: Double) {
    let glyphs = text.uppercased().map { PixelFont.rows(of: $0) }
    let textWidth = glyphs.count * (PixelFont.width + 1) - 1
    let scale = min(
      width * 9 / 10 / max(1, textWidth), height * 9 / 10 / PixelFont.height)
    guard !glyphs.isEmpty, scale >= 1 else { return nil }
    let (left, top) = (
      (width - textWidth * scale) / 2, (height - PixelFont.height * scale) / 2
    )
    var opacities = Array(repeating: 0.0, count: height * width * channels)
    for (position, glyph) in glyphs.enumerated() {
      for y in 0..<PixelFont.height * scale {
        for x in 0..<PixelFont.width * scale where glyph[y / scale].isInk(at: x / scale) {
          let column = left + position * (PixelFont.width + 1) * scale + x
          let pixel = (top + y) * width + column
          for channel in 0..<channels { opacities[pixel * channels + channel] = opacity }
        }
      }
    }
    self.init(
      height: height, width: width, channels: channels,
      values: Array(repeating: 1, count: opacities.count), opacities: opacities)
  }

  /// The mark at a number of the picture: its brightness and opacity.
  func pixel(_ position: Int) -> (value: Double, opacity: Double)? {
    values.indices.contains(position) ? (values[position], opacities[position]) : nil
  }
}

/// Capitals, digits and a few signs, five pixels wide and seven high.
enum PixelFont {
  static let width = 5
  static let height = 7

  /// Seven rows of five pixels, the leftmost the highest bit; blank for what is not known.
  static func rows(of character: Character) -> [UInt8] {
    glyphs[character] ?? Array(repeating: 0, count: height)
  }

  private static let glyphs: [Character: [UInt8]] = [
    "A": [0b01110, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001],
    "B": [0b11110, 0b10001, 0b10001, 0b11110, 0b10001, 0b10001, 0b11110],
    "C": [0b01111, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b01111],
    "D": [0b11110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b11110],
    "E": [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111],
    "F": [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b10000],
    "G": [0b01111, 0b10000, 0b10000, 0b10011, 0b10001, 0b10001, 0b01111],
    "H": [0b10001, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001],
    "I": [0b01110, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
    "J": [0b00111, 0b00010, 0b00010, 0b00010, 0b00010, 0b10010, 0b01100],
    "K": [0b10001, 0b10010, 0b10100, 0b11000, 0b10100, 0b10010, 0b10001],
    "L": [0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b11111],
    "M": [0b10001, 0b11011, 0b10101, 0b10101, 0b10001, 0b10001, 0b10001],
    "N": [0b10001, 0b11001, 0b10101, 0b10011, 0b10001, 0b10001, 0b10001],
    "O": [0b01110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110],
    "P": [0b11110, 0b10001, 0b10001, 0b11110, 0b10000, 0b10000, 0b10000],
    "Q": [0b01110, 0b10001, 0b10001, 0b10001, 0b10101, 0b10010, 0b01101],
    "R": [0b11110, 0b10001, 0b10001, 0b11110, 0b10100, 0b10010, 0b10001],
    "S": [0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110],
    "T": [0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100],
    "U": [0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110],
    "V": [0b10001, 0b10001, 0b10001, 0b10001, 0b01010, 0b01010, 0b00100],
    "W": [0b10001, 0b10001, 0b10001, 0b10101, 0b10101, 0b11011, 0b10001],
    "X": [0b10001, 0b01010, 0b00100, 0b00100, 0b00100, 0b01010, 0b10001],
    "Y": [0b10001, 0b01010, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100],
    "Z": [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b10000, 0b11111],
    "0": [0b01110, 0b10011, 0b10101, 0b10101, 0b10101, 0b11001, 0b01110],
    "1": [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
    "2": [0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111],
    "3": [0b11110, 0b00001, 0b00001, 0b01110, 0b00001, 0b00001, 0b11110],
    "4": [0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010],
    "5": [0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110],
    "6": [0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110],
    "7": [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000],
    "8": [0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110],
    "9": [0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100],
    ".": [0, 0, 0, 0, 0, 0b01100, 0b01100],
    "-": [0, 0, 0, 0b11111, 0, 0, 0],
    ":": [0, 0b01100, 0b01100, 0, 0b01100, 0b01100, 0],
    "/": [0b00001, 0b00010, 0b00010, 0b00100, 0b01000, 0b01000, 0b10000],
    "!": [0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0, 0b00100],
    "?": [0b01110, 0b10001, 0b00001, 0b00110, 0b00100, 0, 0b00100],
  ]
}

extension UInt8 {
  /// Whether a row of a glyph has ink so many pixels from the left.
  fileprivate func isInk(at place: Int) -> Bool {
    self >> UInt8(PixelFont.width - 1 - place) & 1 == 1
  }
}
