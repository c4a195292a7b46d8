/// A file's first records under one dialect.
struct DialectTrial {
  private let records: [(line: Int, record: LenientRecords.Record)]
  /// How many fields most records have.
  let columnCount: Int
  /// From 0 to 1: how well the records agree, and how simple their cells are.
  let score: Double
  let faultCount: Int

  /// - Parameter columnCount: How many fields most records are known to have; found without it.
  init(
    _ all: [(line: Int, record: LenientRecords.Record)], skipped: Int, columnCount known: Int? = nil
  ) {
    records = all.filter { $0.line >= skipped && !$0.record.isEmptyLine }
    var counts: [Int: Int] = [:]
    for (_, record) in records { counts[record.fields.count, default: 0] += 1 }
    // Of several as frequent the widest: a preamble is narrow.
    let mode = counts.max { ($0.value, $0.key) < ($1.value, $1.key) }
    columnCount = known ?? mode?.key ?? 1
    let columnCount = columnCount
    faultCount = records.count { $0.record.isMalformed || $0.record.fields.count != columnCount }
    let first = records.firstIndex { $0.record.fields.count == columnCount } ?? 0
    let body = records[first...]
    guard columnCount > 1, !body.isEmpty else {
      score = 0
      return
    }
    let share =
      Double(body.count { $0.record.fields.count == columnCount }) / Double(body.count)
    var simple = 0.0
    var cellCount = 0.0
    for (_, record) in body where record.fields.count == columnCount {
      for (field, isQuoted) in zip(record.fields, record.isQuoted) {
        cellCount += 1
        simple += isQuoted ? 1 : CellShape(field).simplicity
      }
    }
    let narrow = 1 - 0.1 / Double(columnCount)
    score = share * share * (simple / max(1, cellCount)) * narrow
  }

  /// Whether every record has as many fields, the header's too, and a third of the others' cells are
  /// numbers, dates or quoted.
  var isMostlyTyped: Bool {
    guard let first = records.first, first.record.fields.count == columnCount else { return false }
    var typed = 0
    var count = 0
    for (_, record) in records.dropFirst() {
      for (field, isQuoted) in zip(record.fields, record.isQuoted) {
        count += 1
        if isQuoted || CellShape(field).isTyped(decimal: UInt8(ascii: ".")) { typed += 1 }
      }
    }
    return count > 0 && 3 * typed >= count
  }

  /// `#` where every line that begins with it is not a record like the others.
  var foundComment: UInt8? {
    let mark = UInt8(ascii: "#")
    let marked = records.filter { $0.record.fields[0].first == mark && !$0.record.isQuoted[0] }
    guard !marked.isEmpty, columnCount > 1 else { return nil }
    return marked.allSatisfy { $0.record.fields.count != columnCount } ? mark : nil
  }

  /// The lines before the header, of a table of three columns or more.
  ///
  /// Each has few cells that are filled in. A first row with nearly as many fields as the others is no
  /// such line: rather is something wrong with it.
  func preambleLines(_ comment: UInt8?) -> Int {
    guard columnCount >= 3 else { return 0 }
    func filledCount(_ record: LenientRecords.Record) -> Int { record.fields.count { !$0.isEmpty } }
    let header = records.firstIndex { _, record in
      record.fields.count == columnCount && filledCount(record) > 1
    }
    guard let header, header > 0 else { return 0 }
    let before = records[..<header].filter { _, record in
      comment == nil || record.fields[0].first != comment
    }
    let few = max(1, columnCount / 4)
    guard !before.isEmpty, before.allSatisfy({ filledCount($0.record) <= few }) else { return 0 }
    // A table of ragged rows alone has no preamble.
    let like = records.count { $0.record.fields.count == columnCount }
    return 2 * like > records.count ? records[header].line : 0
  }

  /// The records of the table's width, and the first one even where it is a little wider or narrower.
  func table(from line: Int, comment: UInt8?) -> SampleTable {
    let own = records.filter { $0.line >= line }
      .filter { comment == nil || $0.record.fields[0].first != comment }
    let rows = own.enumerated().filter { place, row in
      let difference = abs(row.record.fields.count - columnCount)
      return difference == 0 || (place == 0 && difference <= max(1, columnCount / 4))
    }
    return SampleTable(rows: rows.map(\.element), columnCount: columnCount)
  }
}
