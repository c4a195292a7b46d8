import Files
import Glibc
import LatentModels
import Tables
import Testing

/// A folder that goes away with its owner.
private final class Folder {
  let path: String

  init() throws {
    var template = Array("\(P_tmpdir)/aepca-journal-XXXXXX".utf8CString)
    path = try #require(unsafe mkdtemp(&template).map { unsafe String(cString: $0) })
  }

  deinit {
    for name in ["checkpoint", "other"] { unsafe unlink("\(path)/\(name)") }
    unsafe rmdir(path)
  }

  var checkpoint: String { "\(path)/checkpoint" }

  func bytes() throws -> [UInt8] { try InputFile(path: checkpoint).readAll() }
}

@Suite struct FitJournalTests {
  private func fitting(seed: UInt64 = 0) -> TableModelFitting {
    var settings = AutoencoderSettings()
    settings.effort = .quick
    settings.threads = 2
    return TableModelFitting(componentCount: 2, seed: seed, autoencoder: settings)
  }

  private func identity(
    _ fitting: TableModelFitting, _ table: Table, path: String = "train.csv"
  ) -> FitIdentity {
    var identity = FitIdentity(of: fitting, components: "2", toolVersion: "test")
    identity.add(table, from: path)
    return identity
  }

  private func file(_ model: TableModel) throws -> [UInt8] {
    try ModelFile.encode(model, toolVersion: "test")
  }

  @Test func `a fit goes on from every file that it left`() throws {
    let folder = try Folder()
    let table = parabola(rowCount: 60, seed: 3)
    let expected = try file(fitting().fit(table))
    // Every file that is written meanwhile, collected by a second journal's failures being none.
    var kept: [[UInt8]] = []
    var one = fitting()
    let journal = try FitJournal(
      path: folder.checkpoint, identity: identity(one, table), interval: 0
    ) { Issue.record("\($0)") }
    one.journal = journal
    kept.append(try folder.bytes())
    #expect(try file(one.fit(table)) == expected)
    kept.append(try folder.bytes())
    for bytes in kept {
      var again = fitting()
      again.journal = try FitJournal(
        resuming: bytes, from: "checkpoint", path: folder.checkpoint,
        identity: identity(again, table), interval: 0
      ) { Issue.record("\($0)") }
      #expect(try file(again.fit(table)) == expected)
    }
    #expect(journal.endedCount > 10)
  }

  @Test func `a checkpoint of another table or other options is refused by name`() throws {
    let folder = try Folder()
    let table = parabola(rowCount: 60, seed: 3)
    _ = try FitJournal(path: folder.checkpoint, identity: identity(fitting(), table)) { _ in }
    let bytes = try folder.bytes()
    func refusal(_ identity: FitIdentity) -> CheckpointError.Problem? {
      do {
        _ = try FitJournal(
          resuming: bytes, from: "c", path: folder.checkpoint, identity: identity
        ) { _ in }
        return nil
      } catch { return error.problem }
    }
    func difference(_ identity: FitIdentity) -> String? {
      guard case .otherFit(let difference)? = refusal(identity) else { return nil }
      return "\(difference)"
    }
    #expect(refusal(identity(fitting(), table)) == nil)
    // A file that was moved is the same table.
    #expect(refusal(identity(fitting(), table, path: "moved.csv")) == nil)
    #expect(
      difference(identity(fitting(seed: 7), table))
        == "--seed differs: 0 when it was made from train.csv, 7 here")
    let other = difference(identity(fitting(), parabola(rowCount: 60, seed: 4), path: "new.csv"))
    let words = try #require(other).replacing(/[0-9a-f]{16}/, with: "…")
    #expect(
      words == "the table differs: train.csv (60 rows of 3 columns, digest …) when it was made, "
        + "new.csv (60 rows of 3 columns, digest …) here")
    let shorter = difference(identity(fitting(), parabola(rowCount: 59, seed: 3)))
    #expect(shorter?.hasPrefix("the table differs: train.csv (60 rows") == true)
    var deeper = fitting()
    deeper.autoencoder.hiddenLayers = [.init(units: 8, activation: .tanh)]
    #expect(
      difference(identity(deeper, table))
        == "--encoder differs: not given when it was made from train.csv, dense 8 tanh here")
    var pictures = fitting()
    pictures.autoencoder.imageLayers = [
      .convolution(filters: 8, kernelSize: 3, activation: .relu), .maxPooling(size: 2),
    ]
    #expect(
      difference(identity(pictures, table))
        == "--encoder differs: not given when it was made from train.csv, "
        + "conv 8 3 relu, maxpool 2 here")
    var longer = fitting()
    longer.autoencoder.effort = .thorough
    #expect(
      difference(identity(longer, table))
        == "--effort differs: quick when it was made from train.csv, thorough here")
    var threads = fitting()
    threads.autoencoder.threads = 7
    #expect(refusal(identity(threads, table)) == nil)
  }

  @Test func `a damaged checkpoint is refused`() throws {
    let folder = try Folder()
    let table = parabola(rowCount: 60, seed: 3)
    var one = fitting()
    let identity = identity(one, table)
    one.journal = try FitJournal(path: folder.checkpoint, identity: identity, interval: 0) { _ in }
    _ = try one.fit(table)
    let bytes = try folder.bytes()
    func read(_ bytes: [UInt8]) throws(CheckpointError) {
      _ = try FitJournal(
        resuming: bytes, from: "c", path: folder.checkpoint, identity: identity
      ) { _ in }
    }
    try read(bytes)
    for length in stride(from: 0, to: bytes.count, by: bytes.count / 50) {
      #expect(throws: CheckpointError.self) { try read(Array(bytes.prefix(length))) }
    }
    for position in stride(from: 0, to: bytes.count, by: bytes.count / 100 | 1) {
      var altered = bytes
      altered[position] ^= 1
      #expect(throws: CheckpointError.self, "byte \(position)") { try read(altered) }
    }
    #expect(throws: CheckpointError(.file(.notAModel), path: "c")) {
      try read(Array("a table, perhaps,\n1,2\n3,4\n".utf8))
    }
  }

  @Test func `a disk that takes no checkpoint is told of, and the fit goes on`() throws {
    let folder = try Folder()
    let table = parabola(rowCount: 60, seed: 3)
    var one = fitting()
    let expected = try file(one.fit(table))
    nonisolated(unsafe) var failures: [String] = []
    one.journal = try FitJournal(
      path: folder.checkpoint, identity: identity(one, table), interval: 0
    ) { unsafe failures.append($0) }
    unsafe unlink(folder.checkpoint)
    unsafe rmdir(folder.path)
    #expect(try file(one.fit(table)) == expected)
    #expect(unsafe failures.count == 1)
  }
}

@Suite struct SealTests {
  private let file = Safetensors(
    metadata: ["aepca": "{\"digest\":\"xxh3-128:00000000000000000000000000000000\"}"],
    tensors: [.init(name: "x", shape: [3], elements: .int32([1, -2, .max]))])

  @Test func `no bit of a sealed file can be turned unseen`() throws {
    let bytes = try file.sealed()
    try Safetensors(decoding: bytes).checkSeal(of: bytes)
    for position in bytes.indices {
      for bit in 0..<8 {
        var altered = bytes
        altered[position] ^= 1 << UInt8(bit)
        #expect(throws: ModelFileError.Problem.self, "byte \(position), bit \(bit)") {
          try Safetensors(decoding: altered).checkSeal(of: altered)
        }
      }
    }
  }

  @Test func `a file without a checksum is refused as one`() throws {
    let bytes = try file.encoded()
    #expect(throws: ModelFileError.Problem.noChecksum) {
      try Safetensors(decoding: bytes).checkSeal(of: bytes)
    }
  }
}
