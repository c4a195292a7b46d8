import Foundation
import Images
import Testing

/// Pictures of 6 x 8 pixels with a bright bar that moves, some brighter than others; the first
/// column names a file.
private func bars(rows: Int) -> String {
  var text = "file"
  for y in 0..<6 { for x in 0..<8 { text += ",pixel_\(y)_\(x)" } }
  text += "\n"
  for row in 0..<rows {
    text += "frame\(row).png"
    for _ in 0..<6 {
      for x in 0..<8 {
        text += ",\(x == row % 8 || x == (row / 8) % 8 ? 120 + row % 5 * 20 : 20)"
      }
    }
    text += "\n"
  }
  return text
}

extension Scratch {
  fileprivate func write(_ picture: Picture, to name: String) throws {
    try Data(PictureFile.encode(picture)).write(to: folder.appendingPathComponent(name))
  }
}

/// Squared error of all pixels beside those of another table.
private func error(_ text: String, _ other: String) -> Double {
  zip(cells(text).rows, cells(other).rows).reduce(0) { sum, rows in
    zip(rows.0.dropFirst(), rows.1.dropFirst()).reduce(sum) {
      $0 + pow((Double($1.0) ?? 0) - (Double($1.1) ?? 0), 2)
    }
  }
}

@Test func `a mark is learnt away from pairs of pictures, whatever stands beside the pixels`()
  throws
{
  let scratch = try Scratch()
  try scratch.write(bars(rows: 120), to: "clean.csv")
  let corrupt = try scratch.aepca(
    "corrupt", "clean.csv", "--watermark", "I", "--image", "6x8", "--output", "marked.csv")
  // The letter needs seven rows of pixels.
  #expect(corrupt.status == 64)
  try scratch.write(
    Picture(height: 1, width: 1, channels: 1, pixels: [255]), to: "mark.png")
  let marked = try scratch.aepca(
    "corrupt", "clean.csv", "--watermark", "mark.png", "--image", "6x8", "--opacity", "0.5",
    "--output", "marked.csv")
  #expect(marked.status == 0, "\(marked.errors)")
  // Six times eight numbers are more than there are rows to fit on: a map may have them.
  let fit = try scratch.aepca(
    "fit", "marked.csv", "--target", "clean.csv", "--image", "6x8", "--latent-map", "--encoder",
    "conv 12 3 silu, maxpool 2, conv 4 3", "--epochs", "300", "--batch-size", "4",
    "--validation-fraction", "0.7", "--output", "m.aepca")
  #expect(fit.status == 0, "\(fit.errors)")
  #expect(fit.errors.contains("left out, for they are no pixels: file"))
  #expect(fit.errors.contains("linear PCA beside it has 35 components"), "\(fit.errors)")
  let freed = try scratch.aepca("clean", "m.aepca", "marked.csv", "--output", "freed.csv")
  #expect(freed.status == 0, "\(freed.errors)")
  let clean = try scratch.read("clean.csv")
  #expect(
    try error(scratch.read("freed.csv"), clean) < error(scratch.read("marked.csv"), clean) / 3)
  let sheet = try scratch.aepca(
    "images", "montage", "m.aepca", "marked.csv", "--beside", "clean.csv", "--no-latents",
    "--count",
    "3", "--cell", "8", "--output", "sheet.png")
  #expect(sheet.status == 0, "\(sheet.errors)")
  let picture = try PictureFile.decode([UInt8](scratch.data("sheet.png")), path: "sheet.png")
  // Three rows of three pictures.
  #expect(picture.height > 18 && picture.width > 24)
  try scratch.write(bars(rows: 2), to: "few.csv")
  let short = try scratch.aepca(
    "images", "montage", "m.aepca", "marked.csv", "--beside", "few.csv", "--count", "3", "-o",
    "other.png")
  #expect(short.status == 65)
  #expect(short.errors.contains("few.csv: expected 3 rows as of marked.csv, found 2"))
}

/// Over 100 with an opacity of a quarter, a white of 255 gives 138.75 and black 75; the marks of a
/// picture's transparent pixels are none.
@Test func `a picture is blended over the pixels by its opacity`() throws {
  let scratch = try Scratch()
  try scratch.write("label,pixel_0_0,pixel_0_1\n7,100,100\n8,0,255\n", to: "p.csv")
  try scratch.write(
    Picture(height: 1, width: 2, channels: 1, pixels: [0, 255]), to: "mark.png")
  let marked = try scratch.aepca(
    "corrupt", "p.csv", "--watermark", "mark.png", "--image", "1x2", "--opacity", "0.25")
  #expect(marked.status == 0, "\(marked.errors)")
  #expect(marked.output == "label,pixel_0_0,pixel_0_1\n7,75,138.75\n8,0,255\n")
  let none = try scratch.aepca("corrupt", "p.csv", "--watermark", "no.png", "--image", "1x2")
  #expect(none.status == 66)
  let two = try scratch.aepca(
    "corrupt", "p.csv", "--watermark", "mark.png", "--image", "1x1x2")
  #expect(two.status == 65)
  #expect(two.errors.contains("expected pictures of 1 or 3 channels, found 2"))
}

@Test func `static is black and white also where no picture is bright`() throws {
  let scratch = try Scratch()
  try scratch.write(
    "pixel_0_0,pixel_0_1\n" + (0..<100).map { "0,\($0)\n" }.joined(), to: "p.csv")
  let noisy = try scratch.aepca("corrupt", "p.csv", "--salt-pepper", "1", "--image", "1x2")
  #expect(noisy.status == 0, "\(noisy.errors)")
  let rows = cells(noisy.output).rows
  let values = Set(rows.flatMap(\.self).compactMap { Double($0) })
  #expect(values == [0, 99])
  #expect((20...80).contains(rows.count { Double($0[0]) == 99 }))
  let misplaced = try scratch.aepca("corrupt", "p.csv", "--mask", "0.1", "--image", "1x2")
  #expect(misplaced.status == 64)
}
