import Foundation
import Testing

/// Forty rows of three columns, whose names are an attack on whoever draws them.
private func hostileTable() -> String {
  let header = #""<script>alert(1)</script>","it's `id` ""$(id)""",word"#
  let rows = (1...40).map { "\($0 * 7 % 11),\($0 * $0 % 13),\($0 % 3 == 0 ? "a'b" : "c;d")" }
  return ([header] + rows).joined(separator: "\n") + "\n"
}

@Test(arguments: ["autoencoder", "pca"])
func `components are drawn in a plane, coloured by a word, in either form`(method: String) throws {
  let scratch = try Scratch()
  try scratch.aepca(
    "fit", Repository.dataset("iris"), "-k", "2", "--effort", "quick", "--method", method,
    "--exclude", "species", "-o", "m.aepca"
  ).expectSuccess()
  for name in ["plane.svg", "plane.png"] {
    try scratch.aepca(
      "plot", "m.aepca", Repository.dataset("iris"), "--color", "species", "-o", name
    ).expectSuccess()
  }
  let svg = try scratch.read("plane.svg")
  #expect(svg.hasPrefix("<?xml"))
  for word in ["setosa", "versicolor", "virginica", "150 rows", "explains 0."] {
    #expect(svg.contains(word), "no \(word)")
  }
  #expect(svg.contains("petal_length") == (method == "pca"), "arrows are for linear components")
  #expect(try scratch.data("plane.png").prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))
}

@Test(arguments: ["1", "3"])
func `one component and three have pictures too`(count: String) throws {
  let scratch = try Scratch()
  try scratch.aepca(
    "fit", Repository.dataset("iris"), "-k", "3", "--method", "pca", "-o", "m.aepca"
  ).expectSuccess()
  try scratch.aepca(
    "plot", "m.aepca", Repository.dataset("iris"), "-k", count, "--color", "sepal_width_cm",
    "-o", "p.svg"
  ).expectSuccess()
  let svg = try scratch.read("p.svg")
  #expect(svg.contains("pc_\(count)"))
  #expect(svg.contains("sepal_width_cm"))
}

@Test func `names reach the picture as text and nothing else`() throws {
  let scratch = try Scratch()
  try scratch.write(hostileTable(), to: "h.csv")
  try scratch.aepca(
    "fit", "h.csv", "-k", "2", "--method", "pca", "--exclude", "word", "-o", "m.aepca"
  ).expectSuccess()
  try scratch.aepca("plot", "m.aepca", "h.csv", "--color", "word", "-o", "h.svg").expectSuccess()
  let svg = try scratch.read("h.svg")
  #expect(!svg.contains("<script"))
  #expect(svg.contains("&lt;script"))
  #expect(svg.contains("`id`"), "backquotes are no command")
  #expect(svg.contains("a'b"))
}

@Test func `what cannot be drawn is refused and leaves nothing`() throws {
  let scratch = try Scratch()
  let iris = Repository.dataset("iris")
  try scratch.aepca("fit", iris, "-k", "2", "--method", "pca", "-o", "m.aepca").expectSuccess()
  let cases: [([String], Int32, String)] = [
    (["-o", "p.pdf"], 64, "ends in .svg or .png, found 'p.pdf'"),
    (["-o", "svg"], 64, "ends in .svg or .png, found 'svg'"),
    (["-o", "p.svg", "-k", "4"], 64, "expected 1, 2 or 3, found 4"),
    (["-o", "p.svg", "-k", "3"], 64, "expected 1 to 2, as the model has, found 3"),
    (["-o", "p.svg", "--color", "none"], 65, "expected a column of the table, found 'none'"),
    (["-o", "missing/p.svg"], 73, "missing/p.svg"),
  ]
  for (options, status, words) in cases {
    let result = try scratch.aepca(["plot", "m.aepca", iris] + options)
    #expect(result.status == status, "\(options): \(result.errors)")
    #expect(result.errors.contains(words), "\(options): \(result.errors)")
  }
  #expect(try scratch.files == ["m.aepca"])
}

@Test func `without gnuplot the package to install is named`() throws {
  let scratch = try Scratch()
  let iris = Repository.dataset("iris")
  try scratch.aepca("fit", iris, "-k", "2", "--method", "pca", "-o", "m.aepca").expectSuccess()
  let result = try scratch.aepca(
    ["plot", "m.aepca", iris, "-o", "p.svg"], environment: ["PATH": "/nonexistent"])
  #expect(result.status == 69)
  #expect(result.errors.contains("apt install gnuplot-nox"))
  #expect(try scratch.files == ["m.aepca"])
}
