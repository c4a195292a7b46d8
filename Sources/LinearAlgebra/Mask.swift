/// Which entries of a matrix were observed; the others are missing and count for nothing.
public struct Mask: Sendable, Equatable {
  public let rowCount: Int
  public let columnCount: Int
  /// Row by row, true where the entry was observed.
  public var isObserved: [Bool]

  public init(rowCount: Int, columnCount: Int, isObserved: [Bool]) {
    precondition(isObserved.count == rowCount * columnCount, "a mask has the size of its matrix")
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.isObserved = isObserved
  }

  @inlinable
  public subscript(row: Int, column: Int) -> Bool {
    get { isObserved[row * columnCount + column] }
    set { isObserved[row * columnCount + column] = newValue }
  }

  /// The rows at the given positions, in that order.
  public func rows(at indices: [Int]) -> Mask {
    Mask(
      rowCount: indices.count, columnCount: columnCount,
      isObserved: indices.flatMap { isObserved[$0 * columnCount..<($0 + 1) * columnCount] })
  }

  /// The columns at the given positions, in that order.
  public func columns(at indices: [Int]) -> Mask {
    Mask(
      rowCount: rowCount, columnCount: indices.count,
      isObserved: (0..<rowCount).flatMap { row in indices.map { self[row, $0] } })
  }
}
