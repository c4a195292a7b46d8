import Foundation
import Testing

/// Five rows as a German spreadsheet writes them: y is nearly twice x.
private let spreadsheet = "Bericht\nx;y;Wort\n1,5;3;a\n2,5;5;b\n3,5;7,1;a\n4,5;9;b\n5,5;11;a\n"

@Test func `a spreadsheet of another country is fitted and read as it comes`() throws {
  let scratch = try Scratch()
  try scratch.write(spreadsheet, to: "de.csv")
  let fit = try scratch.aepca("fit", "de.csv", "-k", "1", "--method", "pca", "-o", "m.aepca")
  #expect(fit.status == 0, "\(fit.errors)")
  #expect(fit.errors.contains("delimiter ';', decimal ',', 1 line before the header skipped"))
  let scores = try scratch.aepca("transform", "m.aepca", "de.csv")
  #expect(scores.output.split(separator: "\n").count == 6)
  let said = try scratch.aepca(
    "transform", "m.aepca", "de.csv", "--delimiter", ";", "--decimal", ",", "--skip-rows", "1",
    "--header", "--encoding", "utf-8", "--quote", "none")
  #expect(said.output == scores.output)
}

@Test func `rows are written as the options say`() throws {
  let scratch = try Scratch()
  try scratch.write("a,b\n1,2\n2,4.1\n3,5.9\n4,8\n5,10\n", to: "good.csv")
  _ = try scratch.aepca("fit", "good.csv", "-k", "1", "--method", "pca", "-o", "m.aepca")
  let back = try scratch.aepca(
    "reconstruct", "m.aepca", "good.csv", "--precision", "3", "--output-delimiter", ";",
    "--no-output-header")
  let rows = back.output.split(separator: "\n").map { $0.split(separator: ";") }
  #expect(rows.count == 5)
  #expect(rows.joined().allSatisfy { $0.count <= 5 && Double($0) != nil })
}

@Test(arguments: ["gz", "zst"]) func `files are compressed by their names`(ending: String) throws {
  let scratch = try Scratch()
  let iris = Repository.dataset("iris")
  #expect(try scratch.aepca("csv", iris, "-o", "iris.csv.\(ending)").status == 0)
  let back = try scratch.aepca("csv", "iris.csv.\(ending)")
  #expect(back.output == (try String(contentsOfFile: iris, encoding: .utf8)))
  let whole = try scratch.data("iris.csv.\(ending)")
  try whole.dropLast(20).write(to: scratch.folder.appendingPathComponent("cut.csv.\(ending)"))
  try scratch.expect(Refusal("fit cut.csv.\(ending) -k 1 -o out", 74, "cut off"))
}

@Test func `the same bytes come from any number of threads`() throws {
  let scratch = try Scratch()
  let lines = (0..<60_000).map { "\($0 * 7919 % 1009),\($0 * 31 % 97 + $0 % 5).25,w\($0 % 3)" }
  try scratch.write("a,b,c\n" + lines.joined(separator: "\n") + "\n", to: "long.csv")
  var models: [Data] = []
  var scores: [String] = []
  for threads in ["1", "2", "5"] {
    let fit = try scratch.aepca(
      "fit", "long.csv", "-k", "1", "--method", "pca", "-o", "m.aepca", "--threads", threads)
    #expect(fit.status == 0, "\(fit.errors)")
    models.append(try scratch.data("m.aepca"))
    scores.append(
      try scratch.aepca("transform", "m.aepca", "long.csv", "--threads", threads, "--keep", "c")
        .output)
  }
  #expect(models.allSatisfy { $0 == models[0] })
  #expect(scores.allSatisfy { $0 == scores[0] })
}

private let refusals = [
  Refusal("csv good.csv --delimiter ab", 64, "--delimiter", "'ab'"),
  Refusal("csv good.csv --decimal x", 64, "--decimal", "'x'"),
  Refusal("csv good.csv --encoding ebcdic", 64, "--encoding", "ebcdic"),
  Refusal("csv good.csv --skip-rows -1", 64, "--skip-rows"),
  Refusal("csv good.csv --ragged maybe", 64, "--ragged", "maybe"),
  Refusal("csv good.csv --precision 18", 64, "--precision", "found 18"),
  Refusal("csv good.csv --output-delimiter \"", 64, "--output-delimiter"),
  Refusal("csv good.csv --columns z", 65, "good.csv", "'z'"),
  Refusal("csv ragged.csv --strict", 65, "ragged.csv:3"),
  Refusal("csv folder", 66, "folder"),
]

@Test(arguments: refusals) func `bad reading options are refused`(refusal: Refusal) throws {
  let scratch = try Scratch()
  try scratch.write("a,b\n1,2\n2,4\n", to: "good.csv")
  try scratch.write("a,b\n1,2\n2\n", to: "ragged.csv")
  try FileManager.default.createDirectory(
    at: scratch.folder.appendingPathComponent("folder"), withIntermediateDirectories: false)
  try scratch.expect(refusal)
}
