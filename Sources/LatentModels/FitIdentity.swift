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
    /// The path of a table, which may have been moved: told, but not compared.
    var source: String?

    /// The value in words.
    fileprivate var text: String { source.map { "\($0) (\(value))" } ?? value }
  }

  /// What the table to learn from is called in messages.
  static let tableName = "the table"

  private(set) var entries: [Entry] = []

  /// - Parameter components: The choice as the user wrote it.
  public init(of fitting: TableModelFitting, components: String, toolVersion: String) {
    add("the release", toolVersion)
    // Kernels of other instructions round differently.
    add("the processor's instruction set", InstructionSet.name)
    add("--components", components)
    add("--method", fitting.method)
    add("--scale", fitting.scaling)
    add("--noise", fitting.noise.map { "\($0)" } ?? "none")
    add("--seed", fitting.seed)
    add("--validation-fraction", fitting.validationFraction as Any)
    addSettings(of: fitting.autoencoder)
  }

  init(entries: [Entry]) { self.entries = entries }

  /// Adds the table to learn from.
  public mutating func add(_ table: Table, from path: String) {
    add(FitIdentity.tableName, table, from: path)
  }

  /// Adds a table that an option names, by size and digest; nil is none.
  public mutating func add(_ option: String, _ table: Table?, from path: String?) {
    guard let table else { return add(option, "none") }
    let digest = Digest()
    for column in table.columns {
      digest.add("\(column.schema)")
      switch column.values {
      case .numbers(let numbers): digest.add(numbers)
      case .codes(let codes): digest.add(codes)
      case .texts(let texts): for text in texts { digest.add(text ?? "\0") }
      }
    }
    entries.append(
      Entry(
        name: option,
        value: "\(table.rowCount) rows of \(table.columns.count) columns, "
          + "digest \(digest.text.prefix(16))",
        source: path == "-" ? "standard input" : path))
  }

  /// Adds the group of each row; nil is none.
  public mutating func add(groups: [Int]?) {
    guard let groups else { return add("--group", "none") }
    let digest = Digest()
    digest.add(groups)
    add("--group", "\(Set(groups).count) groups, digest \(digest.text.prefix(16))")
  }

  /// The first thing that the fit of a checkpoint has otherwise.
  func firstDifference(from checkpoint: FitIdentity) -> FitDifference? {
    // Another table is the first thing to know, whatever options go with it.
    for name in [FitIdentity.tableName] + (entries + checkpoint.entries).map(\.name) {
      let (here, there) = (self[name], checkpoint[name])
      guard here?.value != there?.value else { continue }
      return FitDifference(
        name: name, there: there?.text ?? "not known", here: here?.text ?? "not known",
        table: checkpoint[FitIdentity.tableName]?.source)
    }
    return nil
  }

  private subscript(name: String) -> Entry? { entries.first { $0.name == name } }

  private mutating func add(_ name: String, _ value: Any) {
    entries.append(Entry(name: name, value: FitIdentity.text(value)))
  }

  private mutating func addSettings(of settings: AutoencoderSettings) {
    for child in Mirror(reflecting: settings).children {
      // Results do not depend on the number of threads; what follows from --noise is not yet known.
      guard let name = child.label, !["threads", "noise", "denoises"].contains(name) else {
        continue
      }
      // Layers are given to one kind of network or to the other.
      let layers = settings.imageLayers == nil ? "hiddenLayers" : "imageLayers"
      guard !name.hasSuffix("Layers") || name == layers else { continue }
      add(FitIdentity.optionName(name), child.value)
    }
  }

  /// `batchSize` is `--batch-size`.
  private static func optionName(_ property: String) -> String {
    switch property {
    case "isOrdered": "--ordered"
    case "hiddenLayers", "imageLayers": "--encoder"
    case "keepsMap": "--latent-map"
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
    case let layers as [ImageLayer]:
      return layers.isEmpty ? "none" : layers.map(\.text).joined(separator: ", ")
    case let value as any RawRepresentable: return "\(value.rawValue)"
    default: return "\(value)"
    }
  }
}

/// What a checkpoint's fit and the one at hand have otherwise.
public struct FitDifference: Equatable, Sendable {
  /// An option, or the table itself.
  public let name: String
  /// What it was when the checkpoint was made.
  public let there: String
  public let here: String
  /// The path of the table that the checkpoint was made from.
  public let table: String?

  public init(name: String, there: String, here: String, table: String?) {
    self.name = name
    self.there = there
    self.here = here
    self.table = table
  }
}
