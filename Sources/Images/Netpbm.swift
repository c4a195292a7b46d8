/// PGM and PPM, the plain pictures of Netpbm: a header in letters, then numbers or bytes.
enum Netpbm {
  /// - Parameter accepts: Is asked about the size that the file claims before any memory is taken.
  static func decode(
    _ bytes: [UInt8], path: String,
    accepts: (_ height: Int, _ width: Int) throws(PictureError) -> Void
  ) throws(PictureError) -> Picture {
    var scanner = Scanner(bytes: bytes, place: 2, path: path)
    let kind = bytes[1]
    let channels = kind == UInt8(ascii: "3") || kind == UInt8(ascii: "6") ? 3 : 1
    let width = try scanner.number(called: "width", in: 1...Int(Int32.max))
    let height = try scanner.number(called: "height", in: 1...Int(Int32.max))
    let greatest = try scanner.number(called: "greatest value", in: 1...65_535)
    try accepts(height, width)
    let count = height * width * channels
    let isText = kind <= UInt8(ascii: "3")
    // A number in letters takes a digit and a blank, so that a claim cannot take more than the file.
    let fewest = isText ? 2 * count - 1 : count * (greatest > 255 ? 2 : 1)
    if !isText { scanner.place += 1 }
    let left = bytes.count - min(bytes.count, scanner.place)
    guard left >= fewest, isText || left == fewest else {
      throw scanner.damaged(
        "expected \(isText ? "at least " : "")\(fewest) bytes of pixels, found \(left)")
    }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(count)
    for _ in 0..<count {
      let value =
        if isText {
          try scanner.number(called: "pixel", in: 0...65_535)
        } else {
          scanner.binary(twoBytes: greatest > 255)
        }
      guard value <= greatest else {
        throw scanner.damaged("expected pixels of at most \(greatest), found \(value)")
      }
      pixels.append(UInt8((value * 255 * 2 + greatest) / (2 * greatest)))
    }
    return Picture(height: height, width: width, channels: channels, pixels: pixels)
  }

  /// The picture as the bytes of a file: PGM when it is gray, else PPM.
  static func encode(_ picture: Picture) -> [UInt8] {
    let header = "P\(picture.channels == 1 ? 5 : 6)\n\(picture.width) \(picture.height)\n255\n"
    return Array(header.utf8) + picture.pixels
  }

  private struct Scanner {
    let bytes: [UInt8]
    var place: Int
    let path: String

    func damaged(_ reason: String) -> PictureError {
      PictureError(.damaged(format: "PGM or PPM", reason: reason), path: path)
    }

    /// The next number in letters, after blanks and comments.
    mutating func number(
      called name: String, in range: ClosedRange<Int>
    ) throws(PictureError) -> Int {
      let start = place
      skipBlanks()
      var value = 0
      let first = place
      while place < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[place]) {
        // Beyond what any number here may be, more digits change nothing.
        value = min(value * 10 + Int(bytes[place] - UInt8(ascii: "0")), 1 << 40)
        place += 1
      }
      guard start < first, first < place, range.contains(value) else {
        throw damaged(
          first < place
            ? "expected a \(name) from \(range.lowerBound) to \(range.upperBound), found \(value)"
            : "expected a \(name) at byte \(first)")
      }
      return value
    }

    mutating func binary(twoBytes: Bool) -> Int {
      defer { place += twoBytes ? 2 : 1 }
      return twoBytes ? Int(bytes[place]) << 8 | Int(bytes[place + 1]) : Int(bytes[place])
    }

    private mutating func skipBlanks() {
      while place < bytes.count {
        switch bytes[place] {
        case UInt8(ascii: " "), 0x09...0x0D: place += 1
        case UInt8(ascii: "#"):
          while place < bytes.count, bytes[place] != 0x0A, bytes[place] != 0x0D { place += 1 }
        default: return
        }
      }
    }
  }
}
