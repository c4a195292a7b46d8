import LinearAlgebra

/// Gathers mean and covariance from rows that arrive in any pieces, and from several machines.
///
/// Rows are taken in blocks of a fixed number, blocks in shards of a fixed number; each shard is
/// centred near its own mean before anything is squared, so a large mean costs no digits. How
/// the rows were cut into calls does not change a single bit of the result.
///
/// - Complexity: O(n·p²) time; two p × p matrices and a block of rows, for any number of rows.
/// - Note: Shards are joined as in Chan, Golub and LeVeque (1983), doi:10.2307/2683386.
public struct CovarianceAccumulator: Sendable {
  /// A shard is the unit of work for a thread: its sums never depend on who computes them.
  package static let rowsPerShard = 8 * rowsPerBlock
  private static let rowsPerBlock = 512

  public let featureCount: Int
  private var total: Moments
  private var shard: Moments
  /// Rows of the current shard that wait to be squared together, less the shard's shift.
  private var block: Matrix<Double>
  private var blockRowCount = 0

  /// Starts with no rows at all.
  public init(featureCount: Int) {
    self.featureCount = featureCount
    total = Moments(featureCount: featureCount)
    shard = Moments(featureCount: featureCount)
    block = Matrix(rowCount: 0, columnCount: featureCount)
  }

  /// How many rows were added.
  public var sampleCount: Int { total.count + shard.count + blockRowCount }

  /// Adds rows, shape `[samples, features]`.
  ///
  /// - Parameter threads: How many threads may share the work; the result is the same for any.
  public mutating func add(_ samples: Matrix<Double>, threads: Int = 1) {
    add(samples, rows: 0..<samples.rowCount, threads: threads)
  }

  /// Adds some rows of a matrix, shape `[samples, features]`.
  public mutating func add(_ samples: Matrix<Double>, rows: Range<Int>, threads: Int = 1) {
    precondition(samples.columnCount == featureCount, "rows have \(featureCount) features")
    guard featureCount > 0 else { return }
    let begun = (shard.count + blockRowCount) % Self.rowsPerShard
    let first = min(rows.count, begun == 0 ? 0 : Self.rowsPerShard - begun)
    let shardCount = threads > 1 ? (rows.count - first) / Self.rowsPerShard : 0
    let shards = rows.lowerBound + first
    let rest = shards + shardCount * Self.rowsPerShard
    gather(samples, rows: rows.lowerBound..<shards)
    // A few shards at a time, for each is a p × p matrix.
    for start in stride(from: 0, to: shardCount, by: 4 * threads) {
      let featureCount = featureCount
      let gathered = inParallel(min(4 * threads, shardCount - start), threads: threads) { task in
        let begin = shards + (start + task) * Self.rowsPerShard
        var part = CovarianceAccumulator(featureCount: featureCount)
        part.gather(samples, rows: begin..<begin + Self.rowsPerShard)
        return part.total
      }
      for part in gathered { total.join(part) }
    }
    gather(samples, rows: rest..<rows.upperBound)
  }

  private mutating func gather(_ samples: Matrix<Double>, rows: Range<Int>) {
    if block.rowCount == 0, !rows.isEmpty {
      block = Matrix(rowCount: Self.rowsPerBlock, columnCount: featureCount)
    }
    var row = rows.lowerBound
    while row < rows.upperBound {
      let end = min(rows.upperBound, row + Self.rowsPerBlock - blockRowCount)
      // The shift of a shard is zero until its first block is complete.
      block.replaceRows(from: blockRowCount, by: row..<end, of: samples, less: shard.shift)
      blockRowCount += end - row
      row = end
      if blockRowCount == Self.rowsPerBlock {
        squareBlock()
        if shard.count == Self.rowsPerShard { joinShard() }
      }
    }
  }

  /// Takes in the rows of another accumulator, as if they came after the rows of this one.
  ///
  /// The result does not depend on how either was filled, but equals one that saw all the rows
  /// itself only up to rounding.
  public mutating func merge(_ other: CovarianceAccumulator) {
    precondition(featureCount == other.featureCount, "both have the same features")
    var other = other
    other.squareBlock()
    other.joinShard()
    squareBlock()
    joinShard()
    total.join(other.total)
  }

  /// Mean and covariance of the rows added so far.
  ///
  /// - Throws: ``PCAError`` for fewer than two rows, and when a column's squares are not finite.
  public func finish() throws -> Covariance {
    var all = self
    all.squareBlock()
    all.joinShard()
    guard all.total.count >= 2 else { throw PCAError(.tooFewRows(found: all.total.count)) }
    return try Covariance(all.total)
  }

  private mutating func squareBlock() {
    guard blockRowCount > 0 else { return }
    if shard.count == 0 { setShift() }
    for (column, sum) in block.columnSums(ofFirst: blockRowCount).enumerated() {
      shard.sum[column] += sum
    }
    shard.square(block, rowCount: blockRowCount)
    blockRowCount = 0
  }

  /// Centres a shard at the mean of its first block.
  ///
  /// The mean is taken about the first row: a constant column then is exactly constant, and its
  /// variance exactly zero. The squares of later blocks exceed those about the true mean at most
  /// as a shard exceeds a block, which costs at most a digit and a half of sixteen.
  private mutating func setShift() {
    let first = block.row(0)
    block.add(first.map { -$0 }, toFirst: blockRowCount)
    let offset = block.columnSums(ofFirst: blockRowCount).map { $0 / Double(blockRowCount) }
    block.add(offset.map { -$0 }, toFirst: blockRowCount)
    for column in 0..<featureCount { shard.shift[column] = first[column] + offset[column] }
  }

  private mutating func joinShard() {
    guard shard.count > 0 else { return }
    shard.centre()
    if total.count == 0 {
      swap(&total, &shard)
      shard = Moments(featureCount: featureCount)
    } else {
      total.join(shard)
      shard.reset()
    }
  }
}

/// The mean and the covariance of some rows.
public struct Covariance: Sendable, Equatable {
  /// How many rows were seen.
  public let sampleCount: Int
  public let mean: [Double]
  /// `[features, features]`, symmetric, with the divisor n − 1.
  public let matrix: Matrix<Double>

  /// The sum of the features' variances.
  public var totalVariance: Double { (0..<mean.count).reduce(0) { $0 + matrix[$1, $1] } }

  /// Mean and covariance of (feature − centre) · factor, for some of the features.
  ///
  /// - Complexity: O(p²) time and memory.
  public func scaled(
    _ features: [(position: Int, center: Double, factor: Double)]
  ) -> Covariance {
    var matrix = Matrix<Double>(rowCount: features.count, columnCount: features.count)
    for (row, first) in features.enumerated() {
      for (column, second) in features.enumerated() {
        matrix[row, column] =
          self.matrix[first.position, second.position] * first.factor * second.factor
      }
    }
    return Covariance(
      sampleCount: sampleCount, mean: features.map { (mean[$0.position] - $0.center) * $0.factor },
      matrix: matrix)
  }

  private init(sampleCount: Int, mean: [Double], matrix: Matrix<Double>) {
    self.sampleCount = sampleCount
    self.mean = mean
    self.matrix = matrix
  }

  /// The largest variance of a feature over the smallest one that is not zero.
  public var varianceRange: Double {
    let variances = (0..<mean.count).map { matrix[$0, $0] }.filter { $0 > 0 }
    guard let largest = variances.max(), let smallest = variances.min() else { return 1 }
    return largest / smallest
  }

  fileprivate init(_ moments: Moments) throws {
    var matrix = moments.scatter
    let scale = 1 / Double(moments.count - 1)
    for place in matrix.elements.indices { matrix.elements[place] *= scale }
    for column in 0..<matrix.columnCount where !matrix[column, column].isFinite {
      throw PCAError(.notFinite(row: nil, column: column))
    }
    matrix.mirrorUpperTriangle()
    sampleCount = moments.count
    mean = moments.shift
    self.matrix = matrix
  }
}

/// Sums of some rows about a shift: first any point near them, at the end their mean.
private struct Moments: Sendable {
  var count = 0
  var shift: [Double]
  /// Sum of rows less the shift.
  var sum: [Double]
  /// Upper triangle of the sum of squares of rows less the shift; empty until a row is seen.
  var scatter: Matrix<Double>

  init(featureCount: Int) {
    shift = Array(repeating: 0, count: featureCount)
    sum = shift
    scatter = Matrix(rowCount: 0, columnCount: 0)
  }

  mutating func square(_ block: Matrix<Double>, rowCount: Int) {
    if scatter.rowCount == 0 {
      scatter = Matrix(rowCount: shift.count, columnCount: shift.count)
    }
    scatter.addGramMatrix(ofFirst: rowCount, rowsOf: block)
    count += rowCount
  }

  /// Moves the shift to the mean.
  mutating func centre() {
    let offset = sum.map { $0 / Double(count) }
    scatter.addOuterProduct(of: offset, weight: -Double(count))
    for column in shift.indices {
      shift[column] += offset[column]
      sum[column] = 0
      // Rounding may leave a variance just below zero; NaN stays, for its column to be named.
      if scatter[column, column] < 0 { scatter[column, column] = 0 }
    }
  }

  /// Joins two sets of rows, each already about its mean.
  mutating func join(_ other: Moments) {
    guard other.count > 0 else { return }
    guard count > 0 else {
      self = other
      return
    }
    let share = Double(other.count) / Double(count + other.count)
    let offset = zip(shift, other.shift).map { $1 - $0 }
    for place in scatter.elements.indices {
      scatter.elements[place] += other.scatter.elements[place]
    }
    scatter.addOuterProduct(of: offset, weight: Double(count) * share)
    for column in shift.indices { shift[column] += offset[column] * share }
    count += other.count
  }

  mutating func reset() {
    count = 0
    for column in shift.indices { (shift[column], sum[column]) = (0, 0) }
    for place in scatter.elements.indices { scatter.elements[place] = 0 }
  }
}
