import CSV

/// Gathers the group of each row from a column of labels.
struct GroupLabels {
  /// Of each row its group, from 0 in the order of first appearance.
  private(set) var groups: [Int] = []
  private let missing: MissingWords
  private var labels = TextDictionary()
  /// Of each label its group.
  private var groupOfLabel: [Int] = []
  private var groupCount = 0

  /// Whether a row had a label.
  var hasLabels: Bool { !groupOfLabel.isEmpty }

  init(missing: MissingWords) {
    self.missing = missing
  }

  /// Takes in the labels of consecutive rows.
  ///
  /// Labels are compared as texts without the blanks around them: that two rows of one patient are
  /// kept apart would do more harm than that rows of two are kept together.
  mutating func append(_ cells: some CellSequence, of bytes: Span<UInt8>) {
    for row in 0..<cells.count {
      let cell = bytes.extracting(cells.range(row))
      let label = cell.extracting(trimmed(cell))
      if missing.contains(label) || missing.isExtra(cell) {
        groups.append(newGroup())
        continue
      }
      let number = labels.insert(label)
      if number == groupOfLabel.count { groupOfLabel.append(newGroup()) }
      groups.append(groupOfLabel[number])
    }
  }

  private mutating func newGroup() -> Int {
    defer { groupCount += 1 }
    return groupCount
  }
}
