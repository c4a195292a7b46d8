import Foundation
import Testing

/// The built tool, run in a folder of its own that is gone afterwards.
final class Scratch {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("aepca-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  struct Result {
    let status: Int32
    let output: String
    let errors: String

    /// Fails the test, with what the tool said, unless it exited with 0.
    func expectSuccess(sourceLocation: SourceLocation = #_sourceLocation) {
      #expect(status == 0, "\(errors)", sourceLocation: sourceLocation)
    }
  }

  /// Runs `aepca` with the given arguments; relative paths mean files in the scratch folder.
  func aepca(_ arguments: String..., input: String? = nil) throws -> Result {
    try aepca(arguments, input: input)
  }

  /// - Parameter environment: Variables to set besides those of the tests.
  func aepca(
    _ arguments: [String], input: String? = nil, environment: [String: String] = [:]
  ) throws -> Result {
    try #require(
      FileManager.default.isExecutableFile(atPath: Repository.tool.path),
      "expected the tool at \(Repository.tool.path): run 'make build' first")
    let process = Process()
    process.executableURL = Repository.tool
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let output = folder.appendingPathComponent(".stdout")
    let errors = folder.appendingPathComponent(".stderr")
    for file in [output, errors] { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    let inputFile = folder.appendingPathComponent(".stdin")
    try Data((input ?? "").utf8).write(to: inputFile)
    process.standardInput = try FileHandle(forReadingFrom: inputFile)
    try process.run()
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus,
      output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
  }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
  }

  func read(_ name: String) throws -> String {
    String(decoding: try data(name), as: UTF8.self)
  }

  func data(_ name: String) throws -> Data {
    try Data(contentsOf: folder.appendingPathComponent(name))
  }

  func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path)
  }

  /// Every file in the folder but the runner's own, sorted.
  var files: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .filter { ![".stdout", ".stderr", ".stdin"].contains($0) }.sorted()
    }
  }
}

/// Where things lie in the source tree.
enum Repository {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// One that the address sanitizer watches instead of the one that ships.
  private static let watchedTool = ProcessInfo.processInfo.environment["AEPCA_TOOL"]

  static let tool =
    watchedTool.map { URL(fileURLWithPath: $0) }
    ?? root.appendingPathComponent(".build/release/aepca")

  /// Whether the tool gets its memory by itself.
  static let toolAllocates = watchedTool == nil

  static func dataset(_ name: String) -> String {
    root.appendingPathComponent("Datasets/\(name).csv").path
  }

  static let datasets = ["breast_cancer", "digits", "iris", "penguins", "wine"]
}

/// A CSV text without quotes as header and rows.
func cells(_ text: String) -> (header: [String], rows: [[String]]) {
  let lines = text.split(separator: "\n").map {
    $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
  return (lines.first ?? [], Array(lines.dropFirst()))
}
