import LinearAlgebra

/// Rows in which the same cells are missing: they share one factorization.
struct MissingPattern: Sendable {
  let observed: [Int]
  let missing: [Int]
  var rows: [Int]

  /// Groups the rows that miss something, in the order in which each pattern first appears.
  static func patterns(of mask: Mask) -> [MissingPattern] {
    var patterns: [MissingPattern] = []
    var positions: [ArraySlice<Bool>: Int] = [:]
    for row in 0..<mask.rowCount {
      let start = row * mask.columnCount
      let cells = mask.isObserved[start..<start + mask.columnCount]
      if cells.allSatisfy(\.self) { continue }
      if let position = positions[cells] {
        patterns[position].rows.append(row)
        continue
      }
      positions[cells] = patterns.count
      let columns = 0..<mask.columnCount
      patterns.append(
        MissingPattern(
          observed: columns.filter { cells[start + $0] },
          missing: columns.filter { !cells[start + $0] }, rows: [row]))
    }
    return patterns
  }
}

extension MissingPattern {
  /// Cuts patterns into so many runs with about as many rows each, fewer where there are fewer.
  static func runs(_ patterns: [MissingPattern], count: Int) -> [Range<Int>] {
    let rowCount = patterns.reduce(0) { $0 + $1.rows.count }
    var runs: [Range<Int>] = []
    var (begin, rows) = (0, 0)
    for (position, pattern) in patterns.enumerated() {
      rows += pattern.rows.count
      if rows * count >= rowCount * (runs.count + 1) || position == patterns.count - 1 {
        runs.append(begin..<position + 1)
        begin = position + 1
      }
    }
    return runs
  }
}
