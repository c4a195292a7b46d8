/// A PNG of any kind, written by the rules of its specification and without libpng.
///
/// The pixels are stored, not squeezed, and no row is filtered. (PNG, third edition, W3C 2003.)
struct HandMadePNG {
  enum ColorType: UInt8, CaseIterable {
    case gray = 0
    case rgb = 2
    case palette = 3
    case grayAlpha = 4
    case rgbAlpha = 6

    var channels: Int {
      switch self {
      case .gray, .palette: 1
      case .grayAlpha: 2
      case .rgb: 3
      case .rgbAlpha: 4
      }
    }

    var bitDepths: [Int] {
      switch self {
      case .gray: [1, 2, 4, 8, 16]
      case .palette: [1, 2, 4, 8]
      case .rgb, .grayAlpha, .rgbAlpha: [8, 16]
      }
    }
  }

  var height: Int
  var width: Int
  var colorType: ColorType
  var bitDepth: Int
  var isInterlaced = false
  /// By row, column and channel, each below 2 to the bit depth.
  var samples: [Int]
  /// Red, green and blue of each entry.
  var palette: [[UInt8]] = []
  /// The contents of a tRNS chunk.
  var transparency: [UInt8]?
  /// What the header claims instead of height and width.
  var claim: (height: Int, width: Int)?

  var bytes: [UInt8] {
    let (claimedHeight, claimedWidth) = claim ?? (height, width)
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    file += chunk(
      "IHDR",
      bigEndian(claimedWidth) + bigEndian(claimedHeight)
        + [UInt8(bitDepth), colorType.rawValue, 0, 0, isInterlaced ? 1 : 0])
    if !palette.isEmpty { file += chunk("PLTE", palette.flatMap(\.self)) }
    if let transparency { file += chunk("tRNS", transparency) }
    file += chunk("IDAT", stored(scanlines))
    return file + chunk("IEND", [])
  }

  private var scanlines: [UInt8] {
    guard isInterlaced else {
      return lines(rows: Array(0..<height), columns: Array(0..<width))
    }
    // Adam7: where each pass begins, and how far apart its pixels are.
    let passes = [
      (0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2),
      (1, 0, 2, 1),
    ]
    return passes.flatMap { top, left, down, across in
      lines(
        rows: Array(stride(from: top, to: height, by: down)),
        columns: Array(stride(from: left, to: width, by: across)))
    }
  }

  private func lines(rows: [Int], columns: [Int]) -> [UInt8] {
    guard !columns.isEmpty else { return [] }
    return rows.flatMap { row -> [UInt8] in
      let values = columns.flatMap { column -> [Int] in
        let place = (row * width + column) * colorType.channels
        return Array(samples[place..<place + colorType.channels])
      }
      return [0] + packed(values)
    }
  }

  /// Samples bit after bit, the first in the highest bits; the last byte is filled up.
  private func packed(_ values: [Int]) -> [UInt8] {
    var bits: [Bool] = []
    for value in values {
      for bit in (0..<bitDepth).reversed() { bits.append(value >> bit & 1 == 1) }
    }
    while bits.count % 8 != 0 { bits.append(false) }
    return stride(from: 0, to: bits.count, by: 8).map { start in
      bits[start..<start + 8].reduce(0) { $0 << 1 | ($1 ? 1 : 0) }
    }
  }
}

/// Bytes in the zlib format, stored in blocks. (RFC 1950 and 1951.)
private func stored(_ bytes: [UInt8]) -> [UInt8] {
  var result: [UInt8] = [0x78, 0x01]
  var start = 0
  repeat {
    let count = min(65_535, bytes.count - start)
    let isLast = start + count == bytes.count
    result += [isLast ? 1 : 0, UInt8(count & 255), UInt8(count >> 8)]
    result += [UInt8(~count & 255), UInt8(~count >> 8 & 255)]
    result += bytes[start..<start + count]
    start += count
  } while start < bytes.count
  var (low, high) = (1, 0)
  for byte in bytes {
    low = (low + Int(byte)) % 65_521
    high = (high + low) % 65_521
  }
  return result + bigEndian(high << 16 | low)
}

private func chunk(_ name: String, _ contents: [UInt8]) -> [UInt8] {
  let named = Array(name.utf8) + contents
  return bigEndian(contents.count) + named + bigEndian(Int(checksum(named)))
}

private func bigEndian(_ number: Int) -> [UInt8] {
  stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
}

/// The cyclic redundancy check of ISO 3309, bit by bit.
private func checksum(_ bytes: [UInt8]) -> UInt32 {
  var rest = UInt32.max
  for byte in bytes {
    rest ^= UInt32(byte)
    for _ in 0..<8 { rest = rest >> 1 ^ (rest & 1 == 1 ? 0xEDB8_8320 : 0) }
  }
  return ~rest
}
