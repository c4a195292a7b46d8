import Tables

/// Why a table cannot become a matrix.
public struct PreprocessingError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Problem: Equatable, Sendable {
    /// No column varies, so there is nothing to learn.
    case nothingVaries(columnCount: Int)
    /// The table has no rows.
    case noRows
    /// Every column is text or an identifier.
    case nothingUsable(leftOut: [ColumnSchema])
    /// Text and identifiers have no numeric form.
    case notNumeric(ColumnKind)
    /// The spread of the column exceeds the range of a Float64.
    case tooWide(minimum: Double, maximum: Double)
    /// A cell so far from the training cells that a Float32 cannot hold it once scaled.
    case outOfRange(row: Int)
    /// Rows of one group stay together, so that no more parts can be made than there are groups.
    case tooFewGroups(needed: Int, found: Int)
  }

  public let problem: Problem
  public let column: String?

  public init(_ problem: Problem, column: String? = nil) {
    self.problem = problem
    self.column = column
  }

  public var description: String {
    let place = column.map { "column '\($0)': " } ?? ""
    switch problem {
    case .nothingVaries(let count):
      return place + "expected a column that varies, found none among \(count) usable columns"
    case .nothingUsable(let leftOut):
      let columns = leftOut.prefix(5).map { "\($0.name) (\($0.kind.rawValue))" }
      let more = leftOut.count > 5 ? " and \(leftOut.count - 5) more" : ""
      let advice = leftOut.first.map { "; --kind '\($0.name)=category' takes a column as words" }
      return place + "expected columns of numbers, dates or categories, found only "
        + columns.joined(separator: ", ") + more + (advice ?? "")
    case .noRows: return place + "expected rows of data, found none"
    case .notNumeric(let kind):
      return place + "expected numbers or categories, found \(kind.rawValue)"
    case .tooWide(let minimum, let maximum):
      return place + "expected a spread within Float64, found values from \(minimum) to \(maximum)"
    case .outOfRange(let row):
      return place
        + "expected a value near the training rows', found one too large in data row \(row)"
    case .tooFewGroups(let needed, let found):
      return place + "expected at least \(needed) groups of rows, found \(found)"
    }
  }
}
