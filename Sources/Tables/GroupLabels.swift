import CSV

/// Gathers the group of each row from a column of labels.
struct GroupLabels {
  /// Of each row its group, from 0 in the order of first appearance.
  private(set) var groups: [Int] = []
  private let column: Int
  private let missing: MissingWords
  private var labels = TextDictionary()
  /// Of each label its group.
  private var groupOfLabel: [Int] = []
  private var groupCount = 0

  /// Whether a row had a label.
  var hasLabels: Bool { !groupOfLabel.isEmpty }

  /// - Parameter column: Where the labels stand in a record.
  init(column: Int, missing: MissingWords) {
    self.column = column
    self.missing = missing
  }

  /// Takes in the labels of a block of records.
  ///
  /// Labels are compared as texts without the blanks around them: that two rows of one patient are
  /// kept apart would do more harm than that rows of two are kept together.
  mutating func append(_ block: RecordBlock) {
    let bytes = block.bytes.span
    for record in 0..<block.recordCount {
      let cell = bytes.extracting(block.range(record, column))
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
