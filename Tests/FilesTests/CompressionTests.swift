import Files
import Glibc
import Testing

/// Digits and letters that compress, longer than any buffer on the way.
private let text = (0..<200_000).map { "\($0 * 7919 % 10007),abc\n" }.joined()

@Test(arguments: ["data.csv.gz", "data.csv.zst"])
func `what was compressed is read as it was`(name: String) throws {
  let scratch = try Scratch()
  let path = scratch[name]
  var file = try OutputFile(path: path)
  try file.write(text)
  try file.flush()
  try file.write("end")
  try file.commit()
  #expect(try InputFile(path: path).readAll().count < text.utf8.count / 2)
  let source = try CompressedInput.open(path: path)
  for _ in 0..<2 {
    #expect(try source.readAll() == Array((text + "end").utf8))
    try source.rewind()
  }
}

@Test(arguments: ["data.csv.gz", "data.csv.zst"])
func `compressed data cut off are damaged, not short`(name: String) throws {
  let scratch = try Scratch()
  var file = try OutputFile(path: scratch[name])
  try file.write(text)
  try file.commit()
  let whole = try InputFile(path: scratch[name]).readAll()
  var plain = try OutputFile(path: scratch["plain"])
  try plain.write(Array(whole.dropLast(1000)).span)
  try plain.commit()
  try #require(unsafe rename(scratch["plain"], scratch["cut." + name]) == 0)
  let format = name.hasSuffix("gz") ? "gzip" : "Zstandard"
  let path = scratch["cut." + name]
  #expect(throws: FileError(.damaged(format: format), path: path)) {
    _ = try CompressedInput.open(path: path).readAll()
  }
}

@Test func `a file of another name is read as it is`() throws {
  let scratch = try Scratch()
  var file = try OutputFile(path: scratch["plain.csv"])
  try file.write("a,b\n")
  try file.commit()
  let source = try CompressedInput.open(path: scratch["plain.csv"])
  #expect(try source.readAll() == Array("a,b\n".utf8))
}
