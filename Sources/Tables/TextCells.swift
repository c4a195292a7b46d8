import CSV

/// The cells of a column as texts, each different one kept once.
struct TextCells {
  /// A column with more different texts than this is not one of categories.
  private static let levelLimit = 100

  /// Different texts as they came, words for a missing cell among them.
  private var dictionary = TextDictionary()
  /// Of each of these its code, -1 if it is such a word.
  private var codeOfNumber: [Int32] = []
  /// Of each code its number in the dictionary.
  private var numberOfCode: [Int32] = []
  /// Of each cell its text's code, -1 if missing; empty unless cells are kept.
  private var codes: [Int32] = []
  private let keepsCells: Bool
  /// Of each code: how often it came, and the line of the first time.
  private var counts: [Int] = []
  private var firstLines: [Int] = []

  private let missing: MissingWords
  private let syntax: NumberSyntax
  /// How many cells are looked up at once.
  private static let batch = 1024

  init(keepsCells: Bool, missing: MissingWords, syntax: NumberSyntax) {
    self.keepsCells = keepsCells
    self.missing = missing
    self.syntax = syntax
  }

  /// Makes room for so many cells at once, if what came so far is like them.
  mutating func reserve(_ cellCount: Int) {
    if keepsCells { codes.reserveCapacity(cellCount) }
    let known = codes.count
    guard known < cellCount, 2 * counts.count > known, known > 0 else { return }
    // Nearly all differ.
    counts.reserveCapacity(cellCount)
    firstLines.reserveCapacity(cellCount)
    codeOfNumber.reserveCapacity(cellCount)
    numberOfCode.reserveCapacity(cellCount)
    dictionary.makeRoom(
      texts: cellCount - known, bytes: dictionary.byteCount / known * (cellCount - known))
  }

  mutating func append(_ cell: Span<UInt8>, line: Int) {
    let code = code(of: dictionary.insert(cell), line: line)
    if code >= 0 { counts[Int(code)] += 1 }
    if keepsCells { codes.append(code) }
  }

  mutating func appendMissing(count: Int = 1) {
    if keepsCells { codes.append(contentsOf: repeatElement(-1, count: count)) }
  }

  /// Takes in cells from a row on.
  mutating func append(_ cells: some CellSequence, from first: Int, of bytes: Span<UInt8>) {
    guard let cells = cells as? PlainCells else {
      for row in first..<cells.count {
        append(bytes.extracting(cells.range(row)), line: cells.line(row))
      }
      return
    }
    var numbers = [Int32](repeating: 0, count: min(Self.batch, cells.count - first))
    var row = first
    while row < cells.count {
      let rows = row..<min(row + Self.batch, cells.count)
      dictionary.insert(
        bytes, from: cells.offset, starts: cells.starts(rows), ends: cells.ends(rows),
        numbers: &numbers)
      for place in 0..<rows.count {
        let code = code(of: Int(numbers[place]), line: cells.line(row + place))
        numbers[place] = code
        if code >= 0 { counts[Int(code)] += 1 }
      }
      if keepsCells { codes.append(contentsOf: numbers[..<rows.count]) }
      row = rows.upperBound
    }
  }

  /// The code of a text in the dictionary; the last of these may be new.
  @inline(__always)
  private mutating func code(of number: Int, line: @autoclosure () -> Int) -> Int32 {
    while codeOfNumber.count <= number { addCode(of: codeOfNumber.count, line: line()) }
    return codeOfNumber[number]
  }

  private mutating func addCode(of number: Int, line: Int) {
    let storage = dictionary.storage
    let cell = storage.span.extracting(dictionary.range(number))
    if missing.mayContain(cell),
      missing.isExtra(cell) || missing.contains(cell.extracting(trimmed(cell)))
    {
      codeOfNumber.append(-1)
      return
    }
    codeOfNumber.append(Int32(counts.count))
    numberOfCode.append(Int32(number))
    counts.append(0)
    firstLines.append(line)
  }

  /// The text of a code, in the dictionary's bytes.
  private func range(_ code: Int) -> Range<Int> { dictionary.range(Int(numberOfCode[code])) }

  private var texts: [String] { numberOfCode.map { dictionary.text(Int($0)) } }

  /// The column that the cells make.
  ///
  /// - Throws: ``TableError`` when they do not fit the kind.
  func column(
    named name: String, forcedKind: ColumnKind?, path: String
  ) throws(TableError) -> Column {
    if let forcedKind { return try column(of: forcedKind, named: name, path: path) }
    let observed = counts.reduce(0, +)
    if let numbers = try numberColumn(observed, named: name, path: path) { return numbers }
    if let format = dominantDateFormat(observed) {
      return try dateColumn(named: name, format: format, path: path)
    }
    if let order = booleanOrder(allowingDigits: false) {
      return leveledColumn(named: name, .boolean, order)
    }
    if counts.count <= Self.levelLimit && observed >= 2 * counts.count {
      return leveledColumn(named: name, .category, sortedOrder)
    }
    let isIdentifier = 10 * counts.count >= 9 * observed
    return textColumn(named: name, isIdentifier ? .identifier : .text)
  }

  private func column(
    of kind: ColumnKind, named name: String, path: String
  ) throws(TableError) -> Column {
    switch kind {
    case .date: return try dateColumn(named: name, format: nil, path: path)
    case .boolean:
      guard let order = booleanOrder(allowingDigits: true) else {
        throw TableError(.notBoolean(levels: texts), path: path, column: name)
      }
      return leveledColumn(named: name, .boolean, order)
    case .category: return leveledColumn(named: name, .category, sortedOrder)
    case .identifier, .text, .number: return textColumn(named: name, kind)
    }
  }

  private func textColumn(named name: String, _ kind: ColumnKind) -> Column {
    let texts = self.texts
    return Column(
      schema: ColumnSchema(name: name, kind: kind),
      values: .texts(codes.map { $0 < 0 ? nil : texts[Int($0)] }))
  }

  /// - Parameter order: The codes in the order of the levels.
  private func leveledColumn(named name: String, _ kind: ColumnKind, _ order: [Int]) -> Column {
    var positions = [Int32](repeating: -1, count: counts.count)
    for (position, code) in order.enumerated() { positions[code] = Int32(position) }
    let levels = order.map { dictionary.text(Int(numberOfCode[$0])) }
    return Column(
      schema: ColumnSchema(name: name, kind: kind, levels: levels),
      values: .codes(codes.map { $0 < 0 ? -1 : positions[Int($0)] }))
  }

  private var sortedOrder: [Int] {
    let texts = self.texts
    return texts.indices.sorted {
      texts[$0].utf8.lexicographicallyPrecedes(texts[$1].utf8)
    }
  }

  /// The codes of the words for false and true, when there are just these two.
  private func booleanOrder(allowingDigits: Bool) -> [Int]? {
    guard counts.count == 2 else { return nil }
    var pairs = [["false", "true"], ["no", "yes"], ["f", "t"], ["n", "y"]]
    if allowingDigits { pairs.append(["0", "1"]) }
    let words = texts.map { $0.lowercased() }
    return pairs.contains(words) ? [0, 1] : pairs.contains(words.reversed()) ? [1, 0] : nil
  }

  /// A column that began with a word or a dash, yet is one of numbers.
  private func numberColumn(
    _ observed: Int, named name: String, path: String
  ) throws(TableError) -> Column? {
    let bytes = dictionary.storage
    var values = [Double](repeating: .nan, count: counts.count)
    var share = NumberShare()
    for code in counts.indices {
      let cell = bytes.span.extracting(range(code))
      let inner = cell.extracting(trimmed(cell))
      if isDash(inner) { continue }
      if let value = syntax.value(of: inner) {
        values[code] = value
        share.countNumbers(counts[code])
      } else {
        share.countOther(inner, count: counts[code], line: firstLines[code], syntax: syntax)
        if share.isTooLittle(of: observed) { return nil }
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
    var otherCount = 0
    for code in self.counts.indices {
      let cell = bytes.span.extracting(range(code))
      guard let format = DateFormat.read(cell.extracting(trimmed(cell)))?.format else {
        otherCount += self.counts[code]
        if 10 * otherCount > observed { return nil }
        continue
      }
      if let known = counts.firstIndex(where: { $0.format == format }) {
        counts[known].count += self.counts[code]
      } else {
        counts.append((format, self.counts[code]))
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
    for code in counts.indices {
      let cell = bytes.span.extracting(range(code))
      let inner = cell.extracting(trimmed(cell))
      let date = DateFormat.read(inner)
      if format == nil { format = date?.format }
      guard let date, date.format == format else {
        let expected = format ?? DateFormat(day: .yearMonthDay)
        throw TableError(
          .notADate(found: inner.string, format: expected.rawValue), path: path,
          line: firstLines[code], column: name)
      }
      days.append(date.days)
    }
    return Column(
      schema: ColumnSchema(
        name: name, kind: .date, dateFormat: format ?? DateFormat(day: .yearMonthDay)),
      values: .numbers(codes.map { $0 < 0 ? .nan : days[Int($0)] }))
  }
}
