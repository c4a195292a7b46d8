/// Why a fit cannot go on from a checkpoint.
public struct CheckpointError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Problem: Equatable, Sendable {
    /// Not a checkpoint at all.
    case notACheckpoint
    /// Cut short, damaged, or with parts that do not fit.
    case file(ModelFileError.Problem)
    /// Written by a later release.
    case newerFormat(found: Int, supported: Int)
    /// Of a fit that would give another model: the first thing that differs.
    case otherFit(FitDifference)
  }

  public let problem: Problem
  public let path: String

  public init(_ problem: Problem, path: String) {
    self.problem = problem
    self.path = path
  }

  public var description: String {
    switch problem {
    case .notACheckpoint, .file(.notAModel):
      "\(path): expected a checkpoint that 'aepca fit --checkpoint' wrote, found something else"
    case .file(.truncated(let expected, let found)):
      "\(path): expected a checkpoint of at least \(expected) bytes, found \(found): it is cut short"
    case .file(let problem): "\(ModelFileError(problem, path: path))"
    case .newerFormat(let found, let supported):
      "\(path): expected checkpoint format \(supported) or older, found \(found): install a newer aepca"
    case .otherFit(let difference):
      "\(path): the checkpoint is of another fit: \(difference)"
    }
  }
}

extension FitDifference: CustomStringConvertible {
  public var description: String {
    // The table's own difference tells its path already.
    let origin = name == FitIdentity.tableName ? "" : table.map { " from \($0)" } ?? ""
    return "\(name) differs: \(there) when it was made\(origin), \(here) here"
  }
}
