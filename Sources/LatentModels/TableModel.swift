import LinearAlgebra
import Preprocessing
import Tables

/// A latent model with the preprocessing around it: tables in, latents out, and back.
public struct TableModel {
  public let method: Method
  public let preprocessor: FittedPreprocessor
  public let latentModel: any LatentModel
  public let report: FitReport
  /// Training rows to tell unusual rows by; nil where none are kept.
  public let references: ReferenceRows?

  public init(
    method: Method, preprocessor: FittedPreprocessor, latentModel: any LatentModel,
    report: FitReport, references: ReferenceRows? = nil
  ) {
    self.method = method
    self.preprocessor = preprocessor
    self.latentModel = latentModel
    self.report = report
    self.references = references
  }

  /// The columns that rows must have, by name.
  public var schema: TableSchema { preprocessor.schema }

  /// The latents' names in a CSV header: `latent_1` onwards, or `pc_1` for PCA.
  public var latentNames: [String] {
    (0..<latentModel.componentCount).map { "\(method.latentPrefix)_\($0 + 1)" }
  }

  /// Shape `[rows, components]`.
  ///
  /// - Parameter components: How many latents; nil for all, fewer need an ordered model.
  /// - Throws: What encoding throws, and ``PreprocessingError`` for a row that is beyond arithmetic.
  public func encode(_ table: Table, components: Int? = nil) throws -> Matrix<Double> {
    try latentModel.encode(
      preprocessor.prepare(table).checkedFinite(),
      components: components ?? latentModel.componentCount
    ).checkedFinite()
  }

  /// The latents of the rows of several tables, shape `[rows, components]` each.
  ///
  /// - Parameter threads: How many may share the work; the latents are the same for any.
  /// - Throws: As ``encode(_:components:)``; rows are counted in their own table.
  public func encode(_ tables: [Table], threads: Int) throws -> [Matrix<Double>] {
    guard let autoencoder = latentModel as? FittedAutoencoder else {
      return try inParallel(tables.count, threads: threads) { try encode(tables[$0]) }
    }
    // Shares the rows of each table out among threads of its own.
    autoencoder.threads = threads
    return try tables.map { try encode($0) }
  }

  /// Latents back to columns in their original units; the first latents alone are enough for an
  /// ordered model.
  ///
  /// - Throws: What decoding throws, and ``PreprocessingError`` for latents beyond arithmetic.
  public func decode(_ latents: Matrix<Double>) throws -> Table {
    let table = preprocessor.restore(try latentModel.decode(latents).checkedFinite())
    for column in table.columns {
      guard case .numbers(let numbers) = column.values,
        let row = numbers.firstIndex(where: \.isInfinite)
      else { continue }
      throw PreprocessingError(.outOfRange(row: row + 1), column: column.name)
    }
    return table
  }

  /// What a table of latents looks like: one column of numbers each.
  ///
  /// - Parameter components: How many latents; nil for all.
  public func latentSchema(components: Int? = nil) -> TableSchema {
    TableSchema(
      columns: latentNames.prefix(components ?? latentNames.count).map {
        ColumnSchema(name: $0, kind: .number)
      })
  }
}

extension Matrix {
  /// Itself, if all of it are finite numbers: a cell of 1e308 is one, but not what is computed of it.
  ///
  /// - Throws: ``PreprocessingError`` naming the first row that is not.
  func checkedFinite() throws(PreprocessingError) -> Matrix {
    if let place = firstNotFinite {
      throw PreprocessingError(.outOfRange(row: place / Swift.max(1, columnCount) + 1))
    }
    return self
  }
}

extension PreparedSamples {
  /// The samples, if all of their values are finite numbers.
  ///
  /// - Throws: ``PreprocessingError`` naming the first row that is not.
  func checkedFinite() throws(PreprocessingError) -> PreparedSamples {
    _ = try values.checkedFinite()
    return self
  }
}
