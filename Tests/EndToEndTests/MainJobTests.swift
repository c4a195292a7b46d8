import Foundation
import Testing

@Test(arguments: Repository.datasets, ["autoencoder", "pca"])
func `transform then decode equals reconstruct`(name: String, method: String) throws {
  let scratch = try Scratch()
  let data = Repository.dataset(name)
  let fit = try scratch.aepca(
    "fit", data, "--components", "3", "--method", method, "--epochs", "5", "-o", "m.aepca")
  #expect(fit.status == 0, "\(fit.errors)")
  #expect(try scratch.aepca("transform", "m.aepca", data, "-o", "reduced.csv").status == 0)
  #expect(try scratch.aepca("decode", "m.aepca", "reduced.csv", "-o", "decoded.csv").status == 0)
  #expect(try scratch.aepca("reconstruct", "m.aepca", data, "-o", "back.csv").status == 0)
  let back = try scratch.read("back.csv")
  #expect(try scratch.read("decoded.csv") == back)
  let original = cells(try String(contentsOfFile: data, encoding: .utf8))
  #expect(cells(back).header == original.header)
  #expect(cells(back).rows.count == original.rows.count)
  let prefix = method == "pca" ? "pc" : "latent"
  #expect(cells(try scratch.read("reduced.csv")).header == (1...3).map { "\(prefix)_\($0)" })
}

@Test func `a nonlinear model explains more of held-out digits than linear PCA`() throws {
  let scratch = try Scratch()
  let fit = try scratch.aepca(
    "fit", Repository.dataset("digits"), "--components", "2", "-o", "m.aepca", "--json")
  #expect(fit.status == 0, "\(fit.errors)")
  let report = try #require(
    try JSONSerialization.jsonObject(with: Data(fit.output.utf8)) as? [String: Any])
  let ours = try #require((report["explained_variance"] as? [String: Any])?["held_out"] as? Double)
  let linear = try #require(
    (report["pca_explained_variance"] as? [String: Any])?["held_out"] as? Double)
  // Two linear components explain about 0.22 of this table; a curved surface twice that.
  #expect(ours > linear + 0.2)
  #expect(report["rows"] as? Int == 1797)
  #expect(report["columns"] as? Int == 64)
  #expect(report["model"] as? String == "m.aepca")
}

@Test(arguments: Repository.datasets)
func `a model is never worse than linear PCA on its validation rows`(name: String) throws {
  let scratch = try Scratch()
  let fit = try scratch.aepca(
    "fit", Repository.dataset(name), "--components", "2", "-o", "m.aepca", "--json")
  let report = try #require(
    try JSONSerialization.jsonObject(with: Data(fit.output.utf8)) as? [String: Any])
  let ours = try #require((report["explained_variance"] as? [String: Any])?["held_out"] as? Double)
  let linear = try #require(
    (report["pca_explained_variance"] as? [String: Any])?["held_out"] as? Double)
  // The loss also weighs categories, which explained variance leaves out.
  #expect(ours >= linear - 0.02)
}

/// Penguins are cross-validated, digits are trained in shards.
@Test(arguments: [("penguins", "20"), ("digits", "6")])
func `the same seed gives the same bytes on any number of threads`(
  name: String, epochs: String
) throws {
  let scratch = try Scratch()
  func fit(seed: String, threads: String) throws -> Data {
    let fit = try scratch.aepca(
      "fit", Repository.dataset(name), "--components", "2", "--seed", seed, "--epochs", epochs,
      "--threads", threads, "-o", "m.aepca")
    #expect(fit.status == 0, "\(fit.errors)")
    return try scratch.data("m.aepca")
  }
  let first = try fit(seed: "5", threads: "1")
  for threads in ["1", "2", "3", "4"] { #expect(try fit(seed: "5", threads: threads) == first) }
  #expect(try fit(seed: "6", threads: "1") != first)
}

@Test func `columns may come in any order, and others are ignored with a note`() throws {
  let scratch = try Scratch()
  try scratch.write("a,b\n1,2\n2,4.1\n3,5.9\n4,8\n5,10.2\n", to: "train.csv")
  #expect(
    try scratch.aepca("fit", "train.csv", "-k", "1", "--method", "pca", "-o", "m.aepca").status == 0
  )
  try scratch.write("b,other,a\n2,x,1\n", to: "turned.csv")
  try scratch.write("a,b\n1,2\n", to: "straight.csv")
  let turned = try scratch.aepca("transform", "m.aepca", "turned.csv")
  let straight = try scratch.aepca("transform", "m.aepca", "straight.csv")
  #expect(turned.status == 0 && turned.output == straight.output)
  #expect(turned.errors.contains("other"))
  #expect(straight.errors.isEmpty)
}

@Test func `a kept column comes first and as it was written`() throws {
  let scratch = try Scratch()
  try scratch.write("id,a,b\nx 01,1,2\n\"y,1\",2,4.1\nz,3,5.9\nw,4,8.3\n", to: "train.csv")
  #expect(
    try scratch.aepca("fit", "train.csv", "-k", "1", "--method", "pca", "-o", "m.aepca").status == 0
  )
  let kept = try scratch.aepca("transform", "m.aepca", "train.csv", "--keep", "id")
  #expect(kept.output.hasPrefix("id,pc_1\nx 01,-"))
  #expect(kept.output.contains("\"y,1\","))
}

@Test func `fewer components than fitted can be written`() throws {
  let scratch = try Scratch()
  let data = Repository.dataset("wine")
  _ = try scratch.aepca("fit", data, "-k", "4", "--method", "pca", "-o", "m.aepca")
  let all = cells(try scratch.aepca("transform", "m.aepca", data).output)
  let two = cells(try scratch.aepca("transform", "m.aepca", data, "--components", "2").output)
  #expect(two.header == ["pc_1", "pc_2"])
  #expect(two.rows == all.rows.map { Array($0.prefix(2)) })
}

@Test func `standard input and output take the place of files`() throws {
  let scratch = try Scratch()
  let text = "a,b\n1,2\n2,4.1\n3,5.9\n4,8\n"
  try scratch.write(text, to: "train.csv")
  #expect(
    try scratch.aepca(
      "fit", "-", "-k", "1", "--method", "pca", "-o", "m.aepca", "--quiet", input: text
    ).status == 0)
  let piped = try scratch.aepca("transform", "m.aepca", "-", "--output", "-", input: text)
  let filed = try scratch.aepca("transform", "m.aepca", "train.csv")
  #expect(piped.status == 0 && piped.output == filed.output && filed.output.hasPrefix("pc_1\n"))
}

@Test func `as many components as columns give the table back`() throws {
  let scratch = try Scratch()
  try scratch.write("a,b\n1,2\n2,4.1\n3,5.9\n4,8.5\n5,9\n6,11\n", to: "train.csv")
  for method in ["pca", "autoencoder"] {
    let fit = try scratch.aepca(
      "fit", "train.csv", "-k", "2", "--method", method, "-o", "m.aepca")
    #expect(fit.status == 0, "\(fit.errors)")
    let back = cells(try scratch.aepca("reconstruct", "m.aepca", "train.csv").output).rows
    for (row, expected) in zip(back, cells(try scratch.read("train.csv")).rows) {
      for (cell, other) in zip(row, expected) {
        // Float32 carries seven digits; training may move a little from the exact start.
        #expect(abs((Double(cell) ?? .nan) - (Double(other) ?? 0)) < 0.05)
      }
    }
  }
}
