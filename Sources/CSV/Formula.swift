/// Text that a spreadsheet program may take for a formula, and run.
enum Formula {
  /// Whether the text begins as formulas do and is no number.
  ///
  /// - Note: The list is that of OWASP, https://owasp.org/www-community/attacks/CSV_Injection.
  static func isPossible(_ text: Span<UInt8>) -> Bool {
    guard text.count > 1 else { return false }
    switch text[0] {
    case UInt8(ascii: "="), UInt8(ascii: "@"), 0x09, 0x0A, 0x0D: return true
    case UInt8(ascii: "+"), UInt8(ascii: "-"): return DecimalText.value(of: text) == nil
    default: return false
    }
  }
}
