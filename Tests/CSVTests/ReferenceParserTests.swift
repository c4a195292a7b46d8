import CSV
import Files
import LinearAlgebra
import Testing

/// The rules of `CSVReader` once more, written down as plainly as they can be.
private struct ReferenceParser {
  var rows: [[String]] = []
  var lines: [Int] = []
  private var field = ""
  private var fields: [String] = []
  private var line = 1
  private var firstLine = 1
  private var emptyLines: [Int] = []

  /// Nil when the text is malformed.
  init?(_ text: String) {
    var rest = Array(text.unicodeScalars)[...]
    while let scalar = rest.first {
      if scalar == "\n" || scalar == "\r" {
        rest.removeFirst(lineEnd(rest))
        emptyLines.append(line)
        line += 1
        continue
      }
      guard readRecord(&rest) else { return nil }
    }
  }

  private mutating func readRecord(_ rest: inout ArraySlice<Unicode.Scalar>) -> Bool {
    firstLine = line
    fields = []
    while true {
      field = ""
      if rest.first == "\"" {
        guard readQuoted(&rest) else { return false }
      } else {
        while let scalar = rest.first, scalar != ",", scalar != "\n", scalar != "\r" {
          if scalar == "\"" { return false }
          field.unicodeScalars.append(scalar)
          rest.removeFirst()
        }
      }
      fields.append(field)
      if rest.first != "," { break }
      rest.removeFirst()
    }
    let length = lineEnd(rest)
    if length == 0 && !rest.isEmpty { return false }
    rest.removeFirst(length)
    line += 1
    return endRecord()
  }

  private mutating func readQuoted(_ rest: inout ArraySlice<Unicode.Scalar>) -> Bool {
    rest.removeFirst()
    while let scalar = rest.first {
      let length = lineEnd(rest)
      if length > 0 { line += 1 }
      let taken = rest.prefix(max(length, 1))
      rest.removeFirst(taken.count)
      if scalar != "\"" {
        field.unicodeScalars.append(contentsOf: taken)
      } else if rest.first == "\"" {
        field.unicodeScalars.append(scalar)
        rest.removeFirst()
      } else {
        return true
      }
    }
    return false
  }

  private mutating func endRecord() -> Bool {
    if let first = rows.first {
      if first.count != fields.count { return false }
      if first.count == 1 {
        rows += emptyLines.map { _ in [""] }
        lines += emptyLines
      }
    }
    emptyLines = []
    rows.append(fields)
    lines.append(firstLine)
    return true
  }

  private func lineEnd(_ rest: ArraySlice<Unicode.Scalar>) -> Int {
    if rest.starts(with: ["\r", "\n"]) { return 2 }
    return rest.first == "\n" || rest.first == "\r" ? 1 : 0
  }
}

/// Random files of the characters that matter, with and without blanks, most of them malformed.
@Test func `random files are read as the plain rules say, in pieces of any size`() throws {
  var generator = SeededGenerator(seed: 1)
  let alphabet = ["a", ",", "\"", "\n", "\r\n", "\r", "é", "\"\"", ",\"", "\",", "\"\n", " ", "\t"]
  var wellFormedCount = 0
  for round in 0..<1500 {
    let letters = round % 2 == 0 ? alphabet : alphabet.dropLast(2)
    let body = (0..<generator.integer(below: 25)).map { _ in
      letters[generator.integer(below: letters.count)]
    }
    let text = ["x\n", "x,y\n", ""][generator.integer(below: 3)] + body.joined()
    for pieceSize in [1 << 18, 1 + generator.integer(below: 9)] {
      let result = try? read(text, hasHeader: false, pieceSize: pieceSize)
      let expected = ReferenceParser(text)
      if let expected, !expected.rows.isEmpty {
        wellFormedCount += 1
        #expect(result?.rows == expected.rows, "\(text.debugDescription)")
        #expect(result?.lines == expected.lines, "\(text.debugDescription)")
      } else {
        #expect(result == nil, "\(text.debugDescription)")
      }
    }
  }
  // Else the test would show little.
  #expect(wellFormedCount > 250)
}

@Test func `errors are the same in pieces of any size`() throws {
  var generator = SeededGenerator(seed: 2)
  let alphabet = ["a", ",", "\"", "\n", "\r\n", "\r", "é", "\"\"", ",\"", "\",", "\"\n", " ", "\0"]
  for _ in 0..<500 {
    let body = (0..<generator.integer(below: 30)).map { _ in
      alphabet[generator.integer(below: alphabet.count)]
    }
    let text = ["x\n", "x,y\n", ""][generator.integer(below: 3)] + body.joined()
    let whole = failure(text)
    for pieceSize in 1...6 {
      #expect(failure(text, pieceSize: pieceSize) == whole, "\(text.debugDescription)")
    }
  }
}
