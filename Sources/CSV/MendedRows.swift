/// Records that were padded or cut to the number of fields of the first.
public struct MendedRows: Sendable, Equatable {
  /// Records with too few fields.
  public private(set) var paddedCount = 0
  /// The line of the first of them.
  public private(set) var firstPaddedLine: Int?
  /// Records with too many fields.
  public private(set) var cutCount = 0
  /// The line of the first of them.
  public private(set) var firstCutLine: Int?
  /// Records left out because they had too few or too many fields.
  public private(set) var skippedCount = 0
  /// The line of the first of them.
  public private(set) var firstSkippedLine: Int?

  mutating func pad(line: Int) {
    paddedCount += 1
    firstPaddedLine = firstPaddedLine ?? line
  }

  mutating func cut(line: Int) {
    cutCount += 1
    firstCutLine = firstCutLine ?? line
  }

  mutating func skip(line: Int) {
    skippedCount += 1
    firstSkippedLine = firstSkippedLine ?? line
  }

  /// Adds what was done further on in the file, whose lines were counted from `line`.
  package mutating func append(_ later: MendedRows, line: Int) {
    paddedCount += later.paddedCount
    firstPaddedLine = firstPaddedLine ?? later.firstPaddedLine.map { $0 + line }
    cutCount += later.cutCount
    firstCutLine = firstCutLine ?? later.firstCutLine.map { $0 + line }
    skippedCount += later.skippedCount
    firstSkippedLine = firstSkippedLine ?? later.firstSkippedLine.map { $0 + line }
  }

  /// One sentence for each kind, for people.
  public var notes: [String] {
    func note(_ count: Int, _ line: Int?, _ fault: String, _ remedy: String) -> String? {
      guard let line else { return nil }
      return count == 1
        ? "line \(line) had too \(fault) fields and was \(remedy)"
        : "\(count) rows had too \(fault) fields and were \(remedy), the first on line \(line)"
    }
    return [
      note(paddedCount, firstPaddedLine, "few", "padded with empty ones"),
      note(cutCount, firstCutLine, "many", "cut"),
      note(skippedCount, firstSkippedLine, "few or too many", "left out"),
    ].compactMap(\.self)
  }
}
