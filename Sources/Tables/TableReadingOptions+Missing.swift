extension TableReadingOptions {
  /// Whether a cell's text stands for nothing: an empty cell, one of the usual words, or one of
  /// ``missingWords``.
  public func isMissing(_ cell: Span<UInt8>) -> Bool {
    let words = MissingWords(extra: missingWords)
    return words.contains(cell.extracting(trimmed(cell))) || words.isExtra(cell)
  }
}
