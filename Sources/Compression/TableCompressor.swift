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
  private let names: [String]
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
    for name in bounds.absolute.keys.sorted() {
      guard fileColumns.contains(name) else {
        throw CompressionError(.unknownColumn(name: name, found: fileColumns), path: path)
      }
      guard model.schema[name]?.kind == .number else {
        let kind = model.schema[name]?.kind ?? .text
        throw CompressionError(.notANumberColumn(name: name, kind: kind.rawValue), path: path)
      }
    }
    let columns = fileColumns.map {
      CompressedFormat.Header.Column(name: $0, isNumber: model.schema[$0]?.kind == .number)
    }
    header = CompressedFormat.Header(
      modelChecksum: Zlib.checksum(modelBytes), modelSize: modelBytes.count,
      columns: columns == CompressedFormat.Header.columns(of: model) ? nil : columns)
    numberPlaces = columns.indices.filter { columns[$0].isNumber }
    textPlaces = columns.indices.filter { !columns[$0].isNumber }
    names = fileColumns
    coder = BlockCoder(columns, model, threads: threads) {
      TableCompressor.bound(on: $0, model, bounds)
    }
  }

  private static func bound(
    on name: String, _ model: TableModel, _ bounds: ErrorBounds
  ) -> Double {
    if let absolute = bounds.absolute[name] { return absolute }
    guard let place = model.schema.columns.firstIndex(where: { $0.name == name }),
      case .scaled(_, _, let statistics) = model.preprocessor.codings[place]
    else { return 0 }
    return bounds.relative * statistics.standardDeviation
  }

  /// Takes rows.
  ///
  /// - Parameter block: The model's columns, and the text of all columns of the file.
  /// - Returns: Bytes to write; often none yet.
  public mutating func add(_ block: TableBlock) throws -> [UInt8] {
    var bytes = started()
    // Blocks are of one size, whatever sizes a reader has, so that the same table gives the same file.
    // A full one waits for the next row, for the last one of the file says that it is.
    var start = 0
    while start < block.rowCount {
      if waiting.rowCount == CompressedFormat.rowsPerBlock { bytes += try flushed(isEnd: false) }
      let room = CompressedFormat.rowsPerBlock - waiting.rowCount
      let rows = start..<min(start + room, block.rowCount)
      append(rows, of: block)
      start = rows.upperBound
    }
    return bytes
  }

  /// The header, once.
  private mutating func started() -> [UInt8] {
    if isStarted { return [] }
    isStarted = true
    waiting = emptyBlock
    return CompressedFormat.encoded(header)
  }

  private mutating func append(_ rows: Range<Int>, of block: TableBlock) {
    for (index, place) in numberPlaces.enumerated() {
      let name = names[place]
      if let column = block.columns.first(where: { $0.name == name }),
        case .numbers(let numbers) = column.values
      {
        waiting.numbers[index] += numbers[rows]
      }
    }
    for (index, place) in textPlaces.enumerated() {
      waiting.texts[index].append(rows, of: block.keptColumns[place])
    }
    columns.append(
      rowsOf: block.columns.map { rows.count == $0.count ? $0 : $0.rows(at: Array(rows)) })
    waiting.rowCount += rows.count
  }

  /// The last bytes; nothing can be added any more.
  public mutating func finish() throws -> [UInt8] {
    let bytes = started()
    if waiting.rowCount > 0 { return bytes + (try flushed(isEnd: true)) }
    return bytes
      + CompressedFormat.encoded(
        CompressedFormat.Frame(
          firstRow: rowCount, rowCount: 0, byteCount: 0, checksum: 0, isEnd: true))
  }

  private var emptyBlock: BlockContents {
    BlockContents(
      numbers: numberPlaces.map { _ in [] }, texts: textPlaces.map { _ in CellTexts() })
  }

  private mutating func flushed(isEnd: Bool) throws -> [UInt8] {
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
      checksum: Zlib.checksum(best), isEnd: isEnd)
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

extension CompressedFormat.Header {
  /// What a header without columns stands for.
  static func columns(of model: TableModel) -> [Column] {
    model.schema.columns.map { Column(name: $0.name, isNumber: $0.kind == .number) }
  }
}

extension BlockCoder {
  /// - Parameter bound: How far cells of a column may be off; what is read again is taken as it is.
  init(
    _ fileColumns: [CompressedFormat.Header.Column], _ model: TableModel, threads: Int,
    bound: (String) -> Double = { _ in 0 }
  ) {
    var features: [String: (Int, Double, Double)] = [:]
    var position = 0
    for (column, coding) in zip(model.schema.columns, model.preprocessor.codings) {
      if case .scaled(let center, let scale, _) = coding {
        features[column.name] = (position, center, scale)
      }
      position += coding.featureCount
    }
    columns = fileColumns.filter(\.isNumber).map {
      NumberColumn(name: $0.name, feature: features[$0.name], bound: bound($0.name))
    }
    textCount = fileColumns.count { !$0.isNumber }
    predictors = Predictors(model, threads: threads)
  }

  /// The same for rows without their texts.
  fileprivate init(_ other: BlockCoder, textCount: Int) {
    columns = other.columns
    self.textCount = textCount
    predictors = other.predictors
  }
}
