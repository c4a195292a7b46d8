import LinearAlgebra
import Preprocessing
import Testing

/// Groups of 1 to 12 rows, their rows scattered over the table.
private func randomGroups(_ groupCount: Int, seed: UInt64) -> [Int] {
  var generator = SeededGenerator(seed: seed)
  let groups = (0..<groupCount).flatMap { group in
    // Any numbers may stand for groups.
    [Int](repeating: 1000 - 7 * group, count: 1 + generator.integer(below: 12))
  }
  return generator.permutation(of: groups.count).map { groups[$0] }
}

private func largest(_ groups: [Int]) -> Int {
  Dictionary(grouping: groups) { $0 }.values.map(\.count).max() ?? 0
}

/// Every row stands on one side, and so does every group.
private func expectWhole(_ split: RowSplit, _ groups: [Int]) {
  #expect((split.training + split.validation).sorted() == Array(groups.indices))
  #expect(split.training == split.training.sorted())
  #expect(split.validation == split.validation.sorted())
  let sides = (Set(split.training.map { groups[$0] }), Set(split.validation.map { groups[$0] }))
  #expect(sides.0.isDisjoint(with: sides.1))
}

@Test(arguments: 0..<40)
func `a group is held out as a whole, near the share of rows`(seed: UInt64) throws {
  let groups = randomGroups(2 + Int(seed), seed: seed)
  for fraction in [0.01, 0.12, 0.3, 0.5, 0.9] {
    let split = try RowSplit(groups: groups, validationFraction: fraction, seed: seed)
    expectWhole(split, groups)
    guard groups.count > 3 else { continue }
    #expect(split.training.count >= 2)
    let share = Double(groups.count) * fraction
    #expect(abs(Double(split.validation.count) - share) <= Double(largest(groups)) + 2)
  }
}

@Test(arguments: 0..<40)
func `folds hold every group out once and differ by the largest group at most`(
  seed: UInt64
) throws {
  let groups = randomGroups(5 + Int(seed), seed: seed)
  for count in [2, 3, 5] {
    let folds = try RowSplit.folds(count, groups: groups, seed: seed)
    #expect(folds.count == count)
    #expect(folds.flatMap(\.validation).sorted() == Array(groups.indices))
    let sizes = folds.map(\.validation.count)
    for fold in folds { expectWhole(fold, groups) }
    for size in sizes {
      #expect(size > 0 && (sizes.max() ?? 0) - size <= largest(groups))
    }
  }
}

@Test(arguments: [0.05, 0.12, 0.5, 0.9])
func `rows that are their own groups are split as rows without groups`(fraction: Double) throws {
  for rowCount in [3, 10, 101] {
    #expect(
      try RowSplit(groups: Array(0..<rowCount), validationFraction: fraction, seed: 8)
        == RowSplit(rowCount: rowCount, validationFraction: fraction, seed: 8))
    for fold in try RowSplit.folds(3, groups: Array(0..<rowCount), seed: 8) {
      #expect((rowCount / 3...rowCount / 3 + 1).contains(fold.validation.count))
    }
  }
}

@Test func `the seed decides which groups are held out, not the numbers that name them`() throws {
  let groups = (0..<90).map { $0 / 3 }
  let renamed = groups.map { 5 * (29 - $0) - 40 }
  let split = try RowSplit(groups: groups, validationFraction: 0.2, seed: 1)
  #expect(try RowSplit(groups: renamed, validationFraction: 0.2, seed: 1) == split)
  #expect(try RowSplit(groups: groups, validationFraction: 0.2, seed: 2) != split)
  let folds = try RowSplit.folds(5, groups: groups, seed: 1)
  #expect(try RowSplit.folds(5, groups: renamed, seed: 1) == folds)
  #expect(try RowSplit.folds(5, groups: groups, seed: 2) != folds)
}

@Test func `where every group exceeds the share, the smallest is held out`() throws {
  // Groups of 40, 25 and 35 rows: 12 of 100 rows are asked for.
  let groups =
    [Int](repeating: 0, count: 40) + [Int](repeating: 1, count: 25)
    + [Int](repeating: 2, count: 35)
  let split = try RowSplit(groups: groups, validationFraction: 0.12, seed: 0)
  #expect(split.validation == Array(40..<65))
}

@Test func `two rows remain to train on, or none is held out`() throws {
  for groups in [[], [1], [1, 2]] {
    let split = try RowSplit(groups: groups, validationFraction: 0.5, seed: 0)
    #expect(split.validation.isEmpty && split.training == Array(groups.indices))
  }
  #expect(try RowSplit(groups: [3, 3, 4], validationFraction: 0.5, seed: 0).validation == [2])
  #expect(try RowSplit(groups: [3, 3, 3], validationFraction: 0, seed: 0).validation.isEmpty)
}

@Test func `fewer groups than parts are refused`() {
  let one = [Int](repeating: 6, count: 50)
  #expect(throws: PreprocessingError(.tooFewGroups(needed: 2, found: 1))) {
    try RowSplit(groups: one, validationFraction: 0.1, seed: 0)
  }
  #expect(throws: PreprocessingError(.tooFewGroups(needed: 5, found: 4))) {
    try RowSplit.folds(5, groups: (0..<50).map { $0 % 4 }, seed: 0)
  }
  #expect(
    PreprocessingError(.tooFewGroups(needed: 5, found: 4), column: "patient").description
      == "column 'patient': expected at least 5 groups of rows, found 4")
}
