import Foundation
import LatentModels
import LinearAlgebra
import Tables
import Testing

/// Reports of 1, 2, … components that explain so much, each with the same standard error.
private func reports(_ explained: [Double], standardError: Double) throws -> [ComponentReport] {
  let objects = explained.enumerated().map { index, value in
    """
    {"components": \(index + 1), "explained_variance": \(value), "is_linear": false, \
    "standard_error": \(standardError), "column_gains": []}
    """
  }
  return try JSONDecoder().decode(
    [ComponentReport].self, from: Data("[\(objects.joined(separator: ","))]".utf8))
}

@Test func `the fewest components within one standard error of the best are chosen`() throws {
  let explained = [0.5, 0.8, 0.895, 0.91]
  let choice = ComponentChoice.automatic
  #expect(choice.smallest(of: try reports(explained, standardError: 0.02)) == 3)
  #expect(choice.smallest(of: try reports(explained, standardError: 0.01)) == 4)
  #expect(choice.smallest(of: try reports(explained, standardError: 0.12)) == 2)
  #expect(choice.smallest(of: []) == nil)
}

@Test func `the fewest components that explain a share are chosen, else those that explain most`()
  throws
{
  let falling = try reports([0.5, 0.8, 0.91, 0.9], standardError: 0.02)
  #expect(ComponentChoice.explaining(0.8).smallest(of: falling) == 2)
  #expect(ComponentChoice.explaining(0.81).smallest(of: falling) == 3)
  #expect(ComponentChoice.explaining(0.95).smallest(of: falling) == 3)
  #expect(ComponentChoice.count(7).smallest(of: falling) == 7)
}

@Test(arguments: 1...20)
func `no fewer components than those chosen would do`(seed: UInt64) throws {
  var generator = SeededGenerator(seed: seed)
  let explained = (0..<8).map { _ in generator.uniform() }
  let standardError = 0.5 * generator.uniform()
  let all = try reports(explained, standardError: standardError)
  let least = try #require(explained.max()) - standardError
  let chosen = try #require(ComponentChoice.automatic.smallest(of: all))
  #expect(explained[chosen - 1] >= least)
  #expect(explained[..<(chosen - 1)].allSatisfy { $0 < least })
}

/// Five columns made of two.
private func plane(rowCount: Int) -> Table {
  var generator = SeededGenerator(seed: 3)
  let a = (0..<rowCount).map { _ in generator.uniform() }
  let b = (0..<rowCount).map { _ in generator.uniform() }
  let sums: [Double] = zip(a, b).map { $0 + $1 }
  let differences: [Double] = zip(a, b).map { 2 * $0 - $1 }
  let multiples: [Double] = a.map { 3 * $0 }
  let columns: [[Double]] = [a, b, sums, differences, multiples]
  return Table(
    columns: columns.enumerated().map { index, values in
      Column(schema: ColumnSchema(name: "x\(index)", kind: .number), values: .numbers(values))
    })
}

@Test(arguments: Method.allCases, [ComponentChoice.automatic, .explaining(0.99)])
func `as many components are chosen as a table of perfectly collinear columns has dimensions`(
  method: Method, choice: ComponentChoice
) throws {
  let table = plane(rowCount: 60)
  let (count, considered) = try TableModelFitting(method: method, componentCount: 1)
    .componentCount(choice, for: table)
  #expect(count == 2)
  #expect(considered.map(\.components).contains(2))
}

@Test func `a number of components is taken as it is`() throws {
  let (count, considered) = try TableModelFitting(componentCount: 1)
    .componentCount(.count(9), for: plane(rowCount: 20))
  #expect(count == 9 && considered.isEmpty)
}

@Test(arguments: Method.allCases, [ComponentChoice.automatic, .explaining(0.5)])
func `categories alone cannot tell how many components to take`(
  method: Method, choice: ComponentChoice
) {
  let columns = (2...3).map { period in
    Column(
      schema: ColumnSchema(name: "c\(period)", kind: .category, levels: ["u", "v", "w"]),
      values: .codes((0..<40).map { Int32($0 * $0 / period % 3) }))
  }
  #expect(throws: FittingError(.noNumbersToExplain)) {
    try TableModelFitting(method: method, componentCount: 1)
      .componentCount(choice, for: Table(columns: columns))
  }
}

@Test func `a time limit leaves what is left of it`() {
  #expect(!TimeLimit(seconds: 1e6).hasPassed)
  #expect(!TimeLimit(seconds: 1e6).remaining.hasPassed)
  #expect(TimeLimit(seconds: 0).hasPassed)
  #expect(TimeLimit(seconds: 0).remaining.hasPassed)
}
