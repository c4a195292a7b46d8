/// How dates are written in a column: always the same way, so that they can be written back.
///
/// As days since 1970-01-01 in a `Double` a date is exact, a time of day exact to the millisecond
/// in all years, and to the microsecond from 1800 to 2140.
public struct DateFormat: Sendable, Equatable {
  public enum Day: Sendable, Equatable {
    /// 2024-03-31
    case yearMonthDay
    /// 2024/03/31
    case yearMonthDaySlashes
    /// 31.03.2024
    case dayMonthYear
  }

  public struct Clock: Sendable, Equatable {
    /// "T" or a blank, between day and time.
    public var separator: UInt8
    public var hasSeconds: Bool
    /// Digits after the second's point, 0 to 6.
    public var fractionDigits: Int
    /// Whether "Z" stands at the end.
    public var hasZone: Bool

    public init(separator: UInt8, hasSeconds: Bool, fractionDigits: Int, hasZone: Bool) {
      precondition((0...6).contains(fractionDigits), "a second has 0 to 6 digits here")
      precondition(hasSeconds || fractionDigits == 0, "only seconds have fractions")
      self.separator = separator
      self.hasSeconds = hasSeconds
      self.fractionDigits = fractionDigits
      self.hasZone = hasZone
    }
  }

  public var day: Day
  public var clock: Clock?

  public init(day: Day, clock: Clock? = nil) {
    self.day = day
    self.clock = clock
  }
}

extension DateFormat: RawRepresentable, Codable {
  /// Written as a pattern: `YYYY-MM-DD`, `DD.MM.YYYY HH:MM`, `YYYY-MM-DDTHH:MM:SS.fffZ`.
  public init?(rawValue: String) {
    let days: [(String, Day)] = [
      ("YYYY-MM-DD", .yearMonthDay), ("YYYY/MM/DD", .yearMonthDaySlashes),
      ("DD.MM.YYYY", .dayMonthYear),
    ]
    guard let (pattern, day) = days.first(where: { rawValue.hasPrefix($0.0) }) else { return nil }
    self.day = day
    var rest = Array(rawValue.utf8.dropFirst(pattern.utf8.count))
    guard let separator = rest.first else { return }
    rest.removeFirst()
    let hasZone = rest.last == UInt8(ascii: "Z")
    if hasZone { rest.removeLast() }
    guard separator == UInt8(ascii: "T") || separator == UInt8(ascii: " "),
      rest.starts(with: "HH:MM".utf8)
    else { return nil }
    rest.removeFirst(5)
    let hasSeconds = rest.starts(with: ":SS".utf8)
    if hasSeconds { rest.removeFirst(3) }
    if rest.count == 1 || rest.count > 7 || !hasSeconds && !rest.isEmpty { return nil }
    for (index, byte) in rest.enumerated()
    where byte != (index == 0 ? UInt8(ascii: ".") : UInt8(ascii: "f")) {
      return nil
    }
    clock = Clock(
      separator: separator, hasSeconds: hasSeconds, fractionDigits: max(rest.count - 1, 0),
      hasZone: hasZone)
  }

  public var rawValue: String {
    var text =
      switch day {
      case .yearMonthDay: "YYYY-MM-DD"
      case .yearMonthDaySlashes: "YYYY/MM/DD"
      case .dayMonthYear: "DD.MM.YYYY"
      }
    guard let clock else { return text }
    text += clock.separator == UInt8(ascii: "T") ? "THH:MM" : " HH:MM"
    if clock.hasSeconds { text += ":SS" }
    if clock.fractionDigits > 0 {
      text += "." + String(repeating: "f", count: clock.fractionDigits)
    }
    return clock.hasZone ? text + "Z" : text
  }
}
