import CDigest
import LinearAlgebra

/// The 128 bits of XXH3 over bytes that come in pieces: finds damage, proves nothing against malice.
///
/// - Note: Collet's xxHash, https://xxhash.com.
package final class Digest {
  private let state: OpaquePointer

  package init() {
    guard let state = unsafe aepca_digest_create() else {
      preconditionFailure("a digest takes less than a kilobyte")
    }
    unsafe self.state = state
  }

  deinit { unsafe aepca_digest_free(state) }

  package func add(_ bytes: UnsafeRawBufferPointer) {
    unsafe aepca_digest_add(state, bytes.baseAddress, bytes.count)
  }

  package func add(_ bytes: ArraySlice<UInt8>) {
    unsafe bytes.withUnsafeBytes { unsafe add($0) }
  }

  /// Adds numbers as the machine holds them.
  package func add<Number: BitwiseCopyable>(_ numbers: [Number]) {
    unsafe numbers.withUnsafeBytes { unsafe add($0) }
  }

  /// Adds the text and where it ends.
  package func add(_ text: String) {
    let bytes = Array(text.utf8)
    add([UInt64(bytes.count)])
    add(bytes)
  }

  /// 32 hexadecimal digits.
  package var text: String {
    var value: (UInt64, UInt64) = (0, 0)
    unsafe withUnsafeMutableBytes(of: &value) { bytes in
      unsafe aepca_digest_value(state, bytes.baseAddress?.assumingMemoryBound(to: UInt64.self))
    }
    return [value.0, value.1].map { half in
      let digits = String(half, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
