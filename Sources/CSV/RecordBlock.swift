/// Some consecutive records of a CSV file, all with the same number of fields.
///
/// The fields' bytes, quotes removed, stand one after another in one buffer.
public struct RecordBlock: Sendable {
  /// The fields in file order, nothing between them; valid UTF-8.
  public internal(set) var bytes: [UInt8] = []
  /// Where each field ends in ``bytes``, record by record: field (r, c) at `r * columnCount + c`.
  public internal(set) var fieldEnds: [Int] = []
  /// The line on which each record begins, from 1.
  public internal(set) var lines: [Int] = []
  public internal(set) var columnCount = 0
  /// Positions in ``fieldEnds`` of the fields written `""`, ascending.
  public internal(set) var quotedEmptyFields: [Int] = []

  public init() {}

  public var recordCount: Int { lines.count }

  /// Where a field stands in ``bytes``: `block.bytes.span.extracting(block.range(r, c))`.
  @inlinable public func range(_ record: Int, _ column: Int) -> Range<Int> {
    let index = record * columnCount + column
    return (index == 0 ? 0 : fieldEnds[index - 1])..<fieldEnds[index]
  }

  /// A copy of a field's text.
  public func text(_ record: Int, _ column: Int) -> String {
    String(decoding: bytes[range(record, column)], as: UTF8.self)
  }

  /// Whether an empty field was written `""`, which some programs tell from nothing at all.
  public func isQuotedEmpty(_ record: Int, _ column: Int) -> Bool {
    let field = record * columnCount + column
    var low = 0
    var high = quotedEmptyFields.count
    while low < high {
      let middle = (low + high) / 2
      if quotedEmptyFields[middle] < field { low = middle + 1 } else { high = middle }
    }
    return low < quotedEmptyFields.count && quotedEmptyFields[low] == field
  }

  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    fieldEnds.removeAll(keepingCapacity: true)
    lines.removeAll(keepingCapacity: true)
    quotedEmptyFields.removeAll(keepingCapacity: true)
  }

  mutating func removeFirst() {
    let byteCount = fieldEnds[columnCount - 1]
    bytes.removeFirst(byteCount)
    fieldEnds = fieldEnds[columnCount...].map { $0 - byteCount }
    lines.removeFirst()
    quotedEmptyFields = quotedEmptyFields.filter { $0 >= columnCount }.map { $0 - columnCount }
  }
}
