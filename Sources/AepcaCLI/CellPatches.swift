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
  private let schema: TableSchema
  /// Where each column of the schema stands in the file.
  private let places: [Int]

  init(_ schema: TableSchema, fileColumns: [String]) {
    self.schema = schema
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
      var replaced: [Int: String] = [:]
      let original = texts[places[column]]
      for row in 0..<block.rowCount {
        var wasMissing = before.values.isMissing(row)
        if wasMissing, case .codes = before.values {
          wasMissing = isMissing(original.bytes.span.extracting(original.range(row)))
        }
        if onlyMissing && !wasMissing { continue }
        guard let text = after.text(row) else {
          if wasMissing { leftCount += 1 }
          continue
        }
        if !wasMissing && before.text(row) == text { continue }
        replaced[row] = text
        if wasMissing { filledCount += 1 } else { changedCount += 1 }
        changes.append(
          Change(
            line: block.lines[row], column: column, name: before.name, before: original[row],
            after: text))
      }
      if !replaced.isEmpty {
        texts[places[column]] = TextColumn(
          name: original.name,
          texts: (0..<block.rowCount).map { replaced[$0] ?? original[$0] })
      }
    }
    changes.sort { ($0.line, $0.column) < ($1.line, $1.column) }
    return texts
  }
}

extension Column {
  /// A cell as the tool writes it; nil where it is missing.
  fileprivate func text(_ row: Int) -> String? {
    switch values {
    case .numbers(let numbers):
      if numbers[row].isNaN { return nil }
      return schema.dateFormat?.text(numbers[row]) ?? DecimalText.text(of: numbers[row])
    case .codes(let codes): return codes[row] < 0 ? nil : schema.levels[Int(codes[row])]
    case .texts(let texts): return texts[row]
    }
  }
}
