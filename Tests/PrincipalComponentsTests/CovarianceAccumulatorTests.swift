import LinearAlgebra
import PrincipalComponents
import Testing

@Test func `mean and covariance by hand`() throws {
  var statistics = CovarianceAccumulator(featureCount: 2)
  statistics.add(Matrix(rows: [[1, 2], [3, 2]]))
  statistics.add(Matrix(rows: [[5, 8]]))
  let covariance = try statistics.finish()
  #expect(covariance.sampleCount == 3)
  #expect(distance(covariance.mean, [3, 4]) < 1e-15)
  #expect(distance(covariance.matrix.elements, [4, 6, 6, 12]) < 1e-14)
  #expect(abs(covariance.totalVariance - 16) < 1e-14)
}

/// Some shards and a rest, so that shards are joined.
private let rowCount = 11 * CovarianceAccumulator.rowsPerShard / 2

private func drifting() -> Matrix<Double> {
  var generator = SeededGenerator(seed: 9)
  var samples = normalMatrix(rowCount, 3, &generator)
  for row in 0..<rowCount {
    samples[row, 0] += 1e4 + Double(row) / 100
    samples[row, 2] = 0.1
  }
  return samples
}

@Test func `the cuts between calls do not change a bit`() throws {
  let samples = drifting()
  var whole = CovarianceAccumulator(featureCount: 3)
  whole.add(samples)
  var pieces = CovarianceAccumulator(featureCount: 3)
  var generator = SeededGenerator(seed: 10)
  var start = 0
  while start < rowCount {
    let end = min(rowCount, start + generator.integer(below: 700))
    pieces.add(samples, rows: start..<end)
    start = end
  }
  #expect(try pieces.finish() == whole.finish())
}

@Test(arguments: [2, 3, 64])
func `the number of threads does not change a bit`(threads: Int) throws {
  let samples = drifting()
  var whole = CovarianceAccumulator(featureCount: 3)
  whole.add(samples)
  var shared = CovarianceAccumulator(featureCount: 3)
  shared.add(samples, rows: 0..<100, threads: threads)
  shared.add(samples, rows: 100..<rowCount, threads: threads)
  #expect(try shared.finish() == whole.finish())
}

@Test func `accumulators merged see what one of them would`() throws {
  let samples = drifting()
  var whole = CovarianceAccumulator(featureCount: 3)
  whole.add(samples)
  var merged = CovarianceAccumulator(featureCount: 3)
  for range in [0..<1, 1..<5000, 5000..<5000, 5000..<rowCount] {
    var part = CovarianceAccumulator(featureCount: 3)
    part.add(samples, rows: range)
    merged.merge(part)
  }
  #expect(merged.sampleCount == rowCount)
  let (left, right) = (try whole.finish(), try merged.finish())
  #expect(distance(left.mean, right.mean) < 1e-11)
  // Variances up to 4,300: the sixteenth digit is 5e-13 and a sum over shards may lose two.
  #expect(distance(left.matrix.elements, right.matrix.elements) < 1e-9)
}

@Test func `sums over shards equal two plain passes`() throws {
  let samples = drifting()
  var statistics = CovarianceAccumulator(featureCount: 3)
  statistics.add(samples)
  let covariance = try statistics.finish()
  for column in 0..<3 {
    let mean = (0..<rowCount).reduce(0) { $0 + samples[$1, column] } / Double(rowCount)
    #expect(abs(covariance.mean[column] - mean) < 1e-9)
    for other in 0..<3 {
      let sum = (0..<rowCount).reduce(0) {
        $0 + (samples[$1, column] - covariance.mean[column])
          * (samples[$1, other] - covariance.mean[other])
      }
      #expect(abs(covariance.matrix[column, other] - sum / Double(rowCount - 1)) < 1e-9)
    }
  }
  // A constant column is constant to the last bit.
  #expect(covariance.mean[2] == 0.1)
  #expect(covariance.matrix.row(2) == [0, 0, 0])
}

@Test func `components can be fitted to statistics alone`() throws {
  let samples = drifting()
  var statistics = CovarianceAccumulator(featureCount: 3)
  statistics.add(samples)
  #expect(try PCA(componentCount: 2).fit(statistics) == PCA(componentCount: 2).fit(samples))
}

@Test func `fewer than two rows have no covariance`() {
  var statistics = CovarianceAccumulator(featureCount: 2)
  #expect(throws: PCAError(.tooFewRows(found: 0))) { try statistics.finish() }
  statistics.add(Matrix(rows: [[1, 2]]))
  #expect(throws: PCAError(.tooFewRows(found: 1))) { try statistics.finish() }
}

@Test func `statistics of numbers that are not finite name the column`() {
  var statistics = CovarianceAccumulator(featureCount: 2)
  statistics.add(Matrix(rows: [[1, 2], [3, .infinity]]))
  #expect(throws: PCAError(.notFinite(row: nil, column: 1))) { try statistics.finish() }
}
