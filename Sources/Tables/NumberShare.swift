import CSV

/// How much of a column is numbers, and the first cell that is neither number nor missing.
struct NumberShare {
  private var numericCount = 0
  private var wordCount = 0
  private(set) var offender: (problem: TableError.Problem, line: Int)?

  mutating func countNumbers(_ count: Int = 1) { numericCount += count }

  /// Counts a cell that is no number; `inf` was meant as one, so that it is not overlooked.
  mutating func countOther(_ cell: Span<UInt8>, count: Int = 1, line: Int, syntax: NumberSyntax) {
    let isInfinite = syntax.isInfinite(cell)
    if isInfinite { numericCount += count } else { wordCount += count }
    if offender == nil {
      let found = cell.string
      offender = (isInfinite ? .notFinite(found: found) : .notANumber(found: found), line)
    }
  }

  /// Whether the cells cannot be mostly numbers any more, whatever is still to be counted.
  ///
  /// - Parameter observed: How many cells will have been counted, at most.
  func isTooLittle(of observed: Int) -> Bool { 10 * wordCount > observed }

  /// Nine tenths of the observed cells.
  var isMostlyNumbers: Bool { 10 * numericCount >= 9 * (numericCount + wordCount) }
}
