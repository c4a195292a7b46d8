/// Why two methods cannot be compared as asked.
public struct ComparisonError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Problem: Equatable, Sendable {
    /// Too few rows to hold any out of.
    case tooFewRows(needed: Int, found: Int)
    case tooFewTestRows(needed: Int, found: Int)
    /// The rows to judge by have nothing that varies about the training mean.
    case nothingToExplain
    /// More different words than colours can be told apart.
    case colors(column: String, most: Int, found: Int)
    /// A model that has no linear PCA within to be compared with.
    case noBaseline
  }

  public let problem: Problem

  public init(_ problem: Problem) {
    self.problem = problem
  }

  public var description: String {
    switch problem {
    case .tooFewRows(let needed, let found):
      "expected at least \(needed) rows, to hold a fifth of them out, found \(found); bring other "
        + "rows to judge by (--test), or 'aepca fit' judges by cross-validation"
    case .tooFewTestRows(let needed, let found):
      "expected at least \(needed) rows to judge by, found \(found)"
    case .nothingToExplain:
      "expected rows to judge by that differ from the training mean, found none"
    case .colors(let column, let most, let found):
      "column '\(column)': expected numbers or at most \(most) different words to colour by, found "
        + "\(found)"
    case .noBaseline:
      "expected an autoencoder with linear PCA within, as 'aepca fit' makes without --encoder and "
        + "--preset"
    }
  }
}
