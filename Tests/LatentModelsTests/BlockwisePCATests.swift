import Files
import Foundation
import LatentModels
import LinearAlgebra
import Preprocessing
import PrincipalComponents
import Tables
import Testing

/// Numbers in different units about a large mean, a category, a constant and a running number.
private func text(rowCount: Int, hole: Bool = false) -> String {
  var generator = SeededGenerator(seed: 1)
  var text = "id,a,b,kind,c,same\n"
  for row in 0..<rowCount {
    let (x, y) = (generator.uniform(), generator.uniform())
    let kind = ["red", "green", "blue"][Int(3 * x * y)]
    let c = hole && row == 700 ? "NA" : "\(1e-3 * (x - y))"
    text += "\(row + 1),\(1e6 + 100 * x),\(y + 0.1 * x),\(kind),\(c),5\n"
  }
  return text
}

private func reader(_ text: String, pieceSize: Int = 1 << 18) -> TableReader {
  TableReader(
    source: MemoryInput(Array(text.utf8), name: "data.csv"), options: TableReadingOptions(),
    pieceSize: pieceSize)
}

private func blockwise(
  _ fitting: TableModelFitting, _ text: String, pieceSize: Int = 1 << 18
) throws -> BlockwiseFit {
  var survey = reader(text)
  return try fitting.fit(try survey.survey()) {
    try reader(text, pieceSize: pieceSize).blocks(of: $0)
  }
}

private func distance(_ left: [Double], _ right: [Double]) -> Double {
  guard left.count == right.count else { return .infinity }
  return zip(left, right).reduce(0) { max($0, abs($1.0 - $1.1)) }
}

@Test(arguments: [Scaling.standard, .minMax, .none], [nil, 0, 0.3])
func `a table read in blocks gives the model of the whole table`(
  scaling: Scaling, fraction: Double?
) throws {
  let fitting = TableModelFitting(
    method: .pca, componentCount: 3, scaling: scaling, validationFraction: fraction, seed: 5)
  let text = text(rowCount: 1500)
  var whole = reader(text)
  let expected = try fitting.fit(try whole.readAll())
  guard case .fitted(let found) = try blockwise(fitting, text) else {
    // Without scaling the variances of a and c differ too much for a covariance.
    #expect(scaling == .none)
    return
  }
  let pca = try #require(found.latentModel as? FittedPCA)
  let reference = try #require(expected.latentModel as? FittedPCA)
  // Rounding of covariances, those of a about a mean of ten thousand deviations.
  #expect(distance(pca.mean, reference.mean) < 1e-9)
  #expect(distance(pca.explainedVariance, reference.explainedVariance) < 1e-9)
  #expect(distance(pca.components.elements, reference.components.elements) < 1e-8)
  #expect(found.preprocessor.schema == expected.preprocessor.schema)
  #expect(found.preprocessor.leftOut == expected.preprocessor.leftOut)
  #expect(found.preprocessor.featureNames == expected.preprocessor.featureNames)
  #expect(found.report.judging == expected.report.judging)
  #expect(found.report.validationRowCount == expected.report.validationRowCount)
  func figures(_ report: FitReport) -> [Double] {
    [report.training, report.validation, report.pcaTraining, report.pcaValidation]
      .flatMap { [$0?.explainedVariance ?? -1, $0?.categoryAccuracy ?? -1] }
      + [report.logLikelihood?.training ?? -1, report.logLikelihood?.validation ?? -1]
  }
  #expect(distance(figures(found.report), figures(expected.report)) < 1e-8)
}

@Test func `the size of the blocks does not change a bit`() throws {
  let fitting = TableModelFitting(method: .pca, componentCount: 2)
  let text = text(rowCount: 1100)
  guard case .fitted(let large) = try blockwise(fitting, text),
    case .fitted(let small) = try blockwise(fitting, text, pieceSize: 1000)
  else {
    Issue.record("the table was not read in blocks")
    return
  }
  #expect(large.latentModel as? FittedPCA == small.latentModel as? FittedPCA)
}

@Test func `what needs the whole table is said`() throws {
  func reason(_ fitting: TableModelFitting, _ text: String) throws -> String? {
    guard case .needsTable(let reason) = try blockwise(fitting, text) else { return nil }
    return reason
  }
  let pca = TableModelFitting(method: .pca, componentCount: 2)
  #expect(try reason(pca, text(rowCount: 1100)) == nil)
  #expect(try reason(pca, text(rowCount: 900))?.contains("cross-validated") == true)
  #expect(
    try reason(pca, text(rowCount: 1100, hole: true))?.contains("column 'c'") == true)
  var other = pca
  other.scaling = .robust
  #expect(try reason(other, text(rowCount: 1100))?.contains("quartiles") == true)
  other = pca
  other.pca.solver = .svd
  #expect(try reason(other, text(rowCount: 1100))?.contains("full") == true)
  other = pca
  other.method = .autoencoder
  #expect(try reason(other, text(rowCount: 1100))?.contains("autoencoder") == true)
}

@Test func `a table that cannot be fitted is refused in blocks as well`() throws {
  let pca = TableModelFitting(method: .pca, componentCount: 5)
  #expect(throws: FittingError(.componentsAboveColumns(asked: 5, columns: 4))) {
    try blockwise(pca, text(rowCount: 1100))
  }
  let constant = "x,y\n" + String(repeating: "1,2\n", count: 1100)
  #expect(throws: PreprocessingError(.nothingVaries(columnCount: 2))) {
    try blockwise(pca, constant)
  }
}

@Test func `a table that changes between the passes is refused`() throws {
  var survey = reader(text(rowCount: 1100))
  let fitting = TableModelFitting(method: .pca, componentCount: 2)
  for rowCount in [1000, 1200] {
    #expect(throws: TableError(.changedWhileRead, path: "data.csv")) {
      try fitting.fit(try survey.survey()) { try reader(text(rowCount: rowCount)).blocks(of: $0) }
    }
  }
}

/// Measurements, whole numbers and a constant.
private func numbers(rowCount: Int, lastRow: String = "") -> String {
  var generator = SeededGenerator(seed: 2)
  var text = "a,b,count,same\n"
  for row in 0..<rowCount {
    let (x, y) = (generator.uniform(), generator.uniform())
    text += "\(x + y),\(x - 3 * y),\(row % 7),5\n"
  }
  return text + lastRow
}

@Test func `a table of numbers is surveyed by its first rows and its lines`() throws {
  let text = numbers(rowCount: 1500)
  var (presuming, surveying) = (reader(text, pieceSize: 4000), reader(text))
  let presumed = try #require(try presuming.presumedSurvey())
  let survey = try surveying.survey()
  #expect(presumed.rowCount == survey.rowCount)
  #expect(presumed.schema.columns.map(\.name) == survey.schema.columns.map(\.name))
  let fitting = TableModelFitting(method: .pca, componentCount: 2)
  func fit(_ survey: TableSurvey) throws -> [UInt8]? {
    let fit = try fitting.fit(survey) { try reader(text).blocks(of: $0) }
    guard case .fitted(let model) = fit else { return nil }
    return try ModelFile.encode(model, toolVersion: "1")
  }
  let bytes = try #require(try fit(presumed))
  #expect(try bytes == fit(survey))
}

@Test(arguments: [
  "x,1,1,5\n", "\n\r\n1,1,1,5\n", "99999999999999999999,1,1,5\n", "1,1,\"1\n\",5\n",
])
func `a table unlike its first rows is not fitted by a presumed survey`(lastRow: String) throws {
  let text = numbers(rowCount: 1500, lastRow: lastRow)
  var presuming = reader(text, pieceSize: 4000)
  let presumed = try #require(try presuming.presumedSurvey())
  let fitting = TableModelFitting(method: .pca, componentCount: 2)
  #expect(throws: (any Error).self) {
    try fitting.fit(presumed) { try reader(text).blocks(of: $0) }
  }
}

@Test func `a table with words, or whose columns are named as rows are, is not presumed`() throws {
  var words = reader(text(rowCount: 1100))
  #expect(try words.presumedSurvey() == nil)
  var rows = reader("id,x,y\n" + (1...1100).map { "\($0),\($0 * $0),2\n" }.joined())
  #expect(try rows.presumedSurvey() == nil)
}

/// A file of numbers, as its size is what rows are estimated from.
private func file(_ text: String) throws -> URL {
  let file = FileManager.default.temporaryDirectory
    .appendingPathComponent("aepca-blocks-\(UUID().uuidString).csv")
  try Data(text.utf8).write(to: file)
  return file
}

@Test func `rows of a large file of numbers need not be counted to be fitted to the same bytes`()
  throws
{
  let place = try file(numbers(rowCount: 220_000))
  defer { try? FileManager.default.removeItem(at: place) }
  let limit = TableModelFitting.uncountedRowCount
  let fitting = TableModelFitting(method: .pca, componentCount: 2)
  func fit(_ survey: TableSurvey) throws -> [UInt8]? {
    let fit = try fitting.fit(survey) { try TableReader(path: place.path).blocks(of: $0) }
    guard case .fitted(let model) = fit else { return nil }
    #expect(model.report.rowCount == 220_000)
    return try ModelFile.encode(model, toolVersion: "1")
  }
  var reader = try TableReader(path: place.path)
  let estimated = try #require(try reader.presumedSurvey(estimatingFrom: limit))
  let counted = try #require(try reader.presumedSurvey())
  #expect(estimated.isEstimated && !counted.isEstimated && counted.rowCount == 220_000)
  #expect(abs(estimated.rowCount - 220_000) < 10_000)
  let bytes = try #require(try fit(estimated))
  #expect(try bytes == fit(counted))
}

/// The first rows are short, so that by the file's size there ought to be many more.
@Test func `a file that has far fewer rows than estimated is not fitted uncounted`() throws {
  let long = String(repeating: "0", count: 400)
  let rest = (0..<6000).map { "\($0).\(long)1,\($0 * $0),3,4\n" }.joined()
  let place = try file(numbers(rowCount: 60_000) + rest)
  defer { try? FileManager.default.removeItem(at: place) }
  var reader = try TableReader(path: place.path)
  let survey = try #require(try reader.presumedSurvey(estimatingFrom: 70_000))
  #expect(survey.isEstimated)
  let fitting = TableModelFitting(method: .pca, componentCount: 2)
  #expect(throws: TableError(.changedWhileRead, path: place.path)) {
    try fitting.fit(survey) { try TableReader(path: place.path).blocks(of: $0) }
  }
}

@Test(arguments: [1e-9, 0.999_999_9])
func `a split that leaves one side without rows is left to the whole table`(
  fraction: Double
) throws {
  let text = numbers(rowCount: 100_000)
  let fitting = TableModelFitting(
    method: .pca, componentCount: 2, validationFraction: fraction)
  var presuming = reader(text)
  let survey = try #require(try presuming.presumedSurvey())
  let fit = try fitting.fit(survey) { try reader(text).blocks(of: $0) }
  guard case .needsTable(let reason) = fit else {
    Issue.record("expected that the table is needed, found a model")
    return
  }
  #expect(reason.contains("too few rows were drawn"))
}
