import FuzzSupport
@_spi(Fuzzing) import LatentModels

/// Any file is a checkpoint or is refused; the checksum is passed over, as for models.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe inputBytes(start, count)
  _ = FitJournal.canRead(bytes)
  return 0
}
