import Evaluation

/// A number with four digits after the point, for people.
package func shortDecimal(_ value: Double, digits: Int = 4) -> String {
  guard value.isFinite else { return "\(value)" }
  var power = 1.0
  for _ in 0..<digits { power *= 10 }
  let scaled = (abs(value) * power).rounded()
  guard scaled < 1e15 else { return "\(value)" }
  let whole = Int(scaled)
  let sign = value < 0 && whole > 0 ? "-" : ""
  if digits == 0 { return sign + "\(whole)" }
  let fraction = String(whole % Int(power))
  let padding = String(repeating: "0", count: digits - fraction.count)
  return sign + "\(whole / Int(power)).\(padding)\(fraction)"
}

/// A number with four digits after the point, or none where it is whole.
package func plainDecimal(_ value: Double) -> String {
  Int(exactly: value).map(String.init) ?? shortDecimal(value)
}

/// A number and its noun, the latter in the plural where it belongs: 1 row, 2 rows.
package func counted(_ count: Int, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}

/// A whole number with thin groups of three digits: 1,437.
func grouped(_ number: Int) -> String {
  var digits = String(number.magnitude)
  var parts: [String] = []
  while digits.count > 3 {
    parts.insert(String(digits.suffix(3)), at: 0)
    digits = String(digits.dropLast(3))
  }
  return (number < 0 ? "-" : "") + ([digits] + parts).joined(separator: ",")
}

/// A number as English has it: two, twelve, 13.
func inWords(_ number: Int) -> String {
  let words = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve",
  ]
  return words.indices.contains(number) ? words[number] : "\(number)"
}

extension String {
  /// With the first letter in upper case.
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

extension Interval {
  /// The figure and half of its interval's width: `0.140 ± 0.020`.
  func text(digits: Int = 3, signed: Bool = false) -> String {
    (signed && value > 0 ? "+" : "") + shortDecimal(value, digits: digits) + " ± "
      + shortDecimal(halfWidth, digits: digits)
  }
}
