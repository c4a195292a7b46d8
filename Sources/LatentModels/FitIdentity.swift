import LinearAlgebra
import Preprocessing
import Tables

/// All that the bytes of a fitted model depend on, each thing by name.
///
/// Settings are taken as they are declared, so that one added later cannot be forgotten here.
public struct FitIdentity: Sendable, Equatable {
  struct Entry: Codable, Sendable, Equatable {
    let name: String
    let value: String
  }

  private(set) var entries: [Entry] = []

  /// - Parameter components: The choice as the user wrote it.
  public init(of fitting: TableModelFitting, components: String, toolVersion: String) {
    add("release", toolVersion)
    // Kernels of other instructions round differently.
    add("processor's instructions", InstructionSet.name)
    add("--components", components)
    add("--method", fitting.method)
    add("--scale", fitting.scaling)
    add("--noise", fitting.noise.map { "\($0)" } ?? "none")
    add("--seed", fitting.seed)
    add("--validation-fraction", fitting.validationFraction as Any)
    addSettings(of: fitting.autoencoder)
  }

  init(entries: [Entry]) { self.entries = entries }

  /// Adds a table by size and digest; nil is none.
  public mutating func add(_ name: String, _ table: Table?) {
    guard let table else { return add(name, "none") }
    let digest = Digest()
    for column in table.columns {
      digest.add("\(column.schema)")
      switch column.values {
      case .numbers(let numbers): digest.add(numbers)
      case .codes(let codes): digest.add(codes)
      case .texts(let texts): for text in texts { digest.add(text ?? "\0") }
      }
    }
    add(
      name,
      "\(table.rowCount) rows of \(table.columns.count) columns, digest \(digest.text.prefix(16))")
  }

  /// Adds the group of each row; nil is none.
  public mutating func add(groups: [Int]?) {
    guard let groups else { return add("--group", "none") }
    let digest = Digest()
    digest.add(groups)
    add("--group", "\(Set(groups).count) groups, digest \(digest.text.prefix(16))")
  }

  /// The first thing that another fit has otherwise, and what it has.
  func firstDifference(from other: FitIdentity) -> (name: String, here: String, there: String)? {
    func value(_ name: String, in identity: FitIdentity) -> String {
      identity.entries.first { $0.name == name }?.value ?? "nothing of that name"
    }
    for name in (entries + other.entries).map(\.name) {
      let (here, there) = (value(name, in: self), value(name, in: other))
      if here != there { return (name, here, there) }
    }
    return nil
  }

  private mutating func add(_ name: String, _ value: Any) {
    entries.append(Entry(name: name, value: FitIdentity.text(value)))
  }

  private mutating func addSettings(of settings: AutoencoderSettings) {
    for child in Mirror(reflecting: settings).children {
      // Results do not depend on the number of threads.
      guard let name = child.label, name != "threads" else { continue }
      add(FitIdentity.optionName(name), child.value)
    }
  }

  /// `batchSize` is `--batch-size`.
  private static func optionName(_ property: String) -> String {
    switch property {
    case "isOrdered": "--ordered"
    case "hiddenLayers": "--encoder"
    case "hasLinearPath": "--linear-path"
    case "stopsEarly": "early stopping"
    default:
      "--" + property.map { $0.isUppercase ? "-" + $0.lowercased() : String($0) }.joined()
    }
  }

  private static func text(_ value: Any) -> String {
    let mirror = Mirror(reflecting: value)
    if mirror.displayStyle == .optional {
      return mirror.children.first.map { text($0.value) } ?? "not given"
    }
    switch value {
    case let layers as [Autoencoder.HiddenLayer]:
      return layers.isEmpty
        ? "none"
        : layers.map { "dense \($0.units) \($0.activation.rawValue)" }.joined(separator: ", ")
    case let value as any RawRepresentable: return "\(value.rawValue)"
    default: return "\(value)"
    }
  }
}
