import LinearAlgebra

/// Rows to train on and rows held out, drawn at random with a seed.
public struct RowSplit: Sendable, Equatable {
  /// Positions of the rows to train on, ascending.
  public let training: [Int]
  /// Positions of the rows held out, ascending.
  public let validation: [Int]

  /// Holds out a share of the rows, rounded to nearest; at least one when the share is above 0
  /// and two rows remain to train on.
  ///
  /// - Parameter fraction: In 0..<1.
  public init(rowCount: Int, validationFraction fraction: Double, seed: UInt64) {
    precondition((0..<1).contains(fraction), "a share of rows lies in 0..<1")
    var heldOut = Int((fraction * Double(rowCount)).rounded())
    if fraction > 0 { heldOut = max(1, heldOut) }
    heldOut = max(0, min(heldOut, rowCount - 2))
    var generator = SeededGenerator(seed: seed, stream: RowSplit.stream)
    let order = generator.permutation(of: rowCount)
    // In their order by one pass over marks: sorting a million rows takes as long as reading some of them.
    var isHeldOut = [Bool](repeating: false, count: rowCount)
    for row in order.prefix(heldOut) { isHeldOut[row] = true }
    validation = isHeldOut.indices.filter { isHeldOut[$0] }
    training = isHeldOut.indices.filter { !isHeldOut[$0] }
  }

  /// Cuts the rows at random into parts as even as can be, each of which is held out once.
  ///
  /// - Parameter count: From 2 to the number of rows.
  public static func folds(_ count: Int, rowCount: Int, seed: UInt64) -> [RowSplit] {
    precondition((2...max(2, rowCount)).contains(count), "folds are 2 to the number of rows")
    var generator = SeededGenerator(seed: seed, stream: RowSplit.stream)
    let order = generator.permutation(of: rowCount)
    return (0..<count).map { fold in
      let part = rowCount * fold / count..<rowCount * (fold + 1) / count
      return RowSplit(
        training: (order[..<part.lowerBound] + order[part.upperBound...]).sorted(),
        validation: order[part].sorted())
    }
  }

  init(training: [Int], validation: [Int]) {
    self.training = training
    self.validation = validation
  }

  /// Keeps the split apart from every other use of the same seed.
  static let stream: UInt64 = 0x5350_4C49
}
