import Foundation
import Testing

@Test(
  .enabled(if: Repository.toolAllocates, "a sanitizer's allocator is in place of the tool's own"))
func `arrays beyond the memory given lie in a file that leaves nothing, for the same model`() throws
{
  let scratch = try Scratch()
  let digits = Repository.dataset("digits")
  func fit(_ output: String, _ options: [String], folder: String) throws -> Scratch.Result {
    try scratch.aepca(
      ["fit", digits, "-k", "2", "--encoder", "dense 8 tanh", "--epochs", "2", "-o", output]
        + options, environment: ["TMPDIR": folder])
  }
  let folder = scratch.folder.appendingPathComponent("large").path
  try FileManager.default.createDirectory(
    atPath: folder, withIntermediateDirectories: false)
  let limited = try fit("limited.aepca", ["--memory", "0"], folder: folder)
  #expect(limited.status == 0, "\(limited.errors)")
  #expect(limited.errors.contains("MiB in a temporary file"), "\(limited.errors)")
  #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
  let free = try fit("free.aepca", ["--threads", "1"], folder: "/nowhere")
  #expect(free.status == 0, "\(free.errors)")
  #expect(!free.errors.contains("temporary file"))
  #expect(
    try Data(contentsOf: scratch.folder.appendingPathComponent("limited.aepca"))
      == Data(contentsOf: scratch.folder.appendingPathComponent("free.aepca")))
  let refused = try fit("no.aepca", ["--memory", "0"], folder: "/nowhere")
  #expect(refused.status == 73)
  #expect(refused.errors.contains("/nowhere: cannot be created"), "\(refused.errors)")
}
