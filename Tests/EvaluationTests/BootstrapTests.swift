import Evaluation
import LinearAlgebra
import Testing

/// Of the numbers 0, 1, …, 100 the 2.5th percentile is 2.5 and the 97.5th 97.5.
@Test func `an interval is the middle share of the resampled values`() throws {
  let interval = try #require(
    Interval(value: 48, resampled: (0...100).reversed().map(Double.init)))
  #expect(interval.value == 48)
  #expect(abs(interval.low - 2.5) < 1e-12)
  #expect(abs(interval.high - 97.5) < 1e-12)
  #expect(abs(interval.halfWidth - 47.5) < 1e-12)
  #expect(Interval(value: 1, resampled: []) == nil)
}

/// Of n normal numbers, 95 % of the resampled means lie within 1.96 standard errors σ / √n.
///
/// Half the width of an interval from 2,000 resamples is off by about 3 % of
/// itself, and the sample's own deviation by 1 / √(2n), 2 %.
@Test func `the interval of a mean is as wide as theory says`() throws {
  var generator = SeededGenerator(seed: 3)
  let numbers = normalMatrix(1200, 1, &generator).elements.map { 5 + 2 * $0 }
  let ones = [Double](repeating: 1, count: 1200)
  let means = Bootstrap(resampleCount: 2000, seed: 1).shares(numbers, of: ones)
  let interval = try #require(Interval(value: 5, resampled: means))
  let expected = 1.96 * 2 / 1200.0.squareRoot()
  #expect(abs(interval.halfWidth - expected) < 0.1 * expected)
}

@Test func `the same seed gives the same resamples and another one others`() {
  let (part, whole) = ([1.0, 2, 3, 4, 7], [2.0, 2, 3, 5, 9])
  let shares = Bootstrap(resampleCount: 50, seed: 4).shares(part, of: whole)
  #expect(shares == Bootstrap(resampleCount: 50, seed: 4).shares(part, of: whole))
  #expect(shares != Bootstrap(resampleCount: 50, seed: 5).shares(part, of: whole))
}

/// Ten copies of each number are still but as many things as there are numbers.
@Test func `rows of one group are drawn together`() throws {
  var generator = SeededGenerator(seed: 8)
  let numbers = normalMatrix(100, 1, &generator).elements
  let copied = numbers.flatMap { Array(repeating: $0, count: 10) }
  let groups = (0..<1000).map { $0 / 10 }
  func halfWidth(_ numbers: [Double], _ groups: [Int]?) throws -> Double {
    let ones = [Double](repeating: 1, count: numbers.count)
    let means = Bootstrap(seed: 2, groups: groups).shares(numbers, of: ones)
    return try #require(Interval(value: 0, resampled: means)).halfWidth
  }
  let alone = try halfWidth(numbers, nil)
  #expect(abs(try halfWidth(copied, groups) - alone) < 1e-12)
  #expect(try halfWidth(copied, nil) < alone / 2)
}

@Test func `one row or one group gives no interval`() {
  #expect(Bootstrap().shares([1], of: [2]).isEmpty)
  #expect(Bootstrap(groups: [7, 7]).shares([1, 2], of: [2, 3]).isEmpty)
}

/// Columns one by one and all together; the third has nothing to be a share of.
@Test(arguments: [nil, [0, 0, 1, 2, 2, 3, 4, 4]])
func `columns together are drawn as each by itself`(groups: [Int]?) {
  var generator = SeededGenerator(seed: 6)
  let part = normalMatrix(8, 3, &generator)
  var whole = normalMatrix(8, 3, &generator)
  for row in 0..<8 {
    for column in 0..<3 { whole[row, column] = column == 2 ? 0 : abs(whole[row, column]) }
  }
  let bootstrap = Bootstrap(resampleCount: 230, seed: 5, groups: groups)
  let together = bootstrap.shares(part, of: whole)
  #expect(together.map(\.count) == [230, 230, 0])
  for column in 0..<2 {
    func own(_ matrix: Matrix<Double>) -> [Double] { (0..<8).map { matrix[$0, column] } }
    let alone = bootstrap.shares(own(part), of: own(whole))
    // Only the order of eight sums differs.
    let isSame = zip(together[column], alone).allSatisfy { abs($0 - $1) < 1e-9 * (1 + abs($1)) }
    #expect(isSame)
  }
}

/// Three rows of two columns, the second constant in training.
///
/// Mean 2, deviation 2: squares
/// 1, 0, 4; errors 0, 1, 0.25 for the first model and 0.25 each for the second.
@Test func `errors of rows are those by hand`() throws {
  let originals = Matrix<Double>(rows: [[0, 5], [2, 5], [6, 9]])
  func errors(_ values: [Double], observed: Mask? = nil) -> RowErrors {
    RowErrors(
      originals: originals, reconstructions: Matrix(rows: values.map { [$0, 0] }),
      observed: observed, means: [2, 5], standardDeviations: [2, 0])
  }
  let first = errors([0, 4, 7])
  #expect(first.squaredErrors == [0, 1, 0.25])
  #expect(first.squaresAboutMean == [1, 0, 4])
  #expect(first.columnSquaredErrors == [1.25, 0])
  #expect(first.explainedVariance == 1 - 1.25 / 5)
  let second = errors([1, 3, 5])
  #expect(abs(try #require(second.gain(over: first)) - 0.5 / 5) < 1e-15)
  var mask = Mask(rowCount: 3, columnCount: 2, isObserved: Array(repeating: true, count: 6))
  mask[1, 0] = false
  #expect(errors([0, 4, 7], observed: mask).squaredErrors == [0, 0, 0.25])
}

/// Two models whose errors differ by the same share of every row's squares: no chance is left.
@Test func `a gain that every row shows has no width`() throws {
  let originals = Matrix<Double>(rows: [[1], [2], [-3], [4]])
  func errors(_ factor: Double) -> RowErrors {
    RowErrors(
      originals: originals,
      reconstructions: Matrix(rows: originals.elements.map { [$0 * factor] }), means: [0],
      standardDeviations: [1])
  }
  let gains = errors(0.9).resampledGains(over: errors(0.5), Bootstrap(seed: 3))
  #expect(gains.count == 1000)
  #expect(gains.allSatisfy { abs($0 - (0.25 - 0.01)) < 1e-12 })
}
