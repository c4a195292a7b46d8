import Glibc
import LinearAlgebra

/// Numbers with mean 0 and variance 1 (Box and Muller).
func normalMatrix(
  _ rowCount: Int, _ columnCount: Int, _ generator: inout SeededGenerator
) -> Matrix<Double> {
  Matrix(
    rowCount: rowCount, columnCount: columnCount,
    elements: (0..<rowCount * columnCount).map { _ in
      (-2 * log(1 - generator.uniform())).squareRoot() * cos(2 * .pi * generator.uniform())
    })
}
