import Glibc

/// Different texts, numbered in the order in which they first came.
struct TextDictionary: Sendable {
  private var bytes: [UInt8] = []
  /// Where each text begins, and behind the last one where the next will.
  private var starts = [0]
  /// Open addressing: the upper half of a text's hash and its number plus one; 0 where there is none.
  private var slots: [UInt64] = Array(repeating: 0, count: 16)
  private let seed = Self.processSeed

  private static let processSeed = UInt64.random(in: .min ... .max)

  var count: Int { starts.count - 1 }

  init(_ texts: [String] = []) {
    for text in texts { _ = insert(text.utf8Span.span) }
  }

  /// The number of a text, if it is known.
  func find(_ text: Span<UInt8>) -> Int? {
    let entry = slots[slot(of: text, hash(text))]
    return entry == 0 ? nil : Self.number(entry)
  }

  /// The number of a text, which is a new one when it was not known.
  mutating func insert(_ text: Span<UInt8>) -> Int {
    let hash = hash(text)
    let slot = slot(of: text, hash)
    if slots[slot] != 0 { return Self.number(slots[slot]) }
    let number = count
    unsafe text.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    starts.append(bytes.count)
    slots[slot] = Self.entry(hash, number)
    if 2 * count > slots.count { grow() }
    return number
  }

  func range(_ number: Int) -> Range<Int> {
    starts[number]..<starts[number + 1]
  }

  func text(_ number: Int) -> String { String(decoding: bytes[range(number)], as: UTF8.self) }

  var texts: [String] { (0..<count).map { text($0) } }

  /// The texts one after another; ``range(_:)`` says where each stands.
  var storage: [UInt8] { bytes }

  private static func entry(_ hash: UInt64, _ number: Int) -> UInt64 {
    hash & 0xFFFF_FFFF_0000_0000 | UInt64(number + 1)
  }

  private static func number(_ entry: UInt64) -> Int { Int(entry & 0xFFFF_FFFF) - 1 }

  /// - Parameter hash: That of the text.
  private func slot(of text: Span<UInt8>, _ hash: UInt64) -> Int {
    let mask = slots.count - 1
    // Once for each cell of text: the loop stays inside the table by its mask.
    return unsafe slots.withUnsafeBufferPointer { slots in
      var slot = Int(truncatingIfNeeded: hash >> 32) & mask
      while true {
        let entry = unsafe slots[slot]
        if entry == 0 { return slot }
        let isAlike = (entry ^ hash) >> 32 == 0
        if isAlike && matches(text, Self.number(entry)) { return slot }
        slot = (slot + 1) & mask
      }
    }
  }

  @inline(__always)
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
    let old = slots
    slots = Array(repeating: 0, count: 2 * old.count)
    let mask = slots.count - 1
    // All differ, so that none has to be compared with another.
    for entry in old where entry != 0 {
      var slot = Int(entry >> 32) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = entry
    }
  }

  /// Seeded anew in each process, so that no file can be made to fill one slot.
  ///
  /// Eight bytes at a time, the last of them perhaps once more, are folded into a product of 128
  /// bits, as in wyhash.
  @inline(__always)
  private func hash(_ text: Span<UInt8>) -> UInt64 {
    unsafe text.withUnsafeBytes { bytes in
      let count = bytes.count
      var hash = seed ^ UInt64(count)
      if count >= 8 {
        var offset = 0
        while offset + 8 < count {
          hash = Self.folded(
            hash ^ (unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
          offset += 8
        }
        hash ^= unsafe bytes.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
      } else if count >= 4 {
        let first = unsafe bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self)
        let last = unsafe bytes.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
        hash ^= UInt64(first) << 32 | UInt64(last)
      } else if count > 0 {
        let (first, middle, last) = unsafe (bytes[0], bytes[count / 2], bytes[count - 1])
        hash ^= UInt64(first) << 16 | UInt64(middle) << 8 | UInt64(last)
      }
      return Self.folded(Self.folded(hash))
    }
  }

  private static func folded(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return product.high ^ product.low
  }
}
