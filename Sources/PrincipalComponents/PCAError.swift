/// Why principal components could not be fitted or applied; rows and columns count from 0.
public struct PCAError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Problem: Equatable, Sendable {
    /// From one to the smaller number of rows and columns are possible.
    case componentCount(requested: Int, rowCount: Int, columnCount: Int)
    case tooFewRows(found: Int)
    /// Every column has the same value in all rows.
    case nothingVaries
    /// NaN or an infinity; the row is nil when rows were streamed.
    case notFinite(row: Int?, column: Int)
    /// The numbers are finite, but their squares exceed Float64.
    case overflow(column: Int)
    case columnNeverObserved(column: Int)
    case columnCount(expected: Int, found: Int)
    case maskSize(rowCount: Int, columnCount: Int, expectedRowCount: Int, expectedColumnCount: Int)
    /// The components leave no noise, or an axis has no variance.
    case noDensity
    /// The parts that a fitted model is made from do not belong together.
    case inconsistentParts(String)
  }

  public let problem: Problem

  public init(_ problem: Problem) { self.problem = problem }

  public var description: String {
    switch problem {
    case .componentCount(let requested, let rowCount, let columnCount):
      "principal components: expected 1 to \(max(1, min(rowCount, columnCount))) components for "
        + "\(rowCount) rows and \(columnCount) columns, found \(requested)"
    case .tooFewRows(let found):
      "principal components: expected at least 2 rows, found \(found)"
    case .nothingVaries:
      "principal components: expected a column that varies, found every column constant"
    case .notFinite(let row?, let column):
      "principal components: expected finite numbers, found NaN or infinity in row \(row), "
        + "column \(column)"
    case .notFinite(nil, let column):
      "principal components: expected finite numbers, found NaN or infinity in column \(column)"
    case .overflow(let column):
      "principal components: expected numbers with squares below 1e308, found larger in column "
        + "\(column)"
    case .columnNeverObserved(let column):
      "principal components: expected an observed cell in every column, found none in column "
        + "\(column)"
    case .columnCount(let expected, let found):
      "principal components: expected \(expected) columns, found \(found)"
    case .maskSize(let rowCount, let columnCount, let expectedRowCount, let expectedColumnCount):
      "principal components: expected a mask of \(expectedRowCount) x \(expectedColumnCount), "
        + "found \(rowCount) x \(columnCount)"
    case .noDensity:
      "principal components: expected some variance along and across the axes for a density, "
        + "found none"
    case .inconsistentParts(let what):
      "principal components: \(what)"
    }
  }
}
