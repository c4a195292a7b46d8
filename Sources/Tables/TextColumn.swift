/// Cells as they stand in the file, without their quotes.
public struct TextColumn: Sendable, Equatable {
  public let name: String
  /// The cells one after another, UTF-8.
  public internal(set) var bytes: [UInt8] = []
  /// Where each cell ends in ``bytes``.
  public internal(set) var ends: [Int] = []

  init(name: String) { self.name = name }

  /// - Parameters:
  ///   - bytes: The cells one after another, UTF-8.
  ///   - ends: Where each cell ends in them, ascending.
  public init(name: String, bytes: [UInt8], ends: [Int]) {
    self.name = name
    self.bytes = bytes
    self.ends = ends
  }

  public init(name: String, texts: [String]) {
    self.name = name
    for text in texts {
      bytes.append(contentsOf: text.utf8)
      ends.append(bytes.count)
    }
  }

  public var count: Int { ends.count }

  /// Where a cell stands in ``bytes``.
  public func range(_ row: Int) -> Range<Int> { (row == 0 ? 0 : ends[row - 1])..<ends[row] }

  public subscript(row: Int) -> String { String(decoding: bytes[range(row)], as: UTF8.self) }
}
