import Foundation
import Images
import Testing

/// A folder that goes away with its owner.
private final class Folder {
  let url = FileManager.default.temporaryDirectory
    .appendingPathComponent("aepca-pictures-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func write(_ picture: Picture, to name: String) throws -> String {
    try write(PictureFile.encode(picture), to: name)
  }

  @discardableResult
  func write(_ bytes: [UInt8], to name: String) throws -> String {
    let file = url.appendingPathComponent(name)
    try Data(bytes).write(to: file)
    return file.path
  }
}

private let small = Picture(height: 2, width: 3, channels: 1, pixels: [0, 50, 100, 150, 200, 250])
private let colored = Picture(height: 1, width: 1, channels: 3, pixels: [255, 0, 0])

@Test func `the first picture says what the others must be`() throws {
  let folder = try Folder()
  var reader = PictureReader()
  #expect(reader.shape == nil)
  #expect(try reader.read(path: folder.write(small, to: "a.png")) == small)
  #expect(reader.shape?.description == "2x3x1")
  let turned = Picture(height: 3, width: 2, filledWith: 0)
  let path = try folder.write(turned, to: "b.png")
  let error = #expect(throws: PictureError.self) { try reader.read(path: path) }
  #expect(error?.description.contains("b.png: expected 2x3 pixels") == true)
  #expect(error?.description.contains("found 3x2; --resize") == true)
  reader.resizes = true
  #expect(try reader.read(path: path).width == 3)
}

@Test func `colours are refused among gray pictures and gray among colours, unless converted`()
  throws
{
  let folder = try Folder()
  let (gray, red) = (try folder.write(small, to: "g.png"), try folder.write(colored, to: "c.png"))
  var expectsGray = PictureReader(channels: 1)
  #expect(throws: PictureError(.isColored, path: red)) { try expectsGray.read(path: red) }
  var expectsColors = PictureReader(channels: 3)
  #expect(throws: PictureError(.isGray, path: gray)) { try expectsColors.read(path: gray) }
  expectsGray.converts = true
  #expect(try expectsGray.read(path: red).pixels == [76])
  expectsColors.converts = true
  #expect(try expectsColors.read(path: gray).pixels.prefix(6) == [0, 0, 0, 50, 50, 50])
}

@Test func `gray stored in colours is gray`() throws {
  let folder = try Folder()
  let path = try folder.write(small.colored, to: "a.png")
  var reader = PictureReader()
  #expect(try reader.read(path: path) == small)
  var expectsGray = PictureReader(channels: 1)
  #expect(try expectsGray.read(path: path) == small)
}

@Test func `a folder's pictures come by the numbers in their names`() throws {
  let folder = try Folder()
  let names = ["b.png", "frame10.PNG", "frame9.png", "frame010.png", "a2.jpg", "a10.pgm", "A.ppm"]
  for name in names + [".hidden.png", "notes.txt", "png"] { try folder.write([0], to: name) }
  let pictures = try PictureFolder(path: folder.url.path)
  #expect(
    pictures.names
      == ["A.ppm", "a2.jpg", "a10.pgm", "b.png", "frame9.png", "frame10.PNG", "frame010.png"])
  #expect(pictures.otherCount == 2)
  #expect(throws: (any Error).self) { try PictureFolder(path: folder.url.path + "/none") }
}
