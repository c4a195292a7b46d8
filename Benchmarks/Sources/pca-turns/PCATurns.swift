import AEPCA
import Glibc

/// Fits linear components to a table of raw Float64 numbers, once for each line of standard input.
///
/// Arguments: file, rows, columns. A line says solver, components and threads; the answer is the
/// seconds of the fit and the variances found.
@main
struct PCATurns {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4, let rowCount = Int(arguments[2]),
      let columnCount = Int(arguments[3])
    else { fatalError("expected file, rows and columns, found \(arguments.dropFirst())") }
    let samples = Matrix(
      rowCount: rowCount, columnCount: columnCount,
      elements: read(arguments[1], count: rowCount * columnCount))
    print("ready")
    fflush(nil)
    while let line = readLine() {
      let words = line.split(separator: " ")
      guard words.count == 3, let solver = PCA.Solver(rawValue: String(words[0])),
        let componentCount = Int(words[1]), let threads = Int(words[2])
      else { fatalError("expected solver, components and threads, found '\(line)'") }
      let start = seconds()
      let model = try PCA(componentCount: componentCount, solver: solver)
        .fit(samples, threads: threads)
      let time = seconds() - start
      print(
        time, model.residual ?? 0, model.explainedVariance.map { "\($0)" }.joined(separator: " "))
      fflush(nil)
    }
  }

  private static func read(_ path: String, count: Int) -> [Double] {
    guard let file = fopen(path, "r") else { fatalError("cannot open \(path)") }
    defer { fclose(file) }
    return Array(unsafeUninitializedCapacity: count) { buffer, filled in
      filled = fread(buffer.baseAddress, MemoryLayout<Double>.stride, count, file)
    }
  }

  private static func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
