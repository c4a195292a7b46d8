import Evaluation
import Glibc
import LinearAlgebra
import Testing

/// Numbers from scikit-dimension, written by Reference/make_reference.py.
///
/// Its distances come from products for more than 25 columns, which costs some digits.
@Test(arguments: [("iris", 4), ("wine", 13), ("breast_cancer", 30), ("digits", 64)])
func `the dimension equals that of scikit-dimension`(set: String, columnCount: Int) throws {
  let reference = try #require(referenceLines("reference.csv").first { $0[0] == set })
  let samples = try datasetRows(set, columnCount: columnCount)
  let dimension = try #require(IntrinsicDimension(of: samples, threads: 2))
  #expect(dimension.rowCount == Int(reference[1]))
  let expected = try #require(Double(reference[2]))
  #expect(abs(dimension.value - expected) < 1e-9 * expected)
}

private let folder = #filePath.split(separator: "/").dropLast().map { "/" + $0 }.joined()

/// The cells of a file beside the scripts that write references.
func referenceLines(_ name: String) throws -> [[Substring]] {
  try lines(ofFile: "\(folder)/Reference/\(name)")
}

/// The first columns of a set in Datasets/, all of them numbers.
func datasetRows(_ set: String, columnCount: Int) throws -> Matrix<Double> {
  let rows = try lines(ofFile: "\(folder)/../../Datasets/\(set).csv").dropFirst()
  return Matrix(
    rows: try rows.map { row in try row.prefix(columnCount).map { try #require(Double($0)) } })
}

/// The cells of a comma-separated file without quotes, line by line.
private func lines(ofFile path: String) throws -> [[Substring]] {
  struct Unreadable: Error { let path: String }
  guard let file = unsafe fopen(path, "r") else { throw Unreadable(path: path) }
  defer { unsafe fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65536)
  while case let count = unsafe fread(&buffer, 1, buffer.count, file), count > 0 {
    bytes.append(contentsOf: buffer[..<count])
  }
  return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
    $0.split(separator: ",", omittingEmptySubsequences: false)
  }
}
