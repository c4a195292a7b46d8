import LinearAlgebra
import Preprocessing
import PrincipalComponents
import Tables
import Testing

/// Numbers from scikit-learn and SciPy, written by Reference/make_reference.py.
private struct Reference {
  private let numbers: [[Substring]: [Double]]

  init(file: String = #filePath) throws {
    let folder = file.split(separator: "/").dropLast().map { "/" + $0 }.joined()
    numbers = Dictionary(
      uniqueKeysWithValues: try lines(ofFile: "\(folder)/Reference/reference.csv").map {
        (Array($0[..<4]), $0[4...].compactMap { Double($0) })
      })
  }

  func callAsFunction(
    _ set: String, _ scaling: String, _ what: String, _ index: Int = 0
  ) throws -> [Double] {
    try #require(numbers[[set[...], scaling[...], what[...], "\(index)"]])
  }
}

@Test(
  arguments: ["iris", "wine", "breast_cancer", "digits", "penguins"],
  ["plain", "standardised", "robust", "minmax"])
func `components equal those of scikit-learn`(set: String, scaling: String) throws {
  if set == "digits", !["plain", "standardised"].contains(scaling) { return }
  let reference = try Reference()
  let complete = try DataSet(set).complete
  let samples =
    switch scaling {
    case "plain": complete
    case "standardised": complete.standardised
    default: try complete.scaled(by: #require(Scaling(rawValue: scaling)))
    }
  for solver in PCA.Solver.allCases {
    let full = try PCA(componentCount: samples.columnCount, solver: solver).fit(samples)
    let variances = try reference(set, scaling, "variance")
    #expect(distance(full.explainedVariance, variances) < 1e-9 * variances[0])

    // An axis can be told from its neighbours as well as their variances differ.
    let scores = try full.transform(samples)
    for component in 0..<min(8, variances.count) {
      let above = component > 0 ? variances[component - 1] - variances[component] : .infinity
      let below =
        component + 1 < variances.count
        ? variances[component] - variances[component + 1] : .infinity
      guard min(above, below) > 1e-7 * variances[0] else { continue }
      let axis = try reference(set, scaling, "axis", component)
      #expect(distance(full.components.row(component), axis) < 1e-7)
      for row in [0, samples.rowCount / 2, samples.rowCount - 1] {
        let score = try reference(set, scaling, "scores", row)[component]
        #expect(abs(scores[row, component] - score) < 1e-7)
      }
    }

    let two = try PCA(componentCount: 2, solver: solver).fit(samples)
    #expect(
      distance(two.explainedVarianceRatio, try reference(set, scaling, "ratio of two")) < 1e-9)
    let singular = try reference(set, scaling, "singular of two")
    #expect(distance(two.singularValues, singular) < 1e-9 * singular[0])
    let noise = try reference(set, scaling, "noise of two")[0]
    #expect(abs(two.noiseVariance - noise) < 1e-9 * variances[0])
    let likelihood = try reference(set, scaling, "likelihood of two")[0]
    let mean = try two.logDensities(samples).reduce(0, +) / Double(samples.rowCount)
    #expect(abs(mean - likelihood) < 1e-8 * abs(likelihood))

    let white = try PCA(componentCount: 2, solver: solver, whitens: true).fit(samples)
    let whiteScores = try white.transform(samples)
    for row in [0, samples.rowCount / 2, samples.rowCount - 1] {
      #expect(
        distance(whiteScores.row(row), try reference(set, scaling, "white scores", row)) < 1e-7)
    }
  }
}

/// The maximum of the likelihood, found by a general optimizer, agrees to what that can reach.
@Test(arguments: [("penguins", 2), ("iris", 2), ("wine", 3)])
func `components of rows with missing cells are the likeliest`(
  set: String, componentCount: Int
) throws {
  let reference = try Reference()
  let data = try DataSet(set)
  var samples = data.samples.standardised
  var observed = data.observed
  if set != "penguins" {
    for row in 0..<samples.rowCount {
      for column in 0..<samples.columnCount
      where (row * 7 + column * 5 + row * column) % 11 == 3 {
        observed[row, column] = false
        samples[row, column] = .nan
      }
    }
  }
  let model = try PCA(componentCount: componentCount).fit(samples, observed: observed)
  #expect(distance(model.mean, try reference(set, "missing", "mean")) < 1e-5)
  #expect(distance(model.explainedVariance, try reference(set, "missing", "variance")) < 1e-5)
  for component in 0..<componentCount {
    let axis = try reference(set, "missing", "axis", component)
    #expect(distance(model.components.row(component), axis) < 1e-5)
  }
  let noise = try reference(set, "missing", "noise")[0]
  let dimensions = Double(samples.columnCount - componentCount)
  let rest = model.totalVariance - model.explainedVariance.reduce(0, +)
  #expect(abs(rest / dimensions - noise) < 1e-5)
  #expect(abs(model.noiseVariance - noise) < 1e-5)
  let densities = try model.logDensities(samples, observed: observed)
  let likelihood = try reference(set, "missing", "likelihood")[0]
  #expect(abs(densities.reduce(0, +) / Double(samples.rowCount) - likelihood) < 1e-5)

  let filled = try model.fillingMissing(samples, observed: observed)
  let row = try #require(
    (0..<samples.rowCount).first { !samples.row($0).allSatisfy(\.isFinite) })
  let missing = (0..<samples.columnCount).filter { !observed[row, $0] }
  #expect(
    distance(missing.map { filled[row, $0] }, try reference(set, "missing", "filled")) < 1e-5)
}

extension Matrix where Scalar == Double {
  /// Each column scaled as a table's column of numbers is.
  fileprivate func scaled(by scaling: Scaling) throws -> Matrix {
    let table = Table(
      columns: (0..<columnCount).map { column in
        Column(
          schema: ColumnSchema(name: "x\(column)", kind: .number),
          values: .numbers((0..<rowCount).map { self[$0, column] }))
      })
    return try Preprocessor(scaling: scaling).fit(table).prepare(table).values
  }
}

@Test(arguments: ["iris", "wine", "breast_cancer"])
func `kernel components and what comes back of them equal those of scikit-learn`(
  set: String
) throws {
  let reference = try Reference()
  let samples = try DataSet(set).complete.standardised
  let heldOut = Array(stride(from: 2, to: samples.rowCount, by: 3))
  let fitted = (0..<samples.rowCount).filter { $0 % 3 != 2 }
  let model = try KernelPCA(componentCount: 4, gamma: 0.05, ridge: 0.1)
    .fit(samples.rows(at: fitted))
  let scores = model.transform(samples.rows(at: heldOut))
  let back = model.inverseTransform(scores)
  for row in [0, 7] {
    let expected = try reference(set, "kernel", "scores", row)
    #expect(distance(scores.row(row).map(abs), expected) < 1e-8)
    #expect(distance(back.row(row), try reference(set, "kernel", "back", row)) < 1e-8)
  }
}
