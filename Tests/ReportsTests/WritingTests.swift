import Evaluation
import FoundationEssentials
import Reports
import Testing

private let hostile = "</script><script>alert(1)</script>|`*&\"'"

private func comparison(names: [String] = ["a", "b"]) -> Comparison {
  let results = [
    result(1, nonlinear: 0.5, linear: 0.25), result(10, nonlinear: 0.875, linear: 0.75),
  ]
  return Comparison(
    provenance: Comparison.Provenance(
      toolVersion: "1", command: "aepca compare", seed: 3, effort: .quick, repeats: 1),
    data: DataSummary(
      name: "t.csv", rows: 1200, trainingRows: 960, testRows: 240, split: "20 % judge",
      missingCells: 0, columns: names.map { .init(name: $0, kind: .number) }),
    results: results, scree: [0.7, 0.3], linearCurve: [], verdict: Verdict(results))
}

@Test(arguments: [30, 60, 80, 120, 200])
func `a terminal table keeps within its window`(width: Int) {
  let lines = comparison().text(width: width).split(separator: "\n")
  #expect(lines.allSatisfy { $0.count <= max(40, width) })
  #expect(lines.contains { $0.hasSuffix("+0.250 ± 0.010") })
  #expect(lines.contains { $0.contains("█") } == (width >= 60))
}

@Test func `JSON comes back as it was`() throws {
  let original = comparison(names: [hostile, "b"])
  let text = try original.json()
  #expect(try JSONDecoder().decode(Comparison.self, from: Data(text.utf8)) == original)
  #expect(text.contains("\"schema\" : \"aepca-comparison\""))
  #expect(text.contains("\"schema_version\" : 2"))
}

@Test func `Markdown keeps its tables whatever columns are called`() {
  let lines = comparison(names: [hostile, "b"]).markdown.split(separator: "\n")
  let row = lines.first { $0.contains("alert") }
  #expect(row?.contains("&lt;/script&gt;") == true)
  // Five bars that end cells, the name's own escaped.
  #expect(row?.replacing("\\|", with: "").count(where: { $0 == "|" }) == 5)
  #expect(row?.contains("\\`\\*&amp;") == true)
  #expect(row?.hasSuffix("| +0.250 ± 0.010 |") == true)
}
