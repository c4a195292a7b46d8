import LinearAlgebra

/// Splits that keep the rows of a group together.
///
/// Rows of one patient, machine or day resemble each other. With some of them on either side, a
/// model is judged on rows it has nearly seen, and looks better than it is on those of another.
extension RowSplit {
  /// Holds out whole groups, drawn at random, near a share of the rows.
  ///
  /// Groups are taken in random order, each only if it brings the rows held out nearer to the
  /// share; when none does, the smallest group is held out. So the number of rows is off by no more
  /// than those of the largest group, and groups of one row each are split as
  /// ``init(rowCount:validationFraction:seed:)`` splits rows. As there, two rows remain to train
  /// on, and no row is held out where that is impossible.
  ///
  /// - Parameters:
  ///   - groups: Of each row its group: any numbers, the same for rows that belong together.
  ///   - fraction: In 0..<1.
  /// - Throws: ``PreprocessingError`` when some of three rows or more are to be held out and all are of
  ///   one group.
  /// - Complexity: O(n log n) for n rows.
  public init(
    groups: [Int], validationFraction fraction: Double, seed: UInt64
  ) throws(PreprocessingError) {
    precondition((0..<1).contains(fraction), "a share of rows lies in 0..<1")
    let members = RowSplit.members(of: groups)
    guard fraction > 0, groups.count > 2 else {
      self.init(training: Array(groups.indices), validation: [])
      return
    }
    guard members.count >= 2 else {
      throw PreprocessingError(.tooFewGroups(needed: 2, found: members.count))
    }
    let most = groups.count - 2
    let target = min(most, max(1, Int((fraction * Double(groups.count)).rounded())))
    var generator = SeededGenerator(seed: seed, stream: RowSplit.stream)
    let order = generator.permutation(of: members.count)
    var heldOut: [Int] = []
    for group in order {
      let count = heldOut.count + members[group].count
      if count <= most, abs(target - count) < target - heldOut.count {
        heldOut += members[group]
      }
    }
    if heldOut.isEmpty, let smallest = order.min(by: { members[$0].count < members[$1].count }),
      members[smallest].count <= most
    {
      heldOut = members[smallest]
    }
    self.init(rowCount: groups.count, holdingOut: heldOut)
  }

  /// Cuts the groups into parts whose numbers of rows are near each other, each held out once.
  ///
  /// The largest group goes first, each to the part with the fewest rows so far, so that two parts
  /// differ by no more rows than the largest group has. Chance decides among groups of one size.
  ///
  /// - Parameters:
  ///   - count: 2 or more.
  ///   - groups: Of each row its group: any numbers, the same for rows that belong together.
  /// - Throws: ``PreprocessingError`` when there are fewer groups than parts.
  /// - Complexity: O(count · n + n log n) for n rows.
  public static func folds(
    _ count: Int, groups: [Int], seed: UInt64
  ) throws(PreprocessingError) -> [RowSplit] {
    precondition(count >= 2, "folds are 2 or more")
    let members = members(of: groups)
    guard members.count >= count else {
      throw PreprocessingError(.tooFewGroups(needed: count, found: members.count))
    }
    var generator = SeededGenerator(seed: seed, stream: RowSplit.stream)
    let order = generator.permutation(of: members.count)
    // By place in the random order where sizes are equal: the library does not promise that its
    // sort keeps them in order.
    let largestFirst = order.indices.sorted {
      let (left, right) = (members[order[$0]].count, members[order[$1]].count)
      return left != right ? left > right : $0 < $1
    }
    var parts = [[Int]](repeating: [], count: count)
    for place in largestFirst {
      let least = parts.indices.min { parts[$0].count < parts[$1].count } ?? 0
      parts[least] += members[order[place]]
    }
    return parts.map { RowSplit(rowCount: groups.count, holdingOut: $0) }
  }

  /// The rows of each group, groups in the order of their first rows.
  private static func members(of groups: [Int]) -> [[Int]] {
    var places: [Int: Int] = [:]
    var members: [[Int]] = []
    for (row, group) in groups.enumerated() {
      if let place = places[group] {
        members[place].append(row)
      } else {
        places[group] = members.count
        members.append([row])
      }
    }
    return members
  }

  private init(rowCount: Int, holdingOut rows: [Int]) {
    var isHeldOut = [Bool](repeating: false, count: rowCount)
    for row in rows { isHeldOut[row] = true }
    self.init(
      training: isHeldOut.indices.filter { !isHeldOut[$0] },
      validation: isHeldOut.indices.filter { isHeldOut[$0] })
  }
}
