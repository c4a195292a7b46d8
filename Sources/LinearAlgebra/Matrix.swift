/// A dense matrix, its rows one after another in one array.
///
/// In this library a row is a sample and a column a feature: shape `[samples, features]`.
/// Statistics use `Matrix<Double>`, networks `Matrix<Float>`.
///
/// All of it is inlinable: other modules would otherwise reach each entry through unspecialised
/// code, fifty times slower.
public struct Matrix<Scalar: BinaryFloatingPoint & SIMDScalar & Sendable>: Sendable, Equatable {
  public let rowCount: Int
  public let columnCount: Int
  /// Row by row: entry (i, j) stands at `i * columnCount + j`.
  public var elements: [Scalar]

  /// Takes over elements that already stand row by row.
  @inlinable
  public init(rowCount: Int, columnCount: Int, elements: [Scalar]) {
    precondition(
      elements.count == rowCount * columnCount,
      "a \(rowCount) x \(columnCount) matrix has not \(elements.count) elements")
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.elements = elements
  }

  /// A matrix of one value throughout.
  @inlinable
  public init(repeating value: Scalar = 0, rowCount: Int, columnCount: Int) {
    self.init(
      rowCount: rowCount, columnCount: columnCount,
      elements: Array(repeating: value, count: rowCount * columnCount))
  }

  /// A matrix from its rows, which all have the same length.
  @inlinable
  public init(rows: [[Scalar]]) {
    let columnCount = rows.first?.count ?? 0
    precondition(rows.allSatisfy { $0.count == columnCount }, "rows differ in length")
    self.init(rowCount: rows.count, columnCount: columnCount, elements: rows.flatMap(\.self))
  }

  @inlinable
  public subscript(row: Int, column: Int) -> Scalar {
    get { elements[row * columnCount + column] }
    set { elements[row * columnCount + column] = newValue }
  }

  /// A copy of one row.
  @inlinable
  public func row(_ index: Int) -> [Scalar] {
    Array(elements[index * columnCount..<(index + 1) * columnCount])
  }

  /// The rows at the given positions, in that order.
  @inlinable
  public func rows(at indices: [Int]) -> Matrix {
    var selected: [Scalar] = []
    selected.reserveCapacity(indices.count * columnCount)
    for index in indices {
      selected.append(contentsOf: elements[index * columnCount..<(index + 1) * columnCount])
    }
    return Matrix(rowCount: indices.count, columnCount: columnCount, elements: selected)
  }

  /// The columns at the given positions, in that order.
  @inlinable
  public func columns(at indices: [Int]) -> Matrix {
    var selected: [Scalar] = []
    selected.reserveCapacity(rowCount * indices.count)
    for start in stride(from: 0, to: rowCount * columnCount, by: max(1, columnCount)) {
      for index in indices { selected.append(elements[start + index]) }
    }
    return Matrix(rowCount: rowCount, columnCount: indices.count, elements: selected)
  }

  /// Where among the elements the first one stands that is NaN or infinite; nil when all are numbers.
  @inlinable
  public var firstNotFinite: Int? {
    // A block at a time without a way out, so that it can be done in vectors.
    let span = elements.span
    for start in stride(from: 0, to: span.count, by: 1024) {
      let block = span.extracting(start..<Swift.min(start + 1024, span.count))
      var areFinite = true
      for place in block.indices { areFinite = block[place].isFinite && areFinite }
      if !areFinite { return elements[start...].firstIndex { !$0.isFinite } }
    }
    return nil
  }

  @inlinable
  public var transposed: Matrix {
    var result = Matrix(rowCount: columnCount, columnCount: rowCount)
    for row in 0..<rowCount {
      for column in 0..<columnCount { result[column, row] = self[row, column] }
    }
    return result
  }

  /// The same matrix in another precision, each entry rounded to nearest.
  @inlinable
  public func converted<Other>(to _: Other.Type) -> Matrix<Other> {
    Matrix<Other>(
      rowCount: rowCount, columnCount: columnCount, elements: elements.map { Other($0) })
  }
}
