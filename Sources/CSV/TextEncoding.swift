/// How a text file's characters are written as bytes.
public enum TextEncoding: String, Sendable, CaseIterable {
  case utf8 = "utf-8"
  /// UTF-16, the low byte first.
  case utf16LittleEndian = "utf-16le"
  /// UTF-16, the high byte first.
  case utf16BigEndian = "utf-16be"
  /// ISO 8859-1: a byte is the character of its number; 0x80 to 0x9F as in Windows-1252.
  case latin1 = "latin-1"

  /// The encoding that the front of a file shows, and how long its byte order mark is.
  ///
  /// Without a mark: UTF-16 where nearly every other byte is NUL; Latin-1 where the bytes are not UTF-8 and
  /// nothing in them is UTF-8 beyond ASCII; else UTF-8.
  static func find(_ sample: ArraySlice<UInt8>) -> (encoding: TextEncoding, markLength: Int) {
    if sample.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
    if sample.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
    if sample.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
    let start = Array(sample.prefix(4096))
    let pairs = start.count / 2
    if pairs >= 2 {
      let high = (0..<pairs).count { start[2 * $0] == 0 && start[2 * $0 + 1] != 0 }
      let low = (0..<pairs).count { start[2 * $0] != 0 && start[2 * $0 + 1] == 0 }
      if 10 * low >= 9 * pairs { return (.utf16LittleEndian, 0) }
      if 10 * high >= 9 * pairs { return (.utf16BigEndian, 0) }
    }
    return (isSingleByte(sample) ? .latin1 : .utf8, 0)
  }

  /// Whether bytes beyond ASCII stand there of which none can be part of a UTF-8 character.
  private static func isSingleByte(_ sample: ArraySlice<UInt8>) -> Bool {
    var hasHighBytes = false
    var offset = sample.startIndex
    while offset < sample.endIndex {
      let byte = sample[offset]
      offset += 1
      guard byte >= 0x80 else { continue }
      let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
      let followers = sample[offset..<min(sample.endIndex, offset + length - 1)]
      // Cut off at the end of the sample: not known.
      if offset + length - 1 > sample.endIndex && followers.allSatisfy({ $0 >> 6 == 2 }) { break }
      if 0xC2...0xF4 ~= byte && followers.allSatisfy({ $0 >> 6 == 2 }) { return false }
      // What no European text has in single bytes.
      if byte == 0xFF || 0x80...0x9F ~= byte && windows1252[Int(byte) - 0x80] == 0 { return false }
      hasHighBytes = true
    }
    return hasHighBytes
  }

  /// The characters of 0x80 to 0x9F in Windows-1252; 0 where there is none.
  static let windows1252: [UInt16] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039,
    0x0152, 0, 0x017D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC,
    0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
  ]
}
