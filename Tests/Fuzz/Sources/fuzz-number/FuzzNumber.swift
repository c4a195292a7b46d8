import AEPCA
import FuzzSupport
import Glibc
@_spi(Fuzzing) import Tables

/// What is taken as a number is the number that the C library reads.
///
/// So it is as a cell of a table by either way through it, and it is written so that it reads back
/// the same. What is written with the characters of a decimal number and is none for us is none for
/// the C library either.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe inputBytes(start, count)
  let text = String(decoding: bytes, as: UTF8.self)
  guard let value = DecimalText.value(of: bytes.span) else {
    guard bytes.allSatisfy("0123456789+-.eE".utf8.contains) else { return 0 }
    let expected = wholeNumber(text, byteCount: bytes.count)
    require(
      expected == nil || expected?.isInfinite == true && DecimalText.isInfinite(bytes.span),
      "'\(text)' is no number, but \(expected ?? 0) for strtod")
    return 0
  }
  require(!bytes.contains(0), "a number holds no NUL")
  guard let expected = wholeNumber(text, byteCount: bytes.count) else {
    fatalError("strtod leaves some of '\(text)'")
  }
  require(value.bitPattern == expected.bitPattern, "'\(text)' is \(expected), found \(value)")
  require(value.isFinite, "'\(text)' is \(value)")
  let written = DecimalText.text(of: value)
  require(
    DecimalText.value(of: Array(written.utf8).span)?.bitPattern == value.bitPattern,
    "\(value) is written as '\(written)'")
  checkCells(bytes, value)
  return 0
}

/// What strtod reads, nil unless that is all of the text.
private func wholeNumber(_ text: String, byteCount: Int) -> Double? {
  unsafe text.withCString { start in
    var rest: UnsafeMutablePointer<CChar>?
    let value = unsafe strtod(start, &rest)
    guard byteCount > 0, let rest = unsafe rest else { return nil }
    return unsafe rest - UnsafeMutablePointer(mutating: start) == byteCount ? value : nil
  }
}

/// The number as a cell, twice in a row so that the vector code has something behind it.
private func checkCells(_ bytes: [UInt8], _ value: Double) {
  let row = bytes + Array(",".utf8) + bytes + Array("\n".utf8)
  var options = TableReadingOptions(kinds: ["a": .number, "b": .number])
  options.threads = 1
  for isDirect in [true, false] {
    var reader = TableReader(
      source: MemoryInput(Array("a,b\n".utf8) + row + row, name: "cells"), options: options)
    reader.readsDirectly = isDirect
    do {
      for column in try reader.readAll().columns {
        guard case .numbers(let numbers) = column.values else { fatalError("\(column)") }
        require(
          numbers.map(\.bitPattern) == [value.bitPattern, value.bitPattern],
          "\(value) is \(numbers) as a cell, directly \(isDirect)")
      }
    } catch {
      fatalError("\(value) is refused as a cell, directly \(isDirect): \(error)")
    }
  }
}
