import LinearAlgebra
import Preprocessing
import Tables

/// Noise put on training rows, so that a model learns to take it out.
public enum CellNoise: Codable, Sendable, Equatable {
  /// Normal noise of so many standard deviations of each column.
  case gaussian(Double)
  /// So large a share of the cells at the column's least or greatest value, of pixels black or white.
  case saltPepper(Double)
  /// So large a share of the cells hidden.
  case mask(Double)

  /// Copies of few rows, each with noise of its own, so that no noise is learnt by heart.
  private static let (rowsEnough, copyLimit) = (20_000, 20)

  /// The samples with noise on them, and themselves as targets.
  ///
  /// - Parameters:
  ///   - samples: What they are with noise already is replaced: noise is put on their targets.
  ///   - copies: How many times each sample comes.
  func applied(
    to samples: PreparedSamples, copies: Int = 1, preprocessor: CellNoise.Columns, seed: UInt64
  ) -> PreparedSamples {
    let wanted = samples.wanted
    let clean = wanted.samples(at: (0..<copies).flatMap { _ in 0..<wanted.sampleCount })
    var noisy = PreparedSamples(
      values: clean.values, observed: clean.observed, targets: clean.values,
      targetObserved: clean.observed)
    var generator = SeededGenerator(seed: seed, stream: 0x4E4F_4953)
    var hidden =
      clean.observed
      ?? Mask(
        rowCount: clean.sampleCount, columnCount: clean.featureCount,
        isObserved: Array(repeating: true, count: clean.values.elements.count))
    for row in 0..<clean.sampleCount {
      for column in preprocessor.columns {
        guard let first = column.features.first, hidden[row, first] else { continue }
        switch self {
        case .gaussian(let deviation):
          noisy.values[row, first] += deviation * column.deviation * generator.normal()
        case .saltPepper(let share):
          // Two numbers for each cell, whatever the share, so that larger shares hit the same cells.
          let (place, side) = (generator.uniform(), generator.uniform())
          if place < share {
            noisy.values[row, first] = side < 0.5 ? column.minimum : column.maximum
          }
        case .mask(let share):
          guard generator.uniform() < share else { continue }
          for feature in column.features {
            noisy.values[row, feature] = 0
            hidden[row, feature] = false
          }
        }
      }
    }
    if case .mask = self { noisy.observed = hidden }
    return noisy
  }

  /// How many copies of so many rows are worth training on.
  static func copies(of rowCount: Int) -> Int {
    min(copyLimit, max(1, rowsEnough / max(1, rowCount)))
  }

  /// What noise needs to know of the columns that vary.
  struct Columns: Sendable, Equatable {
    struct Column: Sendable, Equatable {
      let features: Range<Int>
      /// Of the feature over the training rows; of numbers only.
      let deviation: Double
      let minimum: Double
      let maximum: Double
    }
    let columns: [Column]

    /// - Throws: ``FittingError`` naming the first category that the noise cannot be put on.
    init(_ preprocessor: FittedPreprocessor, for noise: CellNoise) throws(FittingError) {
      var start = 0
      var columns: [Column] = []
      for (schema, coding) in zip(preprocessor.schema.columns, preprocessor.codings) {
        let features = start..<start + coding.featureCount
        start = features.upperBound
        switch coding {
        case .scaled(let center, let scale, let statistics):
          // A pixel is black or white, also where no picture has a bright one.
          let isPixel = preprocessor.pixels != nil
          columns.append(
            Column(
              features: features, deviation: statistics.standardDeviation / scale,
              minimum: isPixel ? 0 : (statistics.minimum - center) / scale,
              maximum: isPixel ? 1 : (statistics.maximum - center) / scale))
        case .oneHot:
          guard case .mask = noise else {
            throw FittingError(.noiseOnCategory(column: schema.name, noise: noise.name))
          }
          columns.append(Column(features: features, deviation: 0, minimum: 0, maximum: 0))
        case .constantNumber, .constantLevel, .neverObserved: break
        }
      }
      self.columns = columns
    }
  }

  /// As the command line spells it.
  var name: String {
    switch self {
    case .gaussian: "gaussian"
    case .saltPepper: "salt-pepper"
    case .mask: "mask"
    }
  }

  /// Reads `gaussian:0.1`, `salt-pepper:0.6` or `mask:0.2`.
  ///
  /// - Returns: Nil for anything else: unknown names, a deviation that is not above 0, a share
  ///   outside 0...1.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let amount = Double(parts[1]), amount.isFinite, amount > 0 else {
      return nil
    }
    switch parts[0] {
    case "gaussian": self = .gaussian(amount)
    case "salt-pepper" where amount <= 1: self = .saltPepper(amount)
    case "mask" where amount < 1: self = .mask(amount)
    default: return nil
    }
  }
}
