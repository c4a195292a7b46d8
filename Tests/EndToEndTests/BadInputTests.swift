import Foundation
import Testing

/// A run that must fail: its arguments, its exit code, and what its one line must say.
struct Refusal: CustomTestStringConvertible, Sendable {
  let arguments: [String]
  let status: Int32
  let words: [String]
  var testDescription: String { arguments.joined(separator: " ") }

  init(_ arguments: String, _ status: Int32, _ words: String...) {
    self.arguments = arguments.split(separator: " ").map(String.init)
    self.status = status
    self.words = words
  }
}

/// Files that refusals are about.
private func prepare(_ scratch: Scratch) throws {
  try scratch.write("a,b\n1,2\n2,4.1\n3,5.9\n4,8\n5,10\n", to: "good.csv")
  try scratch.write("a,b\n1,2\n2\n3,4\n", to: "ragged.csv")
  try scratch.write("", to: "empty.csv")
  try scratch.write("a,b\n", to: "header.csv")
  try scratch.write("a,b\n3,3\n3,3\n3,3\n", to: "constant.csv")
  try scratch.write(
    "a,b\n" + (1...20).map { "\($0),\($0 * $0)\n" }.joined() + "21,abc\n", to: "word.csv")
  try scratch.write("a,c\n1,2\n", to: "other.csv")
  try scratch.write("a,b\n1,2\n", to: "one.csv")
  try scratch.write("a,b\n1,inf\n2,3\n3,4\n", to: "infinite.csv")
  try scratch.write("a,b\n1,\"2\n2,3\n", to: "quote.csv")
  try scratch.write("encoder: dense 1000000, dense 1000000", to: "giant.yaml")
  try scratch.write("pc_1\nx\n", to: "latents.csv")
  try scratch.write("hello, this is no model", to: "foreign.aepca")
  try FileManager.default.createDirectory(
    at: scratch.folder.appendingPathComponent("folder"), withIntermediateDirectories: false)
  let fit = try scratch.aepca("fit", "good.csv", "-k", "1", "--method", "pca", "-o", "m.aepca")
  try #require(fit.status == 0, "\(fit.errors)")
  let model = try scratch.data("m.aepca")
  try model.dropLast(8).write(to: scratch.folder.appendingPathComponent("cut.aepca"))
}

private let refusals = [
  Refusal("fit ragged.csv -k 1 -o out", 65, "ragged.csv:3", "expected 2", "found 1"),
  Refusal("fit empty.csv -k 1 -o out", 65, "empty.csv"),
  Refusal("fit header.csv -k 1 -o out", 65, "header.csv", "rows"),
  Refusal("fit constant.csv -k 1 -o out", 65, "constant.csv", "varies"),
  Refusal("fit word.csv -k 1 -o out", 65, "word.csv:22", "'b'", "abc", "--missing", "--kind"),
  Refusal("fit infinite.csv -k 1 -o out", 65, "infinite.csv:2", "'b'", "inf"),
  Refusal("fit quote.csv -k 1 -o out", 65, "quote.csv:2", "quote"),
  Refusal("fit good.csv -k 3 -o out", 65, "good.csv", "columns that vary (2)", "found 3"),
  Refusal("fit good.csv -k 1 --config giant.yaml -o out", 71, "MiB"),
  Refusal("fit good.csv -k 0 -o out", 64, "--components", "found 0"),
  Refusal("fit good.csv -o out", 64, "--components"),
  Refusal("fit good.csv -k 3 --method pca -o out", 65, "columns that vary (2)", "found 3"),
  Refusal("fit constant.csv -k 1 --method pca -o out", 65, "constant.csv", "varies"),
  Refusal("fit one.csv -k 1 --method pca -o out", 65, "one.csv", "varies"),
  Refusal("fit good.csv -k 1 --loadings l.csv -o out", 64, "--loadings", "--method pca"),
  Refusal(
    "fit good.csv -k 1 --method pca -o out --latents out", 64,
    "--latents: expected another file than for --output, found out"),
  Refusal(
    "fit good.csv -k 1 -o out --json --latents -", 64,
    "--latents: expected another file than for --json, found -"),
  Refusal("fit good.csv -k 1 --method pca --solver lu -o out", 64, "--solver", "lu"),
  Refusal("fit good.csv -k 1 --method pca --loadings nowhere/l.csv -o out", 73, "nowhere/l.csv"),
  Refusal("fit good.csv -k 1 --whiten -o out", 64, "--whiten", "--method pca"),
  Refusal("fit missing.csv -k 1 -o out", 66, "missing.csv"),
  Refusal("fit folder -k 1 -o out", 66, "folder"),
  Refusal("fit good.csv -k 1 -o nowhere/out", 73, "nowhere/out"),
  Refusal("fit good.csv -k 1 -o folder", 73, "folder"),
  Refusal("fit good.csv -k 1 --validation-fraction 1 -o out", 64, "--validation-fraction"),
  Refusal("fit good.csv -k 1 --kind b=colour -o out", 64, "--kind", "colour"),
  Refusal("fit good.csv -k 1 --encoder dense,64 -o out", 64, "--encoder", "character"),
  Refusal("fit good.csv -k 1 --learning-rate 0 -o out", 64, "--learning-rate"),
  Refusal("transform m.aepca other.csv -o out", 65, "other.csv", "'b'"),
  Refusal("transform m.aepca ragged.csv -o out", 65, "ragged.csv:3"),
  Refusal("transform m.aepca good.csv -k 2 -o out", 64, "--components"),
  Refusal("transform m.aepca good.csv --keep nothing -o out", 65, "nothing"),
  Refusal("transform foreign.aepca good.csv -o out", 65, "foreign.aepca", "model"),
  Refusal("transform cut.aepca good.csv -o out", 65, "cut.aepca", "cut short"),
  Refusal("transform good.csv good.csv -o out", 65, "good.csv", "model"),
  Refusal("transform nothing.aepca good.csv -o out", 66, "nothing.aepca"),
  Refusal("decode m.aepca latents.csv -o out", 65, "latents.csv:2", "pc_1"),
  Refusal("decode m.aepca good.csv -o out", 65, "good.csv", "pc_1"),
  Refusal("reconstruct m.aepca good.csv --keep a -o out", 64, "'a'"),
  Refusal("reconstruct m.aepca empty.csv -o out", 65, "empty.csv"),
  Refusal("inspect foreign.aepca", 65, "foreign.aepca"),
  Refusal("datasets nonesuch", 64, "nonesuch", "iris"),
  Refusal("frobnicate", 64, "frobnicate"),
]

@Test(arguments: refusals)
func `bad input gives one line, the right exit code and no output`(refusal: Refusal) throws {
  let scratch = try Scratch()
  try prepare(scratch)
  try scratch.expect(refusal)
}

extension Scratch {
  /// Runs what is to be refused: one line, the right exit code, and no file more than before.
  func expect(_ refusal: Refusal) throws {
    let before = try files
    let process = try aepca(refusal.arguments)
    #expect(process.status == refusal.status, "\(process.errors)")
    for word in refusal.words {
      #expect(process.errors.contains(word), "\(process.errors) has no \(word)")
    }
    #expect(process.output.isEmpty)
    // The usage line that follows a wrong option is the only second line there is.
    if refusal.status != 64 {
      #expect(process.errors.split(separator: "\n").count == 1, "\(process.errors)")
      #expect(process.errors.hasPrefix("aepca: "))
    }
    #expect(try files == before)
  }
}
