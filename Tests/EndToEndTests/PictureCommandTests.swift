import Foundation
import Images
import Testing

extension Scratch {
  fileprivate func write(_ picture: Picture, to name: String) throws {
    try Data(PictureFile.encode(picture)).write(to: folder.appendingPathComponent(name))
  }

  fileprivate func picture(_ name: String) throws -> Picture {
    try PictureFile.decode([UInt8](data(name)), path: name)
  }

  fileprivate func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent(name), withIntermediateDirectories: true)
  }
}

private let picture = Picture(height: 2, width: 3, channels: 1, pixels: [0, 1, 2, 100, 254, 255])

@Test func `pictures become rows in the order of their names, and rows pictures again`() throws {
  let scratch = try Scratch()
  try scratch.makeFolder("in")
  var brighter = picture
  brighter.pixels[0] = 9
  try scratch.write(picture, to: "in/a2.png")
  try scratch.write(brighter, to: "in/a10.png")
  try scratch.write("notes", to: "in/notes.txt")
  let imported = try scratch.aepca(
    "images", "import", "in", "--size", "2x3", "--gray", "--output", "x.csv")
  #expect(imported.status == 0, "\(imported.errors)")
  #expect(imported.errors.contains("passed over 1 file not named as a picture"))
  #expect(imported.errors.contains("2 pictures of 2x3x1"))
  #expect(
    try scratch.read("x.csv") == """
      file,pixel_0_0,pixel_0_1,pixel_0_2,pixel_1_0,pixel_1_1,pixel_1_2
      a2.png,0,1,2,100,254,255
      a10.png,9,1,2,100,254,255

      """)
  let exported = try scratch.aepca("images", "export", "x.csv", "--output", "out")
  #expect(exported.status == 0, "\(exported.errors)")
  #expect(try scratch.picture("out/00001.png") == picture)
  #expect(try scratch.picture("out/00002.png") == brighter)
  let plain = try scratch.aepca(
    "images", "export", "x.csv", "--size", "2x3", "--format", "pnm", "-o", "out")
  #expect(plain.status == 0)
  #expect(try scratch.picture("out/00001.pgm") == picture)
}

@Test func `colours have three columns a pixel, and --resize makes sizes equal`() throws {
  let scratch = try Scratch()
  try scratch.write(
    Picture(height: 1, width: 1, channels: 3, pixels: [1, 2, 3]), to: "c.png")
  let small = try scratch.aepca("images", "import", "c.png", "--rgb")
  #expect(small.output == "file,pixel_0_0_0,pixel_0_0_1,pixel_0_0_2\nc.png,1,2,3\n")
  let large = try scratch.aepca("images", "import", "c.png", "--size", "2x2", "--resize")
  #expect(
    cells(large.output).rows[0] == ["c.png"]
      + Array(repeating: ["1", "2", "3"], count: 4).flatMap(\.self))
}

@Test func `a picture that is not as the others ends the import and leaves no file`() throws {
  let scratch = try Scratch()
  try scratch.write(picture, to: "a.png")
  try scratch.write(Picture(height: 3, width: 2, filledWith: 1), to: "b.png")
  try scratch.write(Picture(height: 2, width: 3, channels: 3, pixels: Array(0..<18)), to: "c.png")
  try scratch.write("\u{FF}not a picture", to: "d.png")
  for (name, words) in [
    ("b.png", "b.png: expected 2x3 pixels (height x width), found 3x2; --resize"),
    ("c.png", "c.png: expected a gray picture, found colours; --convert"),
    ("d.png", "d.png: expected a PNG, PGM or PPM picture, found something else"),
  ] {
    let result = try scratch.aepca("images", "import", "a.png", name, "--output", "x.csv")
    #expect(result.status == 65)
    #expect(result.errors.contains(words), "\(result.errors)")
    #expect(!scratch.exists("x.csv"))
  }
  let none = try scratch.aepca("images", "import", "none.png", "--output", "x.csv")
  #expect(none.status == 66)
  let skipped = try scratch.aepca(
    "images", "import", "a.png", "d.png", "none.png", "--skip-unreadable", "--output", "x.csv")
  #expect(skipped.status == 0, "\(skipped.errors)")
  #expect(skipped.errors.contains("left out: d.png: expected a PNG"))
  #expect(skipped.errors.contains("1 picture of 2x3x1, 2 files left out"))
  let others = try scratch.aepca(
    "images", "import", "a.png", "b.png", "c.png", "d.png", "--skip-unreadable", "--output", "y.csv"
  )
  #expect(others.status == 0, "\(others.errors)")
  for words in [
    "left out: b.png: expected 2x3 pixels", "left out: c.png: expected a gray picture",
    "a.png, the first, said what all must be like", "1 picture of 2x3x1, 3 files left out",
  ] { #expect(others.errors.contains(words), "\(others.errors)") }
  #expect(try scratch.read("y.csv") == scratch.read("x.csv"))
  #expect(try scratch.aepca("images", "import", "d.png", "--skip-unreadable").status == 65)
  #expect(try scratch.aepca("images", "import", "a.png", "--gray", "--rgb").status == 64)
  #expect(try scratch.aepca("images", "import", "a.png", "--size", "2").status == 64)
}

@Test func `a truncated picture is named`() throws {
  let scratch = try Scratch()
  let bytes = Data(PictureFile.encode(picture).dropLast(20))
  try bytes.write(to: scratch.folder.appendingPathComponent("cut.png"))
  let result = try scratch.aepca("images", "import", "cut.png")
  #expect(result.status == 65)
  #expect(result.errors.contains("cut.png: expected a whole PNG picture, found a damaged one"))
}

@Test func `a picture that claims to be huge is refused before it takes memory`() throws {
  let scratch = try Scratch()
  try scratch.write("P6\n60000 60000\n255\n", to: "bomb.ppm")
  let result = try scratch.aepca("images", "import", "bomb.ppm", "--output", "x.csv")
  #expect(result.status == 65)
  #expect(result.errors.contains("bomb.ppm: expected at most 100000000 pixels"))
  #expect(!scratch.exists("x.csv"))
}

/// Dense models of the course take few steps of few rows, and say so.
@Test func `a preset says how little it trains on few rows, and one column is no columns`() throws {
  let scratch = try Scratch()
  let fit = try scratch.aepca(
    "fit", Repository.dataset("digits"), "--preset", "dense-lab", "-o", "m.aepca")
  fit.expectSuccess()
  #expect(fit.errors.contains("dense-lab trains as the course does"))
  #expect(fit.errors.contains("50 steps of so few rows; --batch-size 128"))
  let labels = try scratch.aepca(
    "fit", Repository.dataset("digits_labels"), "--image", "8x8", "-k", "2", "-o", "m.aepca")
  #expect(labels.status == 65)
  #expect(labels.errors.contains("found 1 column of numbers"))
}

@Test(arguments: [
  (
    ["--size", "2x2"], "expected 4 columns of pixels (2 x 2), found 3 columns of numbers", Int32(65)
  ),
  ([], "say the size of the pictures", 65), (["--size", "1x3", "--white", "0"], "--white", 64),
])
func `rows that make no picture are not exported`(
  options: [String], words: String, status: Int32
) throws {
  let scratch = try Scratch()
  try scratch.write("a,b,c\n1,2,3\n4,5,6\n", to: "x.csv")
  let result = try scratch.aepca(["images", "export", "x.csv", "--output", "out"] + options)
  #expect(result.status == status)
  #expect(result.errors.contains(words), "\(result.errors)")
  #expect(!scratch.exists("out"))
}

@Test func `a missing pixel or a folder that cannot be made ends the export`() throws {
  let scratch = try Scratch()
  try scratch.write("pixel_0_0,pixel_0_1\n1,2\n3,\n", to: "x.csv")
  let missing = try scratch.aepca("images", "export", "x.csv", "--output", "out")
  #expect(missing.status == 65)
  #expect(missing.errors.contains("x.csv:3: column 'pixel_0_1': expected a number"))
  try scratch.write("pixel_0_0\n1\n2\n", to: "y.csv")
  #expect(try scratch.aepca("images", "export", "y.csv", "-o", "none/out").status == 73)
}

@Test(arguments: ["pca", "autoencoder"])
func `a montage of any model of pixels has originals, latents and what comes back`(
  method: String
) throws {
  let scratch = try Scratch()
  let fit = try scratch.aepca(
    "fit", Repository.dataset("digits"), "-k", "4", "--method", method, "--epochs", "2",
    "--no-ordered", "--validation-fraction", "0.1", "-o", "m.aepca")
  #expect(fit.status == 0, "\(fit.errors)")
  let drawn = try scratch.aepca(
    "images", "montage", "m.aepca", Repository.dataset("digits"), "--count", "5", "--output",
    "grid.png")
  #expect(drawn.status == 0, "\(drawn.errors)")
  let grid = try scratch.picture("grid.png")
  // Five cells of 64 pixels and the gaps of 4 between them; three rows.
  #expect(grid.width == 5 * 64 + 6 * 4)
  #expect(grid.height == 3 * 64 + 4 * 4)
  let bare = try scratch.aepca(
    "images", "montage", "m.aepca", Repository.dataset("digits"), "--count", "5", "--no-latents",
    "--output", "grid.png")
  #expect(bare.status == 0)
  #expect(try scratch.picture("grid.png").height == 2 * 64 + 3 * 4)
}

@Test func `a montage of a model of no pictures is refused`() throws {
  let scratch = try Scratch()
  let fit = try scratch.aepca(
    "fit", Repository.dataset("wine"), "-k", "2", "--method", "pca", "-o", "m.aepca")
  #expect(fit.status == 0)
  let drawn = try scratch.aepca(
    "images", "montage", "m.aepca", Repository.dataset("wine"), "--output", "grid.png")
  #expect(drawn.status == 65)
  #expect(drawn.errors.contains("say the size"))
  let sized = try scratch.aepca(
    "images", "montage", "m.aepca", Repository.dataset("wine"), "--size", "5x5", "--output",
    "grid.png")
  #expect(sized.status == 65)
  #expect(sized.errors.contains("expected 25 columns of pixels (5 x 5)"))
  #expect(!scratch.exists("grid.png"))
}

private let convolution = "conv 6 3 relu, maxpool 2, conv 4 3 relu"

@Test(arguments: [
  ["--image", "8x8", "-k", "6", "--encoder", convolution],
  ["--image", "8x8", "-k", "6", "--encoder", convolution, "--linear-path", "--ordered"],
  ["--image", "8x8x1", "--latent-map", "--encoder", "conv 8 3 relu, maxpool 2, conv 1 3 relu"],
  ["--image", "8x8", "-k", "6"], ["--preset", "dense-lab"], ["--sequence", "-k", "6"],
  ["--image", "8x8", "-k", "6", "--method", "pca"],
])
func `models of pictures do all that others do`(options: [String]) throws {
  let scratch = try Scratch()
  let digits = Repository.dataset("digits")
  let fit = try scratch.aepca(
    ["fit", digits, "--epochs", "2", "--json", "-o", "m.aepca"] + options)
  #expect(fit.status == 0, "\(fit.errors)")
  #expect(fit.errors.contains("mean squared error of pixels from 0 to 1"))
  let count = options.contains("--latent-map") ? 16 : options.contains("--preset") ? 36 : 6
  #expect(fit.output.contains("\"components\" : \(count),"))
  for arguments in [
    ["transform", "m.aepca", digits, "-o", "z.csv"], ["decode", "m.aepca", "z.csv", "-o", "b.csv"],
    ["reconstruct", "m.aepca", digits, "-o", "r.csv"],
    ["images", "montage", "m.aepca", digits, "--size", "8x8", "-o", "g.png"],
    ["images", "export", "r.csv", "--size", "8x8", "-o", "out"],
  ] {
    let result = try scratch.aepca(arguments)
    #expect(result.status == 0, "\(result.errors)")
  }
  #expect(try scratch.read("b.csv") == scratch.read("r.csv"))
  #expect(try cells(scratch.read("z.csv")).header.count == count)
  let text = try scratch.aepca("inspect", "m.aepca").output
  #expect(text.contains(options.contains("--sequence") ? "1x64x1" : "8x8x1"))
  let json = try scratch.aepca("inspect", "m.aepca", "--json").output
  #expect(json.contains("\"pixels\""))
}

@Test(arguments: [
  (["--image", "8x9", "-k", "2"], "expected 72 columns of pixels (8 x 9), found 64", Int32(65)),
  (["--image", "8x8x3", "-k", "2"], "expected 192 columns of pixels (8 x 8 x 3)", 65),
  (["--image", "8", "-k", "2"], "--image", 64), (["--image", "8x8"], "--components", 64),
  (["--image", "8x8", "--sequence", "-k", "2"], "found both", 64),
  (["--preset", "conv-lab"], "expected pictures of 28x28 pixels for conv-lab, found 8x8", 65),
  (["--preset", "dense-lab", "-k", "5"], "--components: expected 36", 64),
  (["--preset", "lab"], "--preset", 64),
  (["--preset", "dense-lab", "--encoder", "none"], "expected no --encoder", 64),
  (["--image", "8x8", "--latent-map"], "--latent-map: expected the layers", 64),
  (["--image", "8x8", "--latent-map", "--encoder", "dense 5"], "found 'dense'", 64),
  (["--encoder", "conv 4 3", "-k", "2"], "conv and pools go with --image", 64),
  (["--image", "8x8", "-k", "2", "--encoder", "conv 4"], "--encoder 'conv 4'", 64),
  (["--image", "8x8", "-k", "2", "--scale", "robust"], "--scale", 64),
])
func `what fits no pictures is refused in one line`(
  options: [String], words: String, status: Int32
) throws {
  let scratch = try Scratch()
  let fit = try scratch.aepca(
    ["fit", Repository.dataset("digits"), "--epochs", "1", "-o", "m.aepca"] + options)
  #expect(fit.status == status, "\(fit.errors)")
  #expect(fit.errors.contains(words), "\(fit.errors)")
  #expect(!scratch.exists("m.aepca"))
}

@Test func `a label beside the pixels is left out, and said so`() throws {
  let scratch = try Scratch()
  var lines = ["label,pixel_0_0,pixel_0_1,file"]
  for row in 0..<40 { lines.append("\(row % 3),\(row * 6),\(255 - row * 5),p\(row).png") }
  try scratch.write(lines.joined(separator: "\n") + "\n", to: "x.csv")
  let fit = try scratch.aepca(
    "fit", "x.csv", "--image", "1x2", "-k", "1", "--epochs", "2", "-o", "m.aepca")
  #expect(fit.status == 0, "\(fit.errors)")
  #expect(fit.errors.contains("x.csv: left out, for they are no pixels: label, file"))
}
