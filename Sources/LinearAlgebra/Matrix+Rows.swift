/// Passes over rows that feed the products; each runs at the speed of memory, where loops through
/// checked subscripts would take longer than the product itself.
extension Matrix where Scalar == Double {
  /// Copies rows of another matrix to this one, less the same numbers each.
  ///
  /// - Parameter shift: One number for each column.
  package mutating func replaceRows(
    from start: Int, by rows: Range<Int>, of source: Matrix, less shift: [Double]
  ) {
    precondition(
      start >= 0 && start + rows.count <= rowCount && rows.lowerBound >= 0
        && rows.upperBound <= source.rowCount && columnCount == source.columnCount
        && shift.count == columnCount, "\(rows) of \(source.shape) to \(start) of \(shape)")
    let columnCount = columnCount
    unsafe source.elements.withUnsafeBufferPointer { source in
      unsafe elements.withUnsafeMutableBufferPointer { target in
        unsafe shift.withUnsafeBufferPointer { shift in
          for (offset, row) in rows.enumerated() {
            let from = row * columnCount
            let to = (start + offset) * columnCount
            for column in 0..<columnCount {
              unsafe target[to + column] = unsafe source[from + column] - shift[column]
            }
          }
        }
      }
    }
  }

  /// Adds the same numbers to each of the first rows.
  package mutating func add(_ shift: [Double], toFirst count: Int) {
    precondition(count <= rowCount && shift.count == columnCount, "\(shift.count) to \(shape)")
    let columnCount = columnCount
    unsafe elements.withUnsafeMutableBufferPointer { target in
      unsafe shift.withUnsafeBufferPointer { shift in
        for row in 0..<count {
          for column in 0..<columnCount {
            unsafe target[row * columnCount + column] += unsafe shift[column]
          }
        }
      }
    }
  }

  /// The sums of the columns over the first rows.
  package func columnSums(ofFirst count: Int) -> [Double] {
    precondition(count <= rowCount, "\(count) of \(rowCount) rows")
    var sums = [Double](repeating: 0, count: columnCount)
    let columnCount = columnCount
    unsafe elements.withUnsafeBufferPointer { source in
      unsafe sums.withUnsafeMutableBufferPointer { sums in
        for row in 0..<count {
          for column in 0..<columnCount {
            unsafe sums[column] += unsafe source[row * columnCount + column]
          }
        }
      }
    }
    return sums
  }

  /// The sums of the squares of the columns over the first rows.
  package func columnSquares(ofFirst count: Int) -> [Double] {
    precondition(count <= rowCount, "\(count) of \(rowCount) rows")
    var sums = [Double](repeating: 0, count: columnCount)
    let columnCount = columnCount
    unsafe elements.withUnsafeBufferPointer { source in
      unsafe sums.withUnsafeMutableBufferPointer { sums in
        for row in 0..<count {
          for column in 0..<columnCount {
            let value = unsafe source[row * columnCount + column]
            unsafe sums[column] += value * value
          }
        }
      }
    }
    return sums
  }

  /// Widens ranges, one for each column, to take in all rows; NaN widens none.
  package func widen(_ minima: inout [Double], _ maxima: inout [Double]) {
    precondition(minima.count == columnCount && maxima.count == columnCount, "\(shape)")
    let (rowCount, columnCount) = (rowCount, columnCount)
    unsafe elements.withUnsafeBufferPointer { source in
      unsafe minima.withUnsafeMutableBufferPointer { minima in
        unsafe maxima.withUnsafeMutableBufferPointer { maxima in
          for row in 0..<rowCount {
            for column in 0..<columnCount {
              let value = unsafe source[row * columnCount + column]
              unsafe minima[column] = value < minima[column] ? value : minima[column]
              unsafe maxima[column] = value > maxima[column] ? value : maxima[column]
            }
          }
        }
      }
    }
  }

  /// Sets a column of some rows to (number − centre) / scale, and to 0 where the number is NaN.
  ///
  /// - Returns: Whether none of them is NaN.
  package mutating func setColumn(
    _ column: Int, rows: Range<Int>, to numbers: [Double], less center: Double, over scale: Double
  ) -> Bool {
    setColumn(column, rows: rows, to: numbers) { ($0 - center) / scale }
  }

  /// Sets a column of some rows to numbers, and to 0 where they are NaN.
  ///
  /// - Returns: Whether none of them is NaN.
  package mutating func setColumn(
    _ column: Int, rows: Range<Int>, to numbers: [Double]
  ) -> Bool {
    setColumn(column, rows: rows, to: numbers) { $0 }
  }

  @inline(__always)
  private mutating func setColumn(
    _ column: Int, rows: Range<Int>, to numbers: [Double], _ value: (Double) -> Double
  ) -> Bool {
    precondition(
      column >= 0 && column < columnCount && rows.lowerBound >= 0 && rows.upperBound <= rowCount
        && rows.upperBound <= numbers.count, "\(rows) of \(shape)")
    let columnCount = columnCount
    return unsafe numbers.withUnsafeBufferPointer { source in
      unsafe elements.withUnsafeMutableBufferPointer { target in
        var hasNaN = false
        for row in rows {
          let number = unsafe source[row]
          hasNaN = number.isNaN || hasNaN
          unsafe target[row * columnCount + column] = number.isNaN ? 0 : value(number)
        }
        return !hasNaN
      }
    }
  }
}
