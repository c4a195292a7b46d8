/// Why a decomposition or a solution could not be computed.
public struct LinearAlgebraError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Problem: Equatable, Sendable {
    /// The matrix holds NaN or an infinity; positions from 0.
    case notFinite(row: Int, column: Int)
    case notSquare(rowCount: Int, columnCount: Int)
    /// A matrix without rows or columns has nothing to decompose.
    case empty(rowCount: Int, columnCount: Int)
    /// The leading minor of this order is the first that is not positive.
    case notPositiveDefinite(order: Int)
    case notConverged(code: Int)
    /// The library counts with 32-bit numbers, and this count is larger.
    case tooLarge(count: Int)
    /// The library refused its argument at this position, from 1: a slip of this package.
    case invalidArgument(position: Int)
    case outOfMemory
  }

  public let problem: Problem
  /// What was being computed, in words.
  public let operation: String

  public init(_ problem: Problem, operation: String) {
    self.problem = problem
    self.operation = operation
  }

  public var description: String {
    switch problem {
    case .notFinite(let row, let column):
      "\(operation): expected finite numbers, found NaN or infinity in row \(row), column \(column)"
    case .notSquare(let rowCount, let columnCount):
      "\(operation): expected a square matrix, found \(rowCount) x \(columnCount)"
    case .empty(let rowCount, let columnCount):
      "\(operation): expected at least one row and column, found \(rowCount) x \(columnCount)"
    case .notPositiveDefinite(let order):
      "\(operation): expected a positive definite matrix, found a minor of order \(order) that is not"
    case .notConverged(let code):
      "\(operation): did not converge (code \(code))"
    case .tooLarge(let count):
      "\(operation): expected a size of at most \(Int32.max), found \(count)"
    case .invalidArgument(let position):
      "\(operation): the library refused its argument \(position)"
    case .outOfMemory:
      "\(operation): out of memory"
    }
  }
}
