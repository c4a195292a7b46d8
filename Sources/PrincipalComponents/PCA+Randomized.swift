import Glibc
import LinearAlgebra

extension PCA {
  /// What a pass is repeated for: the largest residual, as a share of the largest variance.
  static let randomizedTolerance = 1e-8
  private static let passLimit = 24

  /// Directions of a pass: twice the components, for a few more converge much sooner.
  private var blockSize: Int { 2 * componentCount + 8 }

  /// Whether random directions find the components sooner than the whole decomposition does.
  ///
  /// They do in tables of at least 2,000 rows and columns of which a hundredth or fewer are wanted as
  /// components: three times as soon there when variances fall like 1 / j, and the more so the larger
  /// the table. When they do not fall at all the search fails and costs as much again.
  func prefersRandomized(rowCount: Int, columnCount: Int) -> Bool {
    let side = min(rowCount, columnCount)
    return side >= 2000 && 100 * componentCount <= side
  }

  /// Fits the largest axes from a few passes over the rows in random directions.
  ///
  /// - Parameter directionLimit: The search ends with the pass that reaches so many directions.
  /// - Returns: The model with its ``FittedPCA/residual``, whether or not the tolerance was reached.
  func fitRandomized(
    _ samples: Matrix<Double>, directionLimit: Int, threads: Int
  ) throws -> FittedPCA {
    let rows = CentredRows(samples, threads: threads)
    let totalVariance = rows.totalVariance
    guard totalVariance.isFinite else {
      try requireFinite(samples)
      throw PCAError(.overflow(column: samples.largestColumn))
    }
    guard totalVariance > 0 else { throw PCAError(.nothingVaries) }
    let side = min(samples.rowCount, samples.columnCount)
    var subspace = try KrylovSubspace(
      start: randomDirections(
        count: min(blockSize, side), featureCount: samples.columnCount))
    for pass in 1... {
      try subspace.grow(rows.multipliedByCovariance)
      let axes = try subspace.axes(count: componentCount)
      let largest = axes.variances[0]
      let residual = axes.residuals.reduce(0, max)
      if try residual <= Self.randomizedTolerance * largest || pass == Self.passLimit
        || subspace.basis.rowCount >= directionLimit || !subspace.turnAside(scale: largest)
      {
        let leftOut = totalVariance - axes.variances.reduce(0, +)
        return try FittedPCA(
          mean: rows.mean, axes: axes.vectors, variances: axes.variances + [max(0, leftOut)],
          totalVariance: totalVariance, sampleCount: samples.rowCount,
          componentCount: componentCount, isWhitened: whitens, residual: residual)
      }
    }
    preconditionFailure("the passes above end by returning")
  }

  /// Independent standard normal numbers (Box and Muller), `[count, featureCount]`.
  private func randomDirections(count: Int, featureCount: Int) -> Matrix<Double> {
    var generator = SeededGenerator(seed: seed, stream: 0x5241_4E47)
    return Matrix(
      rowCount: count, columnCount: featureCount,
      elements: (0..<count * featureCount).map { _ in
        (-2 * log(1 - generator.uniform())).squareRoot() * cos(2 * .pi * generator.uniform())
      })
  }
}

/// Rows less their mean, to be multiplied by their covariance without ever forming it.
///
/// Blocks of a fixed number of rows are the unit of work, and their products are summed in the
/// order of the rows: no bit depends on the number of threads.
private struct CentredRows {
  static let rowsPerBlock = 256

  let samples: Matrix<Double>
  let mean: [Double]
  let totalVariance: Double
  private let threads: Int

  init(_ samples: Matrix<Double>, threads: Int) {
    self.samples = samples
    self.threads = threads
    // About the first row, so that a constant column becomes exactly zero.
    let first = samples.row(0)
    var sums = [Double](repeating: 0, count: samples.columnCount)
    Self.forEachBlock(of: samples, less: first, threads: threads) { block, count in
      block.columnSums(ofFirst: count)
    } join: { part in
      for column in sums.indices { sums[column] += part[column] }
    }
    let mean = zip(first, sums).map { $0 + $1 / Double(samples.rowCount) }
    var squares = [Double](repeating: 0, count: samples.columnCount)
    Self.forEachBlock(of: samples, less: mean, threads: threads) { block, count in
      block.columnSquares(ofFirst: count)
    } join: { part in
      for column in squares.indices { squares[column] += part[column] }
    }
    self.mean = mean
    totalVariance = squares.reduce(0, +) / Double(samples.rowCount - 1)
  }

  /// Directions times the covariance: (Q Xᵀ) X / (n − 1) with centred rows X.
  func multipliedByCovariance(_ directions: Matrix<Double>) -> Matrix<Double> {
    var result = Matrix<Double>(rowCount: directions.rowCount, columnCount: mean.count)
    Self.forEachBlock(of: samples, less: mean, threads: threads) { block, _ in
      block.multiplied(byTransposed: directions).transposeMultiplied(by: block)
    } join: { part in
      for place in result.elements.indices { result.elements[place] += part.elements[place] }
    }
    let scale = 1 / Double(samples.rowCount - 1)
    for place in result.elements.indices { result.elements[place] *= scale }
    return result
  }

  /// - Parameters:
  ///   - work: Is given a block and how many rows of it count; the others are zero.
  ///   - join: Is given the answers in the order of the rows.
  private static func forEachBlock<Answer>(
    of samples: Matrix<Double>, less shift: [Double], threads: Int,
    _ work: (Matrix<Double>, Int) -> Answer, join: (Answer) -> Void
  ) {
    let blockCount = (samples.rowCount + rowsPerBlock - 1) / rowsPerBlock
    // A few at a time, for their answers may be large.
    for start in stride(from: 0, to: blockCount, by: 4 * threads) {
      let answers = inParallel(min(4 * threads, blockCount - start), threads: threads) { task in
        let begin = (start + task) * rowsPerBlock
        let end = min(begin + rowsPerBlock, samples.rowCount)
        var block = Matrix<Double>(rowCount: rowsPerBlock, columnCount: samples.columnCount)
        block.replaceRows(from: 0, by: begin..<end, of: samples, less: shift)
        return work(block, end - begin)
      }
      for answer in answers { join(answer) }
    }
  }
}
