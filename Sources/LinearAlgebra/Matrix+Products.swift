import CLAPACK

/// Products in Float64, by OpenBLAS on one thread.
///
/// A shape that does not fit is a programmer's slip and stops the program.
/// Sizes are limited to 2³¹ − 1 rows and as many columns.
extension Matrix where Scalar == Double {
  /// The product `self · other`; cost is O(rows · columns · other's columns).
  public func multiplied(by other: Matrix) -> Matrix {
    precondition(columnCount == other.rowCount, "\(shape) times \(other.shape)")
    return product(
      self, CblasNoTrans, other, CblasNoTrans, rowCount, other.columnCount, columnCount)
  }

  /// The product `self · otherᵀ`, without a transposed copy.
  public func multiplied(byTransposed other: Matrix) -> Matrix {
    precondition(columnCount == other.columnCount, "\(shape) times the transpose of \(other.shape)")
    return product(self, CblasNoTrans, other, CblasTrans, rowCount, other.rowCount, columnCount)
  }

  /// The product `selfᵀ · other`, without a transposed copy.
  public func transposeMultiplied(by other: Matrix) -> Matrix {
    precondition(rowCount == other.rowCount, "the transpose of \(shape) times \(other.shape)")
    return product(self, CblasTrans, other, CblasNoTrans, columnCount, other.columnCount, rowCount)
  }

  /// The symmetric matrix `selfᵀ · self`, at half the cost of a product.
  public func gramMatrix() -> Matrix {
    var result = Matrix(rowCount: columnCount, columnCount: columnCount)
    result.addGramMatrix(ofFirst: rowCount, rowsOf: self)
    result.mirrorUpperTriangle()
    return result
  }

  /// Adds `blockᵀ · block`, of the first rows of a block, to the upper triangle of this matrix.
  ///
  /// The lower triangle keeps what it holds until ``mirrorUpperTriangle()``.
  package mutating func addGramMatrix(ofFirst count: Int, rowsOf block: Matrix) {
    precondition(count <= block.rowCount, "\(count) of \(block.rowCount) rows")
    precondition(
      rowCount == block.columnCount && columnCount == block.columnCount,
      "squares of \(block.shape) added to \(shape)")
    guard count > 0, columnCount > 0 else { return }
    if count * columnCount * columnCount <= smallProductLimit {
      for row in 0..<count { addSmallOuterProduct(of: block, row: row) }
      return
    }
    let size = librarySize(columnCount)
    let depth = librarySize(count)
    unsafe block.elements.withUnsafeBufferPointer { source in
      unsafe elements.withUnsafeMutableBufferPointer { target in
        OpenBLAS.run {
          unsafe cblas_dsyrk(
            CblasRowMajor, CblasUpper, CblasTrans, size, depth, 1, source.baseAddress, size, 1,
            target.baseAddress, size)
        }
      }
    }
  }

  /// Adds `weight · vector · vectorᵀ` to the upper triangle of this matrix.
  package mutating func addOuterProduct(of vector: [Double], weight: Double) {
    precondition(
      rowCount == vector.count && columnCount == vector.count,
      "squares of \(vector.count) numbers added to \(shape)")
    guard columnCount > 0 else { return }
    let size = librarySize(columnCount)
    unsafe vector.withUnsafeBufferPointer { source in
      unsafe elements.withUnsafeMutableBufferPointer { target in
        OpenBLAS.run {
          unsafe cblas_dsyr(
            CblasRowMajor, CblasUpper, size, weight, source.baseAddress, 1, target.baseAddress,
            size)
        }
      }
    }
  }

  private mutating func addSmallOuterProduct(of block: Matrix, row: Int) {
    let columnCount = columnCount
    unsafe block.elements.withUnsafeBufferPointer { source in
      unsafe elements.withUnsafeMutableBufferPointer { target in
        for i in 0..<columnCount {
          let factor = unsafe source[row * columnCount + i]
          for j in i..<columnCount {
            unsafe target[i * columnCount + j] += unsafe factor * source[row * columnCount + j]
          }
        }
      }
    }
  }

  /// Copies the upper triangle over the lower one.
  package mutating func mirrorUpperTriangle() {
    for row in 0..<rowCount {
      for column in 0..<row { self[row, column] = self[column, row] }
    }
  }

  var shape: String { "\(rowCount) x \(columnCount)" }
}

/// Up to so many multiplications the library's own call would take longer than the sums.
private let smallProductLimit = 2048

private func smallProduct(
  _ left: Matrix<Double>, _ right: Matrix<Double>, transposed: Bool,
  _ result: inout Matrix<Double>
) {
  let (columnCount, depth) = (result.columnCount, left.columnCount)
  unsafe left.elements.withUnsafeBufferPointer { a in
    unsafe right.elements.withUnsafeBufferPointer { b in
      unsafe result.elements.withUnsafeMutableBufferPointer { c in
        for row in 0..<left.rowCount {
          if transposed {
            for column in 0..<columnCount {
              var sum = 0.0
              for k in 0..<depth {
                unsafe sum += a[row * depth + k] * b[column * depth + k]
              }
              unsafe c[row * columnCount + column] = sum
            }
          } else {
            for k in 0..<depth {
              let factor = unsafe a[row * depth + k]
              for column in 0..<columnCount {
                unsafe c[row * columnCount + column] += unsafe factor * b[k * columnCount + column]
              }
            }
          }
        }
      }
    }
  }
}

/// A size as the library counts it.
private func librarySize(_ count: Int) -> Int32 {
  guard let size = Int32(exactly: count) else {
    preconditionFailure("a product has at most \(Int32.max) rows or columns, not \(count)")
  }
  return size
}

private func product(
  _ left: Matrix<Double>, _ leftForm: CBLAS_TRANSPOSE,
  _ right: Matrix<Double>, _ rightForm: CBLAS_TRANSPOSE,
  _ rowCount: Int, _ columnCount: Int, _ depth: Int
) -> Matrix<Double> {
  var result = Matrix<Double>(rowCount: rowCount, columnCount: columnCount)
  guard rowCount > 0, columnCount > 0, depth > 0 else { return result }
  if rowCount * columnCount * depth <= smallProductLimit, leftForm == CblasNoTrans {
    smallProduct(left, right, transposed: rightForm == CblasTrans, &result)
    return result
  }
  let rows = librarySize(rowCount)
  let columns = librarySize(columnCount)
  let sum = librarySize(depth)
  let leftStride = librarySize(left.columnCount)
  let rightStride = librarySize(right.columnCount)
  unsafe left.elements.withUnsafeBufferPointer { a in
    unsafe right.elements.withUnsafeBufferPointer { b in
      unsafe result.elements.withUnsafeMutableBufferPointer { c in
        OpenBLAS.run {
          unsafe cblas_dgemm(
            CblasRowMajor, leftForm, rightForm, rows, columns, sum, 1, a.baseAddress, leftStride,
            b.baseAddress, rightStride, 0, c.baseAddress, columns)
        }
      }
    }
  }
  return result
}
