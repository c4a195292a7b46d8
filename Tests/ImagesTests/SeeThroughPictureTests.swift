import Foundation
import Images
import Tables
import Testing

@Test func `a transparent pixel hides nothing, and what is half seen keeps its shade`() throws {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("aepca-test-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let path = folder.appendingPathComponent("mark.png").path
  // Gray 200 at opacities 0, 128 and 255.
  let bytes = HandMadePNG(
    height: 1, width: 3, colorType: .grayAlpha, bitDepth: 8,
    samples: [200, 0, 200, 128, 200, 255]
  ).bytes
  try Data(bytes).write(to: URL(fileURLWithPath: path))
  let shape = try #require(ImageShape("1x3"))
  let picture = try SeeThroughPicture(path: path, shape: shape)
  for (found, expected) in zip(picture.opacities, [0, 128.0 / 255, 1]) {
    #expect(abs(found - expected) < 0.005)
  }
  for (found, expected) in zip(picture.shades, [0, 200.0 / 255, 200.0 / 255]) {
    #expect(abs(found - expected) < 0.01)
  }
}
