import CCharConversion

extension DecimalText {
  /// The shortest text that reads back to the same number; whole numbers below 10^15 in full.
  ///
  /// - Returns: Nothing at all for NaN.
  public static func text(of number: Double) -> String {
    guard !number.isNaN else { return "" }
    return unsafe withUnsafeTemporaryAllocation(
      of: CChar.self, capacity: Int(AEPCA_NUMBER_TEXT_CAPACITY)
    ) { scratch in
      guard let start = scratch.baseAddress else { return "" }
      let count = unsafe aepca_text_from_double(number, start)
      return unsafe String(
        decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }
  }
}
