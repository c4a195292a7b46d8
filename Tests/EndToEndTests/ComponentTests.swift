import Foundation
import Testing

/// Numbers of a CSV text's columns; NaN for other cells.
private func numbers(_ text: String) -> [[Double]] {
  cells(text).rows.map { $0.map { Double($0) ?? .nan } }
}

/// A table of a bent line: x, y = x², and a category for the half, one cell in seven missing.
private func bent(_ rowCount: Int, from first: Int = 0) -> String {
  let rows = (first..<first + rowCount).map { row in
    let x = Double(row * 37 % 101) / 25 - 2
    let noise = Double(row * row % 13) / 100
    return "\(x),\(row % 7 == 3 ? "" : "\(x * x + noise)"),\(x < 0 ? "left" : "right")\n"
  }
  return "x,y,side\n" + rows.joined()
}

@Test(arguments: ["autoencoder", "pca"])
func `transform then decode is reconstruct with any number of components, latents and threads`(
  method: String
) throws {
  let scratch = try Scratch()
  let penguins = Repository.dataset("penguins")
  let fit = try scratch.aepca(
    "fit", penguins, "-k", "3", "--method", method, "--epochs", "3", "-o", "m.aepca")
  #expect(fit.status == 0, "\(fit.errors)")
  for count in ["1", "2", "3"] {
    for codes in method == "pca" ? ["refined"] : ["refined", "encoder"] {
      let options = ["--components", count, "--codes", codes]
      let whole = try scratch.aepca(["reconstruct", "m.aepca", penguins] + options).output
      let latents = try scratch.aepca(
        ["transform", "m.aepca", penguins, "-o", "reduced.csv"] + options)
      #expect(latents.status == 0, "\(latents.errors)")
      let decoded = try scratch.aepca("decode", "m.aepca", "reduced.csv", "--components", count)
      #expect(decoded.output == whole)
      #expect(cells(whole).rows.count == 344)
      for threads in ["1", "2", "3"] {
        let again = try scratch.aepca(
          ["reconstruct", "m.aepca", penguins, "--threads", threads] + options)
        #expect(again.output == whole)
      }
    }
  }
}

@Test func `the first scores of all linear components decode like those of fewer`() throws {
  let scratch = try Scratch()
  let iris = Repository.dataset("iris")
  _ = try scratch.aepca("fit", iris, "-k", "3", "--method", "pca", "-o", "m.aepca")
  let scores = try scratch.aepca("transform", "m.aepca", iris).output
  let cut = scores.split(separator: "\n").map { line in
    line.split(separator: ",").prefix(2).joined(separator: ",") + "\n"
  }
  try scratch.write(cut.joined(), to: "cut.csv")
  let decoded = try scratch.aepca("decode", "m.aepca", "cut.csv", "--components", "2")
  let whole = try scratch.aepca("reconstruct", "m.aepca", iris, "--components", "2")
  #expect(decoded.status == 0 && decoded.output == whole.output)
}

@Test func `the first latents of all can be decoded by themselves`() throws {
  let scratch = try Scratch()
  try scratch.write(bent(60), to: "bent.csv")
  _ = try scratch.aepca("fit", "bent.csv", "-k", "2", "--epochs", "3", "-o", "m.aepca")
  let latents = try scratch.aepca("transform", "m.aepca", "bent.csv").output
  let first = latents.split(separator: "\n").map { $0.split(separator: ",")[0] + "\n" }
  try scratch.write(first.joined(), to: "first.csv")
  let refused = try scratch.aepca("decode", "m.aepca", "first.csv")
  #expect(refused.status == 65)
  #expect(refused.errors.contains("'latent_2'") && refused.errors.contains("--components 1"))
  let decoded = try scratch.aepca("decode", "m.aepca", "first.csv", "--components", "1")
  #expect(decoded.status == 0)
  #expect(cells(decoded.output).header == ["x", "y", "side"])
  #expect(cells(decoded.output).rows.count == 60)
}

@Test func `inspect tells what each component adds, as text, CSV and JSON alike`() throws {
  let scratch = try Scratch()
  let fit = try scratch.aepca(
    "fit", Repository.dataset("penguins"), "-k", "2", "--effort", "quick", "-o", "m.aepca")
  #expect(fit.status == 0, "\(fit.errors)")
  let csv = try scratch.aepca("inspect", "m.aepca", "--column-gains", "-").output
  #expect(cells(csv).header == ["column", "latent_1", "latent_2"])
  let json = try scratch.aepca("inspect", "m.aepca", "--json").output
  let document = try #require(
    try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
  let report = try #require(document["report"] as? [String: Any])
  let components = try #require(report["components"] as? [[String: Any]])
  for (index, component) in components.enumerated() {
    let gains = try #require(component["column_gains"] as? [Double])
    for (gain, row) in zip(gains, numbers(csv)) {
      // Some readers of JSON round the last digit.
      #expect(abs(gain - row[index + 1]) < 1e-15)
    }
    let explained = try #require(component["explained_variance"] as? Double)
    let linear = try #require(component["pca_explained_variance"] as? Double)
    // The gain that decides counts categories as well.
    #expect(explained >= linear - 0.01)
  }
  let text = try scratch.aepca("inspect", "m.aepca").output
  for words in ["component  adds", "latent_2", "largest correlation", "intrinsic dimension"] {
    #expect(text.contains(words))
  }
  let columns = try scratch.aepca("inspect", "m.aepca", "--columns").output
  #expect(columns.contains("bill_length_mm") && columns.hasPrefix("column"))
}

@Test func `a model without order has one entry, and serves all its components only`() throws {
  let scratch = try Scratch()
  try scratch.write(bent(60), to: "bent.csv")
  let fit = try scratch.aepca(
    "fit", "bent.csv", "-k", "2", "--no-ordered", "--epochs", "3", "-o", "m.aepca")
  #expect(fit.status == 0, "\(fit.errors)")
  #expect(
    cells(try scratch.aepca("inspect", "m.aepca", "--column-gains", "-").output).header
      == ["column", "all"])
  for command in ["transform", "reconstruct"] {
    let refused = try scratch.aepca(command, "m.aepca", "bent.csv", "--components", "1")
    #expect(refused.status == 64)
    #expect(refused.errors.contains("--no-ordered"))
    #expect(try scratch.aepca(command, "m.aepca", "bent.csv", "--components", "2").status == 0)
  }
}

@Test(arguments: ["autoencoder", "pca"])
func `the number of components is found, and said`(method: String) throws {
  let scratch = try Scratch()
  // Four columns in a plane.
  let rows = (0..<40).map { row in
    let (a, b) = (row * 7 % 11, row * 5 % 13)
    return "\(a),\(b),\(a + b),\(3 * a - b)\n"
  }
  try scratch.write("a,b,c,d\n" + rows.joined(), to: "plane.csv")
  for (choice, words) in [("auto", "within one standard error"), ("0.99", "that explain 0.99")] {
    let fit = try scratch.aepca(
      "fit", "plane.csv", "-k", choice, "--method", method, "--effort", "quick", "-o", "m.aepca")
    #expect(fit.status == 0, "\(fit.errors)")
    #expect(fit.errors.contains("plane.csv: 2 components of up to"))
    #expect(fit.errors.contains(words))
    let latents = try scratch.aepca("transform", "m.aepca", "plane.csv").output
    #expect(cells(latents).header.count == 2)
  }
}

@Test func `rows of a group are held out together, and the column is left out`() throws {
  let scratch = try Scratch()
  let lines = bent(80).split(separator: "\n").enumerated().map { index, line in
    line + (index == 0 ? ",day\n" : ",d\((index - 1) / 8)\n")
  }
  try scratch.write(lines.joined(), to: "days.csv")
  let fit = try scratch.aepca(
    "fit", "days.csv", "-k", "1", "--group", "day", "--effort", "quick", "-o", "m.aepca")
  #expect(fit.status == 0, "\(fit.errors)")
  #expect(fit.errors.contains("80 rows, 3 columns"))
  let held = try scratch.aepca(
    "fit", "days.csv", "-k", "1", "--group", "day", "--validation-fraction", "0.2", "--epochs",
    "2", "-o", "m.aepca")
  #expect(held.errors.contains("on 16 validation rows"))
}

@Test(arguments: ["autoencoder", "pca"])
func `a table of one's own judges, its unseen categories taken as missing`(method: String) throws {
  let scratch = try Scratch()
  try scratch.write(bent(80), to: "train.csv")
  try scratch.write(bent(20, from: 80).replacing("left", with: "below"), to: "judge.csv")
  let fit = try scratch.aepca(
    "fit", "train.csv", "-k", "1", "--validation", "judge.csv", "--method", method, "--epochs",
    "3", "-o", "m.aepca")
  #expect(fit.status == 0, "\(fit.errors)")
  #expect(fit.errors.contains("'below'") && fit.errors.contains("taken as missing"))
  #expect(fit.errors.contains("on 20 validation rows"))
  let text = try scratch.aepca("inspect", "m.aepca").output
  #expect(text.contains("80 rows, 80 to train on, judged on 20 validation rows"))
}

@Test func `training ends early when its time is over`() throws {
  let scratch = try Scratch()
  let lines = try String(contentsOfFile: Repository.dataset("digits"), encoding: .utf8)
    .split(separator: "\n").prefix(301)
  try scratch.write(lines.joined(separator: "\n") + "\n", to: "digits.csv")
  let fit = try scratch.aepca(
    "fit", "digits.csv", "-k", "3", "--time-limit", "1e-6", "--validation-fraction", "0.2",
    "--json", "-o", "m.aepca")
  #expect(fit.status == 0, "\(fit.errors)")
  let report = try #require(
    try JSONSerialization.jsonObject(with: Data(fit.output.utf8)) as? [String: Any])
  // The plan is 1,600 steps; at the first look after a part of them the time is over.
  #expect(try #require(report["steps"] as? Int) < 1600)
  #expect(try scratch.aepca("transform", "m.aepca", "digits.csv", "-k", "2").status == 0)
}

@Test(arguments: ["autoencoder", "pca"])
func `as many components as columns of numbers give them back exactly`(method: String) throws {
  let scratch = try Scratch()
  let iris = Repository.dataset("iris")
  let fit = try scratch.aepca(
    "fit", iris, "-k", "4", "--exclude", "species", "--method", method, "--effort", "quick",
    "-o", "m.aepca")
  #expect(fit.status == 0, "\(fit.errors)")
  let back = numbers(try scratch.aepca("reconstruct", "m.aepca", iris).output)
  let original = numbers(try String(contentsOfFile: iris, encoding: .utf8))
  // Latents pass through Float32, which carries seven digits of numbers below ten.
  let tolerance = method == "pca" ? 1e-9 : 1e-4
  #expect(back.count == 150)
  for (row, expected) in zip(back, original) {
    for (cell, other) in zip(row, expected) { #expect(abs(cell - other) < tolerance) }
  }
}

@Test(arguments: ["autoencoder", "pca"], [2, 3, 5, 9])
func `fewer than ten rows are fitted and given back`(method: String, rowCount: Int) throws {
  let scratch = try Scratch()
  let rows = (0..<rowCount).map { "\($0),\($0 * $0),\($0 * 7 % 5)\n" }
  try scratch.write("a,b,c\n" + rows.joined(), to: "few.csv")
  for count in ["1", "2", "auto"] {
    let fit = try scratch.aepca(
      "fit", "few.csv", "-k", count, "--method", method, "--effort", "quick", "-o", "m.aepca")
    #expect(fit.status == 0, "\(fit.errors)")
    let back = numbers(try scratch.aepca("reconstruct", "m.aepca", "few.csv").output)
    #expect(back.count == rowCount && back.joined().allSatisfy(\.isFinite))
  }
}

@Test func `an outlier leaves the other columns well explained`() throws {
  let scratch = try Scratch()
  let rows = (0..<120).map { row in
    let a = row * 37 % 101
    return "\(a),\(2 * a + row % 3),\(a * a),\(row == 17 ? "1e12" : "\(row * row % 29)")\n"
  }
  try scratch.write("a,b,c,d\n" + rows.joined(), to: "wild.csv")
  let fit = try scratch.aepca(
    "fit", "wild.csv", "-k", "2", "--effort", "quick", "-o", "m.aepca")
  #expect(fit.status == 0)
  #expect(fit.errors.contains("column 'd', data row 18: 1000000000000.0"))
  let gains = cells(try scratch.aepca("inspect", "m.aepca", "--column-gains", "-").output).rows
  for row in gains.prefix(3) {
    #expect(row.dropFirst().reduce(0) { $0 + (Double($1) ?? .nan) } > 0.95, "\(row)")
  }
}

@Test func `a column name that comes twice is told apart, at fit and after`() throws {
  let scratch = try Scratch()
  let rows = (0..<20).map { "\($0),\($0 * $0),\(3 * $0 + $0 % 4)\n" }
  try scratch.write("a,b,a\n" + rows.joined(), to: "twice.csv")
  let fit = try scratch.aepca("fit", "twice.csv", "-k", "2", "--method", "pca", "-o", "m.aepca")
  #expect(fit.status == 0 && fit.errors.contains("'a_2'"))
  let back = try scratch.aepca("reconstruct", "m.aepca", "twice.csv")
  #expect(back.status == 0)
  #expect(cells(back.output).header == ["a", "b", "a_2"])
}

private let refusals = [
  Refusal("fit good.csv -k -1 -o out", 64, "--components", "found -1"),
  Refusal("fit good.csv -k 1.5 -o out", 64, "--components", "found 1.5"),
  Refusal("fit good.csv -k 1.0 -o out", 64, "--components", "found 1.0"),
  Refusal("fit good.csv -k 0.0 -o out", 64, "--components", "found 0.0"),
  Refusal("fit good.csv -k nan -o out", 64, "--components", "found nan"),
  Refusal("fit good.csv -k abc -o out", 64, "--components", "auto", "found abc"),
  Refusal("fit good.csv -k 1 --time-limit 0 -o out", 64, "--time-limit", "above 0"),
  Refusal("fit good.csv -k 1 --time-limit -2 -o out", 64, "--time-limit", "found -2"),
  Refusal("fit good.csv -k 1 --time-limit soon -o out", 64, "--time-limit", "soon"),
  Refusal("fit good.csv -k 1 --effort hard -o out", 64, "--effort", "quick", "thorough"),
  Refusal("fit good.csv -k 1 --codes best -o out", 64, "--codes", "refined"),
  Refusal("fit one.csv -k 1 -o out", 65, "one.csv", "varies"),
  Refusal("fit one.csv -k auto -o out", 65, "one.csv", "varies"),
  Refusal("fit two.csv -k 3 -o out", 65, "two.csv", "rows", "(3)", "found 2"),
  Refusal("fit constant.csv -k auto -o out", 65, "constant.csv", "varies"),
  Refusal("fit lone.csv -k 3 -o out", 65, "lone.csv", "vary (2)", "found 3"),
  Refusal("fit words.csv -k 1 -o out", 65, "words.csv", "note (identifier)", "--kind"),
  Refusal("fit levels.csv -k auto -o out", 65, "levels.csv", "categories", "--components"),
  Refusal("fit levels.csv -k 0.9 --method pca -o out", 65, "levels.csv", "categories"),
  Refusal("fit good.csv -k 1 --group day -o out", 65, "good.csv", "'day'", "only a, b"),
  Refusal("fit days.csv -k 1 --group week -o out", 65, "'week'", "2 groups", "found 1"),
  Refusal("fit days.csv -k 1 --group none -o out", 65, "days.csv", "'none'", "missing"),
  Refusal("fit good.csv -k 1 --validation other.csv -o out", 65, "other.csv", "'b'"),
  Refusal("fit good.csv -k 1 --validation header.csv -o out", 65, "header.csv", "rows"),
  Refusal("fit good.csv -k 1 --validation word.csv -o out", 65, "word.csv:3", "'b'", "abc"),
  Refusal("fit good.csv -k 1 --validation nowhere.csv -o out", 66, "nowhere.csv"),
  Refusal("fit days.csv -k 1 --validation days.csv --group day -o out", 64, "--validation"),
  Refusal("transform m.aepca good.csv -k 3 -o out", 64, "--components", "1 to 2", "found 3"),
  Refusal("reconstruct m.aepca good.csv -k 0 -o out", 64, "--components", "1 to 2", "found 0"),
  Refusal("transform m.aepca good.csv -k -1 -o out", 64, "--components", "found -1"),
  Refusal("decode m.aepca scores.csv -k 3 -o out", 64, "--components", "1 to 2", "found 3"),
  Refusal("decode m.aepca scores.csv -o out", 65, "scores.csv", "'pc_2'", "--components 1"),
  Refusal("inspect m.aepca --json --columns", 64, "--json", "--columns"),
  Refusal("inspect m.aepca --column-gains nowhere/g.csv", 73, "nowhere/g.csv"),
]

/// Files that these refusals are about.
private func prepare(_ scratch: Scratch) throws {
  func table(_ header: String, _ count: Int, _ row: (Int) -> String) -> String {
    header + "\n" + (0..<count).map { row($0) + "\n" }.joined()
  }
  try scratch.write(table("a,b", 12) { "\($0),\($0 * $0)" }, to: "good.csv")
  try scratch.write("a,b,c\n1,2,3\n", to: "one.csv")
  try scratch.write("a,b,c\n1,2,3\n2,5,4\n", to: "two.csv")
  try scratch.write(table("a,b", 12) { _ in "3,4" }, to: "constant.csv")
  try scratch.write(
    table("a,b,c", 12) { "\($0),\($0 * $0),\($0 == 4 ? "8" : "")" }, to: "lone.csv")
  try scratch.write(table("note", 12) { "the note of row \($0 * $0)" }, to: "words.csv")
  try scratch.write(
    table("c,d", 24) { "\($0 % 3 == 0 ? "x" : "y"),\($0 % 4 == 0 ? "u" : "v")" }, to: "levels.csv")
  try scratch.write(
    table("a,b,day,week,none", 12) { "\($0),\($0 * $0),d\($0 % 2),w," }, to: "days.csv")
  try scratch.write("a,c\n1,2\n2,3\n", to: "other.csv")
  try scratch.write("a,b\n", to: "header.csv")
  try scratch.write("a,b\n1,2\n2,abc\n", to: "word.csv")
  try scratch.write("pc_1\n0.5\n", to: "scores.csv")
  let fit = try scratch.aepca("fit", "good.csv", "-k", "2", "--method", "pca", "-o", "m.aepca")
  try #require(fit.status == 0, "\(fit.errors)")
}

@Test(arguments: refusals)
func `what components, groups and rows to judge by cannot be is refused`(
  refusal: Refusal
) throws {
  let scratch = try Scratch()
  try prepare(scratch)
  try scratch.expect(refusal)
}
