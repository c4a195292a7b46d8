/// Names that tell columns apart.
enum ColumnNames {
  /// A file made by mistake may have thousands to tell of.
  private static let noteLimit = 10

  /// Takes the blanks after delimiters from names, if they stand before every name but the first.
  ///
  /// - Returns: The names, and a sentence on what was done, if anything was.
  static func withoutBlanksInFront(_ originals: [String]) -> (names: [String], note: String?) {
    let isBlank = { (character: Character) in character == " " || character == "\t" }
    guard originals.count > 1, originals.dropFirst().allSatisfy({ $0.first.map(isBlank) ?? false })
    else { return (originals, nil) }
    return (
      originals.map { String($0.drop(while: isBlank)) },
      "names are taken without the blanks after the delimiters"
    )
  }

  /// Gives the nameless and the namesakes a name of their own.
  ///
  /// - Returns: The names, and a sentence on each that was changed.
  static func unique(_ originals: [String]) -> (names: [String], notes: [String]) {
    var taken = Set(originals)
    var seen: Set<String> = []
    /// The number to try next, so that a thousand namesakes take no million tries.
    var nextNumbers: [String: Int] = [:]
    var notes: [String] = []
    var renamedCount = 0
    let names = originals.enumerated().map { index, original in
      if !original.isEmpty && seen.insert(original).inserted { return original }
      let base = original.isEmpty ? "column_\(index + 1)" : original
      var name = base
      while taken.contains(name) {
        let number = nextNumbers[base, default: 2]
        nextNumbers[base] = number + 1
        name = "\(base)_\(number)"
      }
      taken.insert(name)
      renamedCount += 1
      if renamedCount <= noteLimit {
        let what =
          original.isEmpty ? "has no name" : "is named '\(original)' like one before it"
        notes.append("column \(index + 1) \(what): it is called '\(name)'")
      }
      return name
    }
    if renamedCount > noteLimit {
      notes.append("\(renamedCount - noteLimit) more columns were named in the same way")
    }
    return (names, notes)
  }
}
