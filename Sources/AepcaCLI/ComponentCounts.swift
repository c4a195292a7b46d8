import AEPCA
import ArgumentParser

/// Numbers of components as the command line has them: `3`, `1...8` or `1,2,4`.
struct ComponentCounts: ExpressibleByArgument, CustomStringConvertible {
  let counts: [Int]
  let isGiven: Bool

  /// So many are compared at most.
  static let most = 64

  init(counts: [Int], isGiven: Bool) {
    self.counts = counts
    self.isGiven = isGiven
  }

  init?(argument: String) {
    var counts: Set<Int> = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      // Also '1..8' and '1-8', which other programs take.
      let ends = part.split(whereSeparator: { $0 == "." || $0 == "-" || $0 == "…" }).map {
        Int($0.filter { $0 != " " })
      }
      guard ends.count == 1 || ends.count == 2, let first = ends[0],
        let last = ends[ends.count - 1],
        first >= 1, first <= last, last - first < ComponentCounts.most
      else { return nil }
      counts.formUnion(first...last)
    }
    guard !counts.isEmpty, counts.count <= ComponentCounts.most else { return nil }
    self.init(counts: counts.sorted(), isGiven: true)
  }

  var description: String { "1...4" }
  var defaultValueDescription: String { description }
}
