import Testing

@testable import Compression

/// Headers that were never written, under checksums that are right: found by fuzzing.
@Suite struct CompressedFormatTests {
  private func read(
    _ columns: [CompressedFormat.Header.Column]?
  ) throws -> CompressedFormat.Header {
    let header = CompressedFormat.Header(modelChecksum: 1, modelSize: 2, columns: columns)
    let bytes = CompressedFormat.encoded(header)
    let start = try CompressedFormat.headerSize(Array(bytes[..<12]))
    return try CompressedFormat.header(Array(bytes[12...]), checksum: start.checksum)
  }

  @Test func `a header comes back as it was`() throws {
    let columns: [CompressedFormat.Header.Column] = [
      .init(name: "a", isNumber: true), .init(name: "été", isNumber: false),
      .init(name: "", isNumber: true),
    ]
    #expect(try read(columns).columns == columns)
    #expect(try read(nil).columns == nil)
  }

  @Test func `a header without columns is refused`() {
    #expect(throws: CompressionError.Problem.headerDamaged) { _ = try read([]) }
  }
}
