import LatentModels
import LinearAlgebra
import Preprocessing
import Tables
import Testing

/// Three columns of numbers in very small units, the second made from the first and noise.
private func small(rowCount: Int, seed: UInt64) -> Table {
  var generator = SeededGenerator(seed: seed)
  let base = (0..<rowCount).map { _ in generator.uniform() }
  func column(_ name: String, _ value: (Double) -> Double) -> Column {
    Column(
      schema: ColumnSchema(name: name, kind: .number), values: .numbers(base.map { value($0) }))
  }
  return Table(columns: [
    column("lengths", { 1e-17 * ($0 + 0.3 * generator.uniform()) }),
    column("weights", { 3e-15 + 1e-15 * ($0 - 0.5 * generator.uniform()) }),
    column("shares", { _ in 1e-16 * generator.uniform() }),
  ])
}

@Test(arguments: Scaling.allCases)
func `all components explain all columns in any unit, whatever the scaling`(
  scaling: Scaling
) throws {
  let model = try TableModelFitting(method: .pca, componentCount: 3, scaling: scaling)
    .fit(small(rowCount: 60, seed: 1))
  #expect(abs(try #require(model.report.validation?.explainedVariance) - 1) < 1e-9)
}

@Test func `a whitened model has scores of variance one, and its file keeps that`() throws {
  let table = parabola(rowCount: 200, seed: 2)
  let model = try TableModelFitting(
    method: .pca, componentCount: 2, pca: PCASettings(whitens: true)
  ).fit(table)
  let read = try ModelFile.decode(
    ModelFile.encode(model, toolVersion: "test"), path: "m.aepca")
  let scores = try read.encode(table)
  for component in 0..<2 {
    let squares = (0..<200).reduce(0) { $0 + scores[$1, component] * scores[$1, component] }
    #expect(abs(squares / 199 - 1) < 1e-10)
  }
  let plain = try TableModelFitting(method: .pca, componentCount: 2).fit(table)
  #expect(plain.report.validation == model.report.validation)
}
