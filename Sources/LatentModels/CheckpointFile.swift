import Files
import FoundationEssentials
import NeuralNetworks

/// A checkpoint as a file: safetensors with a checksum, a JSON document in its metadata.
enum CheckpointFile {
  /// The format that this release writes, and the newest that it reads.
  static let formatVersion = 1
  private static let documentKey = "aepca_checkpoint"

  private struct Version: Decodable {
    let formatVersion: Int

    enum CodingKeys: String, CodingKey {
      case formatVersion = "format_version"
    }
  }

  private struct Document: Codable {
    var formatVersion: Int
    var identity: [FitIdentity.Entry]
    /// By place; what is larger than a number stands in tensors.
    var ended: [String: Ended]
    var underWay: [String: TrainingState.Progress]

    enum CodingKeys: String, CodingKey {
      case formatVersion = "format_version"
      case identity
      case ended
      case underWay = "under_way"
    }
  }

  private struct Ended: Codable {
    var history: TrainingHistory
    var firstMeasure: Double?
    var hasWeights: Bool
  }

  /// The arrays of a state, by the names of their tensors.
  private enum Part: String {
    case weights
    case best
    case first
    case second
    case order
  }

  /// - Throws: `FileError`.
  static func write(
    _ contents: FitJournal.Contents, of identity: FitIdentity, to path: String
  ) throws {
    let bytes = try encode(contents, of: identity)
    var file = try OutputFile(path: path)
    try file.write(bytes.span)
    try file.commit()
  }

  static func encode(_ contents: FitJournal.Contents, of identity: FitIdentity) throws -> [UInt8] {
    let ended = contents.results.sorted { $0.key < $1.key }
    let underWay = contents.states.sorted { $0.key < $1.key }
    let tensors =
      ended.flatMap { run, result in
        result.weights.map { [tensor(run, .weights, .float32($0))] } ?? []
      }
      + underWay.flatMap { run, state in
        [
          tensor(run, .weights, .float32(state.weights)),
          tensor(run, .best, .float32(state.best)),
          tensor(run, .first, .float32(state.first)),
          tensor(run, .second, .float32(state.second)),
          tensor(run, .order, .int32(state.order)),
        ]
      }
    let document = Document(
      formatVersion: formatVersion, identity: identity.entries,
      ended: contents.results.mapValues {
        Ended(
          history: $0.history, firstMeasure: $0.firstMeasure, hasWeights: $0.weights != nil)
      },
      underWay: contents.states.mapValues(\.progress))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // A loss may be infinite: that of the best before there is one.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let text = String(decoding: try encoder.encode(document), as: UTF8.self)
    return try Safetensors(metadata: [documentKey: text], tensors: tensors).sealed()
  }

  static func read(
    _ bytes: [UInt8], path: String, checksDigest: Bool = true
  ) throws(CheckpointError) -> (identity: FitIdentity, contents: FitJournal.Contents) {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let (file, text) = try layout(of: bytes, path: path)
    guard let version = try? decoder.decode(Version.self, from: Data(text.utf8)) else {
      throw CheckpointError(.notACheckpoint, path: path)
    }
    guard version.formatVersion <= formatVersion else {
      throw CheckpointError(
        .newerFormat(found: version.formatVersion, supported: formatVersion), path: path)
    }
    if checksDigest { try checkSeal(file, of: bytes, path: path) }
    guard let document = try? decoder.decode(Document.self, from: Data(text.utf8)) else {
      throw CheckpointError(
        .file(.inconsistent(reason: "its document cannot be read")), path: path)
    }
    return (
      FitIdentity(entries: document.identity), try contents(document, of: file, path: path)
    )
  }

  /// The file and its document.
  private static func layout(
    of bytes: [UInt8], path: String
  ) throws(CheckpointError) -> (file: Safetensors, document: String) {
    do throws(ModelFileError.Problem) {
      let file = try Safetensors(decoding: bytes, allowsNonFinite: true)
      guard let text = file.metadata[documentKey] else { throw .notAModel }
      return (file, text)
    } catch {
      throw CheckpointError(.file(error), path: path)
    }
  }

  private static func checkSeal(
    _ file: Safetensors, of bytes: [UInt8], path: String
  ) throws(CheckpointError) {
    do throws(ModelFileError.Problem) {
      try file.checkSeal(of: bytes)
    } catch {
      throw CheckpointError(.file(error), path: path)
    }
  }

  private static func tensor(
    _ run: String, _ part: Part, _ elements: Safetensors.Elements
  ) -> Safetensors.Tensor {
    Safetensors.Tensor(
      name: "\(run)/\(part.rawValue)", shape: [elements.count], elements: elements)
  }

  private static func contents(
    _ document: Document, of file: Safetensors, path: String
  ) throws(CheckpointError) -> FitJournal.Contents {
    do throws(ModelFileError.Problem) {
      return try contents(document, of: file)
    } catch {
      throw CheckpointError(.file(error), path: path)
    }
  }

  private static func contents(
    _ document: Document, of file: Safetensors
  ) throws(ModelFileError.Problem) -> FitJournal.Contents {
    let arrays = Arrays(file)
    var contents = FitJournal.Contents()
    for (run, ended) in document.ended {
      contents.results[run] = TrainingResult(
        weights: ended.hasWeights ? try arrays.floats(run, .weights) : nil,
        history: ended.history, firstMeasure: ended.firstMeasure)
    }
    for (run, progress) in document.underWay {
      contents.states[run] = TrainingState(
        weights: try arrays.floats(run, .weights), best: try arrays.floats(run, .best),
        first: try arrays.floats(run, .first), second: try arrays.floats(run, .second),
        order: try arrays.integers(run, .order), progress: progress)
    }
    return contents
  }

  /// The tensors by name.
  private struct Arrays {
    private let elements: [String: Safetensors.Elements]

    init(_ file: Safetensors) {
      elements = Dictionary(file.tensors.map { ($0.name, $0.elements) }) { first, _ in first }
    }

    func floats(_ run: String, _ part: Part) throws(ModelFileError.Problem) -> [Float] {
      let name = "\(run)/\(part.rawValue)"
      guard let found = elements[name] else { throw .missingTensor(name: name) }
      guard case .float32(let values) = found else { throw .badTensor(name: name) }
      return values
    }

    func integers(_ run: String, _ part: Part) throws(ModelFileError.Problem) -> [Int32] {
      let name = "\(run)/\(part.rawValue)"
      guard let found = elements[name] else { throw .missingTensor(name: name) }
      guard case .int32(let values) = found else { throw .badTensor(name: name) }
      return values
    }
  }
}
