import Glibc

/// What a quick look over some bytes says, before they are parsed one by one.
struct PieceSurvey {
  let hasQuotes: Bool
  /// Spaces or tabs.
  let hasBlanks: Bool
  let isASCII: Bool
  let firstNUL: Int?

  init(_ bytes: Span<UInt8>, quote: UInt8) {
    func first(_ byte: UInt8) -> Int? {
      unsafe bytes.withUnsafeBytes { buffer in
        guard let base = buffer.baseAddress else { return nil }
        let place = unsafe memchr(base, Int32(byte), buffer.count)
        return unsafe place.map { unsafe UnsafeRawPointer($0) - base }
      }
    }
    hasQuotes = quote != 0 && first(quote) != nil
    hasBlanks = first(UInt8(ascii: " ")) != nil || first(UInt8(ascii: "\t")) != nil
    firstNUL = first(0)
    isASCII = unsafe bytes.withUnsafeBytes { buffer in
      var gathered: UInt64 = 0
      var offset = 0
      while offset + 8 <= buffer.count {
        gathered |= unsafe buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        offset += 8
      }
      while offset < buffer.count {
        gathered |= unsafe UInt64(buffer[offset])
        offset += 1
      }
      return gathered & 0x8080_8080_8080_8080 == 0
    }
  }
}
