import LinearAlgebra

/// How a kernel's weights are drawn before training.
public enum Initializer: String, Codable, Sendable, CaseIterable {
  /// Uniform within ±√(6 / (inputs + outputs)), after Glorot and Bengio (2010).
  case glorotUniform
  /// Normal of variance 2 / inputs, after He et al. (2015), doi:10.1109/ICCV.2015.123.
  case heNormal
  /// Normal of variance 1 / inputs, after LeCun et al. (1998).
  case lecunNormal
  case zeros

  /// - Parameters:
  ///   - inputs: Entries that come together at an output.
  ///   - outputs: Entries that go out from an input.
  func values(
    count: Int, inputs: Int, outputs: Int, from generator: inout SeededGenerator
  ) -> [Float] {
    switch self {
    case .zeros: return Array(repeating: 0, count: count)
    case .glorotUniform:
      let limit = (6 / Double(inputs + outputs)).squareRoot()
      return (0..<count).map { _ in Float((2 * generator.uniform() - 1) * limit) }
    case .heNormal:
      return normal(count, deviation: (2 / Double(inputs)).squareRoot(), from: &generator)
    case .lecunNormal:
      return normal(count, deviation: (1 / Double(inputs)).squareRoot(), from: &generator)
    }
  }

  /// By the polar method of Marsaglia and Bray (1964), doi:10.1137/1006063.
  private func normal(
    _ count: Int, deviation: Double, from generator: inout SeededGenerator
  ) -> [Float] {
    var values: [Float] = []
    values.reserveCapacity(count + 1)
    while values.count < count {
      let x = 2 * generator.uniform() - 1
      let y = 2 * generator.uniform() - 1
      let square = x * x + y * y
      guard square > 0, square < 1 else { continue }
      let factor = deviation * (-2 * naturalLogarithm(square) / square).squareRoot()
      values.append(Float(x * factor))
      values.append(Float(y * factor))
    }
    return Array(values.prefix(count))
  }
}
