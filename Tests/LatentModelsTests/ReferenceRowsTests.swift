import LinearAlgebra
import Preprocessing
import Tables
import Testing

@testable import LatentModels

@Suite struct ReferenceRowsTests {
  private func numbers(_ columns: [[Double]]) -> Table {
    Table(
      columns: columns.enumerated().map { index, values in
        Column(
          schema: ColumnSchema(name: ["a", "b", "c"][index], kind: .number),
          values: .numbers(values))
      })
  }

  private func distances(
    _ training: Table, of rows: Table, observedOnly: Bool = false
  ) throws -> [NeighborDistances.Distance] {
    let preprocessor = try Preprocessor().fit(training)
    let errors = StandardizedErrors(preprocessor)
    let references = try #require(ReferenceRows(preprocessor.prepare(training), errors))
    let measure = NeighborDistances(references, errors)
    var scratch = NearestRows.Scratch()
    let samples = preprocessor.prepare(rows)
    return (0..<samples.sampleCount).map {
      measure.distance(of: $0, in: samples, scratch: &scratch)
    }
  }

  /// Ten rows, of which the nearest two count.
  ///
  /// Both columns hold −1 and 1 five times: mean 0, deviation 1. From (1, 4) the rows (1, 1) are
  /// off by 0 and 9: mean 4.5.
  @Test func `a distance is the root of mean squared differences from the nearest rows`() throws {
    let side = [1.0, -1, 1, -1, 1, -1, 1, -1, 1, -1]
    let found = try distances(numbers([side, side]), of: numbers([[1, -1], [4, -1]]))
    #expect(abs(found[0].value - 4.5.squareRoot()) < 1e-6)
    #expect(found[0].columns[0] == 0 && abs(found[0].columns[1] - 4.5) < 1e-6)
    #expect(found[1].value == 0)
  }

  /// Without its second cell (1, ·) is where (1, 1) are, and (·, ·) is nowhere.
  @Test func `a missing cell counts for nothing, and a row of none has no distance`() throws {
    let side = [1.0, -1, 1, -1, 1, -1, 1, -1, 1, -1]
    let found = try distances(
      numbers([side, side]), of: numbers([[2, .nan, .nan], [.nan, -1, .nan]]))
    #expect(abs(found[0].value - 1) < 1e-6 && found[0].columns[1].isNaN)
    #expect(found[1].value == 0)
    #expect(found[2].value.isNaN)
  }

  @Test func `a row that is kept does not count for itself, nor its group`() throws {
    let table = numbers([[0, 0, 1, 1, 5, 5, 9, 9]])
    let preprocessor = try Preprocessor().fit(table)
    let samples = preprocessor.prepare(table)
    let alone = try #require(
      ReferenceRows.kept(of: samples, groups: nil, preprocessor: preprocessor, threads: 1))
    #expect(alone.rows.count == 8)
    // One neighbour each: the twin, kept in Float32.
    #expect(alone.distances?.values.count == 8)
    #expect(alone.distances?.values.allSatisfy { $0 < 1e-6 } == true)
    let grouped = try #require(
      ReferenceRows.kept(
        of: samples, groups: [1, 1, 2, 2, 3, 3, 4, 4], preprocessor: preprocessor, threads: 2))
    // Mean 3.75, squares about it 101.5 over 8.
    let deviation = (101.5 / 8).squareRoot()
    let expected = [1, 1, 1, 1, 4, 4, 4, 4].map { Float($0 / deviation) }
    let found = try #require(grouped.distances?.values)
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func `no more rows are kept than the limit, and fewer of many columns`() throws {
    let table = numbers([(0..<5000).map { Double($0 % 77) }, (0..<5000).map { Double($0 % 91) }])
    let preprocessor = try Preprocessor().fit(table)
    let kept = try #require(
      ReferenceRows.kept(
        of: preprocessor.prepare(table), groups: nil, preprocessor: preprocessor, threads: 2))
    #expect(kept.rows.count == 1000)
    #expect(kept.distances?.rowCount == 4000)
    #expect(ReferenceRows.limit(featureCount: 784) == 334)
    #expect(ReferenceRows.limit(featureCount: 100_000) == 100)
  }

  @Test(arguments: Method.allCases)
  func `a model read from its file keeps the same rows and gives the same scores`(
    method: Method
  ) throws {
    var fitting = TableModelFitting(method: method, componentCount: 1)
    fitting.autoencoder.effort = .quick
    let table = parabola(rowCount: 200, seed: 4, missingEvery: 7)
    let model = try fitting.fit(table)
    let bytes = try ModelFile.encode(model, toolVersion: "test")
    let read = try ModelFile.decode(bytes, path: "m.aepca")
    #expect(read.references == model.references && read.references?.observed != nil)
    let new = parabola(rowCount: 150, seed: 5, missingEvery: 9)
    let scores = try RowScorer(model).scores(new)
    #expect(try RowScorer(read, threads: 3).scores(new) == scores)
    #expect(scores.allSatisfy { $0.distance > 0 && (0...1).contains($0.quantile) })
    // Not by the rows beside it.
    #expect(try RowScorer(read).scores(new.rows(at: [9])) == [scores[9]])
  }

  @Test func `a model without rows tells by errors alone`() throws {
    var fitting = TableModelFitting(method: .pca, componentCount: 1)
    fitting.keepsRows = false
    let model = try fitting.fit(parabola(rowCount: 200, seed: 4))
    #expect(model.references == nil && model.report.distanceQuantiles == nil)
    let scorer = try RowScorer(model)
    #expect(!scorer.knowsDistances)
    let scores = try scorer.scores(parabola(rowCount: 20, seed: 5))
    #expect(scores.allSatisfy { $0.distance.isNaN && $0.quantile >= 0 && $0.error > 0 })
  }

  /// Two kinds of rows, one of them rare, far apart and learnt alike: one component gives both back.
  @Test func `a rare kind of row that was in the training table is still far from most`() throws {
    var generator = SeededGenerator(seed: 11)
    var rows: [[Double]] = [[], []]
    for row in 0..<300 {
      let place = row % 30 == 0 ? 8 + generator.normal() : generator.normal()
      rows[0].append(place)
      rows[1].append(place + 0.1 * generator.normal())
    }
    let model = try TableModelFitting(method: .pca, componentCount: 1).fit(numbers(rows))
    let scores = try RowScorer(model).scores(numbers(rows))
    let rare = scores.indices.filter { $0 % 30 == 0 }
    let usual = scores.indices.filter { $0 % 30 != 0 }
    let worst = usual.map { scores[$0].distance }.max() ?? 0
    #expect(rare.allSatisfy { scores[$0].distance > worst })
  }

  @Test func `kept rows of another width are refused`() throws {
    let model = try TableModelFitting(method: .pca, componentCount: 1)
      .fit(parabola(rowCount: 100, seed: 4))
    let other = TableModel(
      method: .pca, preprocessor: model.preprocessor, latentModel: model.latentModel,
      report: model.report, references: ReferenceRows(values: Matrix(rows: [[1]]), observed: nil))
    let bytes = try ModelFile.encode(other, toolVersion: "test")
    #expect(throws: ModelFileError.self) { try ModelFile.decode(bytes, path: "m.aepca") }
  }
}
