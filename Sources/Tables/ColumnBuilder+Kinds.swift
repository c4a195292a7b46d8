import CSV

extension ColumnBuilder {
  /// A column with more different texts than this is not one of categories.
  private static var levelLimit: Int { 100 }

  enum Outcome {
    case column(Column)
    /// It is text, but only its numbers were gathered; what is known already is the kind.
    case textsNeeded(ColumnKind?)
  }

  /// What the cells make, all of them seen.
  ///
  /// - Throws: ``TableError`` when the cells do not fit the kind.
  func outcome(path: String) throws(TableError) -> Outcome {
    switch stage {
    case .undecided:
      return .column(numberColumn(Array(repeating: .nan, count: rowCount), isInteger: false))
    case .numbers:
      if forcedKind == nil && countsUp && numberCount > 1 {
        guard isPlainCount else { return .textsNeeded(.identifier) }
        let texts = numbers.map { String(Int($0)) as String? }
        let schema = ColumnSchema(name: name, kind: .identifier)
        return .column(Column(schema: schema, values: .texts(texts)))
      }
      return .column(numberColumn(numbers, isInteger: isInteger && numberCount > 0))
    case .mixed:
      if let offender, forcedKind == .number || isMostlyNumbers(numberCount, wordCount) {
        throw error(offender.problem, path, offender.line)
      }
      return .textsNeeded(nil)
    case .texts:
      return .column(try textColumn(path))
    }
  }

  /// Nine tenths of the observed cells; `inf` counts as one, so that it is not overlooked.
  private func isMostlyNumbers(_ numberCount: Int, _ wordCount: Int) -> Bool {
    let numeric = numberCount + infiniteCount
    return 10 * numeric >= 9 * (numeric + wordCount)
  }

  private func textColumn(_ path: String) throws(TableError) -> Column {
    let observed = textCounts.reduce(0, +)
    if observed == 0 && forcedKind == nil {
      return numberColumn(Array(repeating: .nan, count: rowCount), isInteger: false)
    }
    switch forcedKind {
    case .date: return try dateColumn(path, dominant: nil)
    case .boolean:
      guard let order = booleanOrder(allowingDigits: true) else {
        throw error(.notBoolean(levels: dictionary.texts), path, nil)
      }
      return leveledColumn(.boolean, order)
    case .category: return leveledColumn(.category, sortedLevels)
    case .identifier, .text, .number: return plainColumn(forcedKind ?? .text)
    case nil: break
    }
    if let numbers = try mostlyNumbers(path) { return numbers }
    if let format = dominantDateFormat(observed) { return try dateColumn(path, dominant: format) }
    if let order = booleanOrder(allowingDigits: false) { return leveledColumn(.boolean, order) }
    if dictionary.count <= Self.levelLimit && observed >= 2 * dictionary.count {
      return leveledColumn(.category, sortedLevels)
    }
    return plainColumn(10 * dictionary.count >= 9 * observed ? .identifier : .text)
  }

  private func numberColumn(_ numbers: [Double], isInteger: Bool) -> Column {
    let schema = ColumnSchema(name: name, kind: .number, isInteger: isInteger)
    return Column(schema: schema, values: .numbers(numbers))
  }

  private func plainColumn(_ kind: ColumnKind) -> Column {
    let texts = dictionary.texts
    return Column(
      schema: ColumnSchema(name: name, kind: kind),
      values: .texts(codes.map { $0 < 0 ? nil : texts[Int($0)] }))
  }

  /// - Parameter order: The dictionary's numbers in the order of the levels.
  private func leveledColumn(_ kind: ColumnKind, _ order: [Int]) -> Column {
    var positions = [Int32](repeating: -1, count: dictionary.count)
    for (position, number) in order.enumerated() { positions[number] = Int32(position) }
    let levels = order.map { dictionary.text($0) }
    return Column(
      schema: ColumnSchema(name: name, kind: kind, levels: levels),
      values: .codes(codes.map { $0 < 0 ? -1 : positions[Int($0)] }))
  }

  private var sortedLevels: [Int] {
    let texts = dictionary.texts
    return texts.indices.sorted {
      texts[$0].utf8.lexicographicallyPrecedes(texts[$1].utf8)
    }
  }

  /// A column that began with a word or a dash, yet is one of numbers.
  private func mostlyNumbers(_ path: String) throws(TableError) -> Column? {
    let bytes = dictionary.storage
    var values = [Double](repeating: .nan, count: dictionary.count)
    var numeric = 0
    var words = 0
    var offender: (TableError.Problem, Int)?
    for number in 0..<dictionary.count {
      let cell = bytes.span.extracting(dictionary.range(number))
      let inner = cell.extracting(trimmed(cell))
      if inner.count == 1 && inner[0] == UInt8(ascii: "-") { continue }
      if let value = DecimalText.value(of: inner) {
        values[number] = value
        numeric += textCounts[number]
        continue
      }
      let isInfinite = DecimalText.isInfinite(inner)
      if isInfinite { numeric += textCounts[number] } else { words += textCounts[number] }
      if offender == nil {
        let found = inner.string
        let problem: TableError.Problem =
          isInfinite ? .notFinite(found: found) : .notANumber(found: found)
        offender = (problem, firstLines[number])
      }
    }
    guard 10 * numeric >= 9 * (numeric + words) else { return nil }
    if let offender { throw error(offender.0, path, offender.1) }
    return numberColumn(
      codes.map { $0 < 0 ? .nan : values[Int($0)] },
      isInteger: numeric > 0 && values.allSatisfy { $0.isNaN || $0.isWhole })
  }

  private func dominantDateFormat(_ observed: Int) -> DateFormat? {
    let bytes = dictionary.storage
    var counts: [(format: DateFormat, count: Int)] = []
    for number in 0..<dictionary.count {
      let cell = bytes.span.extracting(dictionary.range(number))
      guard let format = DateFormat.read(cell.extracting(trimmed(cell)))?.format else { continue }
      if let known = counts.firstIndex(where: { $0.format == format }) {
        counts[known].count += textCounts[number]
      } else {
        counts.append((format, textCounts[number]))
      }
    }
    return counts.first { 10 * $0.count >= 9 * observed }?.format
  }

  /// - Parameter dominant: Nil takes the format of the first cell.
  private func dateColumn(_ path: String, dominant: DateFormat?) throws(TableError) -> Column {
    let bytes = dictionary.storage
    var format = dominant
    var days: [Double] = []
    for number in 0..<dictionary.count {
      let cell = bytes.span.extracting(dictionary.range(number))
      let inner = cell.extracting(trimmed(cell))
      let date = DateFormat.read(inner)
      if format == nil { format = date?.format }
      guard let date, date.format == format else {
        let expected = format?.rawValue ?? DateFormat(day: .yearMonthDay).rawValue
        throw error(
          .notADate(found: inner.string, format: expected), path, firstLines[number])
      }
      days.append(date.days)
    }
    let schema = ColumnSchema(
      name: name, kind: .date, dateFormat: format ?? DateFormat(day: .yearMonthDay))
    return Column(
      schema: schema, values: .numbers(codes.map { $0 < 0 ? .nan : days[Int($0)] }))
  }

  /// The dictionary's numbers of the words for false and true, when there are just these two.
  private func booleanOrder(allowingDigits: Bool) -> [Int]? {
    guard dictionary.count == 2 else { return nil }
    var pairs = [["false", "true"], ["no", "yes"], ["f", "t"], ["n", "y"]]
    if allowingDigits { pairs.append(["0", "1"]) }
    let words = dictionary.texts.map { $0.lowercased() }
    return pairs.contains(words) ? [0, 1] : pairs.contains(words.reversed()) ? [1, 0] : nil
  }

  private func error(_ problem: TableError.Problem, _ path: String, _ line: Int?) -> TableError {
    TableError(problem, path: path, line: line, column: name)
  }
}
