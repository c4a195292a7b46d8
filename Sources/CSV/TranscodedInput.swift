import Files

/// A file of another encoding, as UTF-8.
///
/// What is no character (half of a surrogate pair, an odd last byte) becomes a byte that is not UTF-8,
/// so that the parser refuses it with its place.
final class TranscodedInput: ByteSource {
  private let source: any ByteSource
  private let encoding: TextEncoding
  private var raw = [UInt8](repeating: 0, count: 1 << 16)
  /// Bytes of `raw` that wait for the rest of their character.
  private var rest = 0
  private var ready: [UInt8] = []
  private var given = 0

  /// - Parameter source: Stands behind its byte order mark.
  init(_ source: any ByteSource, encoding: TextEncoding) {
    self.source = source
    self.encoding = encoding
  }

  var name: String { source.name }
  var canRewind: Bool { source.canRewind }

  func rewind() throws(FileError) {
    try source.rewind()
    rest = 0
    ready = []
    given = 0
  }

  func read(into buffer: inout [UInt8], _ range: Range<Int>) throws(FileError) -> Int {
    while given == ready.count {
      let count = try source.read(into: &raw, rest..<raw.count)
      if count == 0 && rest == 0 { return 0 }
      ready.removeAll(keepingCapacity: true)
      given = 0
      convert(rest + count, isLast: count == 0)
    }
    let count = min(range.count, ready.count - given)
    buffer.replaceBytes(at: range.lowerBound, with: ready, given..<given + count)
    given += count
    return count
  }

  private func convert(_ count: Int, isLast: Bool) {
    guard encoding != .latin1 else {
      for byte in raw[..<count] {
        let mapped = 0x80...0x9F ~= byte ? TextEncoding.windows1252[Int(byte) - 0x80] : UInt16(byte)
        append(mapped == 0 ? UInt32(byte) : UInt32(mapped))
      }
      rest = 0
      return
    }
    var offset = 0
    while offset + 2 <= count {
      let unit = unit(offset)
      guard 0xD800...0xDFFF ~= unit else {
        append(UInt32(unit))
        offset += 2
        continue
      }
      if offset + 4 > count && !isLast { break }
      let second = offset + 4 <= count ? self.unit(offset + 2) : 0
      if unit < 0xDC00 && 0xDC00...0xDFFF ~= second {
        append(0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
        offset += 4
      } else {
        ready.append(0xFF)
        offset += 2
      }
    }
    if isLast && offset < count {
      ready.append(0xFF)
      offset = count
    }
    rest = count - offset
    for place in 0..<rest { raw[place] = raw[offset + place] }
  }

  private func unit(_ offset: Int) -> UInt16 {
    let (first, second) = (UInt16(raw[offset]), UInt16(raw[offset + 1]))
    return encoding == .utf16LittleEndian ? second << 8 | first : first << 8 | second
  }

  private func append(_ scalar: UInt32) {
    if scalar < 0x80 {
      ready.append(UInt8(scalar))
    } else if let scalar = Unicode.Scalar(scalar), let bytes = UTF8.encode(scalar) {
      ready.append(contentsOf: bytes)
    }
  }
}
