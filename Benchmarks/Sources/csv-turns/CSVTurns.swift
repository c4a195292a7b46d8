import AEPCA
import Glibc

/// Reads and writes CSV files, once for each line of standard input.
///
/// A line says `read FILE THREADS`, or `write FILE ROWS COLUMNS float|double THREADS`; the answer is the wall clock's
/// seconds, the processor's, and a number that proves the work: of cells read or bytes written.
@main
struct CSVTurns {
  static func main() throws {
    print("ready")
    fflush(nil)
    var numbers: [Double] = []
    while let line = readLine() {
      let words = line.split(separator: " ").map(String.init)
      guard words.count >= 3, let threads = Int(words[words.count - 1]) else {
        fatalError("expected work, file and threads, found '\(line)'")
      }
      if words[0] == "write", words.count == 6, let rows = Int(words[2]), let columns = Int(words[3])
      {
        if numbers.count != rows * columns { numbers = random(rows * columns) }
        let singles = words[4] == "float" ? numbers.map(Float.init) : []
        let start = (seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID))
        let size = try write(numbers, singles, columns, to: words[1], threads)
        report(start, size)
      } else {
        let start = (seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID))
        var reader = try TableReader(
          path: words[1], options: TableReadingOptions(threads: threads, dialect: DialectHints()))
        let table = try reader.readAll()
        report(start, table.rowCount * table.columns.count)
      }
    }
  }

  /// - Parameter singles: The same numbers, if they are to be written so; else none.
  private static func write(
    _ numbers: [Double], _ singles: [Float], _ columns: Int, to path: String, _ threads: Int
  ) throws -> Int {
    var writer = TableWriter(
      to: try OutputFile(path: path), style: CSVStyle(threads: threads))
    try writer.writeHeader((0..<columns).map { "x\($0)" })
    if singles.isEmpty {
      try writer.write(rows: numbers, columnCount: columns)
    } else {
      try writer.write(rows: singles, columnCount: columns)
    }
    try writer.commit()
    return try InputFile(path: path).byteCount ?? 0
  }

  /// Uniform from -5 to 5, in as many digits as there are.
  private static func random(_ count: Int) -> [Double] {
    var generator = SeededGenerator(seed: 1)
    return (0..<count).map { _ in Double(generator.next() >> 11) * 0x1p-53 * 10 - 5 }
  }

  private static func report(_ start: (Double, Double), _ proof: Int) {
    print(
      seconds(CLOCK_MONOTONIC) - start.0, seconds(CLOCK_PROCESS_CPUTIME_ID) - start.1, proof)
    fflush(nil)
  }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
