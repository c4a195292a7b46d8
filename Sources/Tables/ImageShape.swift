/// The size of pictures whose pixels are the columns of a table: height × width × channels.
///
/// The columns are `pixel_Y_X`, with more than one channel `pixel_Y_X_C`, counted from 0: row by row
/// from the top, each row from the left, the channels of a pixel beside each other.
public struct ImageShape: Codable, Sendable, Equatable, CustomStringConvertible {
  public let height: Int
  public let width: Int
  public let channels: Int

  /// The longest side, and the most columns that a table can sensibly have.
  public static let sideLimit = 65_535
  public static let columnLimit = 16_000_000

  /// Nil unless all are 1 or more and their product is a number of columns that can be.
  public init?(height: Int, width: Int, channels: Int = 1) {
    guard [height, width, channels].allSatisfy({ (1...ImageShape.sideLimit).contains($0) }),
      height * width * channels <= ImageShape.columnLimit
    else { return nil }
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// Reads `HEIGHTxWIDTH` or `HEIGHTxWIDTHxCHANNELS`, as `28x28` or `60x80x3`.
  public init?(_ text: String) {
    let parts = text.split(separator: "x", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }
    guard (2...3).contains(parts.count), numbers.count == parts.count else { return nil }
    self.init(height: numbers[0], width: numbers[1], channels: numbers.count == 3 ? numbers[2] : 1)
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    guard
      let shape = ImageShape(
        height: try values.decode(Int.self, forKey: .height),
        width: try values.decode(Int.self, forKey: .width),
        channels: try values.decode(Int.self, forKey: .channels))
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .height, in: values, debugDescription: "there are no pictures of such a size")
    }
    self = shape
  }

  /// Numbers of a picture, columns of its table.
  public var pixelCount: Int { height * width * channels }

  /// As it is written on the command line, and as layers have it: `28x28x1`.
  public var description: String { "\(height)x\(width)x\(channels)" }

  /// What the columns are called, in their order.
  public var columnNames: [String] {
    (0..<height).flatMap { row in
      (0..<width).flatMap { column in
        channels == 1
          ? ["pixel_\(row)_\(column)"]
          : (0..<channels).map { "pixel_\(row)_\(column)_\($0)" }
      }
    }
  }

  /// The shape whose ``columnNames`` are all among some names; nil when there is none.
  ///
  /// - Complexity: O(names).
  public init?(namedBy names: [String]) {
    var greatest: (row: Int, column: Int, channel: Int)?
    var hasChannels = false
    var count = 0
    for name in names {
      guard let place = ImageShape.place(of: name) else { continue }
      if count == 0 { hasChannels = place.channel != nil }
      guard hasChannels == (place.channel != nil) else { return nil }
      count += 1
      let before = greatest ?? (0, 0, 0)
      greatest = (
        max(before.row, place.row), max(before.column, place.column),
        max(before.channel, place.channel ?? 0)
      )
    }
    guard let greatest,
      let shape = ImageShape(
        height: greatest.row + 1, width: greatest.column + 1, channels: greatest.channel + 1),
      // With one channel written out the names are not those that tables have.
      !hasChannels || greatest.channel > 0,
      shape.pixelCount == count, Set(names).isSuperset(of: shape.columnNames)
    else { return nil }
    self = shape
  }

  /// Where a column of that name would stand; nil for another kind of name.
  private static func place(of name: String) -> (row: Int, column: Int, channel: Int?)? {
    guard name.hasPrefix("pixel_") else { return nil }
    let parts = name.dropFirst("pixel_".count)
      .split(separator: "_", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }.filter { (0..<sideLimit).contains($0) }
    guard (2...3).contains(parts.count), numbers.count == parts.count else { return nil }
    return (numbers[0], numbers[1], numbers.count == 3 ? numbers[2] : nil)
  }
}
