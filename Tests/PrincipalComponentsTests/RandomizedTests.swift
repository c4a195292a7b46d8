import Glibc
import LinearAlgebra
import PrincipalComponents
import Testing

/// Rows of which each direction has another deviation.
private func rows(
  _ rowCount: Int, _ columnCount: Int, seed: UInt64, deviation: (Int) -> Double
) throws -> Matrix<Double> {
  var generator = SeededGenerator(seed: seed)
  var samples = normalMatrix(rowCount, columnCount, &generator)
  for row in 0..<rowCount {
    for column in 0..<columnCount { samples[row, column] *= deviation(column) }
  }
  // Reflections mix the columns and keep the variances: x − 2(x·u)u, twice.
  for _ in 0..<2 {
    let direction = (0..<columnCount).map { _ in normal(&generator) }
    let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let unit = Matrix(
      rowCount: 1, columnCount: columnCount, elements: direction.map { $0 / length })
    let parts = samples.multiplied(byTransposed: unit).multiplied(by: unit)
    for place in samples.elements.indices { samples.elements[place] -= 2 * parts.elements[place] }
  }
  for place in samples.elements.indices { samples.elements[place] += 40 }
  return samples
}

@Test(arguments: [(400, 150), (150, 400), (300, 300)])
func `axes found in random directions are the exact ones`(
  rowCount: Int, columnCount: Int
) throws {
  let samples = try rows(rowCount, columnCount, seed: 1) { $0 < 6 ? Double(12 - $0) : 1 }
  let exact = try PCA(componentCount: 5, solver: .svd).fit(samples)
  let found = try PCA(componentCount: 5, solver: .randomized).fit(samples)
  let residual = try #require(found.residual)
  let largest = exact.explainedVariance[0]
  #expect(exact.residual == nil && residual <= 1e-8 * largest)
  // The stated bound, and the rounding of a covariance.
  #expect(
    distance(found.explainedVariance, exact.explainedVariance) <= residual + 1e-13 * largest)
  #expect(abs(found.totalVariance / exact.totalVariance - 1) < 1e-12)
  #expect(abs(found.noiseVariance / exact.noiseVariance - 1) < 1e-9)
  #expect(distance(found.mean, exact.mean) < 1e-12)
  // An axis is off by the residual over the gap to its neighbours, which is above 0.01 here.
  #expect(distance(found.components.elements, exact.components.elements) < 1e-5)
}

@Test func `without a gap the residual says how far the search came, and holds`() throws {
  // Variances that fall by a hundredth of a percent from one to the next.
  let samples = try rows(700, 400, seed: 2) { 1 - 0.0001 * Double($0) }
  let exact = try PCA(componentCount: 3, solver: .covarianceEigen).fit(samples)
  let found = try PCA(componentCount: 3, solver: .randomized).fit(samples)
  let residual = try #require(found.residual)
  for variance in found.explainedVariance {
    let nearest = exact.explainedVariance.map { abs($0 - variance) }.min() ?? .infinity
    #expect(nearest <= residual + 1e-13)
  }
  for (found, exact) in zip(found.explainedVariance, exact.explainedVariance) {
    #expect(found <= exact * (1 + 1e-12))
  }
}

@Test func `directions that fill the space find its axes even without a gap`() throws {
  let samples = try rows(90, 40, seed: 7) { 1 - 0.0001 * Double($0) }
  let exact = try PCA(componentCount: 3, solver: .svd).fit(samples)
  let found = try PCA(componentCount: 3, solver: .randomized).fit(samples)
  #expect(try #require(found.residual) < 1e-12)
  #expect(distance(found.explainedVariance, exact.explainedVariance) < 1e-12)
}

@Test func `random directions depend on the seed alone, not on the threads`() throws {
  let samples = try rows(1000, 60, seed: 3) { 1 / Double($0 + 1) }
  func fit(seed: UInt64, threads: Int) throws -> FittedPCA {
    try PCA(componentCount: 2, solver: .randomized, seed: seed).fit(samples, threads: threads)
  }
  let one = try fit(seed: 1, threads: 1)
  #expect(try fit(seed: 1, threads: 2) == one)
  #expect(try fit(seed: 1, threads: 3) == one)
  #expect(try fit(seed: 2, threads: 1) != one)
}

@Test func `rows of fewer dimensions than components asked for leave variances of nought`() throws {
  var generator = SeededGenerator(seed: 4)
  let samples = normalMatrix(90, 2, &generator).multiplied(by: normalMatrix(2, 70, &generator))
  let found = try PCA(componentCount: 4, solver: .randomized).fit(samples)
  let largest = found.explainedVariance[0]
  #expect(found.explainedVariance[1] > 0.1 * largest)
  #expect(found.explainedVariance[2...].allSatisfy { $0 < 1e-13 * largest })
  let back = try found.inverseTransform(found.transform(samples))
  #expect(distance(back.elements, samples.elements) < 1e-10)
}

@Test func `large tables are searched at random, unless that does not find their axes`() throws {
  let curved = try rows(2050, 2000, seed: 5) { 10 / Double($0 + 1) }
  #expect(try PCA(componentCount: 3).fit(curved, threads: 2).residual != nil)
  let level = try rows(2050, 2000, seed: 6) { _ in 1 }
  #expect(try PCA(componentCount: 3).fit(level, threads: 2).residual == nil)
}
