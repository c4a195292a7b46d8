import CCharConversion
import Glibc
import LinearAlgebra
import Testing

/// What one of the writers of numbers writes.
private func text<Scalar>(
  _ number: Scalar, by write: (Scalar, UnsafeMutablePointer<CChar>?) -> Int
) -> String {
  var buffer = [CChar](repeating: 0, count: Int(AEPCA_NUMBER_TEXT_CAPACITY))
  let count = unsafe write(number, &buffer)
  return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

private func text(_ number: Double) -> String {
  unsafe text(number, by: aepca_text_from_double)
}
private func text(_ number: Float) -> String { unsafe text(number, by: aepca_text_from_float) }

/// The digits of a number's text, without what only says where they stand.
private func digits(_ text: String) -> String {
  let mantissa = text.lowercased().prefix { $0 != "e" }.filter(\.isNumber)
  let inner = mantissa.drop { $0 == "0" }.reversed().drop { $0 == "0" }
  return String(inner.reversed())
}

@Test func `numbers are laid out as people write them`() {
  let expected: [(Double, String)] = [
    (0, "0"), (-0.0, "-0"), (1, "1"), (-12, "-12"), (100_000, "100000"), (0.1, "0.1"),
    (1.5, "1.5"), (-1234.5678, "-1234.5678"), (0.001, "0.001"), (0.0001, "1e-04"),
    (0.00012, "0.00012"), (1.25e-7, "1.25e-07"), (1e-300, "1e-300"),
    (.leastNonzeroMagnitude, "5e-324"),
    (999_999_999_999_999, "999999999999999"), (1e15, "1e+15"), (1e22, "1e+22"),
    (.greatestFiniteMagnitude, "1.7976931348623157e+308"), (1 / 3, "0.3333333333333333"),
  ]
  for (number, wanted) in expected { #expect(text(number) == wanted) }
}

/// Swift's own description has the shortest digits too, by another algorithm (SwiftDtoa).
@Test func `random numbers read back to themselves from the shortest digits`() {
  var generator = SeededGenerator(seed: 6)
  for _ in 0..<100_000 {
    let number = Double(bitPattern: generator.next())
    if number.isFinite {
      #expect(Double(text(number)) == number)
      // Larger numbers may be written in full.
      if abs(number) < 1e15 { #expect(digits(text(number)) == digits(number.description)) }
    }
    let small = Double(Int(generator.next() >> 44)) / 1000
    #expect(Double(text(small)) == small)
    #expect(digits(text(small)) == digits(small.description))
    let single = Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
    if single.isFinite {
      #expect(Float(text(single)) == single)
      // Larger whole numbers are written in full.
      if abs(single) < 1e7 { #expect(digits(text(single)) == digits(single.description)) }
    }
  }
}

/// Numbers of every size and of every number of digits, written in three ways: also those that lie halfway
/// between two decimal numbers, and the powers of two, of which less reads back from below than from above.
@Test func `numbers are written as the standard library writes them`() {
  var generator = SeededGenerator(seed: 7)
  var numbers: [Double] = []
  for _ in 0..<50_000 {
    let bits = generator.next()
    let tenths = Double(generator.next() >> (20 + bits % 40))
    numbers.append(Double(bitPattern: bits))
    numbers.append(Double(bits >> 11) * 0x1p-53 * 10 - 5)
    for place in 0..<8 where bits % 8 == place { numbers.append(tenths / pow(10, Double(place))) }
    // Eighths of large numbers have a five to be rounded off.
    numbers.append(Double(bits >> 11) / 8)
    numbers.append(Double(sign: .plus, exponent: Int(bits % 2098) - 1074, significand: 1))
  }
  for number in numbers where number.isFinite {
    let expected = unsafe text(number, by: aepca_text_from_double_reference)
    let portable = unsafe text(number, by: aepca_text_from_double_portable)
    let single = Float(number)
    let singleExpected = unsafe text(single, by: aepca_text_from_float_reference)
    if text(number) != expected || portable != expected || text(single) != singleExpected {
      Issue.record("\(number.debugDescription) is written as \(text(number)) and \(text(single))")
    }
  }
}
