import AEPCA
import CAllocation
import Glibc

/// Ends the tool with one line when the system gives no more memory, for Swift has no error for it.
enum MemoryShortage {
  static func installHandler() {
    // Neither allocates nor unwinds: there is no memory to do so.
    aepca_set_allocation_failure { bytes in
      OutputFile.removeUnfinished()
      MemoryShortage.say("aepca: out of memory: the system gives no further ")
      MemoryShortage.say(number: UInt(bytes))
      MemoryShortage.say(" bytes; ulimit -v or the machine's memory is too small\n")
      _exit(ExitStatus.outOfResources.rawValue)
    }
  }

  private static func say(number: UInt) {
    if number >= 10 { say(number: number / 10) }
    var digit = UInt8(ascii: "0") + UInt8(number % 10)
    _ = unsafe Glibc.write(STDERR_FILENO, &digit, 1)
  }

  private static func say(_ text: StaticString) {
    _ = unsafe Glibc.write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
  }
}
