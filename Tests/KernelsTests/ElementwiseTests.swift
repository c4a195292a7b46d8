import Kernels
import Testing

@Suite struct ElementwiseTests {
  static let activations = [
    AEPCA_LINEAR, AEPCA_RELU, AEPCA_LEAKY_RELU, AEPCA_ELU, AEPCA_GELU, AEPCA_SILU, AEPCA_TANH,
    AEPCA_SIGMOID, AEPCA_SOFTPLUS,
  ].map { Int32($0.rawValue) }

  /// From tiny to where the functions are flat, both signs.
  static let places: [Float] = (0..<4096).map { index in
    let size = index < 2048 ? Float(index) / 170 : 1e-6 * Float(index)
    return index % 2 == 0 ? size : -size
  }

  @Test(arguments: instructionSets, activations)
  func `an activation is exact to a few roundings`(set: Int, kind: Int32) {
    func run(_ table: aepca_kernels) -> (values: [Float], slopes: [Float]) {
      var values = Self.places
      var slopes = values
      unsafe table.activate(kind, 1, values.count / 16, &values, 0, &slopes, 0)
      return (values, slopes)
    }
    let (found, expected) = (run(kernels(set)), run(plain))
    // Far out in the normal distribution's tail, at 1e-30, the exponent's own rounding shows.
    let tolerance: Float = kind == AEPCA_GELU.rawValue ? 4e-6 : 1e-6
    for index in Self.places.indices {
      // Each value within 1e-6 of itself; slopes, which pass through 0, within 1e-6 of 1.
      #expect(
        abs(found.values[index] - expected.values[index]) <= tolerance
          * abs(expected.values[index]),
        "at \(Self.places[index])")
      #expect(
        abs(found.slopes[index] - expected.slopes[index]) <= 1e-6, "at \(Self.places[index])")
    }
  }

  @Test(arguments: instructionSets, activations)
  func `an activation of huge numbers is no NaN`(set: Int, kind: Int32) {
    var values: [Float] = Array(repeating: -1e30, count: 8) + Array(repeating: 1e30, count: 8)
    var slopes = values
    unsafe kernels(set).activate(kind, 1, 1, &values, 16, &slopes, 16)
    #expect(values.allSatisfy { $0.isFinite })
    #expect(slopes.allSatisfy { $0.isFinite })
  }

  @Test(arguments: instructionSets, [1, 15, 16, 40])
  func `softmax and its gradient equal the twin's`(set: Int, columns: Int) {
    func run(_ table: aepca_kernels) -> (shares: [Float], gradient: [Float]) {
      var shares = random(3 * 48, seed: 1).map { 10 * $0 }
      var gradient = random(3 * 48, seed: 2)
      unsafe table.softmax(3, columns, &shares, 48)
      unsafe table.softmax_gradient(3, 3, &gradient, 48, shares, 48)
      return (shares, gradient)
    }
    let width = (columns + 15) / 16 * 16
    for row in 0..<3 {
      let lanes = row * 48..<row * 48 + width
      #expect(
        relativeError(Array(run(kernels(set)).shares[lanes]), Array(run(plain).shares[lanes]))
          < 1e-6)
    }
    if columns > 32 {
      #expect(relativeError(run(kernels(set)).gradient, run(plain).gradient) < 1e-5)
    }
  }

  @Test(arguments: instructionSets)
  func `sums, products and copies equal the twin's`(set: Int) {
    func run(_ table: aepca_kernels) -> [Float] {
      var values = random(5 * 32, seed: 1)
      let other = random(5 * 48, seed: 2)
      var sums = random(32, seed: 3)
      unsafe table.multiply(5, 2, &values, 32, other, 48)
      unsafe table.accumulate(1, 4, 1, &values, 32, other, 48)
      unsafe table.accumulate(0, 2, 2, &values, 32, other, 48)
      unsafe table.column_sums(5, 2, values, 32, &sums)
      return values + sums
    }
    #expect(relativeError(run(kernels(set)), run(plain)) < 1e-6)
  }

  @Test(arguments: instructionSets)
  func `layers with numbers for each column equal the twin's`(set: Int) {
    func run(_ table: aepca_kernels) -> [Float] {
      let x = random(7 * 32, seed: 1)
      let slopes = random(32, seed: 2)
      var gradient = random(7 * 32, seed: 3)
      var output = x
      var scratch = x
      unsafe table.prelu(7, 2, x, 32, slopes, &output, 32)
      unsafe table.prelu_gradient(7, 2, x, 32, slopes, &gradient, 32, &scratch, 32)
      var mean = slopes
      var variance = slopes
      var normalized = x
      var sums = slopes
      var products = slopes
      unsafe table.moments(7, 2, x, 32, &mean, &variance)
      unsafe table.normalize(
        7, 2, x, 32, mean, variance, 1e-3, slopes, mean, &normalized, 32, &output, 32)
      unsafe table.normalize_sums(7, 2, gradient, 32, normalized, 32, &sums, &products)
      unsafe table.normalize_gradient(
        7, 2, &gradient, 32, normalized, 32, sums, products, variance, 1e-3, slopes, 7)
      return output + scratch + mean + variance + normalized + sums + products + gradient
    }
    #expect(relativeError(run(kernels(set)), run(plain)) < 2e-6)
  }

  @Test(arguments: instructionSets)
  func `random numbers are those of their entries`(set: Int) {
    func run(_ table: aepca_kernels, _ firstRow: Int, _ rows: Int) -> [Float] {
      var values = [Float](repeating: 1, count: 16 * rows)
      var factors = values
      unsafe table.dropout(7, 0.3, firstRow, rows, 16, &values, 16, &factors, 16)
      unsafe table.noise(9, 0.5, firstRow, rows, 16, &values, 16)
      return values
    }
    let all = run(kernels(set), 0, 1000)
    #expect(relativeError(all, run(plain, 0, 1000)) < 1e-6)
    #expect(Array(all.suffix(16 * 400)) == run(kernels(set), 600, 400))
    // 16,000 numbers of mean 1 and deviation √(0.25 + 3/7) ≈ 0.82: the mean strays by 0.0065.
    #expect(abs(all.reduce(0, +) / 16000 - 1) < 0.03)
  }

  /// Of 64,000 normal numbers the mean strays by 0.004, the variance by 0.0056, the fourth moment
  /// by 0.04, the share beyond two deviations by 0.0008.
  @Test(arguments: instructionSets)
  func `noise is normal and leaves lanes beyond the columns alone`(set: Int) {
    var values = [Float](repeating: 0, count: 4000 * 32)
    unsafe kernels(set).noise(3, 1, 0, 4000, 16, &values, 32)
    let normals = (0..<4000).flatMap { values[32 * $0..<32 * $0 + 16].map { Double($0) } }
    func mean(_ power: Int) -> Double {
      normals.reduce(0) { sum, x in sum + (0..<power).reduce(1) { product, _ in product * x } }
        / Double(normals.count)
    }
    #expect(abs(mean(1)) < 0.02 && abs(mean(2) - 1) < 0.03 && abs(mean(4) - 3) < 0.2)
    let share = Double(normals.count { abs($0) > 2 }) / Double(normals.count)
    #expect(abs(share - 0.0455) < 0.004)
    var odd = [Float](repeating: 0, count: 5 * 32)
    unsafe kernels(set).noise(3, 1, 0, 5, 19, &odd, 32)
    for row in 0..<5 {
      #expect(odd[32 * row..<32 * row + 19].allSatisfy { $0 != 0 })
      #expect(odd[32 * row + 19..<32 * row + 32].allSatisfy { $0 == 0 })
    }
  }
}
