import Glibc

/// Different texts, numbered in the order in which they first came.
struct TextDictionary: Sendable {
  private var bytes: [UInt8] = []
  private var ends: [Int] = []
  /// Open addressing: the number of the text whose hash leads here; -1 where there is none.
  private var slots: [Int32] = Array(repeating: -1, count: 16)

  var count: Int { ends.count }

  init(_ texts: [String] = []) {
    for text in texts { _ = insert(text.utf8Span.span) }
  }

  /// The number of a text, if it is known.
  func find(_ text: Span<UInt8>) -> Int? {
    let slot = slot(of: text)
    return slots[slot] < 0 ? nil : Int(slots[slot])
  }

  /// The number of a text, which is a new one when it was not known.
  mutating func insert(_ text: Span<UInt8>) -> Int {
    let slot = slot(of: text)
    if slots[slot] >= 0 { return Int(slots[slot]) }
    let number = count
    unsafe text.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    ends.append(bytes.count)
    slots[slot] = Int32(number)
    if 2 * count > slots.count { grow() }
    return number
  }

  func range(_ number: Int) -> Range<Int> {
    (number == 0 ? 0 : ends[number - 1])..<ends[number]
  }

  func text(_ number: Int) -> String { String(decoding: bytes[range(number)], as: UTF8.self) }

  var texts: [String] { (0..<count).map { text($0) } }

  /// The texts one after another; ``range(_:)`` says where each stands.
  var storage: [UInt8] { bytes }

  private func slot(of text: Span<UInt8>) -> Int {
    let mask = slots.count - 1
    var slot = Self.hash(text) & mask
    while slots[slot] >= 0, !matches(text, Int(slots[slot])) { slot = (slot + 1) & mask }
    return slot
  }

  private func matches(_ text: Span<UInt8>, _ number: Int) -> Bool {
    let range = range(number)
    guard range.count == text.count else { return false }
    return unsafe text.withUnsafeBytes { text in
      unsafe bytes.withUnsafeBytes { bytes in
        guard let start = bytes.baseAddress, let other = text.baseAddress else { return true }
        return unsafe memcmp(start + range.lowerBound, other, range.count) == 0
      }
    }
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: 2 * slots.count)
    for number in 0..<count {
      slots[slot(of: bytes.span.extracting(range(number)))] = Int32(number)
    }
  }

  /// The library's own seeded hash, so that no file can be made to fill one slot.
  private static func hash(_ text: Span<UInt8>) -> Int {
    var hasher = Hasher()
    unsafe text.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    return hasher.finalize()
  }
}
