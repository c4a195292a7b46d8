import LinearAlgebra
import Preprocessing
import Tables

/// A latent model with the preprocessing around it: tables in, latents out, and back.
public struct TableModel {
  public let method: Method
  public let preprocessor: FittedPreprocessor
  public let latentModel: any LatentModel
  public let report: FitReport

  public init(
    method: Method, preprocessor: FittedPreprocessor, latentModel: any LatentModel,
    report: FitReport
  ) {
    self.method = method
    self.preprocessor = preprocessor
    self.latentModel = latentModel
    self.report = report
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
  public func encode(_ table: Table, components: Int? = nil) throws -> Matrix<Double> {
    try latentModel.encode(
      preprocessor.prepare(table), components: components ?? latentModel.componentCount)
  }

  /// Latents back to columns in their original units; the first latents alone are enough for an
  /// ordered model.
  public func decode(_ latents: Matrix<Double>) throws -> Table {
    try preprocessor.restore(latentModel.decode(latents))
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
