import LinearAlgebra

/// Of some rows, which is how near to which: every row's others in order of distance.
///
/// Distances are Euclidean, summed from differences of entries; of equally near rows the earlier
/// comes first.
///
/// - Complexity: O(rows² · (features + log rows)) time and 4 · rows² bytes to make; so rows are a
///   sample of a thousand or two.
public struct NeighborRanks: Sendable {
  public let rowCount: Int
  /// Of each row its others, nearest first; `rowCount - 1` for each row.
  private let order: [Int32]
  /// Of each pair its rank from 1; 0 for a row and itself.
  private let ranks: [Int32]

  /// - Parameter rows: Shape `[rows, features]`, finite.
  public init(of rows: Matrix<Double>, threads: Int = 1) {
    let count = rows.rowCount
    rowCount = count
    let sorted = inParallel(count, threads: threads) { row in
      NeighborRanks.others(of: row, in: rows)
    }
    order = sorted.flatMap(\.self)
    var ranks = [Int32](repeating: 0, count: count * count)
    for row in 0..<count {
      for (place, other) in sorted[row].enumerated() {
        ranks[row * count + Int(other)] = Int32(place + 1)
      }
    }
    self.ranks = ranks
  }

  /// The nearest others of a row, nearest first.
  func nearest(_ count: Int, to row: Int) -> ArraySlice<Int32> {
    order[row * (rowCount - 1)..<row * (rowCount - 1) + count]
  }

  /// The rank of one row among the others of another, from 1.
  func rank(of other: Int32, from row: Int) -> Int { Int(ranks[row * rowCount + Int(other)]) }

  private static func others(of row: Int, in rows: Matrix<Double>) -> [Int32] {
    let width = rows.columnCount
    var distances = [Double](repeating: 0, count: rows.rowCount)
    for other in distances.indices {
      var sum = 0.0
      for column in 0..<width {
        let difference =
          rows.elements[row * width + column] - rows.elements[other * width + column]
        sum += difference * difference
      }
      distances[other] = sum
    }
    return (0..<Int32(rows.rowCount)).filter { Int($0) != row }
      .sorted { (distances[Int($0)], $0) < (distances[Int($1)], $1) }
  }
}

/// Whether rows near each other in latent space are near each other in the table, and the other way
/// round: what may be believed of a scatter plot of latents.
///
///     trustworthiness = 1 − 2 / (n k (2n − 3k − 1)) · Σᵢ Σⱼ (r(i, j) − k)
///
/// over the j among the k nearest of i in the latents that are not so in the table, r(i, j) being
/// the rank of j there; continuity is the same with the two spaces exchanged. Both are 1 when the
/// neighbours are the same and near 0.5 for a latent that says nothing.
///
/// - Note: Venna and Kaski (2006), doi:10.1016/j.neunet.2006.05.014.
public struct NeighborPreservation: Codable, Sendable, Equatable {
  /// Whether neighbours in the latents are neighbours in the table.
  public let trustworthiness: Double
  /// Whether neighbours in the table are neighbours in the latents.
  public let continuity: Double
  /// How many nearest rows were looked at, and among how many rows.
  public let neighborCount: Int
  public let rowCount: Int

  enum CodingKeys: String, CodingKey {
    case trustworthiness
    case continuity
    case neighborCount = "neighbors"
    case rowCount = "rows"
  }

  /// Takes figures over that were computed elsewhere: of a file, or as means of several.
  public init(
    trustworthiness: Double, continuity: Double, neighborCount: Int, rowCount: Int
  ) {
    self.trustworthiness = trustworthiness
    self.continuity = continuity
    self.neighborCount = neighborCount
    self.rowCount = rowCount
  }

  /// - Parameters:
  ///   - neighborCount: Fewer are taken where there are not more than twice as many rows.
  /// - Returns: Nil for fewer than four rows, which have no room for a wrong neighbour.
  /// - Complexity: O(rows · neighbours).
  public init?(table: NeighborRanks, latents: NeighborRanks, neighborCount: Int = 10) {
    precondition(table.rowCount == latents.rowCount, "both spaces hold the same rows")
    let rows = table.rowCount
    let count = min(neighborCount, (rows - 1) / 2)
    guard rows >= 4, count >= 1 else { return nil }
    func excess(_ near: NeighborRanks, _ far: NeighborRanks) -> Int {
      var sum = 0
      for row in 0..<rows {
        for other in near.nearest(count, to: row) {
          sum += max(0, far.rank(of: other, from: row) - count)
        }
      }
      return sum
    }
    let most = Double(rows * count * (2 * rows - 3 * count - 1)) / 2
    trustworthiness = 1 - Double(excess(latents, table)) / most
    continuity = 1 - Double(excess(table, latents)) / most
    self.neighborCount = count
    rowCount = rows
  }
}
