import AEPCA

/// Puts cleaned cells into the text of a file and leaves every other cell as it stands there.
struct CellPatches {
  struct Change {
    /// From 1: where the record begins.
    let line: Int
    /// Position in the model's schema.
    let column: Int
    let name: String
    let before: String
    let after: String
  }

  /// Of the block that was patched last, row by row.
  private(set) var changes: [Change] = []
  private(set) var filledCount = 0
  private(set) var changedCount = 0
  /// Missing cells that stay missing.
  private(set) var leftCount = 0
  private let listsChanges: Bool
  /// Where each column of the schema stands in the file.
  private let places: [Int]

  /// - Parameter listsChanges: Whether ``changes`` is to be filled.
  init(_ schema: TableSchema, fileColumns: [String], listsChanges: Bool) {
    self.listsChanges = listsChanges
    places = schema.columns.map { fileColumns.firstIndex(of: $0.name) ?? 0 }
  }

  /// The texts of the block with what was cleaned in place.
  ///
  /// - Parameters:
  ///   - cleaned: The model's columns of the same rows.
  ///   - isMissing: Tells a missing cell from a category that the model has not seen.
  mutating func apply(
    _ cleaned: Table, to block: TableBlock, onlyMissing: Bool, isMissing: (Span<UInt8>) -> Bool
  ) -> [TextColumn] {
    changes = []
    var texts = block.keptColumns
    for (column, (before, after)) in zip(block.columns, cleaned.columns).enumerated() {
      var patches: [(row: Int, text: String)] = []
      let original = texts[places[column]]
      let (newText, isAlike) = (after.texts, before.likeness(to: after))
      for row in 0..<block.rowCount {
        var wasMissing = before.values.isMissing(row)
        if wasMissing, case .codes = before.values {
          wasMissing = isMissing(original.bytes.span.extracting(original.range(row)))
        }
        if !wasMissing && (onlyMissing || isAlike(row)) { continue }
        guard let text = newText(row) else {
          if wasMissing { leftCount += 1 }
          continue
        }
        patches.append((row, text))
        if wasMissing { filledCount += 1 } else { changedCount += 1 }
        guard listsChanges else { continue }
        changes.append(
          Change(
            line: block.lines[row], column: column, name: before.name, before: original[row],
            after: text))
      }
      if !patches.isEmpty { texts[places[column]] = original.replacing(patches) }
    }
    changes.sort { ($0.line, $0.column) < ($1.line, $1.column) }
    return texts
  }
}

extension Column {
  /// Gives a row's cell as the tool writes it; nil where it is missing.
  fileprivate var texts: (Int) -> String? {
    switch values {
    case .numbers(let numbers):
      let format = schema.dateFormat
      return { row in
        numbers[row].isNaN
          ? nil : format?.text(numbers[row]) ?? DecimalText.text(of: numbers[row])
      }
    case .codes(let codes):
      let levels = schema.levels
      return { codes[$0] < 0 ? nil : levels[Int(codes[$0])] }
    case .texts(let texts): return { texts[$0] }
    }
  }

  /// Tells whether a row's cell is written as that of another column of the same schema.
  fileprivate func likeness(to other: Column) -> (Int) -> Bool {
    switch (values, other.values) {
    case (.numbers(let own), .numbers(let others)) where schema.dateFormat == nil:
      return { own[$0] == others[$0] }
    case (.codes(let own), .codes(let others)): return { own[$0] == others[$0] }
    default:
      let (own, others) = (texts, other.texts)
      return { own($0) == others($0) }
    }
  }
}
