import LatentModels
import LinearAlgebra
import Reports
import Tables
import Testing

/// A parabola: two columns that one curved component explains and one straight one does not.
private func parabola(rowCount: Int, third: (Int) -> Double = { _ in 1 }) -> Table {
  var generator = SeededGenerator(seed: 12)
  let x = (0..<rowCount).map { _ in 2 * generator.uniform() - 1 }
  let y = x.map { $0 * $0 + 0.02 * generator.uniform() }
  return Table(columns: [
    Column(schema: ColumnSchema(name: "x", kind: .number), values: .numbers(x)),
    Column(schema: ColumnSchema(name: "y", kind: .number), values: .numbers(y)),
    Column(
      schema: ColumnSchema(name: "z", kind: .number),
      values: .numbers((0..<rowCount).map(third))),
  ])
}

private func settings(_ counts: [Int], threads: Int = 1) -> ComparisonSettings {
  var autoencoder = AutoencoderSettings()
  autoencoder.effort = .quick
  var settings = ComparisonSettings(
    componentCounts: counts,
    fitting: TableModelFitting(componentCount: 1, autoencoder: autoencoder), threads: threads)
  settings.resampleCount = 200
  return settings
}

@Test func `a parabola pays, with the same figures on any number of threads`() throws {
  let table = parabola(rowCount: 120)
  var (one, two) = (
    try settings([1, 2]).compare(table).comparison,
    try settings([1, 2], threads: 3).compare(table).comparison
  )
  #expect(one.verdict.kind == .nonlinear)
  #expect(one.verdict.components == 1)
  #expect(one.data.trainingRows == 96)
  #expect(one.data.testRows == 24)
  #expect(one.data.columns.map(\.role) == [.model, .model, .constant])
  #expect(one.results[0].gain.low > 0.1)
  let contributions = one.results[0].columnContributions.compactMap(\.self)
  #expect(abs(contributions.reduce(0, +) - one.results[0].gain.value) < 1e-12)
  #expect(one.linearCurve.count == 2)
  #expect(abs(one.linearCurve[0] - one.results[0].linear.test.value) < 1e-12)
  for index in 0..<2 {
    one.results[index].nonlinear.seconds = nil
    one.results[index].linear.seconds = nil
    two.results[index].nonlinear.seconds = nil
    two.results[index].linear.seconds = nil
  }
  #expect(one == two)
}

@Test func `rows that are too few are refused`() throws {
  #expect(throws: ComparisonError(.tooFewRows(needed: 25, found: 24))) {
    try settings([1]).compare(parabola(rowCount: 24))
  }
  #expect(throws: ComparisonError(.tooFewTestRows(needed: 5, found: 4))) {
    try settings([1]).compare(parabola(rowCount: 30), test: parabola(rowCount: 4))
  }
}

@Test func `more components than columns that vary are refused before anything is fitted`() {
  #expect(throws: FittingError(.componentsAboveColumns(asked: 3, columns: 2))) {
    try settings([1, 3]).compare(parabola(rowCount: 60))
  }
}

@Test func `words of too many kinds cannot be colours`() {
  let words = Column(
    schema: ColumnSchema(name: "w", kind: .text), values: .texts((0..<60).map { "\($0)" }))
  #expect(throws: ComparisonError(.colors(column: "w", most: 12, found: 60))) {
    try settings([1]).compare(parabola(rowCount: 60), color: words)
  }
}
