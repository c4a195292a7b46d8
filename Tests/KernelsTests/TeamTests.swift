import Kernels
import Synchronization
import Testing

@Suite struct TeamTests {
  final class Counts: Sendable {
    let done = (0..<4).map { _ in Count() }
    final class Count: Sendable { let value = Atomic(0) }
  }

  @Test(arguments: 1...4) func `each thread works once per run`(threads: Int) throws {
    let team = unsafe try #require(unsafe aepca_team_create(Int32(threads)))
    defer { unsafe aepca_team_destroy(team) }
    let counts = Counts()
    for run in 1...100 {
      unsafe aepca_team_run(
        team,
        { context, thread in
          let counts = unsafe Unmanaged<Counts>.fromOpaque(context).takeUnretainedValue()
          counts.done[Int(thread)].value.add(1, ordering: .relaxed)
        }, Unmanaged.passUnretained(counts).toOpaque())
      for thread in 0..<threads {
        #expect(counts.done[thread].value.load(ordering: .relaxed) == run)
      }
    }
  }
}
