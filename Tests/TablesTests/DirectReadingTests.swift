import CSV
import Files
import LinearAlgebra
@_spi(Fuzzing) import Tables
import Testing

/// The same cells twice: plain, which is read directly, and in quotes, which only libcsv reads.
private func pair(_ rows: [[String]]) -> (plain: String, quoted: String) {
  let plain = rows.map { $0.joined(separator: ",") }
  let quoted = rows.map { $0.map { "\"\($0)\"" }.joined(separator: ",") }
  return (plain.joined(separator: "\n") + "\n", quoted.joined(separator: "\n") + "\n")
}

@Test func `random tables are the same whether read directly or by libcsv, errors too`() throws {
  var generator = SeededGenerator(seed: 7)
  let words = ["NA", "", "-", "?", "n/a", "None", "NaN", "null", " ", "none", "abc", "inf", "0x1F"]
  let spellings = [
    "1e5", "+1", ".5", "1.", " 2 ", "-0", "1E-3", "9007199254740993", "1e999", "-99",
  ]
  var tableCount = 0
  for round in 0..<600 {
    let strange = 1 + generator.integer(below: 60)
    var rows = [["id", "a", "b", "word"]]
    for row in 0..<20 + generator.integer(below: 40) {
      func number() -> String {
        switch generator.integer(below: strange) {
        case 0: words[generator.integer(below: words.count)]
        case 1: spellings[generator.integer(below: spellings.count)]
        default: "\(Double(generator.integer(below: 2_000_000)) / 1000 - 1000)"
        }
      }
      rows.append([
        "\(row)", number(), number(), ["x", "yes", "été", "", "12"][generator.integer(below: 5)],
      ])
    }
    var options = TableReadingOptions()
    if round % 3 == 0 { options.missingWords = ["-99", "abc"] }
    let files = pair(rows)
    for (pieceSize, threads) in [(1 << 20, 1), (50 + generator.integer(below: 300), 2)] {
      options.threads = threads
      let found = Result { try table(files.plain, options, pieceSize: pieceSize) }
      let expected = Result { try table(files.quoted, options) }
      switch (found, expected) {
      case (.success(let found), .success(let expected)):
        tableCount += 1
        #expect(found == expected, "\(files.plain)")
        let streamed = try stream(files.plain, as: expected.schema, options, pieceSize: pieceSize)
        #expect(streamed.columns == expected.columns.map(\.values), "\(files.plain)")
        #expect(streamed.lines == Array(2..<2 + expected.rowCount))
      case (.failure(let found), .failure(let expected)): #expect("\(found)" == "\(expected)")
      default: Issue.record("\(found) where \(expected) was expected: \(files.plain)")
      }
    }
  }
  // Else the test would show little.
  #expect(tableCount > 300)
}

/// Texts around the lengths at which they are looked up in another way, many of them alike but for a byte,
/// more than the table of those known has room for at first.
@Test func `texts of any length are told apart`() throws {
  var generator = SeededGenerator(seed: 8)
  let missing = ["", "NA", " null ", "?"]
  for textCount in [3, 90, 5000] {
    let texts = (0..<textCount).map { number in
      let length = 1 + generator.integer(below: 50)
      var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: length)
      bytes[generator.integer(below: length)] = UInt8(ascii: "b") + UInt8(number % 20)
      return String(decoding: bytes, as: UTF8.self)
    }
    let cells = (0..<3 * textCount + 100).map { _ in
      generator.integer(below: 10) == 0
        ? missing[generator.integer(below: missing.count)]
        : texts[generator.integer(below: textCount)]
    }
    let rows = [["t", "n"]] + cells.map { [$0, "1"] }
    let expected = cells.map { missing.contains($0) ? nil : $0 }
    let files = pair(rows)
    for readsDirectly in [true, false] {
      for pieceSize in [300, 1 << 20] {
        var reader = TableReader(
          source: MemoryInput(Array(files.quoted.utf8), name: "data.csv"), pieceSize: pieceSize)
        reader.readsDirectly = readsDirectly
        let column = try reader.readAll().columns[0]
        switch column.values {
        case .texts(let found): #expect(found == expected)
        case .codes(let found):
          #expect(found.map { $0 < 0 ? nil : column.schema.levels[Int($0)] } == expected)
        case .numbers: Issue.record("texts are no numbers")
        }
      }
    }
  }
}

@Test func `whole numbers beyond 2^53 are noted once, with the line of the first`() throws {
  let text = "a,b\n1,1.5\n9007199254740993,1e20\n-9007199254740994,2\n"
  var reader = TableReader(source: MemoryInput(Array(text.utf8), name: "data.csv"))
  _ = try reader.readAll()
  #expect(
    reader.notes == [
      "column 'a': whole numbers beyond 2^53 lose their last digits, the first on line 3;"
        + " --kind 'a=identifier' keeps them as text"
    ])
}
