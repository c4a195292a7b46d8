import Kernels
import LinearAlgebra
import Testing

private let a = Matrix<Double>(rows: [[1, 2, 3], [4, 5, 6]])
private let b = Matrix<Double>(rows: [[1, 0], [2, -1], [0, 3]])

@Test func `products equal those by hand`() {
  #expect(a.multiplied(by: b) == Matrix(rows: [[5, 7], [14, 13]]))
  #expect(a.multiplied(byTransposed: b.transposed) == Matrix(rows: [[5, 7], [14, 13]]))
  #expect(a.transposed.transposeMultiplied(by: b) == Matrix(rows: [[5, 7], [14, 13]]))
  #expect(a.gramMatrix() == Matrix(rows: [[17, 22, 27], [22, 29, 36], [27, 36, 45]]))
}

@Test func `products of empty matrices are empty or zero`() {
  let none = Matrix<Double>(rowCount: 0, columnCount: 3)
  #expect(none.multiplied(by: b) == Matrix(rowCount: 0, columnCount: 2))
  #expect(none.transposeMultiplied(by: none) == Matrix(rowCount: 3, columnCount: 3))
  #expect(none.gramMatrix() == Matrix(rowCount: 3, columnCount: 3))
}

@Test func `products of random matrices equal the sums that define them`() {
  var generator = SeededGenerator(seed: 1)
  // Sizes around the unrolling of the kernels.
  for (n, k, m) in [(1, 1, 1), (7, 5, 3), (16, 16, 16), (33, 65, 17), (130, 70, 90)] {
    let left = randomMatrix(n, k, &generator)
    let right = randomMatrix(k, m, &generator)
    let product = left.multiplied(by: right)
    for row in 0..<n {
      for column in 0..<m {
        let sum = (0..<k).reduce(0) { $0 + left[row, $1] * right[$1, column] }
        // Sums of at most 70 products below 1 in size: rounding stays under 70² units.
        #expect(abs(product[row, column] - sum) < 1e-12)
      }
    }
  }
}

@Test func `a weighted outer product is added to the upper triangle`() {
  var matrix = Matrix<Double>(rows: [[1, 1], [7, 1]])
  matrix.addOuterProduct(of: [2, 3], weight: -1)
  #expect(matrix == Matrix(rows: [[-3, -5], [7, -8]]))
  matrix.mirrorUpperTriangle()
  #expect(matrix == Matrix(rows: [[-3, -5], [-5, -8]]))
}

#if arch(x86_64)
  @Test func `a processor with AVX2 is not taken for an older one`() {
    // Without the cure a library older than the processor answers "Prescott".
    if aepca_best_instruction_set() >= AEPCA_AVX2.rawValue {
      #expect(OpenBLAS.coreName != "Prescott")
    }
  }
#endif

/// Entries in −1..<1.
func randomMatrix(
  _ rowCount: Int, _ columnCount: Int, _ generator: inout SeededGenerator
) -> Matrix<Double> {
  Matrix(
    rowCount: rowCount, columnCount: columnCount,
    elements: (0..<rowCount * columnCount).map { _ in 2 * generator.uniform() - 1 })
}
