import Tables

/// A number so far from the rest of its column that it may be an error of the data.
///
/// One such cell takes most of its column's variance, and under ``Scaling/none``, ``Scaling/robust``
/// most of the whole table's.
public struct DominantCell: Sendable, Equatable, CustomStringConvertible {
  public let column: String
  /// From 0.
  public let row: Int
  public let value: Double
  /// Of the column's squares about its mean, in 0...1.
  public let varianceShare: Double

  /// Ends with what can be done about it.
  public var description: String {
    "\(place); if it is an error, correct it or give its text to --missing"
  }

  /// What is said of it where it is taken as missing.
  ///
  /// - Parameter scaling: Under which it would hide all other cells.
  public func removal(under scaling: Scaling) -> String {
    "\(place); under --scale \(scaling.rawValue) it would hide all others and is taken as missing"
  }

  private var place: String {
    let percent = (varianceShare * 1000).rounded(.down) / 10
    return
      "column '\(column)', data row \(row + 1): \(value) makes up \(percent) % of the column's "
      + "variance"
  }
}

extension Column {
  /// A cell of at least a tenth of the column's variance, nil when there is none.
  ///
  /// It lies more than a thousand interquartile ranges from the median; of several such, it is the
  /// farthest from the mean.
  ///
  /// - Complexity: O(n), and O(n log n) when a cell has such a share.
  public var dominantCell: DominantCell? {
    guard case .numbers(let numbers) = values, let statistics = NumberStatistics(of: numbers),
      statistics.varies
    else { return nil }
    let (low, high) = (
      statistics.mean - statistics.minimum, statistics.maximum - statistics.mean
    )
    let value = high >= low ? statistics.maximum : statistics.minimum
    let deviation = max(low, high) / statistics.standardDeviation
    let share = deviation * deviation / Double(statistics.observedCount)
    guard share >= 0.1, let row = numbers.firstIndex(of: value) else { return nil }
    let quartiles = Quartiles(of: numbers)
    guard quartiles.range > 0, abs(value - quartiles.median) > 1000 * quartiles.range else {
      return nil
    }
    return DominantCell(column: name, row: row, value: value, varianceShare: min(1, share))
  }
}

extension Table {
  /// The cells to look at, at most one for each column of numbers.
  public var dominantCells: [DominantCell] { columns.compactMap(\.dominantCell) }

  /// The table with such cells missing where the scaling would let one of them hide all others.
  ///
  /// ``Scaling/standard`` and ``Scaling/minMax`` divide by what the cell itself makes large; the
  /// others leave it as far out as it is, and a model would see nothing else.
  ///
  /// - Returns: Also the cells, up to a hundred in a column; a copy is made only when there are any.
  public func withoutDominantCells(
    under scaling: Scaling
  ) -> (table: Table, removed: [DominantCell]) {
    guard scaling == .none || scaling == .robust else { return (self, []) }
    var removed: [DominantCell] = []
    var columns = columns
    for index in columns.indices {
      for _ in 0..<100 {
        guard let cell = columns[index].dominantCell,
          case .numbers(var numbers) = columns[index].values
        else { break }
        numbers[cell.row] = .nan
        columns[index].values = .numbers(numbers)
        removed.append(cell)
      }
    }
    return removed.isEmpty ? (self, []) : (Table(columns: columns), removed)
  }
}
