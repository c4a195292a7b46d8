import Tables
import Testing

@Test func `a shape is read as height, width and channels`() throws {
  let shape = try #require(ImageShape("60x80x3"))
  #expect(shape == ImageShape(height: 60, width: 80, channels: 3))
  #expect(shape.pixelCount == 14_400)
  #expect(ImageShape("28x28")?.description == "28x28x1")
  for text in ["", "28", "28x", "x28", "0x5", "-1x5", "2x2x2x2", "2.5x3", "65536x1", "60000x60000"]
  {
    #expect(ImageShape(text) == nil, "\(text)")
  }
}

@Test func `columns are named row by row, channels beside each other`() throws {
  #expect(
    ImageShape("2x2")?.columnNames == ["pixel_0_0", "pixel_0_1", "pixel_1_0", "pixel_1_1"])
  #expect(ImageShape("1x1x3")?.columnNames == ["pixel_0_0_0", "pixel_0_0_1", "pixel_0_0_2"])
}

@Test func `the names of all pixels tell the shape, in any order and among others`() throws {
  for text in ["1x1", "5x7", "3x2x3", "1x4x2"] {
    let shape = try #require(ImageShape(text))
    #expect(ImageShape(namedBy: ["file"] + shape.columnNames.reversed() + ["label"]) == shape)
    #expect(ImageShape(namedBy: Array(shape.columnNames.dropFirst())) == nil)
  }
  #expect(ImageShape(namedBy: ["a", "pixel_x_y"]) == nil)
  #expect(ImageShape(namedBy: ["pixel_0_0", "pixel_0_1_0"]) == nil)
  #expect(ImageShape(namedBy: ["pixel_0_00"]) == nil)
}

private func numbers(_ names: [String]) -> Table {
  Table(
    columns: names.map {
      Column(schema: ColumnSchema(name: $0, kind: .number), values: .numbers([1]))
    })
}

@Test func `pixels are the columns of their names, or else all numbers in order`() throws {
  let shape = try #require(ImageShape("1x2"))
  let named = try numbers(["label", "pixel_0_1", "pixel_0_0"]).pixels(of: nil, path: "a.csv")
  #expect(named.columns.map(\.name) == ["pixel_0_0", "pixel_0_1"])
  let plain = try numbers(["p1", "p2"]).pixels(of: shape, path: "a.csv")
  #expect(plain.columns.map(\.name) == ["p1", "p2"])
  let wrong = #expect(throws: TableError.self) {
    try numbers(["p1", "p2", "label"]).pixels(of: shape, path: "a.csv")
  }
  #expect(
    wrong?.description
      == "a.csv: expected 2 columns of pixels (1 x 2), found 3 columns of numbers")
  let unnamed = #expect(throws: TableError.self) {
    try numbers(["p1"]).pixels(of: nil, path: "a.csv")
  }
  #expect(unnamed?.description.contains("say the size of the pictures") == true)
}

@Test(arguments: [
  (0.0, 1.0, 0.0, 1.0), (-0.1, 1.2, 0, 1), (0, 255, 0, 255), (-8, 262, 0, 255), (0, 100, 0, 255),
  (0, 16, 0, 16), (-1, 1, -1, 1), (0, 0, 0, 1), (0, 65_535, 0, 65_535), (5, 5, 0, 5),
])
func `black and white follow from the range of the pixels`(
  minimum: Double, maximum: Double, black: Double, white: Double
) {
  #expect(PixelScale(minimum: minimum, maximum: maximum) == PixelScale(black: black, white: white))
}
