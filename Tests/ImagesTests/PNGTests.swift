import Images
import LinearAlgebra
import Testing

private let kinds = HandMadePNG.ColorType.allCases.flatMap { type in
  type.bitDepths.flatMap { depth in [(type, depth, false), (type, depth, true)] }
}

/// Random samples of a kind; opaque where there is a channel that says so.
private func picture(
  _ type: HandMadePNG.ColorType, _ depth: Int, interlaced: Bool = false, height: Int = 11,
  width: Int = 13
) -> HandMadePNG {
  var generator = SeededGenerator(seed: UInt64(depth), stream: UInt64(type.rawValue))
  let greatest = 1 << depth - 1
  var png = HandMadePNG(
    height: height, width: width, colorType: type, bitDepth: depth, isInterlaced: interlaced,
    samples: (0..<height * width * type.channels).map { place in
      let isOpacity = type.channels % 2 == 0 && (place + 1) % type.channels == 0
      return isOpacity ? greatest : Int.random(in: 0...greatest, using: &generator)
    })
  if type == .palette {
    png.palette = (0...greatest).map { _ in
      (0..<3).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
  }
  return png
}

/// What the samples are in bytes: v / greatest · 255, to the nearest.
private func expectedPixels(_ png: HandMadePNG) -> [UInt8] {
  if png.colorType == .palette { return png.samples.flatMap { png.palette[$0] } }
  let greatest = 1 << png.bitDepth - 1
  let channels = png.colorType.channels
  let hasOpacity = channels % 2 == 0
  return png.samples.enumerated().compactMap { place, sample in
    hasOpacity && (place + 1) % channels == 0
      ? nil : UInt8((Double(sample) * 255 / Double(greatest)).rounded())
  }
}

@Test(arguments: kinds)
func `a PNG of every kind gives its pixels`(
  type: HandMadePNG.ColorType, depth: Int, isInterlaced: Bool
) throws {
  let png = picture(type, depth, interlaced: isInterlaced)
  let decoded = try PictureFile.decode(png.bytes, path: "a.png")
  #expect(decoded.height == 11)
  #expect(decoded.width == 13)
  let isColored = type == .rgb || type == .rgbAlpha || type == .palette
  #expect(decoded.channels == (isColored ? 3 : 1))
  #expect(decoded.pixels == expectedPixels(png))
}

@Test func `transparent pixels let the background through by as much as they are`() throws {
  let png = HandMadePNG(
    height: 1, width: 4, colorType: .grayAlpha, bitDepth: 8,
    samples: [100, 255, 100, 0, 100, 51, 0, 128])
  let onWhite = try PictureFile.decode(png.bytes, path: "a.png")
  // 100 · 0.2 + 255 · 0.8 = 224, and 255 · 127 / 255 = 127.
  #expect(onWhite.pixels == [100, 255, 224, 127])
  let onBlack = try PictureFile.decode(png.bytes, path: "a.png", background: 0)
  #expect(onBlack.pixels == [100, 0, 20, 0])
}

@Test func `a shade or an entry of the palette that is declared transparent is`() throws {
  var gray = HandMadePNG(
    height: 1, width: 3, colorType: .gray, bitDepth: 8, samples: [7, 8, 9])
  gray.transparency = [0, 8]
  #expect(try PictureFile.decode(gray.bytes, path: "a.png").pixels == [7, 255, 9])
  var indexed = HandMadePNG(
    height: 1, width: 2, colorType: .palette, bitDepth: 1, samples: [0, 1],
    palette: [[10, 20, 30], [40, 50, 60]])
  indexed.transparency = [0]
  #expect(
    try PictureFile.decode(indexed.bytes, path: "a.png", background: 5).pixels
      == [5, 5, 5, 40, 50, 60])
}

@Test func `what is written is read again, whatever the size`() throws {
  var generator = SeededGenerator(seed: 1, stream: 0)
  for round in 0..<60 {
    let height = Int.random(in: 1...40, using: &generator)
    let width = Int.random(in: 1...40, using: &generator)
    let channels = round % 2 == 0 ? 1 : 3
    let noisy = Picture(
      height: height, width: width, channels: channels,
      pixels: (0..<height * width * channels).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      })
    for format in PictureFile.Format.allCases {
      let bytes = PictureFile.encode(noisy, as: format)
      #expect(try PictureFile.decode(bytes, path: "a") == noisy)
      #expect(PictureFile.encode(noisy, as: format) == bytes)
    }
  }
}

@Test func `a PNG cut short anywhere is refused`() throws {
  let bytes = picture(.rgb, 8, height: 5, width: 4).bytes
  for count in 0..<bytes.count {
    #expect(throws: PictureError.self) {
      try PictureFile.decode(Array(bytes.prefix(count)), path: "a.png")
    }
  }
}

@Test func `a changed byte is noticed or changes no pixel`() throws {
  for (type, depth) in [(HandMadePNG.ColorType.gray, 8), (.palette, 4), (.rgbAlpha, 16)] {
    let png = picture(type, depth, height: 3, width: 4)
    let bytes = png.bytes
    let whole = try PictureFile.decode(bytes, path: "a.png")
    for place in bytes.indices {
      for bit in [1, 16, 128] as [UInt8] {
        var changed = bytes
        changed[place] ^= bit
        if let decoded = try? PictureFile.decode(changed, path: "a.png") {
          #expect(decoded == whole, "byte \(place)")
        }
      }
    }
  }
}

@Test func `a small file that claims a huge picture costs nothing`() {
  var bomb = picture(.gray, 1, height: 8, width: 8)
  bomb.claim = (60_000, 60_000)
  let error = #expect(throws: PictureError.self) {
    try PictureFile.decode(bomb.bytes, path: "bomb.png")
  }
  #expect(
    error?.description
      == "bomb.png: expected at most 100000000 pixels, found a claim of 60000x60000")
  bomb.claim = (9_000, 9_000)
  #expect(throws: PictureError.self) { try PictureFile.decode(bomb.bytes, path: "bomb.png") }
}

@Test(arguments: [
  ([0xFF, 0xD8, 0xFF, 0xE0] as [UInt8], "JPEG"), (Array("GIF89a".utf8), "GIF"),
  (Array("hello".utf8), "something else"), ([], "an empty file"),
])
func `what is no picture is named`(bytes: [UInt8], name: String) {
  let error = #expect(throws: PictureError.self) { try PictureFile.decode(bytes, path: "a") }
  #expect(error?.description.contains("expected a PNG, PGM or PPM picture, found \(name)") == true)
}
