import Files
import Glibc
import Testing

@Test func `a file is read to its end and again after rewinding`() throws {
  let scratch = try Scratch()
  try scratch.write("abcdefg", to: "in.csv")
  let file = try InputFile(path: scratch["in.csv"])
  #expect(file.canRewind)
  #expect(file.byteCount == 7)
  var buffer: [UInt8] = []
  for _ in 0..<2 {
    buffer = Array("____".utf8)
    #expect(try file.read(into: &buffer, 1..<4) == 3)
    #expect(buffer == Array("_abc".utf8))
    #expect(try file.read(into: &buffer, 0..<4) == 4)
    #expect(buffer == Array("defg".utf8))
    #expect(try file.read(into: &buffer, 0..<4) == 0)
    try file.rewind()
  }
  #expect(try file.read(into: &buffer, 0..<2, at: 5) == 2)
  #expect(buffer == Array("fgfg".utf8))
}

@Test func `memory reads as a file does`() throws {
  let memory = MemoryInput(Array("abcde".utf8), name: "memory")
  var buffer = Array("____".utf8)
  #expect(try memory.read(into: &buffer, 1..<4) == 3)
  #expect(buffer == Array("_abc".utf8))
  #expect(try memory.read(into: &buffer, 0..<4) == 2)
  #expect(buffer == Array("debc".utf8))
  #expect(try memory.read(into: &buffer, 0..<4) == 0)
  try memory.rewind()
  #expect(try memory.read(into: &buffer, 0..<4) == 4)
}

@Test func `all of a file is read at once`() throws {
  let scratch = try Scratch()
  let text = (0..<50_000).map { "\($0)\n" }.joined()
  try scratch.write(text, to: "in.csv")
  let file = try InputFile(path: scratch["in.csv"])
  #expect(try file.readAll() == Array(text.utf8))
  #expect(try file.readAll() == [])
}

@Test func `what came through a pipe can be read again`() throws {
  let recording = RecordingInput(MemoryInput(Array("abcdefg".utf8), name: "pipe"))
  #expect(recording.name == "pipe")
  var buffer = Array("____".utf8)
  #expect(try recording.read(into: &buffer, 1..<4) == 3)
  #expect(buffer == Array("_abc".utf8))
  try recording.rewind()
  #expect(try recording.read(into: &buffer, 0..<2) == 2)
  #expect(try recording.read(into: &buffer, 2..<4) == 1)
  #expect(buffer == Array("abcc".utf8))
  #expect(try recording.readAll() == Array("defg".utf8))
  try recording.rewind()
  #expect(try recording.readAll() == Array("abcdefg".utf8))
}

@Test func `what cannot be read says why`() throws {
  let scratch = try Scratch()
  #expect(
    failure { _ = try InputFile(path: scratch["no.csv"]) } == "\(scratch.path)/no.csv: no such file"
  )
  #expect(
    failure { _ = try InputFile(path: scratch.path) }
      == "\(scratch.path): is a directory, expected a file")
  #expect(
    failure { _ = try InputFile(path: "") } == "expected the path of a file, found an empty one")
  try scratch.write("", to: "in.csv")
  #expect(
    failure { _ = try InputFile(path: scratch["in.csv/x"]) }
      == "\(scratch.path)/in.csv/x: no such file")
  let long = String(repeating: "x", count: 300)
  #expect(
    failure { _ = try InputFile(path: long) } == "\(long): cannot be opened: File name too long")
}

@Test(.enabled(if: geteuid() != 0, "root may read anything"))
func `a file that is not ours is not read`() throws {
  let scratch = try Scratch()
  try scratch.write("", to: "in.csv", mode: 0o000)
  #expect(
    failure { _ = try InputFile(path: scratch["in.csv"]) }
      == "\(scratch.path)/in.csv: permission denied")
}

@Test func `standard input has a name and is read once`() throws {
  let file = try InputFile(path: "-")
  #expect(file.name == "standard input")
  #expect(!file.canRewind)
  #expect(file.byteCount == nil)
}

@Test func `a failed read says why`() throws {
  var ends: [Int32] = [0, 0]
  try #require(unsafe pipe(&ends) == 0)
  defer { for end in ends { close(end) } }
  let file = try InputFile(path: "/dev/fd/\(ends[0])")
  #expect(!file.canRewind)
  #expect(
    failure { try file.rewind() } == "/dev/fd/\(ends[0]): reading failed: Illegal seek")
}

/// Every way in which another program may write to a file that is being read.
private enum Change: CaseIterable {
  case growth
  case loss
  case replacement

  func apply(to path: String) throws {
    switch self {
    case .growth:
      let descriptor = unsafe open(path, O_WRONLY | O_APPEND)
      try #require(unsafe Glibc.write(descriptor, "9\n", 2) == 2)
      close(descriptor)
    case .loss: try #require(unsafe truncate(path, 5) == 0)
    case .replacement:
      let descriptor = unsafe open(path, O_WRONLY)
      try #require(unsafe pwrite(descriptor, "9", 1, 0) == 1)
      close(descriptor)
    }
  }
}

@Test(arguments: Change.allCases)
private func `a file that changes while it is read is refused at its end`(_ change: Change) throws {
  let scratch = try Scratch()
  let path = scratch["in.csv"]
  try scratch.write("1\n2\n3\n4\n", to: "in.csv")
  // Written long ago, so that the clock's step does not matter.
  var times = [
    timespec(tv_sec: 1_600_000_000, tv_nsec: 0), timespec(tv_sec: 1_600_000_000, tv_nsec: 0),
  ]
  try #require(unsafe utimensat(AT_FDCWD, path, &times, 0) == 0)
  let file = try InputFile(path: path)
  var buffer = [UInt8](repeating: 0, count: 4)
  #expect(try file.read(into: &buffer, 0..<4) == 4)
  try change.apply(to: path)
  #expect(throws: FileError(.changedWhileRead, path: path)) { _ = try file.readAll() }
  // And so in the next pass over it.
  try file.rewind()
  #expect(throws: FileError(.changedWhileRead, path: path)) { _ = try file.readAll() }
}

@Test func `a file that another takes the place of is read as it was when it was opened`() throws {
  let scratch = try Scratch()
  try scratch.write("old", to: "in.csv")
  try scratch.write("new and longer", to: "other.csv")
  let file = try InputFile(path: scratch["in.csv"])
  try #require(unsafe rename(scratch["other.csv"], scratch["in.csv"]) == 0)
  #expect(try file.readAll() == Array("old".utf8))
}
