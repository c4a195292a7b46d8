import LinearAlgebra
import Tables
import Testing

func date(_ text: String) -> (format: DateFormat, days: Double)? {
  DateFormat.read(text.utf8Span.span)
}

/// Days by Python's datetime.date(…).toordinal() - 719163.
@Test(arguments: [
  ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11016), ("1900-03-01", -25508),
  ("0001-01-01", -719_162), ("9999-12-31", 2_932_896), ("2024-12-31", 20088),
  ("2024/12/31", 20088), ("31.12.2024", 20088),
])
func `days are counted from 1970`(text: String, days: Double) throws {
  let read = try #require(date(text))
  #expect(read.days == days)
  #expect(read.format.text(days) == text)
}

@Test(arguments: [
  ("1970-01-01T12:00", 0.5, "YYYY-MM-DDTHH:MM"),
  ("1970-01-02 06:00:00", 1.25, "YYYY-MM-DD HH:MM:SS"),
  ("1969-12-31T18:00:00.000Z", -0.25, "YYYY-MM-DDTHH:MM:SS.fffZ"),
  ("01.01.1970 00:00Z", 0, "DD.MM.YYYY HH:MMZ"),
  ("1970/01/01T00:00:00.5", 0.5 / 86400, "YYYY/MM/DDTHH:MM:SS.f"),
])
func `times of day are parts of a day`(text: String, days: Double, pattern: String) throws {
  let read = try #require(date(text))
  #expect(read.days == days)
  #expect(read.format.rawValue == pattern)
  #expect(DateFormat(rawValue: pattern) == read.format)
  #expect(read.format.text(days) == text)
}

@Test(arguments: [
  "", "2024", "2024-1-1", "2024-13-01", "2024-00-10", "2024-02-30", "2023-02-29", "1900-02-29",
  "2024-04-31", "2024-01-00", "0000-01-01", "2024-01/01", "20240101", "24-01-2024", "32.01.2024",
  "2024-01-01T", "2024-01-01T24:00", "2024-01-01T12:60", "2024-01-01T12:00:60", "2024-01-01T1200",
  "2024-01-01T12:00:00.", "2024-01-01T12:00:00.1234567", "2024-01-01T12:00+01:00", "2024-01-01Z",
  "2024-01-01x12:00", "2024-01-0a", "2024-01-01T12:00:00,5", "-024-01-01", "2024-01-01T12:00:",
])
func `what is no date is not read as one`(text: String) {
  #expect(date(text) == nil)
}

@Test(arguments: [
  "", "YYYY", "YYYY-MM-DDx", "YYYY-MM-DDTHH", "YYYY-MM-DDTHH:MM.f", "YYYY-MM-DDTHH:MM:SS.",
  "YYYY-MM-DDTHH:MM:SS.fffffff", "YYYY-MM-DDTHH:MM:SSff", "YYYY-MM-DDZ",
])
func `a pattern that is none is refused`(pattern: String) {
  #expect(DateFormat(rawValue: pattern) == nil)
}

@Test func `random times written are read back as the same`() throws {
  var generator = SeededGenerator(seed: 4)
  for day in [DateFormat.Day.yearMonthDay, .yearMonthDaySlashes, .dayMonthYear] {
    for digits in -2...6 {
      let clock = DateFormat.Clock(
        separator: UInt8(ascii: digits % 2 == 0 ? "T" : " "), hasSeconds: digits >= 0,
        fractionDigits: max(digits, 0), hasZone: digits > 3)
      let format = DateFormat(day: day, clock: digits == -2 ? nil : clock)
      #expect(DateFormat(rawValue: format.rawValue) == format)
      for _ in 0..<200 {
        // From 1800 to 2140, where microseconds hold.
        let days = generator.uniform() * 124_000 - 62_000
        let text = format.text(days)
        let read = format.days(text.utf8Span.span) ?? .nan
        #expect(format.text(read) == text)
        #expect(abs(read - days) <= 0.5)
      }
    }
  }
}

@Test func `days out of range are written as the nearest that is not`() {
  let format = DateFormat(day: .yearMonthDay)
  #expect(format.text(-1e9) == "0001-01-01")
  #expect(format.text(1e300) == "9999-12-31")
  #expect(format.text(.nan) == "")
  #expect(format.text(0.4) == "1970-01-01")
  #expect(format.text(-0.6) == "1969-12-31")
  #expect(DateFormat(rawValue: "YYYY-MM-DDTHH:MM")?.text(1e300) == "9999-12-31T23:59")
}
