import Foundation
import Testing

/// A parabola, a constant, a column with missing cells, and words to colour by.
private func writeTables(_ scratch: Scratch) throws {
  var lines = ["x,y,same,holes,group"]
  var many = ["x,y,word,key"]
  for row in 0..<80 {
    let x = Double((row * 37) % 80) / 40 - 1
    let holes = row % 7 == 0 ? "" : "\(Double((row * 11) % 13))"
    lines.append("\(x),\(x * x),5,\(holes),g\(row / 4)")
    many.append("\(x),\(x * x),\(row % 2 == 0 ? "even" : "odd"),k\(row)")
  }
  try scratch.write(lines.joined(separator: "\n") + "\n", to: "table.csv")
  try scratch.write(many.joined(separator: "\n") + "\n", to: "words.csv")
  try scratch.write("a,b\n1,2\n2,4.1\n3,5.9\n4,8\n5,10\n", to: "few.csv")
  let same = Array(repeating: "1,2", count: 40).joined(separator: "\n")
  try scratch.write("a,b\n\(same)\n", to: "same.csv")
  let keys = (0..<10_000).map { "\($0 % 97),\($0 % 89),k\($0)" }.joined(separator: "\n")
  try scratch.write("a,b,key\n\(keys)\n", to: "keys.csv")
}

/// Without --components there are no more of them than columns, two here.
@Test func `compare prints a table within 80 characters and a verdict`() throws {
  let scratch = try Scratch()
  try writeTables(scratch)
  let run = try scratch.aepca("compare", "words.csv", "--exclude", "word", "--exclude", "key")
  #expect(run.status == 0, "\(run.errors)")
  let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false)
  #expect(lines.allSatisfy { $0.count <= 80 }, "\(run.output)")
  #expect(lines.count(where: { $0.contains("±") && $0.contains("█") }) == 2)
  #expect(run.output.contains("One nonlinear component explains"))
}

@Test func `a report as JSON is the same but for seconds on any number of threads`() throws {
  let scratch = try Scratch()
  try writeTables(scratch)
  func figures(_ name: String, _ threads: String) throws -> String {
    let run = try scratch.aepca(
      "compare", "table.csv", "-k", "1,2", "--group", "group", "--repeats", "2", "--output", name,
      "--threads", threads)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("wrote \(name)"))
    return try scratch.read(name).split(separator: "\n").filter {
      !$0.contains("\"seconds\"") && !$0.contains("\"command\"")
    }.joined(separator: "\n")
  }
  let one = try figures("one.json", "1")
  #expect(one == (try figures("two.json", "2")))
  let object = try JSONSerialization.jsonObject(with: try scratch.data("one.json"))
  let document = try #require(object as? [String: Any])
  #expect(document["schema"] as? String == "aepca-comparison")
  #expect(document["schema_version"] as? Int == 2)
  #expect((document["results"] as? [Any])?.count == 2)
}

@Test func `a report as CSV is tidy`() throws {
  let scratch = try Scratch()
  try writeTables(scratch)
  let run = try scratch.aepca(
    "compare", "table.csv", "-k", "1", "--exclude", "group", "-o", "report.csv")
  #expect(run.status == 0, "\(run.errors)")
  let (header, rows) = cells(try scratch.read("report.csv"))
  #expect(header == ["k", "method", "split", "measure", "value", "low", "high", "column"])
  #expect(rows.allSatisfy { $0.count == 8 && Double($0[4]) != nil })
  let gain = try #require(rows.first { $0[1] == "gain" && $0[7].isEmpty })
  let numbers = gain[4...6].compactMap { Double($0) }
  #expect(numbers.count == 3)
  #expect(numbers[1] <= numbers[0] && numbers[0] <= numbers[2])
  // The constant column has nothing to explain.
  #expect(!rows.contains { $0[7] == "same" })
}

@Test func `a report as Markdown names the command and the seed`() throws {
  let scratch = try Scratch()
  try writeTables(scratch)
  let run = try scratch.aepca(
    "compare", "words.csv", "-k", "1", "--exclude", "word", "--seed", "7", "-o", "my report.md")
  #expect(run.status == 0, "\(run.errors)")
  let text = try scratch.read("my report.md")
  #expect(text.contains("-o 'my report.md'"))
  #expect(text.contains("seed 7"))
}

@Test func `a model is judged on rows brought along, and nothing is fitted`() throws {
  let scratch = try Scratch()
  try writeTables(scratch)
  let fit = try scratch.aepca(
    "fit", "words.csv", "-k", "2", "--effort", "quick", "-o", "m.aepca")
  #expect(fit.status == 0, "\(fit.errors)")
  let run = try scratch.aepca("compare", "words.csv", "--model", "m.aepca", "-o", "m.json")
  #expect(run.status == 0, "\(run.errors)")
  let text = try scratch.read("m.json")
  #expect(text.contains("\"training_rows\" : 0"))
  #expect(!text.contains("\"seconds\""))
}

@Test func `rows of another file judge`() throws {
  let scratch = try Scratch()
  try writeTables(scratch)
  let run = try scratch.aepca(
    "compare", "words.csv", "-k", "1", "--test", "words.csv", "-o", "t.json")
  #expect(run.status == 0, "\(run.errors)")
  let text = try scratch.read("t.json")
  #expect(text.contains("\"training_rows\" : 80"))
  #expect(text.contains("\"test_rows\" : 80"))
}

/// A stand-in for the library, so that the test needs none installed.
private let standIn =
  "/*!\n * Chart.js v3.0.0\n */\nvar Chart;\n//# sourceMappingURL=chart.js.map\n"

@Test func `a page holds the library, no address to load and no markup from names`() throws {
  let scratch = try Scratch()
  let hostile = "</script><script>alert(1)</script>"
  var lines = ["\(hostile),<img src=x onerror=alert(2)>,w"]
  for row in 0..<60 { lines.append("\(row),\(row * row % 17),\(row % 2 == 0 ? "<b>" : "&amp;")") }
  try scratch.write(lines.joined(separator: "\n") + "\n", to: "hostile.csv")
  try scratch.write(standIn, to: "chart.js")
  let run = try scratch.aepca(
    ["compare", "hostile.csv", "-k", "1...2", "--color", hostile, "-o", "page.html"],
    environment: ["AEPCA_CHART_LIBRARY": "chart.js"])
  #expect(run.status == 0, "\(run.errors)")
  let page = try scratch.read("page.html")
  #expect(page.contains("Chart.js v3.0.0"))
  #expect(!page.contains("sourceMappingURL"))
  #expect(!page.contains("http://") && !page.contains("https://"))
  #expect(page.contains("default-src 'none'"))
  #expect(!page.contains("<script>alert") && !page.contains("<img") && !page.contains("<b>"))
  #expect(page.components(separatedBy: "<script").count == 4)
  #expect(page.components(separatedBy: "</script>").count == 4)
  // Every chart has its numbers beside it.
  #expect(page.components(separatedBy: "<canvas").count > 8)
}

@Test func `without the chart library a page is refused before anything is fitted`() throws {
  let scratch = try Scratch()
  try writeTables(scratch)
  let run = try scratch.aepca(
    ["compare", "table.csv", "-k", "1", "-o", "page.html"],
    environment: ["AEPCA_CHART_LIBRARY": "nowhere/chart.js"])
  #expect(run.status == 69)
  #expect(run.errors.contains("apt install libjs-chart.js"))
  #expect(run.errors.split(separator: "\n").count == 1)
  #expect(!scratch.exists("page.html"))
}

/// The eight digits that are drawn, and the eight that come back worst, in four rows each.
@Test func `a page of pictures shows originals, latents and what comes back`() throws {
  let scratch = try Scratch()
  try scratch.write(standIn, to: "chart.js")
  func page(_ options: [String]) throws -> String {
    let run = try scratch.aepca(
      ["compare", Repository.dataset("digits"), "-o", "page.html"] + options,
      environment: ["AEPCA_CHART_LIBRARY": "chart.js"])
    run.expectSuccess()
    return try scratch.read("page.html")
  }
  let convolutional = try page(["-k", "3", "--image", "8x8"])
  #expect(convolutional.components(separatedBy: "<img ").count == 65)
  #expect(
    convolutional.components(separatedBy: "aria-label=\"Originals: pictures of row").count == 3)
  #expect(convolutional.contains("Given back from 3 linear: pictures of row"))
  #expect(convolutional.contains("<th scope=\"col\">squared error of pixels</th>"))
  let fit = try scratch.aepca(
    "fit", Repository.dataset("digits"), "--image", "8x8", "-k", "3", "--epochs", "2", "-o",
    "m.aepca")
  fit.expectSuccess()
  #expect(try page(["--model", "m.aepca"]).components(separatedBy: "<img ").count == 65)
}

@Test func `pixels are compared by their squared error too`() throws {
  let scratch = try Scratch()
  let run = try scratch.aepca(
    "compare", Repository.dataset("digits"), "-k", "2", "--image", "8x8", "-o", "r.json")
  run.expectSuccess()
  let json = try JSONSerialization.jsonObject(with: scratch.data("r.json")) as? [String: Any]
  let results = try #require(json?["results"] as? [[String: Any]])
  func error(_ method: String) throws -> Double {
    let own = try #require(results.first?[method] as? [String: Any])
    return try #require(own["pixel_error"] as? Double)
  }
  let (own, linear) = (try error("nonlinear"), try error("linear"))
  #expect(0 < own && own < linear && linear < 0.1)
  // A gain for each pixel, with its interval unless it never varies.
  let gains = try #require(results.first?["column_gains"] as? [Any])
  #expect(gains.count == 64)
  let intervals = gains.compactMap { $0 as? [String: Double] }
  #expect(intervals.count > 50)
  #expect(intervals.allSatisfy { $0["low"] ?? 1 <= $0["high"] ?? 0 })
}

/// A column that never varies, and one without any cell, have no colours to tell apart and stop nothing.
@Test(arguments: ["same", "empty"])
func `columns without anything in them are passed over`(color: String) throws {
  let scratch = try Scratch()
  let rows = (0..<60).map { "\($0),\($0 * $0 % 17),5," }.joined(separator: "\n")
  try scratch.write("x,y,same,empty\n\(rows)\n", to: "holes.csv")
  try scratch.write(standIn, to: "chart.js")
  let run = try scratch.aepca(
    ["compare", "holes.csv", "-k", "1...2", "--color", color, "-o", "page.html"],
    environment: ["AEPCA_CHART_LIBRARY": "chart.js"])
  run.expectSuccess()
  #expect(try scratch.read("page.html").contains("60 rows of 4 columns (2 constant or left out)"))
}

private let refusals = [
  Refusal("compare few.csv -k 1", 65, "few.csv", "at least 25 rows", "--test", "cross-validation"),
  Refusal("compare table.csv -k 9", 65, "columns that vary", "found 9"),
  Refusal("compare table.csv -k 0", 64, "-k", "'0'"),
  Refusal("compare table.csv -k 3...1", 64, "3...1"),
  Refusal("compare table.csv -k 1 -o report.pdf", 64, ".html, .md, .json or .csv", "report.pdf"),
  Refusal("compare table.csv -k 1 --color nothing", 65, "--color", "'nothing'"),
  Refusal("compare words.csv -k 1 --color key", 65, "'key'", "12 different words", "80"),
  Refusal("compare keys.csv -k 1 --color key", 65, "'key'", "12 different words", "10000"),
  Refusal("compare same.csv -k 1", 65, "same.csv", "a column that varies"),
  Refusal("compare table.csv -k 1 --repeats 0", 64, "--repeats"),
  Refusal("compare table.csv -k 1 --test few.csv", 65, "few.csv"),
  Refusal("compare words.csv -k 1 --test table.csv --repeats 2", 64, "--test"),
  Refusal("compare table.csv --model table.csv", 65, "table.csv", "model"),
  Refusal("compare table.csv -k 1 --model m.aepca", 64, "--model"),
  Refusal("compare table.csv -k 1 --image 3x3", 65, "9 columns of pixels (3 x 3), found 4"),
  Refusal("compare table.csv -k 1 --image 2", 64, "--image"),
  Refusal("compare table.csv -k 1 --image 2x2 --sequence", 64, "--sequence"),
  Refusal("compare table.csv -k 1 --image 2x2 --scale robust", 64, "--scale"),
  Refusal("compare table.csv --model m.aepca --image 2x2", 64, "--model"),
  Refusal("compare nowhere.csv -k 1", 66, "nowhere.csv"),
  Refusal("compare table.csv -k 1 -o nowhere/r.csv", 73, "nowhere/r.csv"),
]

@Test(arguments: refusals)
func `a comparison that cannot be made says why in one line`(refusal: Refusal) throws {
  let scratch = try Scratch()
  try writeTables(scratch)
  let before = try scratch.files
  let process = try scratch.aepca(refusal.arguments)
  #expect(process.status == refusal.status, "\(process.errors)")
  for word in refusal.words {
    #expect(process.errors.contains(word), "\(process.errors) has no \(word)")
  }
  #expect(process.output.isEmpty)
  if refusal.status != 64 { #expect(process.errors.split(separator: "\n").count == 1) }
  #expect(try scratch.files == before)
}

@Test func `kernel PCA stands beside the other methods in every form`() throws {
  let scratch = try Scratch()
  try writeTables(scratch)
  let base = ["compare", "table.csv", "-k", "1,2", "--with", "kernel-pca", "--exclude", "group"]
  let table = try scratch.aepca(base)
  table.expectSuccess()
  #expect(table.output.contains("nonlinear") && table.output.contains("kernel"))
  for name in ["r.json", "r.csv", "r.md", "r.html"] {
    try scratch.aepca(base + ["-o", name]).expectSuccess()
  }
  let json = try JSONSerialization.jsonObject(with: scratch.data("r.json")) as? [String: Any]
  let results = try #require(json?["results"] as? [[String: Any]])
  for result in results {
    let kernel = try #require(result["kernel"] as? [String: Any])
    let test = try #require(kernel["test"] as? [String: Any])
    // A parabola is what the Gaussian kernel is good at.
    #expect(try #require(test["value"] as? Double) > 0.3)
  }
  #expect(try scratch.read("r.csv").contains("1,kernel,test,explained_variance,"))
  #expect(try scratch.read("r.md").contains("| kernel PCA |"))
  #expect(try scratch.read("r.html").contains("<th scope=\"col\">kernel PCA</th>"))
  let plain = try scratch.aepca("compare", "table.csv", "-k", "1", "-o", "p.json")
  plain.expectSuccess()
  #expect(!(try scratch.read("p.json").contains("kernel")))
}

@Test func `a method that is not known is refused`() throws {
  let scratch = try Scratch()
  try writeTables(scratch)
  let result = try scratch.aepca("compare", "table.csv", "--with", "tsne")
  #expect(result.status == 64)
  #expect(result.errors.contains("kernel-pca"))
}
