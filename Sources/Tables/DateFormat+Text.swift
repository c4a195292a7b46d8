extension DateFormat {
  /// Reads a date written in any of the ways known here.
  ///
  /// - Returns: The way, and days since 1970-01-01; nil when the text is no date.
  public static func read(_ text: Span<UInt8>) -> (format: DateFormat, days: Double)? {
    guard text.count >= 10 else { return nil }
    let format: DateFormat
    let date: (year: Int?, month: Int?, day: Int?)
    if text[4] == text[7] && (text[4] == UInt8(ascii: "-") || text[4] == UInt8(ascii: "/")) {
      let isDashed = text[4] == UInt8(ascii: "-")
      format = DateFormat(day: isDashed ? .yearMonthDay : .yearMonthDaySlashes)
      date = (number(text, 0..<4), number(text, 5..<7), number(text, 8..<10))
    } else if text[2] == UInt8(ascii: ".") && text[5] == UInt8(ascii: ".") {
      format = DateFormat(day: .dayMonthYear)
      date = (number(text, 6..<10), number(text, 3..<5), number(text, 0..<2))
    } else {
      return nil
    }
    guard let year = date.year, let month = date.month, let day = date.day, year >= 1,
      (1...12).contains(month), day >= 1, day <= Self.dayCount(year, month)
    else { return nil }
    let days = Double(Self.days(year, month, day))
    if text.count == 10 { return (format, days) }
    guard let (clock, time) = readClock(text) else { return nil }
    return (DateFormat(day: format.day, clock: clock), days + time)
  }

  /// Reads a date written in this way.
  public func days(_ text: Span<UInt8>) -> Double? {
    guard let (format, days) = Self.read(text), format == self else { return nil }
    return days
  }

  /// Writes a date, rounded to the unit that is shown; outside the years 1 to 9999, the nearest.
  ///
  /// - Returns: Nothing at all for NaN.
  public func text(_ days: Double) -> String {
    if days.isNaN { return "" }
    let first = Self.days(1, 1, 1)
    let last = Self.days(9999, 12, 31)
    let dayUnits = Int(Self.unitsPerDay(clock))
    var wholeDays = Int(min(max(days.rounded(.down), Double(first)), Double(last)))
    // The difference is exact: multiplying all the days would cost the last digit of microseconds.
    var units = Int((min(max(days - Double(wholeDays), 0), 1) * Double(dayUnits)).rounded())
    if units == dayUnits {
      (wholeDays, units) = wholeDays == last ? (last, dayUnits - 1) : (wholeDays + 1, 0)
    }
    let (year, month, day) = Self.date(wholeDays)
    let (years, months, days) = (Self.padded(year, 4), Self.padded(month, 2), Self.padded(day, 2))
    var text =
      switch self.day {
      case .yearMonthDay: "\(years)-\(months)-\(days)"
      case .yearMonthDaySlashes: "\(years)/\(months)/\(days)"
      case .dayMonthYear: "\(days).\(months).\(years)"
      }
    guard let clock else { return text }
    let minutes = units / (dayUnits / 1440)
    text += clock.separator == UInt8(ascii: "T") ? "T" : " "
    text += "\(Self.padded(minutes / 60, 2)):\(Self.padded(minutes % 60, 2))"
    if clock.hasSeconds {
      let fraction = dayUnits / 86_400
      text += ":\(Self.padded(units / fraction % 60, 2))"
      if clock.fractionDigits > 0 {
        text += ".\(Self.padded(units % fraction, clock.fractionDigits))"
      }
    }
    return clock.hasZone ? text + "Z" : text
  }

  private static func readClock(_ text: Span<UInt8>) -> (Clock, Double)? {
    let hasZone = text[text.count - 1] == UInt8(ascii: "Z")
    let end = hasZone ? text.count - 1 : text.count
    guard end >= 16, text[10] == UInt8(ascii: "T") || text[10] == UInt8(ascii: " "),
      text[13] == UInt8(ascii: ":"),
      let hour = number(text, 11..<13), let minute = number(text, 14..<16), hour < 24, minute < 60
    else { return nil }
    var clock = Clock(separator: text[10], hasSeconds: false, fractionDigits: 0, hasZone: hasZone)
    var units = hour * 60 + minute
    if end > 16 {
      guard end >= 19, text[16] == UInt8(ascii: ":"), let second = number(text, 17..<19),
        second < 60
      else { return nil }
      clock.hasSeconds = true
      units = units * 60 + second
    }
    if end > 19 {
      guard text[19] == UInt8(ascii: "."), (21...26).contains(end),
        let fraction = number(text, 20..<end)
      else { return nil }
      clock.fractionDigits = end - 20
      for _ in 20..<end { units *= 10 }
      units += fraction
    }
    return (clock, Double(units) / unitsPerDay(clock))
  }

  private static func unitsPerDay(_ clock: Clock?) -> Double {
    guard let clock else { return 1 }
    guard clock.hasSeconds else { return 1440 }
    return (0..<clock.fractionDigits).reduce(86_400) { units, _ in units * 10 }
  }

  private static func number(_ text: Span<UInt8>, _ range: Range<Int>) -> Int? {
    var value = 0
    for offset in range {
      let digit = text[offset] &- UInt8(ascii: "0")
      if digit > 9 { return nil }
      value = value * 10 + Int(digit)
    }
    return value
  }

  private static func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(width - digits.count, 0)) + digits
  }

  private static func dayCount(_ year: Int, _ month: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Years begin in March, so that the leap day ends them, and come in eras of 400 (146,097 days).
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let marchYear = month > 2 ? year : year - 1
    let (era, yearOfEra) = marchYear.quotientAndRemainder(dividingBy: 400)
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    // 1970-01-01 is day 719,468 from 0000-03-01.
    return era * 146_097 + dayOfEra - 719_468
  }

  private static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
    let (era, dayOfEra) = (days + 719_468).quotientAndRemainder(dividingBy: 146_097)
    let leapDays = dayOfEra / 1460 - dayOfEra / 36_524 + dayOfEra / 146_096
    let yearOfEra = (dayOfEra - leapDays) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }
}
