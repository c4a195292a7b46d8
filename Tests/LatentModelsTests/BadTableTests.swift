import LatentModels
import LinearAlgebra
import Preprocessing
import Tables
import Testing

private func numbers(_ name: String, _ values: [Double]) -> Column {
  Column(schema: ColumnSchema(name: name, kind: .number), values: .numbers(values))
}

/// b is about twice a, and c is noise with one cell of 1e12 in row 17.
private func outlier(rowCount: Int = 200) -> Table {
  var generator = SeededGenerator(seed: 1)
  func noise() -> Double { (0..<12).reduce(-6) { sum, _ in sum + generator.uniform() } }
  let a = (0..<rowCount).map { _ in noise() }
  var c = (0..<rowCount).map { _ in noise() }
  c[17] = 1e12
  return Table(columns: [
    numbers("a", a), numbers("b", a.map { 2 * $0 + 0.2 * noise() }), numbers("c", c),
  ])
}

@Test func `an outlier is named by column and row`() throws {
  let cell = try #require(outlier().dominantCells.first)
  #expect(outlier().dominantCells.count == 1)
  #expect(cell.column == "c" && cell.row == 17 && cell.value == 1e12)
  #expect(cell.varianceShare > 0.99)
  #expect(cell.description.contains("column 'c', data row 18: 1000000000000.0 makes up 99."))
}

/// Left in, the cell would make the explained variance of the others about -1e19.
@Test(arguments: Scaling.allCases, Method.allCases)
func `an outlier does not ruin the figures`(scaling: Scaling, method: Method) throws {
  let (table, removed) = outlier().withoutDominantCells(under: scaling)
  let isRemoved = scaling == .none || scaling == .robust
  #expect(removed.count == (isRemoved ? 1 : 0))
  #expect(table["c"]?.missingCount == (isRemoved ? 1 : 0))
  for cell in removed {
    #expect(cell.column == "c" && cell.row == 17)
    #expect(cell.removal(under: scaling).contains("data row 18: 1000000000000.0"))
  }
  var settings = AutoencoderSettings()
  settings.effort = .quick
  settings.epochs = 3
  let report = try TableModelFitting(
    method: method, componentCount: 2, scaling: scaling, autoencoder: settings
  ).fit(table).report
  let explained = try #require(report.validation?.explainedVariance)
  #expect(explained > 0.3 && explained <= 1)
}

@Test(arguments: 3...9, Method.allCases)
func `very few rows are each held out once`(rowCount: Int, method: Method) throws {
  let table = outlier(rowCount: 40)
  let few = Table(
    columns: table.columns.prefix(2).map { column in
      guard case .numbers(let values) = column.values else { return column }
      return numbers(column.name, Array(values.prefix(rowCount)))
    })
  var settings = AutoencoderSettings()
  settings.epochs = 2
  let report = try TableModelFitting(method: method, componentCount: 1, autoencoder: settings)
    .fit(few).report
  #expect(report.judging == .crossValidation)
  #expect(report.validationRowCount == rowCount)
}

/// Without its first row nothing varies, so no fold could be fitted that holds it out.
@Test func `few rows of which one alone differs are judged by themselves`() throws {
  let table = Table(columns: [numbers("a", [1, 0, 0, 0, 0]), numbers("b", [2, 1, 1, 1, 1])])
  let report = try TableModelFitting(method: .pca, componentCount: 1).fit(table).report
  #expect(report.judging == .none)
  #expect(report.judged.rows == "5 training rows")
}

@Test func `rows to judge by whose cells are all missing are refused`() throws {
  let empty = Table(
    columns: outlier().columns.map { numbers($0.name, [.nan, .nan, .nan]) })
  #expect(throws: FittingError(.nothingToJudgeBy)) {
    try TableModelFitting(method: .pca, componentCount: 1).fit(outlier(), validation: empty)
  }
}

@Test func `rare events and long tails are no outliers`() {
  let rare = (0..<100).map { $0 == 3 ? 1.0 : 0 }
  let tail = (0..<100).map { Double($0 * $0 * $0) }
  let constant = [Double](repeating: 5, count: 100)
  #expect(
    Table(columns: [numbers("x", rare), numbers("y", tail), numbers("z", constant)])
      .dominantCells.isEmpty)
}

@Test(arguments: Scaling.allCases)
func `an outlier does not ruin the other columns`(scaling: Scaling) throws {
  let table = outlier()
  let model = try TableModelFitting(method: .pca, componentCount: 2, scaling: scaling).fit(table)
  // Two components for the pair and the outlier: every scaling leaves only a little of the pair.
  let back = try model.decode(model.encode(table))
  for name in ["a", "b"] {
    guard case .numbers(let values) = try #require(table[name]).values,
      case .numbers(let found) = try #require(back[name]).values
    else { return }
    let squares = values.reduce(0) { $0 + $1 * $1 }
    let errors = zip(values, found).enumerated().reduce(0) { sum, cell in
      // Row 17 lies on the outlier's own axis.
      cell.offset == 17
        ? sum : sum + (cell.element.0 - cell.element.1) * (cell.element.0 - cell.element.1)
    }
    #expect(errors < 0.03 * squares)
  }
}

@Test(arguments: Method.allCases)
func `more components than usable columns are refused`(method: Method) {
  let table = Table(columns: [
    numbers("x", (0..<30).map(Double.init)), numbers("y", (0..<30).map { Double($0 % 7) }),
    numbers("constant", [Double](repeating: 1, count: 30)),
    numbers("one value", (0..<30).map { $0 == 4 ? 8 : .nan }),
    numbers("empty", [Double](repeating: .nan, count: 30)),
  ])
  #expect(throws: FittingError(.componentsAboveColumns(asked: 3, columns: 2))) {
    try TableModelFitting(method: method, componentCount: 3).fit(table)
  }
}

@Test func `a column with one value present comes back as that value`() throws {
  let table = Table(columns: [
    numbers("x", (0..<30).map(Double.init)), numbers("y", (0..<30).map { Double($0 % 7) }),
    numbers("one value", (0..<30).map { $0 == 4 ? 8 : .nan }),
  ])
  let model = try TableModelFitting(method: .pca, componentCount: 2).fit(table)
  let back = try model.decode(model.encode(table))
  #expect(back["one value"]?.values == .numbers([Double](repeating: 8, count: 30)))
  #expect(abs(try #require(model.report.validation?.explainedVariance) - 1) < 1e-9)
}

/// With two values present, a fold that holds one out leaves the others a column of one value.
@Test func `a column with two values present is fitted and cross-validated`() throws {
  let table = Table(columns: [
    numbers("x", (0..<30).map(Double.init)), numbers("y", (0..<30).map { Double($0 * $0 % 7) }),
    numbers("two values", (0..<30).map { $0 == 4 ? 8 : $0 == 21 ? 9 : .nan }),
  ])
  let model = try TableModelFitting(method: .pca, componentCount: 2).fit(table)
  #expect(model.report.judging == .crossValidation)
  #expect(try model.encode(table).elements.allSatisfy(\.isFinite))
}

@Test(arguments: [false, true], [false, true])
func `collinear columns are fitted, whitened or not, with cells missing or not`(
  whitens: Bool, hasHoles: Bool
) throws {
  let x = (0..<40).map { Double($0) }
  let y = (0..<40).map { Double($0 * 7 % 11) }
  var z = zip(x, y).map { $0 - 3 * $1 }
  if hasHoles { for row in stride(from: 0, to: 40, by: 9) { z[row] = .nan } }
  let table = Table(columns: [
    numbers("x", x), numbers("y", y), numbers("z", z), numbers("x again", x),
  ])
  for componentCount in [2, 4] {
    let model = try TableModelFitting(
      method: .pca, componentCount: componentCount, pca: PCASettings(whitens: whitens)
    ).fit(table)
    let back = try model.decode(model.encode(table))
    guard case .numbers(let found) = try #require(back["z"]).values else { return }
    // Two dimensions hold all four columns, the missing cells of z too.
    for row in 0..<40 { #expect(abs(found[row] - (x[row] - 3 * y[row])) < 1e-4) }
  }
}

@Test(arguments: 2..<10)
func `fewer than ten rows are enough for as many components as they span`(rowCount: Int) throws {
  let table = Table(columns: [
    numbers("x", (0..<rowCount).map(Double.init)),
    numbers("y", (0..<rowCount).map { Double($0 * $0) }),
    numbers("z", (0..<rowCount).map { Double($0 * $0 * $0 % 5) }),
  ])
  let model = try TableModelFitting(method: .pca, componentCount: min(3, rowCount)).fit(table)
  let back = try model.decode(model.encode(table))
  for (column, other) in zip(back.columns, table.columns) {
    guard case .numbers(let found) = column.values, case .numbers(let values) = other.values else {
      continue
    }
    for (value, original) in zip(found, values) { #expect(abs(value - original) < 1e-9) }
  }
}
