import LinearAlgebra
import Preprocessing

/// Rows some of whose cells are hidden, to see how well a model fills them.
///
/// A tenth of the observed cells are hidden at random, never all of a row's. Few rows are taken
/// several times, each time with other cells hidden.
struct HiddenCells {
  /// The rows as they are, or should be.
  let originals: PreparedSamples
  /// The same rows without the hidden cells.
  let samples: PreparedSamples
  /// What was hidden: positions of row and column of the schema.
  let cells: [(row: Int, column: Int)]

  private static let share = 0.1
  private static let enoughCells = 400.0

  /// - Parameters:
  ///   - columns: The features of each column of the schema.
  ///   - rowLimit: Rows to take at most, evenly spaced.
  init(_ samples: PreparedSamples, columns: [Range<Int>], rowLimit: Int, seed: UInt64 = 0) {
    let samples = samples.evenlySpaced(limit: rowLimit)
    let varying = columns.indices.filter { !columns[$0].isEmpty }
    let perPass = HiddenCells.share * Double(samples.sampleCount * varying.count)
    let passes = Int(min(4, max(1, HiddenCells.enoughCells / max(1, perPass))))
    let originals = samples.samples(
      at: (0..<passes).flatMap { _ in 0..<samples.sampleCount })
    let wanted = originals.wanted
    var masked = PreparedSamples(values: originals.values, observed: originals.observed)
    var observed =
      originals.observed
      ?? Mask(
        rowCount: originals.sampleCount, columnCount: originals.featureCount,
        isObserved: Array(repeating: true, count: originals.values.elements.count))
    var cells: [(row: Int, column: Int)] = []
    var generator = SeededGenerator(seed: seed, stream: 0x4849_4445)
    for row in 0..<originals.sampleCount {
      let present = varying.filter {
        observed[row, columns[$0].lowerBound]
          && (wanted.observed?[row, columns[$0].lowerBound] ?? true)
      }
      var hidden = present.filter { _ in generator.uniform() < HiddenCells.share }
      if hidden.count == present.count { hidden = [] }
      for column in hidden {
        cells.append((row, column))
        for feature in columns[column] {
          observed[row, feature] = false
          masked.values[row, feature] = 0
        }
      }
    }
    masked.observed = observed
    self.originals = wanted
    self.samples = masked
    self.cells = cells
  }
}
