import AEPCA
import FuzzSupport
import Glibc

/// What is taken as a number is the number that the C library reads, and is written so that it
/// reads back the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe inputBytes(start, count)
  guard let value = DecimalText.value(of: bytes.span) else { return 0 }
  require(!bytes.contains(0), "a number holds no NUL")
  let text = String(decoding: bytes, as: UTF8.self)
  var rest: UnsafeMutablePointer<CChar>?
  var isWhole = false
  let expected = unsafe text.withCString { start in
    let expected = unsafe strtod(start, &rest)
    isWhole = unsafe rest.map { unsafe $0 - UnsafeMutablePointer(mutating: start) } == bytes.count
    return expected
  }
  require(isWhole, "strtod leaves some of '\(text)'")
  require(value.bitPattern == expected.bitPattern, "'\(text)' is \(expected), found \(value)")
  require(value.isFinite, "'\(text)' is \(value)")
  return 0
}
