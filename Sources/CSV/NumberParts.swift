import CCharConversion
import Files

/// Rows of numbers as text, one part after another, that several threads write into buffers used again.
final class NumberParts: Sendable {
  /// Numbers, how many rows and columns of them, delimiter, precision, and where the text goes.
  typealias Formatter<Scalar> =
    @Sendable (UnsafePointer<Scalar>, Int, Int, CChar, Int32, UnsafeMutablePointer<CChar>) -> Int

  struct Text {
    /// Longer than the text, so that none has to be cleared.
    var bytes: [UInt8] = []
    var count = 0
  }

  private struct State {
    var texts: [Int: Text] = [:]
    var spares: [Text] = []
  }

  private let state = Guarded(State())

  /// Writes a part, on any thread.
  func write<Scalar>(
    _ part: Int, _ numbers: [Scalar], _ range: Range<Int>, columnCount: Int, _ style: CSVStyle,
    _ format: Formatter<Scalar>
  ) {
    var text = state.withLock { $0.spares.popLast() } ?? Text()
    let capacity = range.count * Int(AEPCA_NUMBER_TEXT_CAPACITY)
    if text.bytes.count < capacity { text.bytes = Array(repeating: 0, count: capacity) }
    let count = unsafe text.bytes.withUnsafeMutableBytes { bytes in
      unsafe numbers.withUnsafeBufferPointer { numbers in
        guard let start = bytes.baseAddress, let first = numbers.baseAddress else { return 0 }
        return unsafe format(
          first + range.lowerBound, range.count / columnCount, columnCount,
          CChar(bitPattern: style.delimiter), Int32(style.precision ?? 0),
          start.assumingMemoryBound(to: CChar.self))
      }
    }
    text.count = count
    let written = text
    state.withLock { $0.texts[part] = written }
  }

  func isReady(_ part: Int) -> Bool { state.withLock { $0.texts[part] != nil } }

  /// A part that is ready.
  func take(_ part: Int) -> Text { state.withLock { $0.texts.removeValue(forKey: part) } ?? Text() }

  /// Lets a buffer be written to again.
  func giveBack(_ text: Text) { state.withLock { $0.spares.append(text) } }
}
