import Files
import Glibc
import Testing

func write(_ text: String, to path: String) throws {
  var file = try OutputFile(path: path)
  try file.write(text)
  try file.commit()
}

@Test func `a file appears when it is committed`() throws {
  let scratch = try Scratch()
  var file = try OutputFile(path: scratch["out.csv"])
  try file.write("a,b\n")
  #expect(scratch.names == [".out.csv.aepca-\(getpid())-0"])
  try file.commit()
  #expect(scratch.names == ["out.csv"])
  #expect(try scratch.contents("out.csv") == "a,b\n")
  let mask = umask(0)
  umask(mask)
  #expect(scratch.mode("out.csv") & 0o777 == 0o666 & ~mask)
}

@Test func `a file that is not committed leaves nothing`() throws {
  let scratch = try Scratch()
  try scratch.write("old", to: "out.csv")
  do {
    var file = try OutputFile(path: scratch["out.csv"])
    try file.write("new")
  }
  #expect(scratch.names == ["out.csv"])
  #expect(try scratch.contents("out.csv") == "old")
}

@Test func `pieces larger and smaller than the buffer arrive in order`() throws {
  let scratch = try Scratch()
  var expected = ""
  do {
    var file = try OutputFile(path: scratch["out.csv"])
    for length in [10, 300_000, 1, 262_143, 262_144, 0, 5] {
      let text = String(repeating: "\(length % 7)", count: length)
      try file.write(text)
      expected += text
    }
    try file.commit()
  }
  #expect(try scratch.contents("out.csv") == expected)
}

@Test func `an existing file keeps its permissions`() throws {
  let scratch = try Scratch()
  try scratch.write("old", to: "out.csv", mode: 0o640)
  try write("new", to: scratch["out.csv"])
  #expect(try scratch.contents("out.csv") == "new")
  #expect(scratch.mode("out.csv") & 0o777 == 0o640)
}

@Test func `symbolic links stay, and what they lead to is written`() throws {
  let scratch = try Scratch()
  try scratch.write("old", to: "target.csv")
  unsafe symlink("target.csv", scratch["link"])
  unsafe symlink(scratch["new.csv"], scratch["dangling"])
  try write("through", to: scratch["link"])
  try write("made", to: scratch["dangling"])
  #expect(try scratch.contents("target.csv") == "through")
  #expect(try scratch.contents("new.csv") == "made")
  #expect(scratch.mode("link") & S_IFMT == S_IFLNK)
  #expect(scratch.mode("dangling") & S_IFMT == S_IFLNK)
}

@Test func `two writers of one file leave the last one whole`() throws {
  let scratch = try Scratch()
  var first = try OutputFile(path: scratch["out.csv"])
  var second = try OutputFile(path: scratch["out.csv"])
  try first.write("first")
  try second.write("second")
  try second.commit()
  try first.commit()
  #expect(scratch.names == ["out.csv"])
  #expect(try scratch.contents("out.csv") == "first")
}

@Test func `devices and open descriptors are written directly`() throws {
  let scratch = try Scratch()
  try write("gone", to: "/dev/null")
  #expect(scratch.mode("../../dev/null") & S_IFMT == S_IFCHR)
  let descriptor = unsafe open(scratch["log"], O_WRONLY | O_CREAT | O_APPEND, 0o644)
  defer { close(descriptor) }
  for text in ["one\n", "two\n"] { try write(text, to: "/dev/fd/\(descriptor)") }
  #expect(try scratch.contents("log") == "one\ntwo\n")
}

@Test func `a pipe whose reader is gone says so`() throws {
  OutputFile.installSignalCleanup()
  var ends: [Int32] = [0, 0]
  try #require(unsafe pipe(&ends) == 0)
  close(ends[0])
  defer { close(ends[1]) }
  let path = "/dev/fd/\(ends[1])"
  #expect(throws: FileError(.closedByReader, path: path)) { try write("text", to: path) }
}

@Test func `what cannot be written is refused before the work`() throws {
  let scratch = try Scratch()
  #expect(
    failure { try write("", to: scratch.path) }
      == "\(scratch.path): is a directory, expected a file")
  #expect(
    failure { try write("", to: scratch["no/out.csv"]) }
      == "\(scratch.path)/no/out.csv: cannot be created: No such file or directory")
  unsafe symlink("loop", scratch["loop"])
  #expect(
    failure { try write("", to: scratch["loop"]) }
      == "\(scratch.path)/loop: cannot be created: Too many levels of symbolic links")
  #expect(
    failure { try write("", to: "") }
      == "expected the path of a file, found an empty one")
}

@Test(.enabled(if: geteuid() != 0, "root may write anywhere"))
func `permissions are respected`() throws {
  let scratch = try Scratch()
  try scratch.write("old", to: "out.csv", mode: 0o400)
  #expect(
    failure { try write("", to: scratch["out.csv"]) }
      == "\(scratch.path)/out.csv: permission denied")
}

@Test func `a full device is a failure of writing`() throws {
  let message = "/dev/full: writing failed: No space left on device"
  #expect(failure { try write("text", to: "/dev/full") } == message)
}

@Test func `a name of the greatest length gets a temporary name that fits`() throws {
  let scratch = try Scratch()
  let name = String(repeating: "é", count: 127)
  try write("text", to: scratch[name])
  #expect(try scratch.contents(name) == "text")
}

@Test func `what the signal handler does removes live files alone`() throws {
  let scratch = try Scratch()
  for name in ["live", "done"] { try scratch.write("", to: name) }
  let live = try #require(TemporaryFiles.register(scratch["live"]))
  let done = try #require(TemporaryFiles.register(scratch["done"]))
  TemporaryFiles.forget(done)
  TemporaryFiles.removeLive(in: live..<live + 1)
  TemporaryFiles.removeLive(in: done..<done + 1)
  #expect(scratch.names == ["done"])
  TemporaryFiles.forget(live)
}
