import Foundation
import Testing

@Test(arguments: [SIGINT, SIGTERM, SIGHUP])
func `a run that is told to stop leaves nothing behind`(signal: Int32) throws {
  let scratch = try Scratch()
  let process = try #require(
    spawn([
      Repository.tool.path, "fit", Repository.dataset("digits"), "-k", "8", "--epochs", "1000000",
      "--quiet", "-o", scratch.folder.appendingPathComponent("m.aepca").path,
    ]))
  // The temporary file beside the target shows that the tool is at work.
  var status: Int32 = 0
  var waited = 0
  while try scratch.files.isEmpty && waited < 30_000 {
    usleep(1000)
    waited += 1
  }
  #expect(try scratch.files.count == 1)
  kill(process, signal)
  waited = 0
  while unsafe waitpid(process, &status, WNOHANG) == 0 {
    usleep(1000)
    waited += 1
    // A run that does not stop would hold the tests up for ever.
    if waited == 30_000 { kill(process, SIGKILL) }
  }
  // A process ended by a signal has its number in the low bits of its status.
  #expect(status & 0x7F == signal)
  #expect(try scratch.files == [])
}

/// Starts a program to which no signal is blocked or ignored, whatever holds for the tests.
private func spawn(_ arguments: [String]) -> pid_t? {
  var attributes = unsafe posix_spawnattr_t()
  guard unsafe posix_spawnattr_init(&attributes) == 0 else { return nil }
  defer { unsafe posix_spawnattr_destroy(&attributes) }
  var none = sigset_t()
  var all = sigset_t()
  unsafe sigemptyset(&none)
  unsafe sigfillset(&all)
  unsafe posix_spawnattr_setsigmask(&attributes, &none)
  unsafe posix_spawnattr_setsigdefault(&attributes, &all)
  unsafe posix_spawnattr_setflags(
    &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
  var words: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) } + [nil]
  defer { for word in unsafe words { unsafe free(word) } }
  var process: pid_t = 0
  let code = unsafe posix_spawn(
    &process, arguments[0], nil, &attributes, &words, environ)
  return code == 0 ? process : nil
}
