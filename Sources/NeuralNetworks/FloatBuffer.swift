#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Zeroed floats on a page boundary, given back with the last reference.
@safe final class FloatBuffer {
  let start: UnsafeMutablePointer<Float>
  let count: Int

  /// - Throws: ``TrainingError`` when the system has no such memory.
  init(count: Int) throws(TrainingError) {
    let bytes = max(1, count) * MemoryLayout<Float>.stride
    var memory: UnsafeMutableRawPointer?
    guard unsafe posix_memalign(&memory, 4096, (bytes + 4095) / 4096 * 4096) == 0,
      let memory = unsafe memory
    else { throw TrainingError(.memory(needed: bytes, available: physicalMemory())) }
    unsafe start = memory.bindMemory(to: Float.self, capacity: count)
    unsafe start.initialize(repeating: 0, count: count)
    self.count = count
  }

  /// The values and zeros up to a whole vector; nil for nil.
  convenience init?(padding values: [Float]?) throws(TrainingError) {
    guard let values else { return nil }
    try self.init(count: padded(values.count))
    for (index, value) in values.enumerated() { unsafe start[index] = value }
  }

  deinit { unsafe free(start) }

  func copy(from other: FloatBuffer) {
    unsafe start.update(from: other.start, count: min(count, other.count))
  }

  func clear() { unsafe start.update(repeating: 0, count: count) }
}

/// - Throws: ``TrainingError`` when so many floats would not fit in the machine's memory.
func checkMemory(floats: Int) throws(TrainingError) {
  let bytes = floats.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
  guard !bytes.overflow, bytes.partialValue < physicalMemory() else {
    throw TrainingError(
      .memory(
        needed: bytes.overflow ? .max : bytes.partialValue, available: physicalMemory()))
  }
}
