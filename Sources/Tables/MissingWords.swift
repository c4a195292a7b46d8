/// The words that stand for a missing cell.
///
/// Nothing at all, `?`, `NA`, `N/A`, `n/a`, `None`, and `nan` and `null` in any case; blanks
/// around them do not count. `none` and `na` are words like any other.
struct MissingWords: Sendable {
  /// Words of the user's own, whole cells as they stand in the file.
  let extra: [[UInt8]]

  init(extra: [String]) { self.extra = extra.map { Array($0.utf8) } }

  func isExtra(_ cell: Span<UInt8>) -> Bool {
    extra.contains { equals(cell, $0) }
  }

  /// False for most words that are none, at a glance.
  func mayContain(_ cell: Span<UInt8>) -> Bool {
    guard extra.isEmpty, let first = cell.isEmpty ? nil : cell[0] else { return true }
    if first == UInt8(ascii: "?") || first | 0x20 == UInt8(ascii: "n") { return true }
    // Blanks may be taken away, which leaves less.
    return first == 0x20 || first == 0x09
  }

  /// - Parameter cell: Without blanks around it.
  func contains(_ cell: Span<UInt8>) -> Bool {
    switch cell.count {
    case 0: true
    case 1: cell[0] == UInt8(ascii: "?")
    case 2: cell[0] == UInt8(ascii: "N") && cell[1] == UInt8(ascii: "A")
    case 3:
      equals(cell, "N/A".utf8) || equals(cell, "n/a".utf8)
        || equals(cell, "nan".utf8, ignoringCase: true)
    case 4: equals(cell, "None".utf8) || equals(cell, "null".utf8, ignoringCase: true)
    default: false
    }
  }

  private func equals(
    _ cell: Span<UInt8>, _ word: some Collection<UInt8>, ignoringCase: Bool = false
  ) -> Bool {
    guard cell.count == word.count else { return false }
    let mask: UInt8 = ignoringCase ? 0x20 : 0
    for (offset, byte) in word.enumerated() where cell[offset] | mask != byte { return false }
    return true
  }
}

/// The cell without the blanks and tabs around it.
func trimmed(_ cell: Span<UInt8>) -> Range<Int> {
  var start = 0
  var end = cell.count
  while start < end, cell[start] == 0x20 || cell[start] == 0x09 { start += 1 }
  while start < end, cell[end - 1] == 0x20 || cell[end - 1] == 0x09 { end -= 1 }
  return start..<end
}
