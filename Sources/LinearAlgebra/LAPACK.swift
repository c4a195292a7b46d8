import CLAPACK

/// What every call of LAPACK needs: sizes as it counts them, workspaces, and its answer checked.
///
/// LAPACK stores columns one after another. Read that way, a matrix of ours is its own transpose,
/// so each caller asks for the decomposition of the transpose and nothing is ever copied over.
enum LAPACK {
  static func size(_ count: Int, for operation: String) throws -> Int32 {
    guard let size = Int32(exactly: count) else {
      throw LinearAlgebraError(.tooLarge(count: count), operation: operation)
    }
    return size
  }

  /// The length of a workspace, which LAPACK answers to a query as a floating-point number.
  static func workspace(_ answer: Double, for operation: String) throws -> Int32 {
    guard answer < Double(Int32.max) else {
      throw LinearAlgebraError(.tooLarge(count: Int(answer)), operation: operation)
    }
    return max(1, Int32(answer.rounded(.up)))
  }

  /// Turns the code that LAPACK returned into an error, unless it is zero.
  ///
  /// - Parameter failure: What a positive code means for this routine.
  static func check(
    _ code: Int32, _ operation: String, _ failure: (Int) -> LinearAlgebraError.Problem
  ) throws {
    if code == 0 { return }
    if code == LAPACK_WORK_MEMORY_ERROR || code == LAPACK_TRANSPOSE_MEMORY_ERROR {
      throw LinearAlgebraError(.outOfMemory, operation: operation)
    }
    throw LinearAlgebraError(
      code < 0 ? .invalidArgument(position: Int(-code)) : failure(Int(code)), operation: operation)
  }

  /// Refuses what would make an iteration run for ever or answer nonsense.
  static func requireFinite(_ matrix: Matrix<Double>, _ operation: String) throws {
    guard matrix.rowCount > 0, matrix.columnCount > 0 else {
      throw LinearAlgebraError(
        .empty(rowCount: matrix.rowCount, columnCount: matrix.columnCount), operation: operation)
    }
    if let place = matrix.firstNotFinite {
      throw LinearAlgebraError(
        .notFinite(row: place / matrix.columnCount, column: place % matrix.columnCount),
        operation: operation)
    }
  }

  static func requireSquare(_ matrix: Matrix<Double>, _ operation: String) throws {
    guard matrix.rowCount == matrix.columnCount else {
      throw LinearAlgebraError(
        .notSquare(rowCount: matrix.rowCount, columnCount: matrix.columnCount),
        operation: operation)
    }
  }
}
