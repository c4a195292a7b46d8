import Glibc
import LinearAlgebra

/// The cells of a comma-separated file without quotes, line by line.
func lines(ofFile path: String) throws -> [[Substring]] {
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

/// A data set of the repository as numbers.
struct DataSet {
  let samples: Matrix<Double>
  let observed: Mask

  /// Which columns of each set are numbers.
  static let columns: [String: [Int]] = [
    "iris": Array(0..<4), "wine": Array(0..<13), "breast_cancer": Array(0..<30),
    "digits": Array(0..<64), "penguins": [2, 3, 4, 5, 7],
  ]

  init(_ name: String, file: String = #filePath) throws {
    let columns = Self.columns[name] ?? []
    let root = file.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
    let rows = try lines(ofFile: "\(root)/Datasets/\(name).csv").dropFirst()
    let cells = rows.flatMap { row in columns.map { Double(row[$0]) } }
    samples = Matrix(
      rowCount: rows.count, columnCount: columns.count, elements: cells.map { $0 ?? .nan })
    observed = Mask(
      rowCount: rows.count, columnCount: columns.count, isObserved: cells.map { $0 != nil })
  }

  /// The rows without missing cells.
  var complete: Matrix<Double> {
    samples.rows(
      at: (0..<samples.rowCount).filter { samples.row($0).allSatisfy(\.isFinite) })
  }
}

extension Matrix where Scalar == Double {
  /// Each column less its mean, over its standard deviation with divisor n, NaN left alone.
  var standardised: Matrix {
    var result = self
    for column in 0..<columnCount {
      let rows = (0..<rowCount).filter { self[$0, column].isFinite }
      let count = Double(rows.count)
      let mean = rows.reduce(0) { $0 + self[$1, column] } / count
      let squares = rows.reduce(0) { $0 + (self[$1, column] - mean) * (self[$1, column] - mean) }
      let deviation = squares > 0 ? (squares / count).squareRoot() : 1
      for row in 0..<rowCount { result[row, column] = (self[row, column] - mean) / deviation }
    }
    return result
  }
}

/// The largest difference between two lists of numbers.
func distance(_ left: [Double], _ right: [Double]) -> Double {
  guard left.count == right.count else { return .infinity }
  return zip(left, right).reduce(0) {
    let difference = abs($1.0 - $1.1)
    return difference.isNaN ? .infinity : max($0, difference)
  }
}

/// Numbers with mean 0 and variance 1 (Box and Muller).
func normal(_ generator: inout SeededGenerator) -> Double {
  (-2 * log(1 - generator.uniform())).squareRoot() * cos(2 * .pi * generator.uniform())
}

func normalMatrix(
  _ rowCount: Int, _ columnCount: Int, _ generator: inout SeededGenerator
) -> Matrix<Double> {
  Matrix(
    rowCount: rowCount, columnCount: columnCount,
    elements: (0..<rowCount * columnCount).map { _ in normal(&generator) })
}
