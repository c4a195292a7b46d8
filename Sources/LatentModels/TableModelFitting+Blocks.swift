import Preprocessing
import PrincipalComponents
import Tables

/// What came of fitting a table without holding it.
public enum BlockwiseFit {
  case fitted(TableModel)
  /// The whole table is needed after all.
  case needsTable(reason: String)
}

extension TableModelFitting {
  /// From about so many rows on a table that is fitted in blocks need not be counted first.
  public static let uncountedRowCount = 2 * RowSplit.largeRowCount

  /// Fits linear components to a table read block by block, which is never held in memory.
  ///
  /// The table is read once, and with categories again for the figures of the report. What needs all
  /// cells at once is said instead of done: autoencoders, ``Scaling/robust``, solvers other than the
  /// covariance's, cross-validation of fewer than 1,000 rows, and missing cells. From about
  /// ``uncountedRowCount`` rows on a presumed survey need not have counted them.
  ///
  /// - Parameters:
  ///   - survey: Kinds and rows of the table.
  ///   - blocks: Reads the columns of a schema from the first row on; called for each pass.
  ///   - visit: Is given each block of the first pass, for who wants the rows again.
  /// - Returns: A model equal to that of ``fit(_:)`` up to rounding.
  /// - Complexity: Five p × p matrices, a block of rows and a bit for each row; O(n·p²) time.
  /// - Throws: As ``fit(_:)`` does, and `TableError` when the table has changed.
  public func fit(
    _ survey: TableSurvey, blocks: @escaping (TableSchema) throws -> TableBlocks,
    visiting visit: ((TableBlock) -> Void)? = nil
  ) throws -> BlockwiseFit {
    if method != .pca { return .needsTable(reason: "an autoencoder learns from rows at random") }
    if autoencoder.image != nil { return .needsTable(reason: "all pixels are scaled alike") }
    if scaling == .robust { return .needsTable(reason: "quartiles need all cells of a column") }
    if pca.solver == .svd || pca.solver == .randomized {
      return .needsTable(reason: "solver \(pca.solver.rawValue) goes over the rows many times")
    }
    if validationFraction == nil, survey.rowCount < TableModelFitting.crossValidationLimit {
      return .needsTable(reason: "so few rows are cross-validated")
    }
    return try BlockwisePCA(self, survey: survey, makeBlocks: blocks, visit: visit).fit()
  }
}
