import LinearAlgebra
import NeuralNetworks
import Preprocessing
import Tables
import Testing

@testable import LatentModels

// MARK: scoring

@Test func `quantiles stand between the errors of the fit in proportion`() throws {
  let quantiles = try #require(ErrorQuantiles(of: [4, 1, 2, 3, 5]))
  #expect(quantiles.values == [1, 2, 3, 4, 5])
  #expect(quantiles.quantile(of: 0.5) == 0 && quantiles.quantile(of: 9) == 1)
  #expect(quantiles.quantile(of: 3) == 0.5)
  #expect(abs(quantiles.quantile(of: 3.5) - 0.625) < 1e-6)
  #expect(ErrorQuantiles(of: []) == nil)
}

@Test func `many errors are kept as a thousand and one`() throws {
  let quantiles = try #require(ErrorQuantiles(of: (0...10_000).map(Double.init)))
  #expect(quantiles.values.count == 1001 && quantiles.rowCount == 10_001)
  #expect(abs(quantiles.quantile(of: 2500) - 0.25) < 1e-6)
}

/// A column at its mean has a squared error of its variance: 1 in standard deviations.
@Test(arguments: [Scaling.standard, .minMax, .robust, .none])
func `the mean row is off by one in every column, whatever the scaling`(
  scaling: Scaling
) throws {
  let table = parabola(rowCount: 500, seed: 3)
  let preprocessor = try Preprocessor(scaling: scaling).fit(table)
  let samples = preprocessor.prepare(table)
  let errors = StandardizedErrors(preprocessor)
  var means = samples.values
  for feature in 0..<samples.featureCount {
    let mean =
      (0..<samples.sampleCount).reduce(0) { $0 + samples.values[$1, feature] }
      / Double(samples.sampleCount)
    for row in 0..<samples.sampleCount { means[row, feature] = mean }
  }
  for column in 0..<3 {
    let mean =
      (0..<samples.sampleCount).reduce(0) { sum, row in
        sum + errors.columns(of: row, in: samples, reconstructions: means)[column]
      } / Double(samples.sampleCount)
    #expect(abs(mean - 1) < 1e-9)
  }
}

// MARK: filling

@Test(arguments: Method.allCases)
func `no filled column is further off than its mean on hidden cells`(method: Method) throws {
  var settings = AutoencoderSettings()
  settings.effort = .quick
  let table = parabola(rowCount: 300, seed: 5)
  let model = try TableModelFitting(method: method, componentCount: 1, autoencoder: settings)
    .fit(table)
  let filling = try #require(model.report.filling)
  for (column, report) in filling.columns.enumerated() {
    let error = Double(try #require(report.error))
    guard case .scaled(_, _, let statistics) = model.preprocessor.codings[column] else {
      #expect(error < 0.5)
      continue
    }
    #expect(error <= statistics.standardDeviation * 1.2)
  }
}

/// Values that are half of the first view and a third of the last, and 1.5 of the second less both.
@Test func `the shares of views are those of least squares`() {
  var sums = FillingSums()
  for (first, last) in [(1.0, 0.0), (2, 3), (-1, 2), (0, -3), (4, 1)] {
    sums.add(first / 2 + last / 3, [first, 0, last])
    sums.count += 1
  }
  let shares = sums.shares(toward: [1, 1, 1], weighing: 0)
  #expect(abs(shares[0] - 0.5) < 1e-6 && shares[1] == 0 && abs(shares[2] - 1.0 / 3) < 1e-6)
  #expect(sums.meanSquaredError(shares) < 1e-10)
}

/// One cell of value 1 and view 1 says a share of 1, three added ones 0.2: (1 + 3 · 0.2) / 4.
@Test func `few cells do not carry a share far from its prior`() {
  var sums = FillingSums()
  #expect(sums.shares(toward: [0.2, 0, 0]) == [0.2, 0, 0])
  sums.add(1, [1, 0, 0])
  sums.count = 1
  #expect(abs(sums.shares(toward: [0.2, 0, 0], weighing: 3)[0] - 0.4) < 1e-6)
  for _ in 1..<100_000 { sums.add(1, [1, 0, 0]) }
  sums.count = 100_000
  #expect(abs(sums.shares(toward: [0.2, 0, 0], weighing: 3)[0] - 1) < 1e-4)
}

/// Of 70 cells, a hundred with those of the prior, two views must explain 6 in 103 of the squares.
@Test(arguments: [0.05, 0.07])
func `a column is filled by its mean where the views explain next to nothing`(explained: Double) {
  var sums = FillingSums()
  for cell in 0..<70 {
    let view = cell % 2 == 0 ? 1.0 : -1
    // Across the view, and along it: squares of 1 − explained and of explained.
    let off = (1 - explained).squareRoot() * (cell % 4 < 2 ? 1 : -1)
    sums.add(explained.squareRoot() * view + off, [view, view, 0])
    sums.count += 1
  }
  let half = explained.squareRoot() / 2
  #expect(sums.isWorthFilling([half, half, 0]) == (explained > 6.0 / 103))
}

@Test func `a view that points the wrong way is given no share`() {
  var sums = FillingSums()
  sums.add(1, [-1, -2, -0.5])
  sums.count += 1
  #expect(sums.shares(toward: .zero, weighing: 0) == .zero)
  #expect(sums.meanSquaredError(.zero) == 1)
}

/// Ten rows, of which two count: the hidden cell of (1, ·) is the mean of 10 and 12, those of the
/// rows at 1 that have one.
@Test func `a cell is filled with the mean of the nearest rows that have it`() throws {
  func table(_ a: [Double], _ b: [Double]) -> Table {
    Table(columns: [
      Column(schema: ColumnSchema(name: "a", kind: .number), values: .numbers(a)),
      Column(schema: ColumnSchema(name: "b", kind: .number), values: .numbers(b)),
    ])
  }
  let training = table([1, 1, 1, 5, 5, 6, 7, 8, 9, 9], [10, .nan, 12, 0, 0, 1, 2, 3, 4, 5])
  let preprocessor = try Preprocessor().fit(training)
  let errors = StandardizedErrors(preprocessor)
  let references = try #require(ReferenceRows(preprocessor.prepare(training), errors))
  let filler = NeighborFiller(references, errors, neighborCount: 10)
  let messy = preprocessor.prepare(table([1, 8.9], [.nan, 7]))
  let filled = preprocessor.restore(filler.filled(messy))
  guard case .numbers(let numbers) = filled.columns[1].values else { return }
  #expect(abs(numbers[0] - 11) < 1e-5 && numbers[1] == 7)
}

/// Three columns on a saddle z = xy, which no linear component follows, seen through one latent.
@Test func `a curved surface is filled from its nearest rows, by a read model too`() throws {
  var generator = SeededGenerator(seed: 12)
  func rows(_ count: Int, hiding: Bool) -> (Table, [Double]) {
    var columns = [[Double]](repeating: [], count: 3)
    for _ in 0..<count {
      let (x, y) = (4 * generator.uniform() - 2, 4 * generator.uniform() - 2)
      columns[0].append(x)
      columns[1].append(y)
      columns[2].append(x * y)
    }
    let truth = columns[2]
    if hiding { columns[2] = columns[2].map { _ in .nan } }
    return (
      Table(
        columns: columns.enumerated().map {
          Column(schema: ColumnSchema(name: "c\($0)", kind: .number), values: .numbers($1))
        }), truth
    )
  }
  let model = try TableModelFitting(method: .pca, componentCount: 1)
    .fit(rows(600, hiding: false).0)
  #expect(try #require(model.report.filling).method.neighbors == 10)
  let read = try ModelFile.decode(ModelFile.encode(model, toolVersion: "test"), path: "m.aepca")
  let (messy, truth) = rows(200, hiding: true)
  let filled = try RowCleaner(read, onlyMissing: true).cleaned(messy)
  guard case .numbers(let numbers) = filled.columns[2].values else { return }
  let squares = zip(numbers, truth).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  // The mean is off by the deviation of xy, 4/3.
  #expect((squares / 200).squareRoot() < 0.35)
}

@Test func `rows beside a row do not change how it is filled`() throws {
  var settings = AutoencoderSettings()
  settings.effort = .quick
  let table = parabola(rowCount: 300, seed: 6)
  let model = try TableModelFitting(componentCount: 1, autoencoder: settings).fit(table)
  let messy = parabola(rowCount: 40, seed: 7, missingEvery: 3)
  let cleaner = try RowCleaner(model, onlyMissing: true)
  let all = try cleaner.cleaned(messy)
  for row in stride(from: 0, to: 40, by: 3) {
    #expect(try cleaner.cleaned(messy.rows(at: [row])) == all.rows(at: [row]))
  }
}

/// Three pairs of twins, and one latent, which can stand for one pair at most.
@Test func `a column that the latents leave out is filled from its twin, by a read model too`()
  throws
{
  var generator = SeededGenerator(seed: 9)
  var columns = [[Double]](repeating: [], count: 6)
  for _ in 0..<300 {
    for pair in 0..<3 {
      let value = generator.normal()
      for twin in 0..<2 { columns[2 * pair + twin].append(value + 0.1 * generator.normal()) }
    }
  }
  func table(_ columns: [[Double]]) -> Table {
    Table(
      columns: columns.enumerated().map {
        Column(
          schema: ColumnSchema(name: "c\($0)", kind: .number), values: .numbers($1))
      })
  }
  var settings = AutoencoderSettings()
  settings.effort = .quick
  let model = try TableModelFitting(componentCount: 1, autoencoder: settings).fit(table(columns))
  #expect(try #require(model.report.filling).method.linear > 1)
  let read = try ModelFile.decode(
    ModelFile.encode(model, toolVersion: "test"), path: "m.aepca")
  var messy = columns
  for row in stride(from: 0, to: 300, by: 3) { messy[row / 3 % 6][row] = .nan }
  let filled = try RowCleaner(read, onlyMissing: true).cleaned(table(messy))
  #expect(try filled == RowCleaner(model, onlyMissing: true).cleaned(table(messy)))
  var squares = 0.0
  for row in stride(from: 0, to: 300, by: 3) {
    let column = row / 3 % 6
    guard case .numbers(let numbers) = filled.columns[column].values else { continue }
    squares += (numbers[row] - columns[column][row]) * (numbers[row] - columns[column][row])
  }
  // A twin is off by 0.14, the mean by 1.
  #expect((squares / 100).squareRoot() < 0.25)
}

// MARK: noise

@Test func `noise is read as the command line spells it`() {
  #expect(CellNoise("gaussian:0.1") == .gaussian(0.1))
  #expect(CellNoise("salt-pepper:0.6") == .saltPepper(0.6))
  #expect(CellNoise("mask:0.2") == .mask(0.2))
  for text in ["", "gaussian", "gaussian:0", "mask:1", "salt-pepper:1.1", "pink:1", "mask:x"] {
    #expect(CellNoise(text) == nil)
  }
}

@Test func `noisy copies keep the clean rows as targets`() throws {
  let table = Table(columns: Array(parabola(rowCount: 50, seed: 8).columns.prefix(2)))
  let preprocessor = try Preprocessor().fit(table)
  let samples = preprocessor.prepare(table)
  let columns = try CellNoise.Columns(preprocessor, for: .gaussian(0.5))
  let noisy = CellNoise.gaussian(0.5).applied(
    to: samples, copies: 3, preprocessor: columns, seed: 1)
  #expect(noisy.sampleCount == 150)
  for copy in 0..<3 {
    let rows = Array(copy * 50..<(copy + 1) * 50)
    #expect(noisy.samples(at: rows).targets == samples.values)
    #expect(noisy.samples(at: rows).values != samples.values)
  }
  // 300 numbers of deviation 0.5: their own is within a tenth of it.
  let squares = zip(noisy.values.elements, noisy.wanted.values.elements).reduce(0.0) {
    $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
  }
  #expect(abs((squares / 300).squareRoot() - 0.5) < 0.08)
}

// MARK: latents and what was known of them before

/// Through the decoder x = z the best latent of target 1 with a prior of weight 1 about 0 is a half.
@Test func `a prior draws latents towards its center`() throws {
  let code = Input(shape: [1])
  let decoder = try Model(input: code, output: Dense(1, name: "one")(code), name: "decoder")
  try decoder.setWeights([
    NamedWeights(name: "one/kernel", shape: [1, 1], values: [1]),
    NamedWeights(name: "one/bias", shape: [1], values: [0]),
  ])
  let start = Matrix<Float>(rows: [[5]])
  let target = Matrix<Float>(rows: [[1]])
  let free = try LatentRefinement(decoder: decoder, stepCount: 20).refine(start, toward: target)
  #expect(abs(free[0, 0] - 1) < 1e-3)
  let drawn = try LatentRefinement(decoder: decoder, stepCount: 20).refine(
    start, toward: target, prior: LatentPrior(center: [0], weights: [1]))
  #expect(abs(drawn[0, 0] - 0.5) < 1e-3)
}

// MARK: pictures

@Test func `an I stands in the middle of its picture`() throws {
  let mark = try #require(Watermark(text: "i", height: 9, width: 7, channels: 1, opacity: 0.5))
  // The letter's stem: the middle column, rows 1 to 7.
  for row in 0..<9 {
    let pixel = try #require(mark.pixel(row * 7 + 3))
    #expect(pixel.opacity == ((1...7).contains(row) ? 0.5 : 0))
  }
  #expect(Watermark(text: "TOO LONG", height: 9, width: 7, channels: 1, opacity: 0.5) == nil)
}
