import Glibc
import LinearAlgebra

/// About how many numbers it takes to say where a row lies among the others: what a table's rows
/// suggest for the number of components, before any model is fitted.
///
/// The TwoNN estimate. Where rows lie evenly at the scale of their two nearest neighbours, at
/// distances r₁ and r₂, the ratio μ = r₂ / r₁ has the distribution F(μ) = 1 − μ^−d, whatever the
/// density. So the points
///
///     (log μ₍ᵢ₎, −log(1 − i / n)),  i = 1, …, n,  μ₍₁₎ ≤ … ≤ μ₍ₙ₎
///
/// lie near a line through the origin of slope d. It is fitted by least squares to the lowest nine
/// tenths of them, the highest tenth being the noisiest: the variant of the paper and of its
/// authors' program.
///
/// What the figure can bear: its standard error is about d / √n from chance alone; above about ten
/// dimensions it falls short of the truth, as every estimate from near neighbours does; numbers on
/// a coarse grid, such as counts, have equally near neighbours and make it too large; and noise
/// counts as structure where it is wider than the distance between neighbours.
///
/// - Note: Facco, d'Errico, Rodriguez and Laio (2017), doi:10.1038/s41598-017-11873-y.
public struct IntrinsicDimension: Sendable, Equatable {
  /// The slope of the line; above 0, and not a whole number in general.
  public let value: Double
  /// How many different rows it was estimated from.
  public let rowCount: Int

  /// With fewer different rows the standard error would be a quarter of the estimate.
  public static let minimumRowCount = 20
  /// Of more different rows a sample is taken.
  public static let defaultRowLimit = 2500
  /// The share of points, by rising μ, to which the line is fitted.
  static let fittedShare = 0.9

  /// Estimates the dimension from rows drawn at random; equal rows count once.
  ///
  /// The result is the same on any number of threads and with any instruction set.
  ///
  /// - Parameters:
  ///   - samples: Shape `[samples, features]`, finite, in units that can be compared.
  ///   - rowLimit: The most rows to use; a sample sees the table at a coarser scale.
  ///   - seed: Decides which rows are drawn when there are more.
  /// - Returns: Nil when fewer than ``minimumRowCount`` rows differ, or when each of them has two
  ///   neighbours equally near, so that nothing tells dimensions apart.
  /// - Complexity: O(m² · features) time for m rows used, and 1,024 · m bytes for each thread;
  ///   rows that repeat others cost their comparison.
  public init?(
    of samples: Matrix<Double>, rowLimit: Int = defaultRowLimit, seed: UInt64 = 0,
    threads: Int = 1
  ) {
    let rows = IntrinsicDimension.differentRows(of: samples, limit: rowLimit, seed: seed)
    guard rows.count >= IntrinsicDimension.minimumRowCount else { return nil }
    let neighbors = NearestNeighbors(of: samples.rows(at: rows), threads: threads)
    // Different rows may still be so near that the square of their distance is 0.
    let ratios = neighbors.distances.filter { $0.first > 0 }.map { log($0.second / $0.first) }
    guard
      ratios.count >= IntrinsicDimension.minimumRowCount,
      let slope = IntrinsicDimension.slope(logRatios: ratios)
    else { return nil }
    value = slope
    rowCount = ratios.count
  }

  /// The line through the origin, fitted by least squares; nil when all ratios are 1.
  static func slope(logRatios: [Double]) -> Double? {
    let ratios = logRatios.sorted()
    let count = Double(ratios.count)
    var (products, squares) = (0.0, 0.0)
    for (index, x) in ratios.prefix(Int(fittedShare * count)).enumerated() {
      products += x * -log1p(-Double(index + 1) / count)
      squares += x * x
    }
    return squares > 0 ? products / squares : nil
  }

  /// Rows in random order, those left out that equal an earlier one, until there are enough.
  private static func differentRows(
    of samples: Matrix<Double>, limit: Int, seed: UInt64
  ) -> [Int] {
    // Keeps the sample apart from every other use of the same seed.
    var generator = SeededGenerator(seed: seed, stream: 0x4E4E_3253)
    var seen: Set<[Double]> = []
    var rows: [Int] = []
    for row in generator.permutation(of: samples.rowCount) {
      if rows.count >= limit { break }
      if seen.insert(samples.row(row)).inserted { rows.append(row) }
    }
    return rows
  }
}
