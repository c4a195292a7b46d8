import CSV

/// How a table's numbers are written.
struct NumberSyntax: Sendable, Equatable {
  /// Between whole and fraction: the dot or the comma.
  var decimal = UInt8(ascii: ".")
  /// Between groups of three digits before it; nil where there is none.
  var thousands: UInt8?

  /// Whether the direct way through rows reads it.
  var isPlain: Bool { thousands == nil }

  /// The number that the whole of a cell is; nil for anything else.
  func value(of cell: Span<UInt8>) -> Double? {
    if decimal == UInt8(ascii: ".") && thousands == nil { return DecimalText.value(of: cell) }
    guard let plain = plain(cell) else { return nil }
    return DecimalText.value(of: plain.span)
  }

  /// Whether the cell is infinity, or a number too large for a `Double`.
  func isInfinite(_ cell: Span<UInt8>) -> Bool {
    if decimal == UInt8(ascii: ".") && thousands == nil { return DecimalText.isInfinite(cell) }
    guard let plain = plain(cell) else { return false }
    return DecimalText.isInfinite(plain.span)
  }

  /// Whether a cell is written as a whole number: digits, perhaps with a sign and blanks around.
  func isInteger(_ cell: Span<UInt8>) -> Bool {
    let inner = cell.extracting(trimmed(cell))
    for offset in inner.indices {
      let byte = inner[offset]
      if UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || byte == thousands { continue }
      guard offset == 0, byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") else {
        return false
      }
    }
    return true
  }

  /// The cell as the usual syntax has it; nil when its separators stand where none may.
  private func plain(_ cell: Span<UInt8>) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(cell.count)
    var isWhole = true
    var digits = 0
    /// Digits since the last separator of thousands; nil before the first.
    var group: Int?
    for offset in cell.indices {
      let byte = cell[offset]
      if let thousands, byte == thousands {
        guard isWhole, group.map({ $0 == 3 }) ?? (1...3 ~= digits) else { return nil }
        group = 0
        continue
      }
      if byte == decimal || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
        guard group.map({ $0 == 3 }) ?? true else { return nil }
        group = nil
        isWhole = false
        result.append(byte == decimal ? UInt8(ascii: ".") : byte)
        continue
      }
      if byte == UInt8(ascii: ".") { return nil }
      if isWhole && UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte {
        digits += 1
        group = group.map { $0 + 1 }
      }
      result.append(byte)
    }
    return group.map({ $0 == 3 }) ?? true ? result : nil
  }
}
