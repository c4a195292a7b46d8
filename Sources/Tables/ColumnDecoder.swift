import CSV

/// Reads the cells of a column whose kind is known.
struct ColumnDecoder: Sendable {
  private let schema: ColumnSchema
  private let missing: MissingWords
  private let levels: TextDictionary
  private var unseenCount = 0
  private var firstUnseen = ""
  private var large = LargeIntegers()
  private let syntax: NumberSyntax

  init(_ schema: ColumnSchema, missing: MissingWords, syntax: NumberSyntax) {
    self.syntax = syntax
    self.schema = schema
    self.missing = missing
    levels = TextDictionary(schema.levels)
  }

  var notes: [String] { [unseenNote, large.note(column: schema.name)].compactMap(\.self) }

  private var unseenNote: String? {
    guard unseenCount > 0 else { return nil }
    let cells = unseenCount == 1 ? "1 cell" : "\(unseenCount) cells"
    return "column '\(schema.name)': \(cells) taken as missing, because the model has not seen"
      + " their category (first: '\(firstUnseen)')"
  }

  /// What is to be read of the column.
  var use: CellPlan.Use { schema.kind == .number && syntax.isPlain ? .number : .text }

  /// Adds what was noted of later rows.
  ///
  /// - Parameter line: Where their lines are counted from.
  mutating func append(notesOf later: ColumnDecoder, line: Int) {
    if unseenCount == 0 { firstUnseen = later.firstUnseen }
    unseenCount += later.unseenCount
    if let first = later.large.firstLine { large.note(line: line + first) }
  }

  mutating func noteLargeInteger(line: Int) { large.note(line: line) }

  mutating func decode(
    _ cells: some CellSequence, of bytes: Span<UInt8>, path: String
  ) throws(TableError) -> ColumnValues {
    switch schema.kind {
    case .number: .numbers(try numbers(cells, bytes, path))
    case .date: .numbers(try dates(cells, bytes, path))
    case .category, .boolean: .codes(codes(cells, bytes))
    case .identifier, .text: .texts(texts(cells, bytes))
    }
  }

  private func isMissing(_ cell: Span<UInt8>) -> Bool {
    missing.contains(cell.extracting(trimmed(cell))) || missing.isExtra(cell)
  }

  private mutating func numbers(
    _ cells: some CellSequence, _ bytes: Span<UInt8>, _ path: String
  ) throws(TableError) -> [Double] {
    var numbers: [Double] = []
    numbers.reserveCapacity(cells.count)
    for row in 0..<cells.count {
      let cell = bytes.extracting(cells.range(row))
      if missing.extra.isEmpty, let number = syntax.value(of: cell) {
        if abs(number) >= 0x1p53, syntax.isInteger(cell) { large.note(line: cells.line(row)) }
        numbers.append(number)
        continue
      }
      let inner = cell.extracting(trimmed(cell))
      if isMissing(cell) || isDash(inner) {
        numbers.append(.nan)
      } else if let number = syntax.value(of: inner) {
        numbers.append(number)
      } else {
        let found = inner.string
        let problem: TableError.Problem =
          syntax.isInfinite(inner) ? .notFinite(found: found) : .notANumber(found: found)
        throw error(problem, path, cells.line(row))
      }
    }
    return numbers
  }

  private func dates(
    _ cells: some CellSequence, _ bytes: Span<UInt8>, _ path: String
  ) throws(TableError) -> [Double] {
    let format = schema.dateFormat ?? DateFormat(day: .yearMonthDay)
    var dates: [Double] = []
    dates.reserveCapacity(cells.count)
    for row in 0..<cells.count {
      let cell = bytes.extracting(cells.range(row))
      let inner = cell.extracting(trimmed(cell))
      if isMissing(cell) {
        dates.append(.nan)
      } else if let days = format.days(inner) {
        dates.append(days)
      } else {
        throw error(
          .notADate(found: inner.string, format: format.rawValue), path, cells.line(row))
      }
    }
    return dates
  }

  private mutating func codes(_ cells: some CellSequence, _ bytes: Span<UInt8>) -> [Int32] {
    var codes: [Int32] = []
    codes.reserveCapacity(cells.count)
    for row in 0..<cells.count {
      let cell = bytes.extracting(cells.range(row))
      if let level = levels.find(cell), !missing.isExtra(cell) {
        codes.append(Int32(level))
      } else {
        if !isMissing(cell) {
          if unseenCount == 0 { firstUnseen = cell.string }
          unseenCount += 1
        }
        codes.append(-1)
      }
    }
    return codes
  }

  private func texts(_ cells: some CellSequence, _ bytes: Span<UInt8>) -> [String?] {
    var texts: [String?] = []
    texts.reserveCapacity(cells.count)
    for row in 0..<cells.count {
      let cell = bytes.extracting(cells.range(row))
      texts.append(isMissing(cell) ? nil : cell.string)
    }
    return texts
  }

  private func error(_ problem: TableError.Problem, _ path: String, _ line: Int) -> TableError {
    TableError(problem, path: path, line: line, column: schema.name, isKindFixed: true)
  }
}
