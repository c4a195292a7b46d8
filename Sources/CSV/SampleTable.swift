/// The records of a sample that have as many fields as most; the first may have a few more or less.
struct SampleTable {
  private let rows: [LenientRecords.Record]
  /// Where each begins, from 0.
  private let lines: [Int]
  private let columnCount: Int

  init(rows: [(line: Int, record: LenientRecords.Record)], columnCount: Int) {
    self.rows = rows.map(\.record)
    lines = rows.map(\.line)
    self.columnCount = columnCount
  }

  /// Whether every field but the first of each row begins with a blank, so that blanks belong to the delimiter.
  ///
  /// Fields in quotes say nothing: blanks in front of them are no text anyway. Nor does the header of a longer table.
  var hasBlanksInFront: Bool {
    var count = 0
    for row in rows.dropFirst(rows.count > 2 ? 1 : 0) {
      for (field, isQuoted) in zip(row.fields, row.isQuoted).dropFirst() where !isQuoted {
        guard field.first == 0x20 else { return false }
        count += 1
      }
    }
    return rows.count > 1 && count > 1
  }

  /// The comma where a column's numbers are written with it, and no column's with the dot.
  func foundDecimal(_ delimiter: UInt8) -> UInt8 {
    let dot = UInt8(ascii: ".")
    guard rows.count > 1 else { return dot }
    var hasComma = false
    for column in 0..<columnCount {
      var commaCount = 0
      var isThousands = true
      var isNumbers = true
      for row in rows.dropFirst() where isNumbers {
        let shape = CellShape(row.fields[column])
        switch shape.kind {
        case .empty, .integer: break
        case .commaNumber(let places):
          commaCount += 1
          if places != 3 { isThousands = false }
        case .dotNumber: return dot
        default: isNumbers = false
        }
      }
      // "1,234" in a file that commas delimit is more likely a thousand.
      if isNumbers && commaCount > 0 && !(isThousands && delimiter == UInt8(ascii: ",")) {
        hasComma = true
      }
    }
    return hasComma ? UInt8(ascii: ",") : dot
  }

  /// No header where the first row has numbers or dates in every column that has them below.
  ///
  /// Of a first row with too few or too many fields it is not known which stand below which: it has as many numbers and
  /// dates as half of those columns then.
  func foundHeader(decimal: UInt8) -> Bool {
    guard let first = rows.first, rows.count > 1, !isCounting(first) else { return true }
    let typedColumns = (0..<columnCount).filter { column in
      let shapes = rows.dropFirst().map { CellShape($0.fields[column]) }.filter { !$0.isMissing }
      let typed = shapes.count { $0.isTyped(decimal: decimal) }
      return !shapes.isEmpty && 10 * typed >= 9 * shapes.count
    }
    guard first.fields.count == columnCount else {
      let typed = first.fields.count { CellShape($0).isTyped(decimal: decimal) }
      return typedColumns.isEmpty || 2 * typed < typedColumns.count
    }
    let names = typedColumns.map { CellShape(first.fields[$0]) }.filter { !$0.isMissing }
    return names.isEmpty || names.contains { !$0.isTyped(decimal: decimal) }
  }

  /// The names and the last line of a header of two to four lines; nil where it has one.
  ///
  /// A row under the first belongs to the header where two or more columns are numbers or dates below
  /// it, and its cells in all such columns are texts that do not come again, or empty. Units of measurement are
  /// written so, and names below the headings of groups. The lines' texts are joined by a blank.
  func foundHeaderLines(decimal: UInt8) -> (names: [String], lastLine: Int)? {
    func isTyped(_ cell: [UInt8]) -> Bool { CellShape(cell).isTyped(decimal: decimal) }
    guard rows.count >= 6, let last = rows.last,
      zip(rows[1].fields, last.fields).count(where: { !isTyped($0) && isTyped($1) }) >= 2
    else { return nil }
    for count in stride(from: 4, through: 2, by: -1) where rows.count >= 3 * count {
      let body = rows[count...]
      let typed = (0..<columnCount).filter { column in
        let cells = body.map { CellShape($0.fields[column]) }.filter { !$0.isMissing }
        return 2 * cells.count > body.count && cells.allSatisfy { $0.isTyped(decimal: decimal) }
      }
      guard typed.count >= 2 else { continue }
      let isHeader = rows[1..<count].allSatisfy { row in
        let cells = typed.map { row.fields[$0] }.filter { !CellShape($0).isMissing }
        return cells.count >= 2 && !cells.contains(where: isTyped)
      }
      let isPlain =
        rows[0].fields.count == columnCount && !rows[..<count].contains(where: \.spansLines)
      guard isHeader, isPlain else { continue }
      let names = (0..<columnCount).map { column in
        rows[..<count].map { $0.fields[column].trimmedText }.filter { !$0.isEmpty }
          .joined(separator: " ")
      }
      return (names, lines[count - 1])
    }
    return nil
  }
}

/// Whether a row counts up by one, as names do that a program has made.
private func isCounting(_ row: LenientRecords.Record) -> Bool {
  let numbers = row.fields.map { Int(String(decoding: $0, as: UTF8.self)) }
  return numbers.count > 1
    && zip(numbers, numbers.dropFirst()).allSatisfy { first, second in
      first.map { second == $0 + 1 } ?? false
    }
}
