/// A Cholesky factor of a small matrix whose memory is used again for the next one.
///
/// For many small systems in a row: ``Cholesky`` would spend more time on arrays than on numbers.
package struct SmallCholesky: Sendable {
  package let order: Int
  /// First the matrix, then, row by row in its upper triangle, U with UᵀU = matrix; the diagonal
  /// holds 1 / U(i, i).
  package var elements: [Double]

  package init(order: Int) {
    self.order = order
    elements = Array(repeating: 0, count: order * order)
  }

  /// Factorises the matrix whose upper triangle stands in ``elements``.
  ///
  /// - Throws: ``LinearAlgebraError`` when it is not positive definite.
  package mutating func factorise() throws(LinearAlgebraError) {
    let order = order
    let failed: Int? = unsafe elements.withUnsafeMutableBufferPointer { matrix in
      for row in 0..<order {
        let pivot = unsafe matrix[row * order + row]
        guard pivot > 0 else { return row + 1 }
        let inverse = 1 / pivot.squareRoot()
        unsafe matrix[row * order + row] = inverse
        for column in row + 1..<max(order, row + 1) {
          unsafe matrix[row * order + column] *= inverse
        }
        for below in row + 1..<max(order, row + 1) {
          let factor = unsafe matrix[row * order + below]
          for column in below..<order {
            unsafe matrix[below * order + column] -= unsafe factor * matrix[row * order + column]
          }
        }
      }
      return nil
    }
    if let failed {
      throw LinearAlgebraError(.notPositiveDefinite(order: failed), operation: "Cholesky factor")
    }
  }

  /// Solves UᵀU x = b in the place of b.
  package func solve(_ x: inout [Double], at start: Int) {
    forward(&x, at: start)
    let order = order
    unsafe elements.withUnsafeBufferPointer { factor in
      unsafe x.withUnsafeMutableBufferPointer { all in
        for row in (0..<order).reversed() {
          var value = unsafe all[start + row]
          for column in row + 1..<max(order, row + 1) {
            unsafe value -= factor[row * order + column] * all[start + column]
          }
          unsafe all[start + row] = unsafe value * factor[row * order + row]
        }
      }
    }
  }

  /// Solves Uᵀ x = b in the place of b.
  package func forward(_ x: inout [Double], at start: Int) {
    precondition(start >= 0 && start + order <= x.count, "a right side lies in its array")
    let order = order
    unsafe elements.withUnsafeBufferPointer { factor in
      unsafe x.withUnsafeMutableBufferPointer { all in
        for row in 0..<order {
          let value = unsafe all[start + row] * factor[row * order + row]
          unsafe all[start + row] = value
          for column in row + 1..<max(order, row + 1) {
            unsafe all[start + column] -= unsafe factor[row * order + column] * value
          }
        }
      }
    }
  }
}
