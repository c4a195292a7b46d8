import LinearAlgebra
import Preprocessing
import Tables
import Testing

/// Two numbers, a category with a missing cell, a constant, and an identifier.
private let shop = Table(
  columns: [
    numbers("price", [2, 4, 6, .nan]),
    numbers("weight", [10, 10, 30, 30]),
    category("size", levels: ["large", "small"], [0, 1, -1, 1]),
    numbers("year", [1999, 1999, .nan, 1999]),
    Column(
      schema: ColumnSchema(name: "code", kind: .identifier),
      values: .texts(["a", "b", "c", "d"])),
  ])

private func numbers(_ name: String, _ values: [Double]) -> Column {
  Column(schema: ColumnSchema(name: name, kind: .number), values: .numbers(values))
}

private func category(_ name: String, levels: [String], _ codes: [Int32]) -> Column {
  Column(schema: ColumnSchema(name: name, kind: .category, levels: levels), values: .codes(codes))
}

@Test func `standardised columns have mean 0 and deviation 1 over observed cells`() throws {
  let samples = try Preprocessor().fit(shop).prepare(shop)
  // price: mean 4, deviation √(8/3); weight: mean 20, deviation 10.
  let unit = 2 / (8.0 / 3).squareRoot()
  #expect(samples.values[0, 0] == -unit)
  #expect(samples.values[2, 0] == unit)
  #expect((0..<4).map { samples.values[$0, 1] } == [-1, -1, 1, 1])
}

@Test func `missing cells are masked and not filled`() throws {
  let samples = try Preprocessor().fit(shop).prepare(shop)
  let observed = try #require(samples.observed)
  #expect(observed[3, 0] == false)
  // Both levels of the category are missing together.
  #expect(observed[2, 2] == false && observed[2, 3] == false)
  #expect(observed.isObserved.count { !$0 } == 3)
}

@Test func `a complete table needs no mask`() throws {
  let table = Table(columns: [numbers("x", [1, 2]), numbers("y", [3, 5])])
  #expect(try Preprocessor().fit(table).prepare(table).observed == nil)
}

@Test func `a category weighs as much as one column whatever its levels`() throws {
  for levelCount in 2...6 {
    let levels = (0..<levelCount).map { "level \($0)" }
    var generator = SeededGenerator(seed: UInt64(levelCount))
    let codes = (0..<200).map { row in
      Int32(row < levelCount ? row : generator.integer(below: levelCount))
    }
    let table = Table(columns: [category("c", levels: levels, codes)])
    let samples = try Preprocessor().fit(table).prepare(table)
    var variance = 0.0
    for feature in 0..<levelCount {
      let values = (0..<200).map { samples.values[$0, feature] }
      let mean = values.reduce(0, +) / 200
      // A sum of 200 numbers of size 1 rounds by far less.
      #expect(abs(mean) < 1e-12)
      variance += values.reduce(0) { $0 + $1 * $1 } / 200 - mean * mean
    }
    #expect(abs(variance - 1) < 1e-12)
  }
}

@Test(arguments: Scaling.allCases)
func `restoring gives back columns, order, kinds and units`(scaling: Scaling) throws {
  let preprocessor = try Preprocessor(scaling: scaling).fit(shop)
  let restored = preprocessor.restore(preprocessor.prepare(shop).values)
  #expect(restored.schema.columns == shop.schema.columns.filter { $0.name != "code" })
  guard case .numbers(let price) = restored.columns[0].values,
    case .codes(let size) = restored.columns[2].values,
    case .numbers(let year) = restored.columns[3].values
  else {
    Issue.record("columns changed their kind")
    return
  }
  for (row, expected) in [2.0, 4, 6].enumerated() { #expect(abs(price[row] - expected) < 1e-14) }
  #expect([size[0], size[1], size[3]] == [0, 1, 1])
  #expect(year == [1999, 1999, 1999, 1999])
}

@Test func `numbers survive preparing and restoring to within rounding`() throws {
  var generator = SeededGenerator(seed: 7)
  for scaling in Scaling.allCases {
    for magnitude in [1e-200, 1e-9, 1, 1e9, 1e200] {
      let values = (0..<50).map { _ in (generator.uniform() - 0.3) * magnitude }
      let table = Table(columns: [numbers("x", values)])
      let preprocessor = try Preprocessor(scaling: scaling).fit(table)
      let restored = preprocessor.restore(preprocessor.prepare(table).values)
      guard case .numbers(let back) = restored.columns[0].values else {
        Issue.record("a number column changed its kind")
        continue
      }
      for (value, other) in zip(values, back) { #expect(abs(value - other) < 1e-15 * magnitude) }
    }
  }
}

@Test func `robust scaling centres on the median and is deaf to an outlier`() throws {
  let table = Table(columns: [numbers("x", [1, 2, 3, 4, 1e12])])
  let preprocessor = try Preprocessor(scaling: .robust).fit(table)
  // Quartiles 2 and 4, median 3.
  #expect((0..<4).map { preprocessor.prepare(table).values[$0, 0] } == [-1, -0.5, 0, 0.5])
}

@Test func `min-max scaling reaches from 0 to 1`() throws {
  let table = Table(columns: [numbers("x", [5, 7, 9])])
  let samples = try Preprocessor(scaling: .minMax).fit(table).prepare(table)
  #expect(samples.values.elements == [0, 0.5, 1])
}

@Test func `features are named for their column and level`() throws {
  let preprocessor = try Preprocessor().fit(shop)
  #expect(preprocessor.featureNames == ["price", "weight", "size=large", "size=small"])
  #expect(preprocessor.leftOut.map(\.name) == ["code"])
  #expect(preprocessor.usableColumnCount == 3)
}

@Test func `columns that never vary leave nothing to fit`() {
  let table = Table(
    columns: [numbers("x", [3, 3, 3]), category("c", levels: ["only"], [0, -1, 0])])
  #expect(throws: PreprocessingError(.nothingVaries(columnCount: 2))) {
    try Preprocessor().fit(table)
  }
}

@Test func `a table without rows is refused`() {
  #expect(throws: PreprocessingError(.noRows)) {
    try Preprocessor().fit(Table(columns: [numbers("x", [])]))
  }
}

@Test func `a column that was never observed comes back missing`() throws {
  let table = Table(
    columns: [numbers("x", [1, 2]), numbers("empty", [.nan, .nan])])
  let preprocessor = try Preprocessor().fit(table)
  guard
    case .numbers(let empty) = preprocessor.restore(preprocessor.prepare(table).values)
      .columns[1].values
  else {
    Issue.record("a number column changed its kind")
    return
  }
  #expect(empty.count { $0.isNaN } == 2)
}

@Test func `robust scaling of a column whose quartiles agree takes the deviation`() throws {
  // Mean 1, deviation 2: the squares are four times 1 and once 16.
  let table = Table(columns: [numbers("x", [0, 0, 5, 0, 0])])
  let samples = try Preprocessor(scaling: .robust).fit(table).prepare(table)
  #expect(samples.values.elements == [0, 0, 2.5, 0, 0])
}

@Test func `a table of texts alone is refused by the names of its columns`() {
  let schemas = [
    ColumnSchema(name: "id", kind: .identifier), ColumnSchema(name: "note", kind: .text),
  ]
  let table = Table(columns: schemas.map { Column(schema: $0, values: .texts(["u", "v"])) })
  let error = PreprocessingError(.nothingUsable(leftOut: schemas))
  #expect(throws: error) { try Preprocessor().fit(table) }
  #expect(error.description.contains("found only id (identifier), note (text)"))
  #expect(error.description.contains("--kind 'id=category'"))
}
