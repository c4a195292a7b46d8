import Glibc

extension SeededGenerator {
  /// A normal number of mean 0 and variance 1 (Box and Muller, the cosine alone).
  public mutating func normal() -> Double {
    // 1 − u is never 0, whose logarithm would be infinite.
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }
}
