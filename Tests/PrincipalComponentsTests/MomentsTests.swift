import LinearAlgebra
import PrincipalComponents
import Testing

private func samples(rowCount: Int, seed: UInt64) -> Matrix<Double> {
  var generator = SeededGenerator(seed: seed)
  var samples = Matrix<Double>(rowCount: rowCount, columnCount: 6)
  for row in 0..<rowCount {
    let (x, y) = (generator.uniform(), generator.uniform())
    for column in 0..<6 {
      samples[row, column] =
        Double(column) * x + (column.isMultiple(of: 2) ? y : -y) + 0.1 * generator.uniform()
    }
  }
  return samples
}

@Test(arguments: [1, 3, 6])
func `errors and density follow from mean and covariance of other rows`(
  componentCount: Int
) throws {
  let model = try PCA(componentCount: componentCount).fit(samples(rowCount: 200, seed: 1))
  let rows = samples(rowCount: 90, seed: 2)
  var accumulator = CovarianceAccumulator(featureCount: 6)
  accumulator.add(rows)
  let covariance = try accumulator.finish()

  let back = try model.inverseTransform(model.transform(rows))
  let errors = model.meanSquaredErrors(of: covariance)
  for column in 0..<6 {
    let mean =
      (0..<90).reduce(0.0) {
        let difference = rows[$1, column] - back[$1, column]
        return $0 + difference * difference
      } / 90
    #expect(abs(errors[column] - mean) < 1e-12)
  }
  let densities = try model.logDensities(rows)
  let density = try model.meanLogDensity(of: covariance)
  #expect(abs(density - densities.reduce(0, +) / 90) < 1e-9 * abs(density))
}
