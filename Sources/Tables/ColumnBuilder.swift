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
    /// Texts, each kept once.
    case texts
  }

  let name: String
  let forcedKind: ColumnKind?
  let missing: MissingWords
  var stage: Stage
  var rowCount = 0

  var numbers: [Double] = []
  var numberCount = 0
  /// Cells `-` in the stage of numbers, where they are missing.
  var dashCount = 0
  /// `inf` and the like: meant as numbers, yet none can be taken.
  var infiniteCount = 0
  var wordCount = 0
  /// The first cell among numbers that is neither number nor missing.
  var offender: (problem: TableError.Problem, line: Int)?
  var isInteger = true
  /// Of a column whose name says that it may number the rows: whether its cells still do.
  var countsUp: Bool
  /// Whether each of them is written as `String(describing:)` would.
  var isPlainCount = true

  var dictionary = TextDictionary()
  var codes: [Int32] = []
  /// Of each text in the dictionary: how often it came, and the line of the first time.
  var textCounts: [Int] = []
  var firstLines: [Int] = []

  /// - Parameters:
  ///   - originalName: As in the header, where an index column often has none.
  ///   - fromStart: The stage to begin with, when the column is gathered a second time.
  init(
    name: String, originalName: String? = nil, forcedKind: ColumnKind?, missing: MissingWords,
    fromStart: Stage = .undecided
  ) {
    self.name = name
    self.forcedKind = forcedKind
    self.missing = missing
    countsUp = originalName.map(Self.namesRows) ?? false
    stage =
      switch forcedKind {
      case nil: fromStart
      case .number: .numbers
      default: .texts
      }
  }

  private static func namesRows(_ name: String) -> Bool {
    let lowercased = name.lowercased()
    return ["", "id", "index", "row", "unnamed: 0"].contains(lowercased)
      || lowercased.hasSuffix("_id")
  }

  /// Takes in one column of a block of records.
  mutating func append(_ block: RecordBlock, column: Int) {
    let bytes = block.bytes.span
    for record in 0..<block.recordCount {
      let cell = bytes.extracting(block.range(record, column))
      rowCount += 1
      if stage == .numbers, missing.extra.isEmpty, let number = DecimalText.value(of: cell) {
        appendNumber(number, cell)
      } else {
        append(cell, line: block.lines[record])
      }
    }
  }

  private mutating func append(_ cell: Span<UInt8>, line: Int) {
    let inner = cell.extracting(trimmed(cell))
    if missing.isExtra(cell) || missing.contains(inner) {
      appendMissing()
      return
    }
    switch stage {
    case .texts:
      appendText(cell, line)
    case .undecided:
      if let number = DecimalText.value(of: inner) {
        stage = .numbers
        numbers = Array(repeating: .nan, count: rowCount - 1)
        if rowCount > 1 { countsUp = false }
        appendNumber(number, cell)
      } else {
        stage = .texts
        codes = Array(repeating: -1, count: rowCount - 1)
        appendText(cell, line)
      }
    case .numbers, .mixed:
      if let number = DecimalText.value(of: inner) {
        appendNumber(number, cell)
      } else if inner.count == 1 && inner[0] == UInt8(ascii: "-") {
        dashCount += 1
        appendMissing()
      } else {
        appendOffender(inner, line)
      }
    }
  }

  private mutating func appendMissing() {
    switch stage {
    case .undecided, .mixed: break
    case .numbers:
      numbers.append(.nan)
      countsUp = false
    case .texts: codes.append(-1)
    }
  }

  private mutating func appendNumber(_ number: Double, _ cell: Span<UInt8>) {
    numberCount += 1
    guard stage == .numbers else { return }
    if isInteger && !number.isWhole { isInteger = false }
    if countsUp {
      countsUp = isInteger && (numbers.last.map { number == $0 + 1 } ?? true)
      isPlainCount = isPlainCount && Self.isPlain(cell, Int(number.rounded()))
    }
    numbers.append(number)
  }

  private mutating func appendOffender(_ cell: Span<UInt8>, _ line: Int) {
    let isInfinite = DecimalText.isInfinite(cell)
    if isInfinite { infiniteCount += 1 } else { wordCount += 1 }
    if offender == nil {
      let found = cell.string
      offender = (isInfinite ? .notFinite(found: found) : .notANumber(found: found), line)
    }
    stage = .mixed
    numbers = []
  }

  private mutating func appendText(_ cell: Span<UInt8>, _ line: Int) {
    let code = dictionary.insert(cell)
    if code == textCounts.count {
      textCounts.append(0)
      firstLines.append(line)
    }
    textCounts[code] += 1
    codes.append(Int32(code))
  }

  private static func isPlain(_ cell: Span<UInt8>, _ number: Int) -> Bool {
    let text = String(number)
    return text.utf8.count == cell.count && text == cell.string
  }
}

extension Double {
  /// Whether it is a whole number, of a size at which a `Double` holds all of them.
  var isWhole: Bool { abs(self) < 0x1p53 && Double(Int(self)) == self }
}

extension Span<UInt8> {
  var string: String {
    unsafe withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }
}
