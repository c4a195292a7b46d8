import CSV

/// Gathers a column of unknown kind, cell by cell, until the whole file has shown what it is.
///
/// A column whose first cell is a number gathers numbers, any other numbers its different texts.
/// Only a column that is found to be text after numbers has lost what it needs: the exact text of
/// those numbers. It is gathered a second time, as text from the start.
struct ColumnBuilder {
  enum Stage {
    /// Nothing but missing cells so far.
    case undecided
    /// Numbers and missing cells so far.
    case numbers
    /// Words among numbers: only counted.
    case mixed
    case texts
  }

  enum Outcome {
    case column(Column)
    /// It is text, but only its numbers were gathered; what is known already is the kind.
    case textsNeeded(ColumnKind?)
  }

  let name: String
  let forcedKind: ColumnKind?
  private let missing: MissingWords
  /// Whether the column made holds its cells; if not, it is made for its schema alone.
  private let keepsCells: Bool
  private var stage: Stage
  private var rowCount = 0
  private var numbers: [Double] = []
  private var wholeness = Wholeness()
  private var running: RunningNumber?
  private var share = NumberShare()
  private var texts: TextCells
  private let syntax: NumberSyntax
  private(set) var large = LargeIntegers()

  /// - Parameters:
  ///   - originalName: As in the header, where an index column often has none.
  ///   - stage: The one to begin with, when the column is gathered a second time.
  init(
    name: String, originalName: String? = nil, forcedKind: ColumnKind?, missing: MissingWords,
    syntax: NumberSyntax, stage: Stage = .undecided, keepsCells: Bool = true
  ) {
    self.name = name
    self.keepsCells = keepsCells
    texts = TextCells(keepsCells: keepsCells, missing: missing, syntax: syntax)
    self.syntax = syntax
    self.forcedKind = forcedKind
    self.missing = missing
    running = originalName.flatMap { RunningNumber(columnName: $0) }
    self.stage =
      switch forcedKind {
      case nil: stage
      case .number: .numbers
      default: .texts
      }
  }

  /// What is to be read of the next rows: their numbers, or the text of their cells.
  var use: CellPlan.Use {
    if !syntax.isPlain { return .text }
    switch stage {
    case .undecided, .texts: return .text
    // A running number may have to be kept as it is written.
    case .numbers: return forcedKind == nil && running?.countsUp == true ? .text : .number
    case .mixed: return .number
    }
  }

  /// Makes room for so many rows at once.
  mutating func reserve(_ rowCount: Int) {
    switch stage {
    case .numbers: if keepsCells { numbers.reserveCapacity(rowCount) }
    case .texts: texts.reserve(rowCount)
    case .undecided, .mixed: break
    }
  }

  /// Takes in cells that are all numbers, NaN where they are missing.
  ///
  /// - Parameter largeInteger: The line of the first whole number beyond 2^53 among them.
  mutating func append(_ rows: ArraySlice<Double>, largeInteger: Int?) {
    rowCount += rows.count
    if let largeInteger { large.note(line: largeInteger) }
    var missing = 0
    for number in rows {
      if number.isNaN { missing += 1 } else { wholeness.add(number) }
    }
    share.countNumbers(rows.count - missing)
    if missing > 0 { running?.appendMissing() }
    if missing < rows.count { running?.stop() }
    if stage == .numbers && keepsCells { numbers.append(contentsOf: rows) }
  }

  /// Takes in cells as text.
  mutating func append(_ cells: some CellSequence, of bytes: Span<UInt8>) {
    for row in 0..<cells.count {
      if stage == .texts {
        texts.append(cells, from: row, of: bytes)
        rowCount += cells.count - row
        return
      }
      let cell = bytes.extracting(cells.range(row))
      rowCount += 1
      if stage == .numbers, missing.extra.isEmpty, let number = syntax.value(of: cell) {
        appendNumber(number, cell, line: cells.line(row))
      } else {
        append(cell, line: cells.line(row))
      }
    }
  }

  private mutating func append(_ cell: Span<UInt8>, line: Int) {
    let inner = cell.extracting(trimmed(cell))
    if missing.isExtra(cell) || missing.contains(inner) {
      appendMissing()
      return
    }
    if stage == .undecided {
      if syntax.value(of: inner) != nil {
        stage = .numbers
        if keepsCells { numbers = Array(repeating: .nan, count: rowCount - 1) }
      } else {
        stage = .texts
        texts.appendMissing(count: rowCount - 1)
      }
    }
    if stage == .texts {
      texts.append(cell, line: line)
    } else if let number = syntax.value(of: inner) {
      appendNumber(number, cell, line: line)
    } else if isDash(inner) {
      appendMissing()
    } else {
      share.countOther(inner, line: line, syntax: syntax)
      stage = .mixed
      numbers = []
    }
  }

  private mutating func appendMissing() {
    running?.appendMissing()
    switch stage {
    case .undecided, .mixed: break
    case .numbers: if keepsCells { numbers.append(.nan) }
    case .texts: texts.appendMissing()
    }
  }

  private mutating func appendNumber(_ number: Double, _ cell: Span<UInt8>, line: Int) {
    share.countNumbers()
    if abs(number) >= 0x1p53, syntax.isInteger(cell) { large.note(line: line) }
    guard stage == .numbers else { return }
    running?.append(number, cell)
    wholeness.add(number)
    if keepsCells { numbers.append(number) }
  }

  /// What the cells make, all of them seen.
  ///
  /// - Throws: ``TableError`` when the cells do not fit the kind.
  func outcome(path: String) throws(TableError) -> Outcome {
    switch stage {
    case .undecided:
      let count = keepsCells ? rowCount : 0
      return .column(.numbers(Array(repeating: .nan, count: count), named: name, Wholeness()))
    case .numbers:
      if forcedKind == nil, let running, running.countsUp, rowCount > 1 {
        guard running.isPlain else { return .textsNeeded(.identifier) }
        let schema = ColumnSchema(name: name, kind: .identifier)
        return .column(Column(schema: schema, values: .texts(numbers.map { String(Int($0)) })))
      }
      return .column(.numbers(numbers, named: name, wholeness))
    case .mixed:
      if let offender = share.offender, forcedKind == .number || share.isMostlyNumbers {
        throw TableError(offender.problem, path: path, line: offender.line, column: name)
      }
      return .textsNeeded(nil)
    case .texts:
      return .column(try texts.column(named: name, forcedKind: forcedKind, path: path))
    }
  }
}

/// Whether a column has whole numbers beyond 2^53, of which a Float64 holds only some.
struct LargeIntegers: Sendable {
  /// The line of the first.
  private(set) var firstLine: Int?

  mutating func note(line: Int) { firstLine = min(firstLine ?? line, line) }

  func note(column: String) -> String? {
    firstLine.map {
      "column '\(column)': whole numbers beyond 2^53 lose their last digits, the first on line \($0)"
    }
  }
}

/// Whether all numbers of a column are whole.
struct Wholeness {
  private(set) var isInteger = false
  private var isOpen = true

  mutating func add(_ number: Double) {
    guard isOpen, !number.isNaN else { return }
    isInteger = number.isWhole
    isOpen = isInteger
  }
}

extension Column {
  /// A column of numbers, NaN for missing ones.
  static func numbers(_ numbers: [Double], named name: String, _ wholeness: Wholeness) -> Column {
    Column(
      schema: ColumnSchema(name: name, kind: .number, isInteger: wholeness.isInteger),
      values: .numbers(numbers))
  }
}

/// Whether the cell is "-", which among numbers is a missing one.
func isDash(_ cell: Span<UInt8>) -> Bool { cell.count == 1 && cell[0] == UInt8(ascii: "-") }
