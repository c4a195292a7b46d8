import LatentModels
import LinearAlgebra
import Preprocessing
import Tables

/// How far numbers may be off after compression.
public struct ErrorBounds: Sendable, Equatable {
  /// A share of each column's standard deviation over the training rows.
  public var relative: Double
  /// By column name, in the column's units.
  public var absolute: [String: Double]

  /// - Parameters: All above 0.
  public init(relative: Double, absolute: [String: Double] = [:]) {
    self.relative = relative
    self.absolute = absolute
  }
}

/// Compresses a table with a model: latents, and what the numbers differ from what they predict.
///
/// Numbers come back within a bound, which is looked at row by row; missing cells stay missing;
/// dates, categories and all other text come back exactly. Columns and blocks that a model does
/// not make smaller do without it.
public struct TableCompressor {
  /// What may predict cells.
  public enum Prediction: Sendable {
    /// Whatever makes the first block smallest.
    case best
    /// Linear components or nothing: what the gain of nonlinear ones is measured by.
    case linear
    /// Nothing: numbers are only moved to a lattice.
    case nothing
  }

  private let model: TableModel
  private let coder: BlockCoder
  private let prediction: Prediction
  private let numberPlaces: [Int]
  private let textPlaces: [Int]
  private let header: CompressedFormat.Header
  private var isStarted = false
  private var predictor: Predictor?
  private var rowCount = 0
  private var waiting = BlockContents()
  private var columns: [Column] = []

  /// Rows of a block by which predictors are chosen.
  private static let trialRowCount = 1024

  /// - Parameters:
  ///   - modelBytes: The model's file; another one will be refused when the rows are wanted back.
  ///   - fileColumns: All columns of the table, in order.
  ///   - path: Named in errors.
  /// - Throws: ``CompressionError`` for a bound on a column that is not there, or of words.
  public init(
    _ model: TableModel, modelBytes: [UInt8], fileColumns: [String], bounds: ErrorBounds,
    prediction: Prediction = .best, threads: Int = 1, path: String
  ) throws(CompressionError) {
    self.model = model
    self.prediction = prediction
    var columns: [CompressedFormat.Header.Column] = []
    for name in fileColumns {
      columns.append(
        CompressedFormat.Header.Column(
          name: name, bound: TableCompressor.bound(on: name, model, bounds)))
    }
    for name in bounds.absolute.keys.sorted() {
      guard let column = columns.first(where: { $0.name == name }) else {
        throw CompressionError(.unknownColumn(name: name, found: fileColumns), path: path)
      }
      guard column.bound != nil else {
        let kind = model.schema[name]?.kind ?? .text
        throw CompressionError(.notANumberColumn(name: name, kind: kind.rawValue), path: path)
      }
    }
    header = CompressedFormat.Header(
      modelChecksum: Zlib.checksum(modelBytes), modelSize: modelBytes.count, columns: columns)
    numberPlaces = columns.indices.filter { columns[$0].bound != nil }
    textPlaces = columns.indices.filter { columns[$0].bound == nil }
    coder = BlockCoder(header, model, threads: threads)
  }

  private static func bound(
    on name: String, _ model: TableModel, _ bounds: ErrorBounds
  ) -> Double? {
    guard let place = model.schema.columns.firstIndex(where: { $0.name == name }),
      model.schema.columns[place].kind == .number
    else { return nil }
    if let absolute = bounds.absolute[name] { return absolute }
    guard case .scaled(_, _, let statistics) = model.preprocessor.codings[place] else { return 0 }
    return bounds.relative * statistics.standardDeviation
  }

  /// Takes rows.
  ///
  /// - Parameter block: The model's columns, and the text of all columns of the file.
  /// - Returns: Bytes to write; often none yet.
  public mutating func add(_ block: TableBlock) throws -> [UInt8] {
    var bytes: [UInt8] = []
    if !isStarted {
      bytes = CompressedFormat.encoded(header)
      isStarted = true
      waiting = emptyBlock
    }
    // Blocks are of one size, whatever sizes a reader has, so that the same table gives the same file.
    var start = 0
    while start < block.rowCount {
      let room = CompressedFormat.rowsPerBlock - waiting.rowCount
      let rows = start..<min(start + room, block.rowCount)
      append(rows, of: block)
      start = rows.upperBound
      if waiting.rowCount == CompressedFormat.rowsPerBlock { bytes += try flushed() }
    }
    return bytes
  }

  private mutating func append(_ rows: Range<Int>, of block: TableBlock) {
    for (index, place) in numberPlaces.enumerated() {
      let name = header.columns[place].name
      if let column = block.columns.first(where: { $0.name == name }),
        case .numbers(let numbers) = column.values
      {
        waiting.numbers[index] += numbers[rows]
      }
    }
    for (index, place) in textPlaces.enumerated() {
      waiting.texts[index].append(rows, of: block.keptColumns[place])
    }
    let added = block.columns.map { rows.count == $0.count ? $0 : $0.rows(at: Array(rows)) }
    columns = columns.isEmpty ? added : zip(columns, added).map { $0.appending($1) }
    waiting.rowCount += rows.count
  }

  /// The last bytes; nothing can be added any more.
  public mutating func finish() throws -> [UInt8] {
    let bytes = waiting.rowCount > 0 ? try flushed() : []
    return bytes
      + CompressedFormat.encoded(
        CompressedFormat.Frame(
          firstRow: rowCount, rowCount: 0, byteCount: 0, checksum: 0, isEnd: true))
  }

  private var emptyBlock: BlockContents {
    BlockContents(
      numbers: numberPlaces.map { _ in [] }, texts: textPlaces.map { _ in CellTexts() })
  }

  private mutating func flushed() throws -> [UInt8] {
    let contents = waiting
    let samples = model.preprocessor.prepare(Table(columns: columns))
    if rowCount == 0 { predictor = try bestPredictor(contents, samples) }
    var best = try coder.encoded(contents, nil, by: nil, level: Zstandard.strong)
    if let predictor {
      let predicted = try coder.encoded(
        contents, samples, by: predictor, level: Zstandard.strong)
      if predicted.count < best.count,
        coder.keepsPromise(
          contents, try coder.decoded(predicted, rowCount: contents.rowCount))
      {
        best = predicted
      }
    }
    let decoded = try coder.decoded(best, rowCount: contents.rowCount)
    precondition(coder.keepsPromise(contents, decoded), "rows came back beyond their bound")
    let frame = CompressedFormat.Frame(
      firstRow: rowCount, rowCount: contents.rowCount, byteCount: best.count,
      checksum: Zlib.checksum(best), isEnd: false)
    rowCount += contents.rowCount
    waiting = emptyBlock
    columns = []
    return CompressedFormat.encoded(frame) + best
  }

  /// The predictor that makes some rows smallest; nil when none does.
  private func bestPredictor(
    _ contents: BlockContents, _ samples: PreparedSamples
  ) throws -> Predictor? {
    guard prediction != .nothing else { return nil }
    let rows = Array(0..<contents.rowCount).evenlySpaced(limit: TableCompressor.trialRowCount)
    var trial = BlockContents(rowCount: rows.count)
    trial.numbers = contents.numbers.map { numbers in rows.map { numbers[$0] } }
    let texts = BlockCoder(coder, textCount: 0)
    var best: (predictor: Predictor?, size: Int) = (
      nil, try texts.encoded(trial, [], by: nil, level: Zstandard.quick).count
    )
    let trialSamples = samples.samples(at: rows)
    for (kind, components) in try coder.predictors.candidates(linearOnly: prediction == .linear) {
      let latents = try coder.predictors.latents(trialSamples, kind, components: components)
      for precision in Predictor.precisions {
        let predictor = Predictor(kind: kind, components: components, precision: precision)
        let size = try texts.encoded(
          trial, coder.multiples(latents, predictor), by: predictor, level: Zstandard.quick
        ).count
        if size < best.size { best = (predictor, size) }
      }
    }
    return best.predictor
  }
}

extension BlockCoder {
  init(_ header: CompressedFormat.Header, _ model: TableModel, threads: Int) {
    var features: [String: (Int, Double, Double)] = [:]
    var position = 0
    for (column, coding) in zip(model.schema.columns, model.preprocessor.codings) {
      if case .scaled(let center, let scale, _) = coding {
        features[column.name] = (position, center, scale)
      }
      position += coding.featureCount
    }
    columns = header.columns.compactMap { column in
      column.bound.map {
        NumberColumn(name: column.name, feature: features[column.name], bound: $0)
      }
    }
    textCount = header.columns.count { $0.bound == nil }
    predictors = Predictors(model, threads: threads)
  }

  /// The same for rows without their texts.
  fileprivate init(_ other: BlockCoder, textCount: Int) {
    columns = other.columns
    self.textCount = textCount
    predictors = other.predictors
  }
}
