import CTextTable

/// Different texts, numbered in the order in which they first came.
struct TextDictionary: Sendable {
  private(set) var count = 0
  /// The texts one after another, with more room behind them.
  ///
  /// ``range(_:)`` says where each stands.
  private(set) var storage = [UInt8](repeating: 0, count: Int(AEPCA_TEXT_TABLE_PADDING))
  /// Where each text begins, and behind the last one where the next will; more room lies behind.
  private var starts: [UInt64] = [0]
  /// Open addressing, of which `CTextTable` knows the meaning.
  private var slots: [UInt64] = Array(repeating: 0, count: 16)

  /// Anew in each process, so that no file can be made to fill one slot.
  private static let seed = UInt64.random(in: .min ... .max)

  init(_ texts: [String] = []) {
    for text in texts { _ = insert(text.utf8Span.span) }
  }

  /// The number of a text, if it is known.
  func find(_ text: Span<UInt8>) -> Int? {
    let number = unsafe text.withUnsafeBufferPointer { text in
      unsafe slots.withUnsafeBufferPointer { slots in
        unsafe starts.withUnsafeBufferPointer { starts in
          unsafe storage.withUnsafeBufferPointer { storage in
            var table = unsafe aepca_text_table(
              slots: UnsafeMutablePointer(mutating: slots.baseAddress), slot_count: slots.count,
              starts: UnsafeMutablePointer(mutating: starts.baseAddress), count: count,
              bytes: UnsafeMutablePointer(mutating: storage.baseAddress), seed: Self.seed)
            return unsafe aepca_find_text(&table, text.baseAddress, text.count)
          }
        }
      }
    }
    return number < 0 ? nil : Int(number)
  }

  /// The number of a text, which is a new one when it was not known.
  mutating func insert(_ text: Span<UInt8>) -> Int {
    makeRoom(texts: 1, bytes: text.count)
    return unsafe text.withUnsafeBufferPointer { text in
      unsafe withTable { unsafe Int(aepca_insert_text(&$0, text.baseAddress, text.count)) }
    }
  }

  /// Finds the numbers of texts, new ones for those that were not known.
  ///
  /// - Parameters:
  ///   - bytes: With `AEPCA_TEXT_TABLE_PADDING` bytes behind the last text.
  ///   - offset: Where in them the texts' places are counted from.
  ///   - starts: Where each text begins.
  ///   - ends: Where each ends; as many.
  ///   - numbers: As many, to be set.
  mutating func insert(
    _ bytes: Span<UInt8>, from offset: Int, starts: ArraySlice<UInt32>, ends: ArraySlice<UInt32>,
    numbers: inout [Int32]
  ) {
    precondition(starts.count == ends.count && numbers.count >= starts.count, "places are pairs")
    var length = 0
    for (start, end) in zip(starts, ends) {
      precondition(
        start <= end && offset + Int(end) + Int(AEPCA_TEXT_TABLE_PADDING) <= bytes.count,
        "texts lie in the bytes")
      length += Int(end - start)
    }
    makeRoom(texts: starts.count, bytes: length)
    unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe starts.withUnsafeBufferPointer { starts in
        unsafe ends.withUnsafeBufferPointer { ends in
          unsafe numbers.withUnsafeMutableBufferPointer { numbers in
            guard let base = bytes.baseAddress else { return }
            unsafe withTable {
              unsafe aepca_insert_texts(
                &$0, base + offset, starts.baseAddress, ends.baseAddress, starts.count,
                numbers.baseAddress)
            }
          }
        }
      }
    }
  }

  func range(_ number: Int) -> Range<Int> { Int(starts[number])..<Int(starts[number + 1]) }

  func text(_ number: Int) -> String { String(decoding: storage[range(number)], as: UTF8.self) }

  /// How many bytes the texts have.
  var byteCount: Int { Int(starts[count]) }

  /// Makes room for so many more texts of so many bytes together.
  mutating func makeRoom(texts: Int, bytes: Int) {
    if starts.count < count + texts + 1 {
      starts.append(contentsOf: repeatElement(0, count: max(texts, starts.count)))
    }
    if storage.count < byteCount + bytes + Int(AEPCA_TEXT_TABLE_PADDING) {
      storage.append(contentsOf: repeatElement(0, count: max(bytes, storage.count)))
    }
    guard slots.count < 2 * (count + texts) else { return }
    var slotCount = 2 * slots.count
    while slotCount < 2 * (count + texts) { slotCount *= 2 }
    let old = slots
    slots = Array(repeating: 0, count: slotCount)
    unsafe old.withUnsafeBufferPointer { old in
      unsafe slots.withUnsafeMutableBufferPointer { slots in
        unsafe aepca_move_slots(old.baseAddress, old.count, slots.baseAddress, slots.count)
      }
    }
  }

  private mutating func withTable<Result>(
    _ body: (inout aepca_text_table) -> Result
  ) -> Result {
    // Taken out, for their memory to be written to at once.
    var (slots, starts, storage) = (self.slots, self.starts, self.storage)
    (self.slots, self.starts, self.storage) = ([], [], [])
    defer { (self.slots, self.starts, self.storage) = (slots, starts, storage) }
    return unsafe slots.withUnsafeMutableBufferPointer { slots in
      unsafe starts.withUnsafeMutableBufferPointer { starts in
        unsafe storage.withUnsafeMutableBufferPointer { storage in
          var table = unsafe aepca_text_table(
            slots: slots.baseAddress, slot_count: slots.count, starts: starts.baseAddress,
            count: count, bytes: storage.baseAddress, seed: Self.seed)
          let result = unsafe body(&table)
          count = unsafe table.count
          return result
        }
      }
    }
  }
}
