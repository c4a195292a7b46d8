extension Column {
  /// The cells of the rows at the given positions, in that order.
  public func rows(at indices: [Int]) -> Column {
    var result = self
    switch values {
    case .numbers(let numbers): result.values = .numbers(indices.map { numbers[$0] })
    case .codes(let codes): result.values = .codes(indices.map { codes[$0] })
    case .texts(let texts): result.values = .texts(indices.map { texts[$0] })
    }
    return result
  }
}

extension Table {
  /// The rows at the given positions, in that order, their columns' kinds and levels unchanged.
  ///
  /// - Complexity: O(indices · columns).
  public func rows(at indices: [Int]) -> Table {
    Table(columns: columns.map { $0.rows(at: indices) })
  }
}
