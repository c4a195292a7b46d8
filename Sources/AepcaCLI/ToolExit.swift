import AEPCA
import ArgumentParser
import Glibc

/// The exit codes of the tool, numbered as in sysexits.h.
enum ExitStatus: Int32 {
  case usage = 64
  case badData = 65
  case noInput = 66
  /// Something that the system should have installed is not there.
  case unavailable = 69
  case bug = 70
  case outOfResources = 71
  case cannotCreate = 73
  case inputOutput = 74
}

/// An error with the file it is about and the exit status that it calls for.
struct ToolError: Error, CustomStringConvertible {
  let status: ExitStatus
  let description: String

  init(_ status: ExitStatus, _ description: String) {
    self.status = status
    self.description = description
  }
}

/// Ends the process as an error asks: one line on standard error, the right exit code.
struct ToolExit {
  let error: any Error

  init(_ error: any Error) {
    self.error = error
  }

  func end() -> Never {
    switch error {
    case let error as FileError where error.problem == .closedByReader:
      // The reader of our output, 'head' perhaps, has seen enough.
      exit(0)
    case let error as FileError: fail(status(of: error), "\(error)")
    case let error as ToolError: fail(error.status, error.description)
    case let error as TrainingError:
      fail(error.isShortOfMemory ? .outOfResources : .badData, "\(error)")
    case is CSVError, is TableError, is ModelFileError, is PreprocessingError, is FittingError,
      is PCAError, is ModelError, is ComparisonError, is CheckpointError, is CompressionError,
      is PictureError:
      fail(.badData, "\(error)")
    case is LinearAlgebraError: fail(.bug, "\(error)")
    default: Aepca.exit(withError: error)
    }
  }

  private func status(of error: FileError) -> ExitStatus {
    switch error.problem {
    case .notFound, .isDirectory, .permissionDenied: .noInput
    case .cannotCreate: .cannotCreate
    default: .inputOutput
    }
  }

  private func fail(_ status: ExitStatus, _ message: String) -> Never {
    StandardError.write("aepca: \(message)\n")
    exit(status.rawValue)
  }
}

extension TrainingError {
  /// Whether it is the machine that lacks something, and not the data.
  var isShortOfMemory: Bool {
    switch problem {
    case .memory, .threads: true
    default: false
    }
  }
}
