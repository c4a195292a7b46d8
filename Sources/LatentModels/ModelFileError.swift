/// Why a model file cannot be read.
public struct ModelFileError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Problem: Error, Equatable, Sendable {
    /// Not in the safetensors layout, or without an aepca document.
    case notAModel
    /// The file ends early; sizes in bytes.
    case truncated(expected: Int, found: Int)
    /// The file goes on after its last tensor; sizes in bytes.
    case trailingBytes(expected: Int, found: Int)
    /// A tensor whose type, shape and place do not agree.
    case badTensor(name: String)
    /// A tensor that holds NaN or an infinity.
    case notFinite(name: String)
    /// A tensor that the model needs and the file lacks.
    case missingTensor(name: String)
    /// The checksum is not that of the file.
    case damaged
    /// A file without a checksum.
    case noChecksum
    /// Written by a later release.
    case newerFormat(found: Int, supported: Int)
    /// The document or the network does not describe a model.
    case inconsistent(reason: String)
  }

  public let problem: Problem
  public let path: String

  public init(_ problem: Problem, path: String) {
    self.problem = problem
    self.path = path
  }

  public var description: String {
    switch problem {
    case .notAModel: "\(path): expected a model file written by 'aepca fit', found something else"
    case .truncated(let expected, let found):
      "\(path): expected a model file of at least \(expected) bytes, found \(found): it is cut short"
    case .trailingBytes(let expected, let found):
      "\(path): expected a model file of \(expected) bytes, found \(found)"
    case .badTensor(let name):
      "\(path): tensor '\(name)': expected numbers that fit its shape, found others"
    case .notFinite(let name):
      "\(path): tensor '\(name)': expected finite numbers, found NaN or infinity"
    case .missingTensor(let name): "\(path): expected tensor '\(name)', found none"
    case .damaged:
      "\(path): its checksum is not that of its bytes: the file was damaged or altered since it was written"
    case .noChecksum:
      "\(path): expected a checksum, found none: altered, or by an early release; fit again"
    case .newerFormat(let found, let supported):
      "\(path): expected model format \(supported) or older, found \(found): install a newer aepca"
    case .inconsistent(let reason): "\(path): the model does not fit together: \(reason)"
    }
  }
}
