import AEPCA
import CYAML

/// Options in a YAML file: a mapping from long option names to values.
///
/// ```yaml
/// components: 8
/// encoder: dense 64 tanh, dense 32 tanh
/// missing: [unknown, n.a.]
/// quiet: true
/// ```
///
/// A list repeats its option, `true` sets a flag, `false` leaves it. What stands on the command
/// line comes after the file and wins.
struct ConfigFile {
  /// The file's options as arguments, in the order of the file.
  let arguments: [String]

  /// - Throws: ``FileError`` when it cannot be read, ``ToolError`` with the line that is wrong.
  init(path: String) throws {
    arguments = try ConfigParser(bytes: InputFile(path: path).readAll(), path: path).arguments()
  }

  /// Replaces `--config FILE` by the options in the file.
  static func expanded(_ arguments: [String]) throws -> [String] {
    guard let command = arguments.first else { return arguments }
    var own = Array(arguments.dropFirst())
    var configured: [String] = []
    let end = own.firstIndex(of: "--") ?? own.endIndex
    if let place = own[..<end].firstIndex(where: { $0 == "--config" || $0.hasPrefix("--config=") })
    {
      let word = own.remove(at: place)
      let path: String
      if word == "--config" {
        // A missing value is reported by the parser of the arguments.
        guard place < own.endIndex else { return arguments }
        path = own.remove(at: place)
      } else {
        path = String(word.dropFirst("--config=".count))
      }
      configured = try ConfigFile(path: path).arguments
    }
    return [command] + configured + own
  }
}

/// Walks libyaml's events through the one shape that is allowed.
private final class ConfigParser {
  private let path: String
  private let bytes: [UInt8]

  init(bytes: [UInt8], path: String) {
    self.bytes = bytes
    self.path = path
  }

  private enum Event {
    case scalar(String, line: Int)
    case sequenceStart
    case sequenceEnd
    case mappingStart
    case mappingEnd
    case other
    case end

    var opens: Bool {
      switch self {
      case .sequenceStart, .mappingStart: true
      default: false
      }
    }

    var closes: Bool {
      switch self {
      case .sequenceEnd, .mappingEnd: true
      default: false
      }
    }
  }

  private var shape: ToolError {
    ToolError(
      .usage, "\(path): expected lines of 'option: value' or 'option: [value, …]', found others")
  }

  func arguments() throws -> [String] {
    var result: [String] = []
    for (key, values) in try entries() {
      let isFlag = values.count == 1 && (values[0] == "true" || values[0] == "false")
      if isFlag {
        if values[0] == "true" { result.append("--\(key)") }
        continue
      }
      for value in values { result.append("--\(key)=\(value)") }
    }
    return result
  }

  private func entries() throws -> [(key: String, values: [String])] {
    var parser = unsafe yaml_parser_t()
    guard unsafe yaml_parser_initialize(&parser) == 1 else {
      throw ToolError(.outOfResources, "\(path): no memory to read it")
    }
    defer { unsafe yaml_parser_delete(&parser) }
    return unsafe try bytes.withUnsafeBufferPointer { text in
      unsafe yaml_parser_set_input_string(&parser, text.baseAddress, text.count)
      var events: [Event] = []
      var depth = 0
      while true {
        let event = unsafe try next(&parser)
        if case .end = event { break }
        if case .other = event { continue }
        // Nothing allowed is deeper, and libyaml takes ever longer for what is.
        depth += event.opens ? 1 : event.closes ? -1 : 0
        guard depth <= 2 else { throw shape }
        events.append(event)
      }
      return try entries(events)
    }
  }

  private func next(_ parser: inout yaml_parser_t) throws -> Event {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(&parser, &event) == 1 else {
      let line = unsafe parser.problem_mark.line + 1
      let problem = unsafe parser.problem.map { unsafe String(cString: $0) } ?? "cannot be read"
      throw ToolError(.usage, "\(path):\(line): expected YAML, found a fault: \(problem)")
    }
    defer { unsafe yaml_event_delete(&event) }
    switch unsafe event.type {
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      let text = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      return unsafe .scalar(
        String(decoding: text, as: UTF8.self), line: Int(event.start_mark.line) + 1)
    case YAML_SEQUENCE_START_EVENT: return .sequenceStart
    case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
    case YAML_MAPPING_START_EVENT: return .mappingStart
    case YAML_MAPPING_END_EVENT: return .mappingEnd
    case YAML_STREAM_END_EVENT: return .end
    // Passed over, a value would be taken from the next line.
    case YAML_ALIAS_EVENT: throw shape
    default: return .other
    }
  }

  private func entries(_ events: [Event]) throws -> [(key: String, values: [String])] {
    if events.isEmpty { return [] }
    guard case .mappingStart = events[0], case .mappingEnd = events[events.count - 1] else {
      throw shape
    }
    var result: [(key: String, values: [String])] = []
    var position = 1
    while position < events.count - 1 {
      guard case .scalar(let key, let line) = events[position], !key.isEmpty,
        position + 1 < events.count - 1
      else { throw shape }
      guard key != "config" else {
        throw ToolError(.usage, "\(path):\(line): expected an option, found another 'config'")
      }
      position += 1
      var values: [String] = []
      if case .scalar(let value, _) = events[position] {
        values = [value]
      } else if case .sequenceStart = events[position] {
        position += 1
        while position < events.count, case .scalar(let value, _) = events[position] {
          values.append(value)
          position += 1
        }
        guard position < events.count, case .sequenceEnd = events[position] else { throw shape }
      } else {
        throw shape
      }
      result.append((key, values))
      position += 1
    }
    return result
  }
}
