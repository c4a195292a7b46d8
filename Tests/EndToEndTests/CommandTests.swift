import Foundation
import Testing

@Test func `help begins with an example and ends well`() throws {
  let scratch = try Scratch()
  for command in ["fit", "transform", "decode", "reconstruct", "inspect", "csv", "datasets"] {
    let help = try scratch.aepca(command, "--help")
    #expect(help.status == 0)
    #expect(help.output.contains("Example:\n  aepca \(command)"))
    #expect(help.output.contains("--quiet"))
  }
  #expect(try scratch.aepca("--version").output == "0.1.0\n")
  #expect(try scratch.aepca("transform", "--version").output == "0.1.0\n")
}

@Test(arguments: ["pca", "autoencoder"])
func `inspect shows both methods' explained variance, as text and as JSON`(method: String) throws {
  let scratch = try Scratch()
  let fit = try scratch.aepca(
    "fit", Repository.dataset("penguins"), "-k", "2", "--method", method, "--epochs", "3", "-o",
    "m.aepca")
  #expect(fit.status == 0, "\(fit.errors)")
  let text = try scratch.aepca("inspect", "m.aepca").output
  for word in ["explained variance", "right categories", "bill_length_mm", "Gentoo"] {
    #expect(text.contains(word))
  }
  #expect(text.contains(method == "pca" ? "cumulative" : "linear PCA"))
  let json = try scratch.aepca("inspect", "m.aepca", "--json").output
  let document = try #require(
    try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
  #expect(document["method"] as? String == method)
  #expect(document["components"] as? Int == 2)
  #expect((document["columns"] as? [[String: Any]])?.count == 8)
}

@Test func `options come from a YAML file, and the command line wins`() throws {
  let scratch = try Scratch()
  try scratch.write(
    """
    # How we fit wine.
    components: 2
    method: pca
    exclude: [cultivar, proline]
    json: true
    quiet: true
    """, to: "options.yaml")
  let fit = try scratch.aepca(
    "fit", Repository.dataset("wine"), "--config", "options.yaml", "--components", "3", "-o",
    "m.aepca")
  #expect(fit.status == 0, "\(fit.errors)")
  #expect(fit.errors.isEmpty)
  let report = try #require(
    try JSONSerialization.jsonObject(with: Data(fit.output.utf8)) as? [String: Any])
  #expect(report["components"] as? Int == 3)
  #expect(report["columns"] as? Int == 12)
}

@Test(arguments: [
  ("components: [2", "options.yaml:", Int32(64)), ("- 2", "options.yaml", 64),
  ("colour: red", "colour", 64), ("components: {a: 1}", "options.yaml", 64),
])
func `a config file that is not understood is refused`(
  text: String, word: String, status: Int32
) throws {
  let scratch = try Scratch()
  try scratch.write(text, to: "options.yaml")
  let fit = try scratch.aepca(
    "fit", Repository.dataset("wine"), "-k", "2", "--config", "options.yaml", "-o", "m.aepca")
  #expect(fit.status == status)
  #expect(fit.errors.contains(word))
  #expect(!scratch.exists("m.aepca"))
}

@Test func `csv writes a table with plain line ends and quotes only where they are needed`() throws
{
  let scratch = try Scratch()
  try scratch.write("\u{FEFF}\"a\",b\r\n\"1\",\"x,y\"\r\n 2 ,\"z\"\r\n", to: "messy.csv")
  let result = try scratch.aepca("csv", "messy.csv")
  #expect(result.status == 0)
  #expect(result.output == "a,b\n1,\"x,y\"\n 2 ,z\n")
}

@Test func `csv describes kinds, missing cells and ranges`() throws {
  let scratch = try Scratch()
  let result = try scratch.aepca("csv", Repository.dataset("penguins"), "--describe")
  let rows = cells(result.output).rows
  #expect(
    rows.first { $0[0] == "species" } == [
      "species", "category", "0", "", "", "", "Adelie | Chinstrap | Gentoo",
      "Adelie | Adelie | Adelie",
    ])
  let bill = try #require(rows.first { $0[0] == "bill_length_mm" })
  #expect(Array(bill[1...4]) == ["number", "2", "32.1", "59.6"])
  #expect(bill.last == "39.1 | 39.5 | 40.3")
  #expect(result.errors.contains("encoding utf-8, delimiter ','"), "\(result.errors)")
}

@Test(arguments: Repository.datasets)
func `csv gives every bundled data set back as it is`(name: String) throws {
  let scratch = try Scratch()
  let path = Repository.dataset(name)
  let result = try scratch.aepca("csv", path)
  #expect(result.output == (try String(contentsOfFile: path, encoding: .utf8)))
}

@Test func `datasets lists the bundled tables and writes one`() throws {
  let scratch = try Scratch()
  let list = cells(try scratch.aepca("datasets").output)
  #expect(list.header == ["name", "rows", "columns", "missing_cells", "path"])
  let penguins = try #require(list.rows.first { $0[0] == "penguins" })
  #expect(Array(penguins[1...3]) == ["344", "8", "19"])
  #expect(try scratch.aepca("datasets", "iris", "-o", "iris.csv").status == 0)
  #expect(
    try scratch.read("iris.csv")
      == String(contentsOfFile: Repository.dataset("iris"), encoding: .utf8))
}

@Test func `layers written out make the encoder`() throws {
  let scratch = try Scratch()
  let fit = try scratch.aepca(
    "fit", Repository.dataset("wine"), "-k", "2", "--encoder", "dense 7 tanh, dense 5 relu",
    "--latent-activation", "sigmoid", "--loss", "huber", "--epochs", "2", "-o", "m.aepca")
  #expect(fit.status == 0, "\(fit.errors)")
  let text = try scratch.aepca("inspect", "m.aepca").output
  #expect(text.contains("(None, 7)") && text.contains("(None, 5)"))
  #expect(!text.contains("linear_encoder"))
  let latents = cells(try scratch.aepca("transform", "m.aepca", Repository.dataset("wine")).output)
  #expect(latents.rows.joined().allSatisfy { (0...1).contains(Double($0) ?? -1) })
}

@Test func `quiet leaves standard error empty`() throws {
  let scratch = try Scratch()
  let fit = try scratch.aepca(
    "fit", Repository.dataset("iris"), "-k", "1", "--epochs", "2", "--quiet", "-o", "m.aepca")
  #expect(fit.status == 0 && fit.errors.isEmpty && fit.output.isEmpty)
}

@Test func `an output that exists is replaced whole, and left alone by a run that fails`() throws {
  let scratch = try Scratch()
  try scratch.write("old", to: "out.csv")
  try scratch.write("a,b\n1,2\n2,4\n3,7\n", to: "good.csv")
  try scratch.write("a,b\n1,2\n2,4\n3\n", to: "ragged.csv")
  _ = try scratch.aepca("fit", "good.csv", "-k", "1", "--method", "pca", "-o", "m.aepca")
  #expect(try scratch.aepca("transform", "m.aepca", "ragged.csv", "-o", "out.csv").status == 65)
  #expect(try scratch.read("out.csv") == "old")
  #expect(try scratch.aepca("transform", "m.aepca", "good.csv", "-o", "out.csv").status == 0)
  #expect(try scratch.read("out.csv").hasPrefix("pc_1\n"))
  #expect(try scratch.files == ["good.csv", "m.aepca", "out.csv", "ragged.csv"])
}

@Test func `csv mends ragged rows and says so, and refuses them when it is to be strict`() throws {
  let scratch = try Scratch()
  try scratch.write("a,b\n1\n2,3,4\n5,6\n", to: "ragged.csv")
  let lenient = try scratch.aepca("csv", "ragged.csv")
  #expect(lenient.status == 0)
  #expect(lenient.output == "a,b\n1,\n2,3\n5,6\n")
  #expect(lenient.errors.contains("line 2") && lenient.errors.contains("line 3"))
  let strict = try scratch.aepca("csv", "ragged.csv", "--strict")
  #expect(strict.status == 65)
  #expect(strict.errors.contains("ragged.csv:2: expected 2 fields as in the header, found 1"))
}

@Test func `a learning rate that diverges is said, and the weights before it are kept`() throws {
  let scratch = try Scratch()
  for rows in ["600", "1797"] {
    let lines = try String(contentsOfFile: Repository.dataset("digits"), encoding: .utf8)
      .split(separator: "\n").prefix((Int(rows) ?? 0) + 1)
    try scratch.write(lines.joined(separator: "\n") + "\n", to: "some.csv")
    let fit = try scratch.aepca(
      "fit", "some.csv", "-k", "2", "--encoder", "dense 16 relu", "--linear-path",
      "--learning-rate", "1e30", "--optimizer", "sgd", "--epochs", "3", "-o", "m.aepca")
    #expect(fit.status == 0, "\(fit.errors)")
    #expect(fit.errors.contains("the loss stopped being a number"))
    #expect(try scratch.aepca("transform", "m.aepca", "some.csv").status == 0)
  }
}
