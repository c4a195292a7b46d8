import LinearAlgebra

/// Rows to train on and rows held out, drawn at random with a seed.
public struct RowSplit: Sendable, Equatable {
  /// Positions of the rows to train on, ascending.
  public let training: [Int]
  /// Positions of the rows held out, ascending.
  public let validation: [Int]

  /// From so many rows on each is drawn by itself, so that a table can be split while it is read.
  package static let largeRowCount = 100_000

  /// Whether a row of a table of ``largeRowCount`` rows or more is held out, whatever rows come after it.
  package static func holdsOut(_ row: Int, fraction: Double, seed: UInt64) -> Bool {
    var generator = SeededGenerator(seed: seed, stream: RowSplit.stream &+ UInt64(row) &+ 1)
    return generator.uniform() < fraction
  }

  /// Holds out a share of the rows, rounded to nearest; at least one when the share is above 0
  /// and two rows remain to train on.
  ///
  /// Of ``largeRowCount`` rows or more about that share, unless so few are drawn for a side.
  ///
  /// - Parameter fraction: In 0..<1.
  public init(rowCount: Int, validationFraction fraction: Double, seed: UInt64) {
    precondition((0..<1).contains(fraction), "a share of rows lies in 0..<1")
    var isHeldOut = [Bool](repeating: false, count: rowCount)
    var drawnCount = 0
    if rowCount >= RowSplit.largeRowCount {
      for row in 0..<rowCount where RowSplit.holdsOut(row, fraction: fraction, seed: seed) {
        isHeldOut[row] = true
        drawnCount += 1
      }
    }
    if fraction > 0, !(1...max(1, rowCount - 2)).contains(drawnCount) {
      isHeldOut = Array(repeating: false, count: rowCount)
      var heldOut = Int((fraction * Double(rowCount)).rounded())
      heldOut = max(0, min(max(1, heldOut), rowCount - 2))
      var generator = SeededGenerator(seed: seed, stream: RowSplit.stream)
      let order = generator.permutation(of: rowCount)
      for row in order.prefix(heldOut) { isHeldOut[row] = true }
    }
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
