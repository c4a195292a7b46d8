/// Bytes being put together: numbers of seven bits a byte, and lengths before what they measure.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  /// Adds a number from 0 on, as few bytes as it takes.
  mutating func write(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func write(_ number: Int) { write(UInt64(number)) }

  /// Adds a number as four bytes, the lowest first.
  mutating func writeFixed(_ number: UInt32) {
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  mutating func write(_ text: some Collection<UInt8>) {
    write(text.count)
    bytes.append(contentsOf: text)
  }

  mutating func append(_ more: [UInt8]) { bytes.append(contentsOf: more) }
}

/// Bytes being taken apart; whatever they hold, nothing is read beyond their end.
struct ByteReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  mutating func number() throws(CompressionError.Problem) -> UInt64 {
    var (value, shift) = (UInt64(0), UInt64(0))
    while position < bytes.count, shift < 64 {
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
      shift += 7
    }
    throw .damaged
  }

  /// - Parameter limit: Anything above is taken for damage.
  mutating func count(limit: Int) throws(CompressionError.Problem) -> Int {
    let value = try number()
    guard value <= UInt64(limit) else { throw .damaged }
    return Int(value)
  }

  mutating func take(_ count: Int) throws(CompressionError.Problem) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.count - position else { throw .damaged }
    defer { position += count }
    return bytes[position..<position + count]
  }

  mutating func text() throws(CompressionError.Problem) -> ArraySlice<UInt8> {
    try take(count(limit: bytes.count - position))
  }

  /// All that is left.
  mutating func rest() throws(CompressionError.Problem) -> ArraySlice<UInt8> {
    try take(bytes.count - position)
  }

  mutating func fixed() throws(CompressionError.Problem) -> UInt32 {
    try take(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }
}

/// Whole numbers as planes of bytes: all lowest bytes, then all second ones, and so on.
///
/// Small numbers have small codes, and a plane of zeros costs next to nothing. Where none is
/// negative the codes are the numbers themselves, else every other one is of a negative number.
enum IntegerPlanes {
  /// Beside the number of planes, for numbers none of which is negative.
  private static let unsigned: UInt8 = 0x10

  static func bytes(_ numbers: [Int64]) -> [UInt8] {
    let isUnsigned = numbers.allSatisfy { $0 >= 0 }
    let codes = numbers.map { UInt64(bitPattern: isUnsigned ? $0 : ($0 << 1) ^ ($0 >> 63)) }
    let widest = codes.reduce(0, |)
    let planes = (UInt64.bitWidth - widest.leadingZeroBitCount + 7) / 8
    var bytes = [UInt8(planes) | (isUnsigned ? unsigned : 0)]
    bytes.reserveCapacity(1 + planes * codes.count)
    for plane in 0..<planes {
      for code in codes { bytes.append(UInt8(truncatingIfNeeded: code >> UInt64(8 * plane))) }
    }
    return bytes
  }

  static func numbers(
    _ bytes: [UInt8], count: Int
  ) throws(CompressionError.Problem) -> [Int64] {
    guard let first = bytes.first else { throw .damaged }
    let isUnsigned = first & unsigned != 0
    let planes = Int(first & ~unsigned)
    guard planes <= 8, bytes.count == 1 + planes * count else { throw .damaged }
    var codes = [UInt64](repeating: 0, count: count)
    for plane in 0..<planes {
      for index in 0..<count {
        codes[index] |= UInt64(bytes[1 + plane * count + index]) << UInt64(8 * plane)
      }
    }
    return codes.map {
      isUnsigned ? Int64(bitPattern: $0) : Int64(bitPattern: $0 >> 1) ^ -Int64(bitPattern: $0 & 1)
    }
  }
}
