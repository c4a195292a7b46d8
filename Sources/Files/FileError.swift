import Glibc

/// What went wrong with a file: reading it, or making a new one.
public struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Problem: Equatable, Sendable {
    case emptyPath
    case notFound
    case isDirectory
    case permissionDenied
    /// The system's error number, as of the failed call.
    case cannotOpen(Int32)
    case cannotCreate(Int32)
    case readFailed(Int32)
    case writeFailed(Int32)
    /// It became longer or shorter, or was written over, while it was read.
    case changedWhileRead
    /// Compressed data that ends too early or makes no sense.
    case damaged(format: String)
    /// Whoever read our output went away (`aepca … | head`): no failure of ours, end quietly.
    case closedByReader
  }

  public let problem: Problem
  /// The path as the user gave it, or "standard input", "standard output".
  public let path: String

  public init(_ problem: Problem, path: String) {
    self.problem = problem
    self.path = path
  }

  public var description: String {
    switch problem {
    case .emptyPath: "expected the path of a file, found an empty one"
    case .notFound: "\(path): no such file"
    case .isDirectory: "\(path): is a directory, expected a file"
    case .permissionDenied: "\(path): permission denied"
    case .cannotOpen(let code): "\(path): cannot be opened: \(Self.text(code))"
    case .cannotCreate(let code): "\(path): cannot be created: \(Self.text(code))"
    case .readFailed(let code): "\(path): reading failed: \(Self.text(code))"
    case .writeFailed(let code): "\(path): writing failed: \(Self.text(code))"
    case .changedWhileRead:
      "\(path): expected the file to stay as it is, found it changed while it was read"
    case .damaged(let format): "\(path): expected \(format) data, found it damaged or cut off"
    case .closedByReader: "\(path): closed by its reader"
    }
  }

  private static func text(_ code: Int32) -> String {
    guard let message = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: message)
  }
}
