import Foundation
import Testing

@Suite struct CheckpointTests {
  private func fit(_ output: String, _ more: String...) -> [String] {
    [
      "fit", Repository.dataset("iris"), "-k", "2", "--effort", "quick", "--quiet", "-o", output,
      "--kind", "species=category",
    ] + more
  }

  @Test func `a killed fit goes on from its checkpoint to the same bytes`() throws {
    let scratch = try Scratch()
    #expect(try scratch.aepca(fit("whole"), input: nil).status == 0)
    let process = Process()
    process.executableURL = Repository.tool
    process.arguments = fit("out", "--checkpoint", "state", "--checkpoint-seconds", "0")
    process.currentDirectoryURL = scratch.folder
    try process.run()
    // Some training runs have ended and others are under way by the time it is this large.
    while process.isRunning, (try? scratch.data("state").count) ?? 0 < 100_000 {
      usleep(10_000)
    }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let resumed = try scratch.aepca(fit("out", "--resume", "state", "--threads", "1"))
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try scratch.data("out") == scratch.data("whole"))
    #expect(try scratch.files == ["out", "state", "whole"])
  }

  @Test func `a checkpoint of another fit is refused by what differs`() throws {
    let scratch = try Scratch()
    let first = fit("out", "--checkpoint", "state", "--encoder", "none", "--epochs", "1")
    #expect(try scratch.aepca(first).status == 0)
    let other = fit("new", "--resume", "state", "--encoder", "none", "--epochs", "2")
    let refused = try scratch.aepca(other)
    #expect(refused.status == 65)
    #expect(
      refused.errors == "aepca: state: the checkpoint is of another fit: --epochs differs: "
        + "1 when it was made from \(Repository.dataset("iris")), 2 here\n")
    #expect(try scratch.files == ["out", "state"])
  }
}
