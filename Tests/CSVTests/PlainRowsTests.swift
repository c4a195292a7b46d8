import CCharConversion
import LinearAlgebra
import Testing

private struct Reading: Equatable {
  var rowCount = 0
  var length = 0
  var isASCII = true
  var hasDoubledQuotes = false
  var numbers: [UInt64] = []
  var places: [UInt32] = []
  var largeIntegers: [UInt32] = []
}

private typealias Reader =
  @convention(c) (
    UnsafePointer<CChar>?, Int, UnsafePointer<aepca_row_format>?, UnsafePointer<aepca_row_cells>?
  ) -> aepca_plain_rows

/// Three columns, of which the first two are numbers and the third is text.
private func read(_ text: [UInt8], decimal: String, _ reader: Reader) -> Reading {
  let capacity = 64
  var reading = Reading()
  var numbers = [Double](repeating: 0, count: 2 * capacity)
  var starts = [UInt32](repeating: 0, count: capacity)
  var ends = starts
  var large: [UInt32] = [.max, .max, .max]
  let uses: [UInt8] = [1, 1, 2]
  let places = [0, capacity, 0]
  let padded = text + [UInt8](repeating: UInt8(ascii: "7"), count: 64)
  unsafe uses.withUnsafeBufferPointer { uses in
    unsafe places.withUnsafeBufferPointer { places in
      var format = unsafe aepca_row_format(
        delimiter: CChar(UInt8(ascii: ";")), quote: CChar(UInt8(ascii: "\"")),
        decimal: CChar(decimal.utf8.first ?? 0), column_count: 3, uses: uses.baseAddress,
        words: nil,
        word_ends: nil, word_count: 0)
      unsafe numbers.withUnsafeMutableBufferPointer { numbers in
        unsafe starts.withUnsafeMutableBufferPointer { starts in
          unsafe ends.withUnsafeMutableBufferPointer { ends in
            unsafe large.withUnsafeMutableBufferPointer { large in
              var cells = unsafe aepca_row_cells(
                places: places.baseAddress, numbers: numbers.baseAddress,
                starts: starts.baseAddress, ends: ends.baseAddress, row_capacity: capacity,
                large_integers: large.baseAddress)
              let rows = unsafe padded.withUnsafeBytes {
                unsafe reader(
                  $0.baseAddress?.assumingMemoryBound(to: CChar.self), text.count, &format, &cells)
              }
              reading.rowCount = rows.count
              reading.length = rows.length
              reading.isASCII = rows.is_ascii
              reading.hasDoubledQuotes = rows.has_doubled_quotes
            }
          }
        }
      }
    }
  }
  for row in 0..<reading.rowCount {
    reading.numbers += [numbers[row].bitPattern, numbers[capacity + row].bitPattern]
    reading.places += [starts[row], ends[row]]
  }
  // What was noted of a row that then turned out not to be plain does not count.
  reading.largeIntegers = large.map { $0 < reading.rowCount ? $0 : .max }
  return reading
}

@Test func `vector code reads what its plain twin reads`() {
  var generator = SeededGenerator(seed: 4)
  func digits(_ count: Int) -> String {
    String((0..<count).map { _ in Character(String(generator.integer(below: 10))) })
  }
  func number() -> String {
    let sign = ["", "", "-", "+"][generator.integer(below: 4)]
    let whole = digits(generator.integer(below: 12))
    switch generator.integer(below: 6) {
    case 0: return sign + digits(1 + generator.integer(below: 22))
    case 1: return sign + whole + "." + digits(generator.integer(below: 14)) + "e-5"
    case 2:
      return ["", "NA", "nan", "-", " 7 ", "null", "0x1F", "inf", "1e5", "-.", "1..2"][
        generator.integer(below: 11)]
    default: return sign + whole + "." + digits(generator.integer(below: 14))
    }
  }
  var rowCount = 0
  var quotedCount = 0
  for round in 0..<20_000 {
    var text = ""
    for _ in 0..<1 + generator.integer(below: 8) {
      let words = [
        "", "a", "it is long enough to reach into the next vector", "é", "\"\"", "\"a;b\"",
        "\"a \"\"long\"\" word; long enough to reach into the next vector, and one more\"",
        "\"\"\"\"", "\"", "\r", "\"a\nb\"", "\"a\"b", "a\"b\"", "\0",
      ]
      let word = words[generator.integer(below: round % 4 == 0 ? words.count : 8)]
      let first = generator.integer(below: 5) == 0 ? "\"\(number())\"" : number()
      let fields = [first, number(), word] + (generator.integer(below: 40) == 0 ? ["x"] : [])
      text += fields.joined(separator: ";")
      text += ["\n", "\r\n", "\n", ""][generator.integer(below: round % 4 == 0 ? 4 : 3)]
    }
    if round % 3 == 0 { text = String(text.map { $0 == "." ? "," : $0 }) }
    let decimal = round % 3 == 0 ? "," : "."
    let bytes = Array(text.utf8)
    let found = unsafe read(bytes, decimal: decimal, aepca_read_plain_rows)
    let expected = unsafe read(bytes, decimal: decimal, aepca_read_plain_rows_portable)
    #expect(found.rowCount == expected.rowCount, "\(text.debugDescription)")
    #expect(found.length == expected.length, "\(text.debugDescription)")
    #expect(found.numbers == expected.numbers, "\(text.debugDescription)")
    #expect(found.places == expected.places, "\(text.debugDescription)")
    if found.rowCount > 0 { quotedCount += expected.hasDoubledQuotes ? 1 : 0 }
    #expect(found.largeIntegers == expected.largeIntegers, "\(text.debugDescription)")
    if found.rowCount > 0 && expected.isASCII == false { #expect(!found.isASCII) }
    rowCount += found.rowCount
  }
  // Else the test would show little.
  #expect(rowCount > 10_000)
  #expect(quotedCount > 1_000)
}

@Test func `numbers are converted to the nearest Float64`() {
  var generator = SeededGenerator(seed: 5)
  for _ in 0..<50_000 {
    let whole = (0..<generator.integer(below: 11)).map { _ in "\(generator.integer(below: 10))" }
    let rest = (0..<1 + generator.integer(below: 10)).map { _ in "\(generator.integer(below: 10))" }
    let text = whole.joined() + "." + rest.joined()
    let reading = unsafe read(Array("\(text);1;\n".utf8), decimal: ".", aepca_read_plain_rows)
    #expect(reading.numbers.first == Double("0" + text)?.bitPattern, "\(text)")
  }
}

@Test func `doubled quotes are joined where they stand`() {
  var text = Array("\"a\";x\"\"y\"\";\"\"\"\"".utf8).map(CChar.init)
  let starts: [UInt32] = [1, 4, 11]
  let mark: UInt32 = 1 << 31
  var ends: [UInt32] = [2, 10 | mark, 13 | mark]
  unsafe aepca_join_doubled_quotes(
    &text, CChar(UInt8(ascii: "\"")), starts, &ends, starts.count)
  let cells = zip(starts, ends).map { start, end in
    String(decoding: text[Int(start)..<Int(end)].map(UInt8.init), as: UTF8.self)
  }
  #expect(cells == ["a", "x\"y\"", "\""])
}

@Test func `lines are counted outside quotes, empty ones not`() {
  func count(_ text: String, quote: String = "\"") -> Int {
    let bytes = Array(text.utf8).map(CChar.init(bitPattern:))
    return unsafe aepca_line_count(bytes, bytes.count, CChar(quote.utf8.first ?? 0))
  }
  #expect(count("") == 0)
  #expect(count("a,b\n1,2\n") == 2)
  #expect(count("a,b\n1,2") == 2)
  #expect(count("a\n\n\nb\n\n") == 2)
  #expect(count("\"a\nb\",c\n1,2\n") == 2)
  #expect(count("\"a\nb\",c\n1,2\n", quote: "") == 3)
  let long = (0..<1000).map { "\"row \($0)\n\",\($0)\n" }
  #expect(count(long.joined()) == 1000)
}
