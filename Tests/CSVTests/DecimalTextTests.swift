import CSV
import Testing

func value(_ text: String) -> Double? { DecimalText.value(of: text.utf8Span.span) }

@Test(arguments: [
  ("1", 1), ("-1", -1), ("+1", 1), (".5", 0.5), ("1.", 1), ("+.5", 0.5), ("-.5e1", -5),
  ("1e5", 1e5), ("1E+05", 1e5), ("0.1", 0.1), ("007", 7), ("123456789012345678901234567890", 0x1p0),
  ("5e-324", .leastNonzeroMagnitude), ("1e-400", 0),
  ("1.7976931348623157e308", .greatestFiniteMagnitude),
])
func `every spelling of a number is read`(text: String, expected: Double) {
  // Swift's own parser, correctly rounded too, tells the long one.
  #expect(value(text) == (text.count > 25 ? Double(text) : expected))
}

@Test func `negative zero keeps its sign`() {
  #expect(value("-0.0")?.sign == .minus)
  #expect(value("-1e-400")?.sign == .minus)
}

@Test(arguments: [
  "", " 1", "1 ", "+", "-", ".", "e5", "1e", "+-1", "-+1", "++1", "1,5", "1_000", "0x1F", "nan",
  "-nan", "inf", "+inf", "-Infinity", "1e400", "-1e400", "1.2.3", "1f", "nan(1)",
])
func `anything else is no number`(text: String) {
  #expect(value(text) == nil)
}

@Test func `numbers that no Double holds are known as such`() {
  func isInfinite(_ text: String) -> Bool { DecimalText.isInfinite(text.utf8Span.span) }
  for text in ["inf", "-INF", "+Infinity", "1e400", "-1e400", "+1e999"] {
    #expect(isInfinite(text), "\(text)")
  }
  for text in ["", "1", "1e-400", "nan", "info", "0x1F", "+-inf", "-"] {
    #expect(!isInfinite(text), "\(text)")
  }
}
