import Foundation
import Testing

@Test func `loadings are written by fit and, the same, by inspect`() throws {
  let scratch = try Scratch()
  let fit = try scratch.aepca(
    "fit", Repository.dataset("penguins"), "-k", "2", "--method", "pca", "--loadings", "l.csv",
    "-o", "m.aepca")
  #expect(fit.status == 0, "\(fit.errors)")
  let table = cells(try scratch.read("l.csv"))
  #expect(
    table.header == [
      "feature", "mean", "scale", "communality", "loading_1", "loading_2", "correlation_1",
      "correlation_2",
    ])
  #expect(table.rows.count == 13)
  #expect(table.rows.map { $0[0] }.contains("species=Gentoo"))
  let inspect = try scratch.aepca("inspect", "m.aepca", "--loadings", "-")
  #expect(inspect.output == (try scratch.read("l.csv")))
}

@Test func `an autoencoder's loadings are refused`() throws {
  let scratch = try Scratch()
  let fit = try scratch.aepca(
    "fit", Repository.dataset("iris"), "-k", "1", "--epochs", "1", "-o", "m.aepca")
  #expect(fit.status == 0, "\(fit.errors)")
  let inspect = try scratch.aepca("inspect", "m.aepca", "--loadings", "l.csv")
  #expect(inspect.status == 64)
  #expect(inspect.errors.contains("linear components"))
  #expect(!scratch.exists("l.csv"))
}

@Test(arguments: ["auto", "full", "covariance_eigh", "randomized"])
func `whitened scores decode to the rows, by every solver`(solver: String) throws {
  let scratch = try Scratch()
  let iris = Repository.dataset("iris")
  let fit = try scratch.aepca(
    "fit", iris, "-k", "4", "--method", "pca", "--exclude", "species", "--solver", solver,
    "--whiten", "-o", "m.aepca")
  #expect(fit.status == 0, "\(fit.errors)")
  _ = try scratch.aepca("transform", "m.aepca", iris, "-o", "scores.csv")
  for column in 0..<4 {
    let scores = cells(try scratch.read("scores.csv")).rows.compactMap { Double($0[column]) }
    let squares = scores.reduce(0) { $0 + $1 * $1 }
    #expect(abs(squares / Double(scores.count - 1) - 1) < 1e-9)
  }
  let back = cells(try scratch.aepca("decode", "m.aepca", "scores.csv").output)
  let original = cells(try String(contentsOfFile: iris, encoding: .utf8))
  for (row, other) in zip(back.rows, original.rows) {
    for (cell, expected) in zip(row, other.prefix(4)) {
      #expect(abs((Double(cell) ?? .nan) - (Double(expected) ?? .nan)) < 1e-9)
    }
  }
  let text = try scratch.aepca("inspect", "m.aepca").output
  #expect(text.contains("whitened") && text.contains("noise variance"))
}

@Test func `inspect gives what linear components leave, as text and as JSON`() throws {
  let scratch = try Scratch()
  let fit = try scratch.aepca(
    "fit", Repository.dataset("wine"), "-k", "2", "--method", "pca", "-o", "m.aepca")
  #expect(fit.status == 0, "\(fit.errors)")
  let text = try scratch.aepca("inspect", "m.aepca").output
  #expect(text.contains("noise variance") && text.contains("log-likelihood of a row"))
  let json = try scratch.aepca("inspect", "m.aepca", "--json").output
  let document = try #require(
    try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
  #expect(((document["noise_variance"] as? Double) ?? 0) > 0)
  let report = document["report"] as? [String: Any]
  let likelihood = report?["logLikelihood"] as? [String: Any]
  #expect(likelihood?["training"] is Double && likelihood?["validation"] is Double)
}

@Test(arguments: ["standard", "robust"])
func `an outlier is named by file, column and row`(scaling: String) throws {
  let scratch = try Scratch()
  let rows = (1...50).map { "\($0 * 7 % 50),\($0 == 20 ? "1e12" : "\($0)")\n" }.joined()
  try scratch.write("a,b\n" + rows, to: "wild.csv")
  let fit = try scratch.aepca(
    "fit", "wild.csv", "-k", "1", "--method", "pca", "--scale", scaling, "-o", "m.aepca")
  #expect(fit.status == 0)
  #expect(fit.errors.contains("wild.csv: column 'b', data row 20: 1000000000000.0"))
}

@Test func `a large file is fitted in blocks, to the same scores`() throws {
  let scratch = try Scratch()
  let digits = Repository.dataset("digits")
  for (name, memory) in [("whole", "1024"), ("blocks", "0")] {
    let fit = try scratch.aepca(
      "fit", digits, "-k", "3", "--method", "pca", "--memory", memory, "-o", "\(name).aepca")
    #expect(fit.status == 0, "\(fit.errors)")
    #expect(fit.errors.contains("block by block") == (name == "blocks"))
    #expect(fit.errors.contains("1797 rows, 64 columns (3 constant)"))
    _ = try scratch.aepca("transform", "\(name).aepca", digits, "-o", "\(name).csv")
  }
  let (whole, blocks) = (
    cells(try scratch.read("whole.csv")), cells(try scratch.read("blocks.csv"))
  )
  for (row, other) in zip(whole.rows, blocks.rows) {
    for (cell, found) in zip(row, other) {
      #expect(abs((Double(cell) ?? .nan) - (Double(found) ?? .nan)) < 1e-10)
    }
  }
  let fit = try scratch.aepca(
    "fit", Repository.dataset("penguins"), "-k", "2", "--method", "pca", "--memory", "0",
    "--validation-fraction", "0.1", "-o", "penguins.aepca")
  #expect(fit.status == 0)
  #expect(fit.errors.contains("held in memory, because column 'bill_length_mm' has missing cells"))
}

/// A table is fitted whole, in blocks whose rows are kept for the latents, and in blocks too many to keep.
@Test(
  arguments: [
    ["--method", "pca"], ["--method", "pca", "--memory", "1"],
    ["--method", "pca", "--memory", "0"],
    ["--encoder", "dense 16 tanh", "--epochs", "2"],
    ["--encoder", "dense 16 tanh", "--epochs", "2", "--codes", "encoder", "--threads", "1"],
  ])
func `fit writes the latents that transform would`(options: [String]) throws {
  let scratch = try Scratch()
  let rows = (0..<20_000).map { row in
    let x = Double(row) / 7000
    return "\(x * x),\(3 - x),\((x + 0.1).squareRoot()),\(row % 17),\(row % 2 == 0 ? "a" : "b")"
  }
  try scratch.write("p,q,r,s,t\n" + rows.joined(separator: "\n") + "\n", to: "long.csv")
  let fit = try scratch.aepca(
    ["fit", "long.csv", "-k", "2", "-o", "m.aepca", "--latents", "at-once.csv"] + options)
  fit.expectSuccess()
  #expect(fit.errors.contains("wrote m.aepca, at-once.csv"))
  #expect(fit.errors.contains("block by block") == options.contains("--memory"))
  try scratch.aepca("transform", "m.aepca", "long.csv", "-o", "later.csv").expectSuccess()
  #expect(try scratch.read("at-once.csv") == scratch.read("later.csv"))
  let plain = try scratch.aepca(["fit", "long.csv", "-k", "2", "-o", "plain.aepca"] + options)
  plain.expectSuccess()
  #expect(try scratch.data("plain.aepca") == scratch.data("m.aepca"))
}

@Test func `latents go with missing cells, categories and tables that cannot be read twice`() throws
{
  let scratch = try Scratch()
  let penguins = try String(
    contentsOfFile: Repository.dataset("penguins"), encoding: .utf8)
  let fit = try scratch.aepca(
    ["fit", "-", "-k", "2", "--effort", "quick", "-o", "m.aepca", "--latents", "-"],
    input: penguins)
  fit.expectSuccess()
  let later = try scratch.aepca("transform", "m.aepca", Repository.dataset("penguins"))
  #expect(fit.output == later.output && fit.output.hasPrefix("latent_1,latent_2\n"))
}
