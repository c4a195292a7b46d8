import Images
import Testing

private func decode(_ text: String, _ pixels: [UInt8] = []) throws -> Picture {
  try PictureFile.decode(Array(text.utf8) + pixels, path: "a.pgm")
}

@Test func `pictures in letters and in bytes are the same`() throws {
  let expected = Picture(height: 2, width: 3, channels: 1, pixels: [0, 1, 2, 3, 254, 255])
  #expect(try decode("P2 3 2 255\n0 1 2\n3 254 255\n") == expected)
  #expect(try decode("P2\n# three wide\n3 # and two high\n2\n255 0 1 2 3 254 255") == expected)
  #expect(try decode("P5\n3 2\n255\n", [0, 1, 2, 3, 254, 255]) == expected)
  let colors = Picture(height: 1, width: 2, channels: 3, pixels: [1, 2, 3, 4, 5, 6])
  #expect(try decode("P3 2 1 255 1 2 3 4 5 6") == colors)
  #expect(try decode("P6\n2 1\n255\n", [1, 2, 3, 4, 5, 6]) == colors)
}

@Test func `a greatest value other than 255 is white too`() throws {
  #expect(try decode("P2 3 1 15 0 1 15").pixels == [0, 17, 255])
  #expect(try decode("P2 2 1 1 0 1").pixels == [0, 255])
  // Two bytes each, the higher first; 128.5 goes up.
  #expect(
    try decode("P5 4 1 65535 ", [0, 0, 255, 255, 1, 1, 0x80, 0x80]).pixels == [0, 255, 1, 128])
}

@Test(arguments: [
  ("P5 2 2 255 abc", "expected 4 bytes of pixels, found 3"),
  ("P5 2 2 255 abcde", "expected 4 bytes of pixels, found 5"),
  ("P2 2 2 255 1 2 3", "expected at least 7 bytes of pixels, found 6"),
  ("P2 2 2 255 1 2 300 4", "expected pixels of at most 255, found 300"),
  ("P2 2 2 255 1 2 x 4000", "expected a pixel at byte 15"),
  ("P5 2 2 0 abcd", "expected a greatest value from 1 to 65535, found 0"),
  ("P5 2 2 70000 abcd", "expected a greatest value from 1 to 65535, found 70000"),
  ("P5 0 2 255 ", "expected a width from 1"), ("P5", "found something else"),
  ("P5 ", "expected a width at byte 3"), ("P55 2 255 ", "expected a width from 1"),
  ("P5 99999999999999999999999 2 255 a", "expected a width from 1"),
  ("P5 2 -2 255 abcd", "expected a height at byte 5"),
  ("P5 50000 50000 255 a", "expected at most 100000000 pixels"),
  ("P4 8 1 a", "found PBM"),
])
func `a faulty picture is refused with its fault`(text: String, fault: String) {
  let error = #expect(throws: PictureError.self) { try decode(text) }
  #expect(error?.description.contains(fault) == true, "\(String(describing: error))")
}
