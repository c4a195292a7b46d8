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

  /// The column with other texts in some rows.
  ///
  /// - Parameter cells: In the order of the rows.
  /// - Complexity: O(bytes).
  public func replacing(_ cells: [(row: Int, text: String)]) -> TextColumn {
    var result = TextColumn(name: name)
    result.bytes.reserveCapacity(bytes.count)
    result.ends.reserveCapacity(count)
    var next = 0
    func copy(upTo row: Int) {
      guard next < row else { return }
      let first = range(next).lowerBound
      let shift = result.bytes.count - first
      result.bytes += bytes[first..<ends[row - 1]]
      result.ends += ends[next..<row].lazy.map { $0 + shift }
    }
    for (row, text) in cells {
      copy(upTo: row)
      result.bytes += text.utf8
      result.ends.append(result.bytes.count)
      next = row + 1
    }
    copy(upTo: count)
    return result
  }

  public var count: Int { ends.count }

  /// Where a cell stands in ``bytes``.
  public func range(_ row: Int) -> Range<Int> { (row == 0 ? 0 : ends[row - 1])..<ends[row] }

  public subscript(row: Int) -> String { String(decoding: bytes[range(row)], as: UTF8.self) }
}
