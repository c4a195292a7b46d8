/// What is wrong with a compressed file, or with what was asked of it.
public struct CompressionError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Problem: Error, Equatable, Sendable {
    /// It does not begin as such a file does.
    case notCompressed
    case newerFormat(found: Int, supported: Int)
    /// Its first bytes, which say what the columns are, were altered.
    case headerDamaged
    /// It ends before its last block.
    case cutShort(rowsBefore: Int)
    /// A block was altered; rows from 1.
    case blockDamaged(number: Int, firstRow: Int, rowCount: Int)
    /// Blocks are missing or altered beyond recognition.
    case rowsLost(after: Int)
    case otherModel
    /// Bytes that cannot be what was written; it becomes one of the above.
    case damaged
    case unknownColumn(name: String, found: [String])
    case notANumberColumn(name: String, kind: String)
  }

  public let problem: Problem
  public let path: String

  public init(_ problem: Problem, path: String) {
    self.problem = problem
    self.path = path
  }

  public var description: String { "\(path): \(text)" }

  private var text: String {
    switch problem {
    case .notCompressed: "expected a file that 'aepca compress' wrote, found another"
    case .newerFormat(let found, let supported):
      "expected a format of version \(supported) or before, found \(found): a later release wrote it"
    case .headerDamaged, .damaged:
      "expected its beginning as it was written, found it altered"
    case .cutShort(let rows):
      "expected an end mark, found the end of the file after row \(rows); --skip-damaged keeps the "
        + "whole blocks"
    case .blockDamaged(let number, let first, let count):
      "block \(number) (rows \(first) to \(first + count - 1)): expected bytes of its checksum, found "
        + "others; --skip-damaged keeps the other blocks"
    case .rowsLost(let row):
      "expected a block after row \(row), found none; --skip-damaged keeps the other blocks"
    case .otherModel: "expected the model that it was compressed with, found another"
    case .unknownColumn(let name, let found):
      "column '\(name)': named by --max-error, found only "
        + found.prefix(10).joined(separator: ", ")
    case .notANumberColumn(let name, let kind):
      "column '\(name)': expected numbers for --max-error, found \(kind), which is kept exactly"
    }
  }
}
