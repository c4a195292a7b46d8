import AEPCA

/// The bytes that libFuzzer made up for one run.
public func inputBytes(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
  unsafe Array(UnsafeBufferPointer(start: start, count: count))
}

/// What must hold of every input; libFuzzer keeps the input that broke it.
public func require(_ holds: Bool, _ message: @autoclosure () -> String) {
  if !holds { fatalError(message()) }
}

/// Bytes handed out in pieces whose sizes follow from a seed, as a pipe may.
public final class PiecewiseInput: ByteSource {
  public let name = "input"
  public let canRewind = true
  private let contents: [UInt8]
  private let seed: UInt64
  private var generator: SeededGenerator
  private var position = 0

  public init(_ contents: [UInt8], seed: UInt64) {
    self.contents = contents
    self.seed = seed
    generator = SeededGenerator(seed: seed)
  }

  public func read(into buffer: inout [UInt8], _ range: Range<Int>) throws(FileError) -> Int {
    let count = min(range.count, contents.count - position, 1 + generator.integer(below: 9))
    for offset in 0..<count { buffer[range.lowerBound + offset] = contents[position + offset] }
    position += count
    return count
  }

  public func rewind() throws(FileError) {
    position = 0
    generator = SeededGenerator(seed: seed)
  }
}

/// Models to begin from, fitted once: small, and with every kind of column.
public enum GoodModels {
  public static let table: Table = {
    var generator = SeededGenerator(seed: 5)
    let numbers = (0..<60).map { _ in 4 * generator.uniform() - 2 }
    func column(_ name: String, _ values: [Double]) -> Column {
      Column(schema: ColumnSchema(name: name, kind: .number), values: .numbers(values))
    }
    return Table(columns: [
      column("a", numbers), column("b", numbers.map { $0 * $0 + 0.1 * generator.uniform() }),
      column("c", numbers.map { 3 * $0 + generator.uniform() }),
      Column(
        schema: ColumnSchema(name: "side", kind: .category, levels: ["left", "right"]),
        values: .codes(numbers.map { $0 < 0 ? 0 : 1 })),
    ])
  }()

  public static func fit(_ method: Method) -> TableModel {
    var settings = AutoencoderSettings()
    settings.hiddenLayers = [.init(units: 8, activation: .tanh)]
    settings.hasLinearPath = true
    settings.epochs = 3
    let fitting = TableModelFitting(
      method: method, componentCount: 2, validationFraction: 0.2, autoencoder: settings)
    guard let model = try? fitting.fit(table) else { fatalError("a good table gives a model") }
    return model
  }
}
