/// Whether a column numbers the rows, as its name says it may: whole numbers counting up by one.
struct RunningNumber {
  private(set) var countsUp = true
  /// Whether the exact text of each cell can be told from its number.
  private(set) var isPlain = true
  private var last: Int?

  /// - Returns: Nil when the name promises no such thing.
  init?(columnName name: String) {
    let name = name.lowercased()
    guard ["", "id", "index", "row", "unnamed: 0"].contains(name) || name.hasSuffix("_id") else {
      return nil
    }
  }

  mutating func append(_ number: Double, _ cell: Span<UInt8>) {
    guard countsUp else { return }
    guard number.isWhole, last.map({ Int(number) == $0 + 1 }) ?? true else {
      countsUp = false
      return
    }
    last = Int(number)
    isPlain = isPlain && String(Int(number)) == cell.string
  }

  mutating func appendMissing() { countsUp = false }

  /// Numbers have come whose text is not known.
  mutating func stop() { countsUp = false }
}

extension Double {
  /// Whether it is a whole number, of a size at which a `Double` holds all of them.
  package var isWhole: Bool { abs(self) < 0x1p53 && Double(Int(self)) == self }
}

extension Span<UInt8> {
  var string: String {
    unsafe withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }
}
