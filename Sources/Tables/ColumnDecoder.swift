import CSV

/// Reads the cells of a column whose kind is known.
struct ColumnDecoder {
  private let schema: ColumnSchema
  private let missing: MissingWords
  private let levels: TextDictionary
  private var unseenCount = 0
  private var firstUnseen = ""

  init(_ schema: ColumnSchema, missing: MissingWords) {
    self.schema = schema
    self.missing = missing
    levels = TextDictionary(schema.levels)
  }

  var note: String? {
    guard unseenCount > 0 else { return nil }
    let cells = unseenCount == 1 ? "1 cell" : "\(unseenCount) cells"
    return "column '\(schema.name)': \(cells) taken as missing, because the model has not seen"
      + " their category (first: '\(firstUnseen)')"
  }

  mutating func decode(
    _ block: RecordBlock, column: Int, path: String
  ) throws(TableError) -> Column {
    let values: ColumnValues
    switch schema.kind {
    case .number: values = .numbers(try numbers(block, column, path))
    case .date: values = .numbers(try dates(block, column, path))
    case .category, .boolean: values = .codes(codes(block, column))
    case .identifier, .text: values = .texts(texts(block, column))
    }
    return Column(schema: schema, values: values)
  }

  private func isMissing(_ cell: Span<UInt8>) -> Bool {
    missing.contains(cell.extracting(trimmed(cell))) || missing.isExtra(cell)
  }

  private func numbers(
    _ block: RecordBlock, _ column: Int, _ path: String
  ) throws(TableError) -> [Double] {
    let bytes = block.bytes.span
    var numbers: [Double] = []
    numbers.reserveCapacity(block.recordCount)
    for record in 0..<block.recordCount {
      let cell = bytes.extracting(block.range(record, column))
      if missing.extra.isEmpty, let number = DecimalText.value(of: cell) {
        numbers.append(number)
        continue
      }
      let inner = cell.extracting(trimmed(cell))
      if isMissing(cell) || isDash(inner) {
        numbers.append(.nan)
      } else if let number = DecimalText.value(of: inner) {
        numbers.append(number)
      } else {
        let found = inner.string
        let problem: TableError.Problem =
          DecimalText.isInfinite(inner) ? .notFinite(found: found) : .notANumber(found: found)
        throw error(problem, path, block.lines[record])
      }
    }
    return numbers
  }

  private func dates(
    _ block: RecordBlock, _ column: Int, _ path: String
  ) throws(TableError) -> [Double] {
    let bytes = block.bytes.span
    let format = schema.dateFormat ?? DateFormat(day: .yearMonthDay)
    var dates: [Double] = []
    dates.reserveCapacity(block.recordCount)
    for record in 0..<block.recordCount {
      let cell = bytes.extracting(block.range(record, column))
      let inner = cell.extracting(trimmed(cell))
      if isMissing(cell) {
        dates.append(.nan)
      } else if let days = format.days(inner) {
        dates.append(days)
      } else {
        throw error(
          .notADate(found: inner.string, format: format.rawValue), path, block.lines[record])
      }
    }
    return dates
  }

  private mutating func codes(_ block: RecordBlock, _ column: Int) -> [Int32] {
    let bytes = block.bytes.span
    var codes: [Int32] = []
    codes.reserveCapacity(block.recordCount)
    for record in 0..<block.recordCount {
      let cell = bytes.extracting(block.range(record, column))
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

  private func texts(_ block: RecordBlock, _ column: Int) -> [String?] {
    let bytes = block.bytes.span
    var texts: [String?] = []
    texts.reserveCapacity(block.recordCount)
    for record in 0..<block.recordCount {
      let cell = bytes.extracting(block.range(record, column))
      texts.append(isMissing(cell) ? nil : cell.string)
    }
    return texts
  }

  private func error(_ problem: TableError.Problem, _ path: String, _ line: Int) -> TableError {
    TableError(problem, path: path, line: line, column: schema.name, isKindFixed: true)
  }
}
