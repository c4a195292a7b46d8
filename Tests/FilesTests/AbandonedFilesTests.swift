import Files
import Glibc
import Testing

/// The lock of a living process on a file, let go as when it is killed.
private final class Lock {
  let descriptor: Int32

  init(_ path: String) throws {
    descriptor = unsafe open(path, O_WRONLY)
    try #require(descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) == 0)
  }

  deinit { close(descriptor) }
}

@Test func `the next file in a folder removes temporary files whose writer is gone`() throws {
  let scratch = try Scratch()
  for name in [".out.csv.aepca-1-0", ".other.aepca-99999-12", ".alive.aepca-2-0"] {
    try scratch.write("half", to: name)
  }
  let lock = try Lock(scratch[".alive.aepca-2-0"])
  try write("whole", to: scratch["out.csv"])
  #expect(scratch.names == [".alive.aepca-2-0", "out.csv"])
  _ = consume lock
  try write("whole", to: scratch["out.csv"])
  #expect(scratch.names == ["out.csv"])
}

@Test func `files of others are left alone`() throws {
  let scratch = try Scratch()
  let names = [
    ".aepca-1-0", ".out.aepca-1", ".out.aepca-1-", ".out.aepca-x-0", ".out.aepca--0",
    ".out.aepca-1-0.csv", ".out.bepca-1-0", "out.aepca-1-0",
  ]
  for name in names { try scratch.write("mine", to: name) }
  unsafe symlink("out.aepca-1-0", scratch[".link.aepca-1-0"])
  unsafe mkfifo(scratch[".pipe.aepca-1-0"], 0o600)
  try write("whole", to: scratch["result.csv"])
  #expect(
    scratch.names
      == (names + [".link.aepca-1-0", ".pipe.aepca-1-0", "result.csv"]).sorted())
}

@Test func `a writer is not taken for gone while it writes`() throws {
  let scratch = try Scratch()
  var first = try OutputFile(path: scratch["out.csv"])
  try first.write("first")
  try write("second", to: scratch["out.csv"])
  try write("third", to: scratch["other.csv"])
  try first.commit()
  #expect(try scratch.contents("out.csv") == "first")
  #expect(scratch.names == ["other.csv", "out.csv"])
}

@Test func `a file removed before it was locked is noticed`() throws {
  let scratch = try Scratch()
  try scratch.write("", to: "file")
  let descriptor = unsafe open(scratch["file"], O_WRONLY)
  defer { close(descriptor) }
  #expect(AbandonedFiles.claim(descriptor))
  unsafe unlink(scratch["file"])
  #expect(!AbandonedFiles.claim(descriptor))
}
