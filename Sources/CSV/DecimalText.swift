import CCharConversion

/// Decimal numbers as text.
public enum DecimalText {
  /// The number that the whole of the text is, correctly rounded: `1`, `-2.5`, `+.5`, `1.`, `1e5`.
  ///
  /// - Returns: Nil for anything else: blanks, `nan`, `inf`, hexadecimal, too large for a `Double`.
  public static func value(of text: Span<UInt8>) -> Double? {
    var value = 0.0
    let isNumber = unsafe text.withUnsafeBytes { bytes in
      let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      return unsafe aepca_double_from_text(start, bytes.count, &value)
    }
    return isNumber ? value : nil
  }

  /// Whether the text is `inf` or `infinity` in any case, or a number too large for a `Double`.
  public static func isInfinite(_ text: Span<UInt8>) -> Bool {
    unsafe text.withUnsafeBytes { bytes in
      let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      return unsafe aepca_text_is_infinite(start, bytes.count)
    }
  }
}
