import Tables

/// Why a model cannot be fitted to a table, or not be used as asked.
public struct FittingError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Problem: Equatable, Sendable {
    case componentsAboveColumns(asked: Int, columns: Int)
    case componentsAboveRows(asked: Int, rows: Int)
    /// The largest groups take so many rows with them that too few remain when they are held out.
    case componentsAboveGroupedRows(asked: Int, rows: Int)
    /// The number of components depends on explained variance, which categories have not.
    case noNumbersToExplain
    /// Fewer components were asked of a model whose components are in no order.
    case notOrdered(asked: Int, components: Int)
    /// Rows to judge by, all of whose cells are missing.
    case nothingToJudgeBy
    /// A decoder of prefixes that is not made like one.
    case prefixDecoder
    /// A model of a release that kept no errors of its fit's rows.
    case noErrorsKept
    /// Noise of numbers was asked for on a column of words.
    case noiseOnCategory(column: String, noise: String)
    /// A preset that is made for pictures of another size.
    case presetShape(String, found: ImageShape)
  }

  public let problem: Problem

  public init(_ problem: Problem) {
    self.problem = problem
  }

  public var description: String {
    switch problem {
    case .componentsAboveColumns(let asked, let columns):
      "expected no more components than columns that vary (\(columns)), found \(asked)"
    case .componentsAboveRows(let asked, let rows):
      "expected at least as many rows as components (\(asked)) and at least 2, found \(rows)"
    case .componentsAboveGroupedRows(let asked, let rows):
      "expected more rows than components (\(asked)) when the largest group is held out, found "
        + "\(rows); --validation-fraction 0.1 holds out small groups alone"
    case .noNumbersToExplain:
      "expected cells of numbers to tell the number of components by, found categories alone; "
        + "give --components a number"
    case .notOrdered(let asked, let components):
      "expected all \(components) components of a model fitted without order, found \(asked)"
    case .nothingToJudgeBy:
      "expected cells to judge the model by among the rows of --validation, found missing ones alone"
    case .prefixDecoder:
      "expected a decoder of prefixes that begins with dense layers of two inputs per component"
    case .noiseOnCategory(let column, let noise):
      "column '\(column)': expected numbers for \(noise) noise, found a category; mask hides cells of "
        + "any kind, and --exclude leaves a column out"
    case .noErrorsKept:
      "expected a model with the errors of the rows it was fitted on, found one of an earlier "
        + "release; fit it again"
    case .presetShape(let name, let found):
      "expected pictures of 28x28 pixels for \(name), found \(found.height)x\(found.width)"
    }
  }
}
