import CSV

/// The cells of a column as texts, each different one kept once.
struct TextCells {
  /// A column with more different texts than this is not one of categories.
  private static let levelLimit = 100

  private var dictionary = TextDictionary()
  /// Of each cell its text's number in the dictionary, -1 if missing; empty unless cells are kept.
  private var codes: [Int32] = []
  private let keepsCells: Bool
  /// Of each text: how often it came, and the line of the first time.
  private var counts: [Int] = []
  private var firstLines: [Int] = []

  private let syntax: NumberSyntax

  init(keepsCells: Bool, syntax: NumberSyntax) {
    self.keepsCells = keepsCells
    self.syntax = syntax
  }

  mutating func append(_ cell: Span<UInt8>, line: Int) {
    let code = dictionary.insert(cell)
    if code == counts.count {
      counts.append(0)
      firstLines.append(line)
    }
    counts[code] += 1
    if keepsCells { codes.append(Int32(code)) }
  }

  mutating func appendMissing(count: Int = 1) {
    if keepsCells { codes.append(contentsOf: repeatElement(-1, count: count)) }
  }

  /// The column that the cells make.
  ///
  /// - Throws: ``TableError`` when they do not fit the kind.
  func column(
    named name: String, forcedKind: ColumnKind?, path: String
  ) throws(TableError) -> Column {
    if let forcedKind { return try column(of: forcedKind, named: name, path: path) }
    if let numbers = try numberColumn(named: name, path: path) { return numbers }
    let observed = counts.reduce(0, +)
    if let format = dominantDateFormat(observed) {
      return try dateColumn(named: name, format: format, path: path)
    }
    if let order = booleanOrder(allowingDigits: false) {
      return leveledColumn(named: name, .boolean, order)
    }
    if dictionary.count <= Self.levelLimit && observed >= 2 * dictionary.count {
      return leveledColumn(named: name, .category, sortedOrder)
    }
    let isIdentifier = 10 * dictionary.count >= 9 * observed
    return textColumn(named: name, isIdentifier ? .identifier : .text)
  }

  private func column(
    of kind: ColumnKind, named name: String, path: String
  ) throws(TableError) -> Column {
    switch kind {
    case .date: return try dateColumn(named: name, format: nil, path: path)
    case .boolean:
      guard let order = booleanOrder(allowingDigits: true) else {
        throw TableError(.notBoolean(levels: dictionary.texts), path: path, column: name)
      }
      return leveledColumn(named: name, .boolean, order)
    case .category: return leveledColumn(named: name, .category, sortedOrder)
    case .identifier, .text, .number: return textColumn(named: name, kind)
    }
  }

  private func textColumn(named name: String, _ kind: ColumnKind) -> Column {
    let texts = dictionary.texts
    return Column(
      schema: ColumnSchema(name: name, kind: kind),
      values: .texts(codes.map { $0 < 0 ? nil : texts[Int($0)] }))
  }

  /// - Parameter order: The dictionary's numbers in the order of the levels.
  private func leveledColumn(named name: String, _ kind: ColumnKind, _ order: [Int]) -> Column {
    var positions = [Int32](repeating: -1, count: dictionary.count)
    for (position, number) in order.enumerated() { positions[number] = Int32(position) }
    let levels = order.map { dictionary.text($0) }
    return Column(
      schema: ColumnSchema(name: name, kind: kind, levels: levels),
      values: .codes(codes.map { $0 < 0 ? -1 : positions[Int($0)] }))
  }

  private var sortedOrder: [Int] {
    let texts = dictionary.texts
    return texts.indices.sorted {
      texts[$0].utf8.lexicographicallyPrecedes(texts[$1].utf8)
    }
  }

  /// The dictionary's numbers of the words for false and true, when there are just these two.
  private func booleanOrder(allowingDigits: Bool) -> [Int]? {
    guard dictionary.count == 2 else { return nil }
    var pairs = [["false", "true"], ["no", "yes"], ["f", "t"], ["n", "y"]]
    if allowingDigits { pairs.append(["0", "1"]) }
    let words = dictionary.texts.map { $0.lowercased() }
    return pairs.contains(words) ? [0, 1] : pairs.contains(words.reversed()) ? [1, 0] : nil
  }

  /// A column that began with a word or a dash, yet is one of numbers.
  private func numberColumn(named name: String, path: String) throws(TableError) -> Column? {
    let bytes = dictionary.storage
    var values = [Double](repeating: .nan, count: dictionary.count)
    var share = NumberShare()
    for number in 0..<dictionary.count {
      let cell = bytes.span.extracting(dictionary.range(number))
      let inner = cell.extracting(trimmed(cell))
      if isDash(inner) { continue }
      if let value = syntax.value(of: inner) {
        values[number] = value
        share.countNumbers(counts[number])
      } else {
        share.countOther(inner, count: counts[number], line: firstLines[number], syntax: syntax)
      }
    }
    guard share.isMostlyNumbers else { return nil }
    if let offender = share.offender {
      throw TableError(offender.problem, path: path, line: offender.line, column: name)
    }
    var wholeness = Wholeness()
    for value in values { wholeness.add(value) }
    return .numbers(codes.map { $0 < 0 ? .nan : values[Int($0)] }, named: name, wholeness)
  }

  private func dominantDateFormat(_ observed: Int) -> DateFormat? {
    let bytes = dictionary.storage
    var counts: [(format: DateFormat, count: Int)] = []
    for number in 0..<dictionary.count {
      let cell = bytes.span.extracting(dictionary.range(number))
      guard let format = DateFormat.read(cell.extracting(trimmed(cell)))?.format else { continue }
      if let known = counts.firstIndex(where: { $0.format == format }) {
        counts[known].count += self.counts[number]
      } else {
        counts.append((format, self.counts[number]))
      }
    }
    return counts.first { 10 * $0.count >= 9 * observed }?.format
  }

  /// - Parameter format: Nil takes that of the first cell.
  private func dateColumn(
    named name: String, format: DateFormat?, path: String
  ) throws(TableError) -> Column {
    let bytes = dictionary.storage
    var format = format
    var days: [Double] = []
    for number in 0..<dictionary.count {
      let cell = bytes.span.extracting(dictionary.range(number))
      let inner = cell.extracting(trimmed(cell))
      let date = DateFormat.read(inner)
      if format == nil { format = date?.format }
      guard let date, date.format == format else {
        let expected = format ?? DateFormat(day: .yearMonthDay)
        throw TableError(
          .notADate(found: inner.string, format: expected.rawValue), path: path,
          line: firstLines[number], column: name)
      }
      days.append(date.days)
    }
    return Column(
      schema: ColumnSchema(
        name: name, kind: .date, dateFormat: format ?? DateFormat(day: .yearMonthDay)),
      values: .numbers(codes.map { $0 < 0 ? .nan : days[Int($0)] }))
  }
}
