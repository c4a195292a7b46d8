/// What a cell looks like.
struct CellShape {
  enum Kind: Equatable {
    case empty
    case integer
    case dotNumber
    /// With a decimal comma, and so many digits behind it.
    case commaNumber(places: Int)
    /// Digits with the separators of dates and times.
    case date
    /// Letters, digits and few others, no blanks.
    case word
    case text
  }

  let kind: Kind
  private let isNamedMissing: Bool

  init(_ field: [UInt8]) {
    let inner = field.span.extracting(trimmedRange(field.span))
    isNamedMissing = ["NA", "N/A", "n/a", "None", "null", "NULL", "NaN", "nan", "?", "-"]
      .contains { $0.utf8.count == inner.count && Array($0.utf8) == inner.array }
    kind = Self.kind(inner)
  }

  var isMissing: Bool { kind == .empty || isNamedMissing }

  func isTyped(decimal: UInt8) -> Bool {
    switch kind {
    case .integer, .date: true
    case .dotNumber: decimal == UInt8(ascii: ".")
    case .commaNumber: decimal == UInt8(ascii: ",")
    default: false
    }
  }

  /// From 0 to 1: how sure it is that the cell is one thing.
  var simplicity: Double {
    switch kind {
    case .empty, .integer, .dotNumber, .commaNumber, .date: 1
    case .word: isNamedMissing ? 1 : 0.95
    case .text: 0.6
    }
  }

  private static func kind(_ cell: Span<UInt8>) -> Kind {
    if cell.isEmpty { return .empty }
    if DecimalText.value(of: cell) != nil {
      var isInteger = true
      for offset in cell.indices where !(0x30...0x39 ~= cell[offset]) && offset > 0 {
        isInteger = false
      }
      return isInteger ? .integer : .dotNumber
    }
    var digits = 0
    var letters = 0
    var commas = 0
    var lastComma = 0
    var dateMarks = 0
    var others = 0
    for offset in cell.indices {
      switch cell[offset] {
      case 0x30...0x39: digits += 1
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), 0x80...:
        letters += 1
      case UInt8(ascii: ","):
        commas += 1
        lastComma = offset
      case UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "."):
        dateMarks += 1
      case UInt8(ascii: "_"): letters += 1
      default: others += 1
      }
    }
    let isSigned = cell[0] == UInt8(ascii: "-") || cell[0] == UInt8(ascii: "+")
    if commas == 1 && digits > 0 && digits + 1 + (isSigned ? 1 : 0) == cell.count {
      return .commaNumber(places: cell.count - 1 - lastComma)
    }
    if commas == 0 && others <= 1 && letters <= 2 && digits >= 3 && dateMarks >= 1
      && !(letters > 0 && dateMarks < 2)
    {
      return .date
    }
    return commas == 0 && others == 0 ? .word : .text
  }
}

extension [UInt8] {
  /// A field's text without blanks and tabs around it.
  var trimmedText: String { String(decoding: self[trimmedRange(span)], as: UTF8.self) }
}

private func trimmedRange(_ cell: Span<UInt8>) -> Range<Int> {
  var start = 0
  var end = cell.count
  while start < end, cell[start] == 0x20 || cell[start] == 0x09 { start += 1 }
  while start < end, cell[end - 1] == 0x20 || cell[end - 1] == 0x09 { end -= 1 }
  return start..<end
}
