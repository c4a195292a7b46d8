import Evaluation
import LinearAlgebra
import Testing

private func preservation(
  _ table: [[Double]], _ latents: [[Double]], neighborCount: Int
) throws -> NeighborPreservation {
  try #require(
    NeighborPreservation(
      table: NeighborRanks(of: Matrix(rows: table)),
      latents: NeighborRanks(of: Matrix(rows: latents), threads: 2), neighborCount: neighborCount))
}

@Test func `the rows themselves keep every neighbour`() throws {
  var generator = SeededGenerator(seed: 1)
  let rows = normalMatrix(60, 3, &generator)
  let ranks = NeighborRanks(of: rows)
  let kept = try #require(NeighborPreservation(table: ranks, latents: ranks))
  #expect(kept.trustworthiness == 1)
  #expect(kept.continuity == 1)
  #expect(kept.neighborCount == 10)
}

/// Of four rows at 0, 1, 3, 7 the latents exchange the last two: 0, 1, 7, 3.
///
/// With one neighbour
/// n k (2n − 3k − 1) / 2 is 8. In the latents the row at 7 (now at 3) has its nearest at 1, whose
/// rank in the table is 2: 1 too many. That at 3 (now at 7) keeps the row at 7 at distance 4, whose
/// rank in the table is 3 (1 at distance 2, 0 at 3, 7 at 4): 2 too many. So 1 − 3 / 8. In the table
/// the row at 3 has 1 nearest, in the latents of rank 2 (3 at 4, 1 at 6): 1; the row at 7 has 3
/// nearest, in the latents of rank 3 (1 at 2, 0 at 3, 7 at 4): 2. So 1 − 3 / 8 again.
@Test func `two rows exchanged cost what the ranks by hand say`() throws {
  let kept = try preservation(
    [[0], [1], [3], [7]], [[0], [1], [7], [3]], neighborCount: 1)
  #expect(kept.trustworthiness == 1 - 3.0 / 8)
  #expect(kept.continuity == 1 - 3.0 / 8)
}

/// A fold makes far rows near but tears none apart.
@Test func `folding a line in two costs trust but hardly continuity`() throws {
  let line = (0..<100).map { [Double($0)] }
  let folded = line.map { [abs($0[0] - 49.6)] }
  let kept = try preservation(line, folded, neighborCount: 6)
  #expect(kept.trustworthiness < 0.8)
  #expect(kept.continuity > 0.95)
}

@Test func `fewer rows than twice the neighbours take fewer neighbours`() throws {
  let rows = (0..<7).map { [Double($0 * $0)] }
  #expect(try preservation(rows, rows, neighborCount: 10).neighborCount == 3)
  let few = NeighborRanks(of: Matrix(rows: [[1], [2], [4]]))
  #expect(NeighborPreservation(table: few, latents: few) == nil)
}

/// Numbers from scikit-learn, written by Reference/make_trustworthiness.py.
@Test(arguments: [("wine", 13), ("breast_cancer", 30)])
func `trustworthiness and continuity equal those of scikit-learn`(
  set: String, columnCount: Int
) throws {
  let reference = try referenceLines("trustworthiness.csv").filter { $0[0] == set }
  #expect(reference.count == 3)
  let samples = try datasetRows(set, columnCount: columnCount)
  let (two, three) = (Double(2), Double(3))
  let mixture = Matrix(
    rows: [[1, two.squareRoot(), 0.1], [0.3, -1, three.squareRoot()]])
  let latents = samples.columns(at: [0, 1, 2]).multiplied(byTransposed: mixture)
  let (table, ranks) = (NeighborRanks(of: samples, threads: 2), NeighborRanks(of: latents))
  for line in reference {
    let count = try #require(Int(line[3]))
    let expected = try line[4...5].map { try #require(Double($0)) }
    let kept = try #require(
      NeighborPreservation(table: table, latents: ranks, neighborCount: count))
    // Both are one minus a whole number over a whole number.
    #expect(abs(kept.trustworthiness - expected[0]) < 1e-12)
    #expect(abs(kept.continuity - expected[1]) < 1e-12)
  }
}
