import Images
import LinearAlgebra
import Tables
import Testing

private func gray(_ rows: [[UInt8]]) -> Picture {
  Picture(
    height: rows.count, width: rows[0].count, channels: 1, pixels: rows.flatMap(\.self))
}

@Test func `a shrunken side takes means, by the share of each pixel`() {
  let picture = gray([[0, 10, 20, 30, 40, 50], [2, 12, 22, 32, 42, 52]])
  #expect(picture.resized(height: 1, width: 3) == gray([[6, 26, 46]]))
  // Six to four: 1.5 pixels each: (0 + 5) / 1.5, (5 + 20) / 1.5, (30 + 20) / 1.5, (20 + 50) / 1.5.
  #expect(
    gray([[0, 10, 20, 30, 40, 50]]).resized(height: 1, width: 4) == gray([[3, 17, 33, 47]]))
}

@Test func `a grown side goes from pixel to pixel in a straight line`() {
  #expect(gray([[0, 100]]).resized(height: 1, width: 4) == gray([[0, 25, 75, 100]]))
  #expect(gray([[7]]).resized(height: 3, width: 2) == gray([[7, 7], [7, 7], [7, 7]]))
}

@Test func `a picture of one colour stays so in every size`() {
  var generator = SeededGenerator(seed: 2, stream: 0)
  for _ in 0..<50 {
    let sides = (0..<4).map { _ in Int.random(in: 1...30, using: &generator) }
    var picture = Picture(height: sides[0], width: sides[1], channels: 3, filledWith: 9)
    for place in stride(from: 0, to: picture.pixels.count, by: 3) { picture.pixels[place] = 200 }
    let resized = picture.resized(height: sides[2], width: sides[3])
    #expect(resized.height == sides[2] && resized.width == sides[3])
    #expect(
      Set(stride(from: 0, to: resized.pixels.count, by: 3).map { resized.pixels[$0] }) == [200])
    #expect(Set(stride(from: 1, to: resized.pixels.count, by: 3).map { resized.pixels[$0] }) == [9])
  }
}

@Test func `colours become luma and gray becomes colours`() {
  let colors = Picture(
    height: 1, width: 4, channels: 3,
    pixels: [255, 0, 0, 0, 255, 0, 0, 0, 255, 8, 8, 8])
  #expect(colors.gray.pixels == [76, 150, 29, 8])
  #expect(!colors.isGray)
  #expect(colors.gray.colored.isGray)
  #expect(colors.gray.colored.pixels.prefix(3) == [76, 76, 76])
}

@Test func `a row becomes a picture, and what lies beyond black and white is cut off`() throws {
  let shape = try #require(ImageShape("2x2"))
  let picture = Picture(row: [-0.2, 0, 0.5, 1.2], shape: shape, scale: PixelScale(white: 1))
  #expect(picture == gray([[0, 0], [128, 255]]))
}

@Test func `a montage puts pictures in rows, enlarged by whole pixels`() {
  let sheet = Montage(
    rows: [[gray([[1, 2]]), gray([[3, 4]])], [nil, gray([[5]])]], gap: 1, cellSide: 5,
    background: 9
  ).picture()
  // Twos are enlarged by 2, the one by 5.
  #expect(sheet.width == 1 + 4 + 1 + 5 + 1)
  #expect(sheet.height == 1 + 2 + 1 + 5 + 1)
  #expect(sheet.pixels[12..<24] == [9, 1, 1, 2, 2, 9, 3, 3, 4, 4, 9, 9])
  #expect(sheet.pixels[4 * 12..<5 * 12] == [9, 9, 9, 9, 9, 9, 5, 5, 5, 5, 5, 9])
}

@Test(arguments: [
  ([36], 6, 6), ([32], 4, 8), ([7], 1, 7), ([2], 1, 2), ([13], 4, 4), ([1], 1, 1), ([9], 3, 3),
  ([4, 4, 16], 16, 16), ([2, 3, 4], 4, 6), ([1, 1, 5], 1, 5),
])
func `latents are drawn as a rectangle that is not too long`(
  shape: [Int], height: Int, width: Int
) throws {
  let count = shape.reduce(1, *)
  let latents = Matrix(rowCount: 1, columnCount: count, elements: (0..<count).map(Double.init))
  let picture = try #require(LatentDrawing(shape: shape).pictures(of: latents).first)
  #expect(picture.height == height)
  #expect(picture.width == width)
}

@Test func `the maps of a latent map stand beside each other`() throws {
  // Two maps of 1 x 2: numbers 0, 2 and 1, 3.
  let latents = Matrix<Double>(rows: [[0, 1, 2, 3]])
  let picture = try #require(LatentDrawing(shape: [1, 2, 2]).pictures(of: latents).first)
  #expect(picture == gray([[0, 170, 85, 255]]))
}
