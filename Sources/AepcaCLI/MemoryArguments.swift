import AEPCA
import ArgumentParser
import CAllocation
import Glibc

/// How much memory a table may take, and what becomes of the rest.
struct MemoryArguments: ParsableArguments {
  @Option(
    name: .customLong("memory"),
    help: ArgumentHelp(
      "What a table may take of memory. Linear components read a larger file in blocks (64 without "
        + "this option); all else keeps arrays beyond it in a temporary file, in TMPDIR or /var/tmp "
        + "(half of what is free without it).", valueName: "MiB"))
  var limit: Int?

  /// What linear components hold of a file, in MiB.
  var forBlocks: Int { limit ?? 64 }

  /// What may be kept of a file's rows for later, in bytes.
  var forRows: Int { limit.map { $0 << 20 } ?? (Self.available ?? 0) / 2 }

  func validate() throws {
    guard let limit else { return }
    guard (0...1 << 30).contains(limit) else {
      throw ValidationError("--memory: expected 0 to \(1 << 30), found \(limit)")
    }
  }

  /// Sees to it that arrays beyond the memory they may take lie in a file.
  ///
  /// - Throws: `FileError` when there can be no such file and a limit was asked for.
  func apply() throws {
    let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/var/tmp"
    guard let budget = limit.map({ $0 << 20 }) ?? Self.available.map({ $0 / 2 }) else { return }
    let large = min(max(budget / 16, 1 << 16), 16 << 20)
    let status = unsafe aepca_keep_large_blocks_in_file(folder, budget, large)
    if status != 0 && limit != nil { throw FileError(.cannotCreate(status), path: folder) }
  }

  /// What ``apply()`` came to, if anything.
  var note: String? {
    let bytes = aepca_most_bytes_in_files()
    guard bytes > 0 else { return nil }
    let megabytes = (bytes + (1 << 20) - 1) >> 20
    return "kept \(megabytes) MiB in a temporary file, beyond the memory given (--memory)"
  }

  /// Bytes that programs can get without others being moved to disk; nil where the system does not say.
  private static var available: Int? {
    guard let file = try? InputFile(path: "/proc/meminfo"), let bytes = try? file.readAll() else {
      return nil
    }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    let line = lines.first { $0.hasPrefix("MemAvailable:") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
  }
}
