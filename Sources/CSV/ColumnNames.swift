/// Names that tell columns apart.
enum ColumnNames {
  /// Gives the nameless and the namesakes a name of their own.
  ///
  /// - Returns: The names, and a sentence on each that was changed.
  static func unique(_ originals: [String]) -> (names: [String], notes: [String]) {
    var taken = Set(originals)
    var seen: Set<String> = []
    var notes: [String] = []
    let names = originals.enumerated().map { index, original in
      if !original.isEmpty && seen.insert(original).inserted { return original }
      let base = original.isEmpty ? "column_\(index + 1)" : original
      var name = base
      var number = 2
      if !original.isEmpty || taken.contains(base) {
        repeat {
          name = "\(base)_\(number)"
          number += 1
        } while taken.contains(name)
      }
      taken.insert(name)
      notes.append(
        original.isEmpty
          ? "column \(index + 1) has no name: it is called '\(name)'"
          : "column \(index + 1) is named '\(original)' like one before it: it is called '\(name)'")
      return name
    }
    return (names, notes)
  }
}
