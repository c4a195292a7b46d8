import LatentModels
import LinearAlgebra
import Preprocessing
import Tables
import Testing

/// Ten rows of each group, all but the same, in columns that have nothing else in common.
private func repeats(groupCount: Int, columnCount: Int) -> (table: Table, groups: [Int]) {
  var generator = SeededGenerator(seed: 9)
  let groups = (0..<10 * groupCount).map { $0 / 10 }
  let columns = (0..<columnCount).map { column in
    let centers = (0..<groupCount).map { _ in generator.uniform() }
    return Column(
      schema: ColumnSchema(name: "x\(column)", kind: .number),
      values: .numbers(groups.map { centers[$0] + 0.01 * generator.uniform() }))
  }
  return (Table(columns: columns), groups)
}

@Test func `rows kept together tell how little is known of other groups`() throws {
  let (table, groups) = repeats(groupCount: 15, columnCount: 12)
  let fitting = TableModelFitting(method: .pca, componentCount: 8)
  let apart = try fitting.fit(table, groups: groups).report
  let mixed = try fitting.fit(table).report
  #expect(apart.validationRowCount == 150 && mixed.validationRowCount == 150)
  let (known, unknown) = (
    try #require(mixed.validation?.explainedVariance),
    try #require(apart.validation?.explainedVariance)
  )
  // With a copy of each row among those it is judged by, a model knows them all too well.
  #expect(known > unknown + 0.02)
}

@Test(arguments: Method.allCases)
func `one group alone cannot be held out`(method: Method) throws {
  let table = parabola(rowCount: 60, seed: 1)
  var fitting = TableModelFitting(method: method, componentCount: 1)
  for fraction in [nil, 0.2] {
    fitting.validationFraction = fraction
    #expect(throws: PreprocessingError(.tooFewGroups(needed: 2, found: 1))) {
      try fitting.fit(table, groups: [Int](repeating: 0, count: 60))
    }
  }
}

@Test(arguments: Method.allCases)
func `rows brought along are those judged on, and none of the table's is held out`(
  method: Method
) throws {
  var settings = AutoencoderSettings()
  settings.epochs = 3
  let model = try TableModelFitting(method: method, componentCount: 2, autoencoder: settings)
    .fit(parabola(rowCount: 90, seed: 2), validation: parabola(rowCount: 31, seed: 3))
  #expect(model.report.judging == .validation)
  #expect(model.report.trainingRowCount == 90 && model.report.validationRowCount == 31)
  #expect(model.report.judged.rows == "31 validation rows")
}

@Test func `what linear PCA explains of rows brought along is measured on those rows`() throws {
  // x alone is kept; y of both rows is given back as its training mean, 0.
  let column = { (name: String, values: [Double]) in
    Column(schema: ColumnSchema(name: name, kind: .number), values: .numbers(values))
  }
  let training = Table(columns: [
    column("x", [-2, -2, 2, 2, -2, 2]), column("y", [1, -1, 1, -1, 0, 0]),
  ])
  let validation = Table(columns: [column("x", [4, 0]), column("y", [0, 1])])
  let model = try TableModelFitting(method: .pca, componentCount: 1, scaling: .none)
    .fit(training, validation: validation)
  // Columns are divided by their deviations, 2 and √(2/3): x² / 4 = 4, y² / (2/3) = 1.5.
  let explained = try #require(model.report.validation?.explainedVariance)
  #expect(abs(explained - 4 / 5.5) < 1e-12)
  let gains = try #require(model.report.components.first?.columnGains)
  #expect(gains.count == 2)
  #expect(abs((gains[0] ?? .nan) - 1) < 1e-12 && abs(gains[1] ?? .nan) < 1e-12)
}

@Test(arguments: Method.allCases, [2, 3, 5, 9])
func `fewer than ten rows are fitted, and say on which rows they were judged`(
  method: Method, rowCount: Int
) throws {
  let model = try TableModelFitting(method: method, componentCount: 1)
    .fit(parabola(rowCount: rowCount, seed: 11))
  #expect(model.report.rowCount == rowCount)
  #expect(model.report.judging == (rowCount == 2 ? .none : .crossValidation))
  #expect(
    try model.decode(model.encode(parabola(rowCount: rowCount, seed: 11))).rowCount == rowCount)
}

/// Held out, the one large group leaves four rows.
private let unequal = (0..<64).map { $0 < 60 ? 0 : 1 }

@Test(arguments: Method.allCases)
func `a group that leaves too few rows for the components is refused, held out small ones are not`(
  method: Method
) throws {
  let table = repeats(groupCount: 7, columnCount: 6).table
  let rows = Table(
    columns: table.columns.map { column in
      guard case .numbers(let numbers) = column.values else { return column }
      return Column(schema: column.schema, values: .numbers(Array(numbers.prefix(64))))
    })
  var settings = AutoencoderSettings()
  settings.epochs = 1
  var fitting = TableModelFitting(method: method, componentCount: 5, autoencoder: settings)
  #expect(throws: FittingError(.componentsAboveGroupedRows(asked: 5, rows: 4))) {
    try fitting.fit(rows, groups: unequal)
  }
  #expect(try fitting.componentCount(.explaining(0.99), for: rows, groups: unequal).count <= 3)
  fitting.validationFraction = 0.1
  #expect(try fitting.fit(rows, groups: unequal).report.validationRowCount == 4)
}
