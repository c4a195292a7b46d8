import LinearAlgebra
import Preprocessing
import PrincipalComponents
import Tables
import Testing

@testable import LatentModels

extension SeededGenerator {
  /// Uniform, of mean zero and variance one.
  fileprivate mutating func standardUniform() -> Double { (uniform() - 0.5) * 12.0.squareRoot() }
}

/// Rows of factors times fixed weights, plus noise of standard deviation 0.3.
private func factorRows(_ rowCount: Int, factors: Int, columns: Int) -> Matrix<Double> {
  var generator = SeededGenerator(seed: 11)
  let weights = (0..<factors * columns).map { _ in generator.standardUniform() }
  var rows = Matrix<Double>(rowCount: rowCount, columnCount: columns)
  for row in 0..<rowCount {
    let latent = (0..<factors).map { _ in generator.standardUniform() }
    for column in 0..<columns {
      rows[row, column] = 0.3 * generator.standardUniform()
      for (factor, value) in latent.enumerated() {
        rows[row, column] += value * weights[factor * columns + column]
      }
    }
  }
  return rows
}

@Test(arguments: 1...10)
func `every feature is hidden once, the levels of a category together`(seed: UInt64) {
  let columns = [0..<1, 1..<4, 4..<4, 4..<5, 5..<6, 6..<9, 9..<10, 10..<11]
  let hidden = HiddenColumns(columns: columns, seed: seed)
  #expect(hidden.parts.count == 5)
  #expect(hidden.parts.flatMap(\.self).sorted() == Array(0..<11))
  for column in columns where !column.isEmpty {
    #expect(hidden.parts.count { !Set($0).isDisjoint(with: column) } == 1)
  }
  #expect(hidden.shownCount == 11 - (hidden.parts.map(\.count).max() ?? 0))
}

@Test func `a cell is predicted without a look at it`() throws {
  let rows = factorRows(60, factors: 2, columns: 6)
  let model = try PCA(componentCount: 3).fit(rows)
  let hidden = HiddenColumns(columns: (0..<6).map { $0..<$0 + 1 }, seed: 1)
  let before = try hidden.predictions(of: PreparedSamples(values: rows), by: model)
  for part in hidden.parts {
    var changed = rows
    for row in 0..<60 { for feature in part { changed[row, feature] = 1e3 } }
    let after = try hidden.predictions(of: PreparedSamples(values: changed), by: model)
    for length in 1...3 {
      let (before, after) = (try #require(before[length]), try #require(after[length]))
      #expect(before.columns(at: part) == after.columns(at: part))
    }
  }
}

@Test(arguments: [1, 2, 3, 4], Method.allCases)
func `as many components are chosen as there are factors under the noise`(
  factors: Int, method: Method
) throws {
  let rows = factorRows(300, factors: factors, columns: 12)
  let table = Table(
    columns: (0..<12).map { column in
      Column(
        schema: ColumnSchema(name: "x\(column)", kind: .number),
        values: .numbers((0..<300).map { rows[$0, column] }))
    })
  let (count, _) = try TableModelFitting(method: method, componentCount: 1)
    .componentCount(.automatic, for: table)
  #expect(count == factors)
}
