/// What is wrong with a CSV file, and where.
public struct CSVError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Problem: Equatable, Sendable {
    case outOfMemory
    case emptyFile
    /// `inHeader`: the header, else the first record, set what is expected.
    case fieldCount(expected: Int, found: Int, inHeader: Bool)
    case tooManyFields(limit: Int)
    case fieldTooLong(limit: Int)
    case recordTooLong(limit: Int)
    case unterminatedQuote
    case quoteInsidePlainField
    case textAfterClosingQuote
    case nulByte
    /// The offset is the byte's in its field, from 0.
    case invalidUTF8(byte: UInt8, offset: Int)
    case utf16
  }

  public let problem: Problem
  public let path: String
  /// From 1: where the record begins, or the quote or byte stands; nil when none was reached.
  public let line: Int?
  public let column: String?

  public init(_ problem: Problem, path: String, line: Int? = nil, column: String? = nil) {
    self.problem = problem
    self.path = path
    self.line = line
    self.column = column
  }

  public var description: String {
    var place = path
    if let line { place += ":\(line)" }
    if let column { place += ": column '\(column)'" }
    return "\(place): \(problem.text)"
  }
}

extension CSVError.Problem {
  fileprivate var text: String {
    switch self {
    case .outOfMemory:
      return "not enough memory for this record"
    case .emptyFile:
      return "expected a header line, found an empty file"
    case .fieldCount(let expected, let found, let inHeader):
      let fields = expected == 1 ? "1 field" : "\(expected) fields"
      return "expected \(fields) as in the \(inHeader ? "header" : "first record"), found \(found)"
    case .tooManyFields(let limit):
      return "expected at most \(limit) fields, found more"
    case .fieldTooLong(let limit):
      return "expected fields of at most \(limit) bytes, found a longer one (a quote left open?)"
    case .recordTooLong(let limit):
      return "expected records of at most \(limit) bytes, found a longer one"
    case .unterminatedQuote:
      return "expected a closing quote, found the end of the file; the quote opens on this line"
    case .quoteInsidePlainField:
      return "expected quotes around the whole field, found one inside it"
    case .textAfterClosingQuote:
      return "expected the field to end at its closing quote, found more text"
        + " (a quote inside a quoted field is written twice)"
    case .nulByte:
      return "expected UTF-8 text, found a NUL byte"
    case .invalidUTF8(let byte, let offset):
      return "expected UTF-8 text, found the byte 0x\(String(byte, radix: 16, uppercase: true))"
        + " as byte \(offset + 1) of the cell (--encoding latin-1 takes any)"
    case .utf16:
      return "expected UTF-8 text, found UTF-16"
    }
  }
}
