import AEPCA
import Glibc

/// A row of the table: a dense autoencoder and its batch.
struct Case {
  let name: String
  let widths: [Int]
  let activation: Activation
  let batch: Int
  let rowCount: Int
  let epochs: Int

  static let all = [
    Case(
      name: "default-128", widths: [64, 256, 256, 128, 8, 128, 256, 256, 64], activation: .silu,
      batch: 128, rowCount: 2048, epochs: 160),
    Case(
      name: "small-32", widths: [30, 64, 32, 3, 32, 64, 30], activation: .tanh, batch: 32,
      rowCount: 4096, epochs: 400),
    Case(
      name: "small-256", widths: [30, 64, 32, 3, 32, 64, 30], activation: .tanh, batch: 256,
      rowCount: 16384, epochs: 160),
    Case(
      name: "wide-2048", widths: [784, 36, 784], activation: .relu, batch: 2048,
      rowCount: 8192, epochs: 60),
    Case(
      name: "middle-128", widths: [64, 128, 64, 8, 64, 128, 64], activation: .tanh, batch: 128,
      rowCount: 4096, epochs: 300),
  ]

  func model(seed: UInt64) throws -> Model {
    let input = Input(shape: [widths[0]])
    var tensor = input
    for (index, width) in widths.enumerated().dropFirst() {
      // The output is linear, and so is a bottleneck between hidden layers.
      let isLinear = index == widths.count - 1 || (widths.count > 3 && width == widths.min())
      tensor = Dense(width, activation: isLinear ? .linear : activation)(tensor)
    }
    let model = try Model(input: input, output: tensor, name: name)
    model.initialize(seed: seed)
    return model
  }

  var table: Matrix<Float> {
    var generator = SeededGenerator(seed: 1)
    return Matrix(
      rowCount: rowCount, columnCount: widths[0],
      elements: (0..<rowCount * widths[0]).map { _ in Float(2 * generator.uniform() - 1) })
  }

  /// Multiply-add arithmetic of a step, in floating-point operations, without padding.
  var work: Double {
    let products = zip(widths, widths.dropFirst()).map { Double($0 * $1) }
    return Double(batch) * (6 * products.reduce(0, +) - 2 * (products.first ?? 0))
  }
}

/// The time of each epoch: on the clock, and of the calling thread.
final class Stopwatch: TrainingCallback {
  private var last = (clock: seconds(CLOCK_MONOTONIC), thread: seconds(CLOCK_THREAD_CPUTIME_ID))
  private(set) var clock: [Double] = []
  private(set) var thread: [Double] = []

  func epochEnded(_ report: EpochReport) -> TrainingDecision {
    let now = (clock: seconds(CLOCK_MONOTONIC), thread: seconds(CLOCK_THREAD_CPUTIME_ID))
    clock.append(now.clock - last.clock)
    thread.append(now.thread - last.thread)
    last = now
    return .continue
  }
}

func seconds(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}

/// Steps per second.
struct Rates {
  /// In the best epoch, which says most on a machine that others use too.
  var best = 0.0
  var median = 0.0
  /// In the best epoch by the calling thread's own time.
  var ownTime = 0.0
}

func rates(_ item: Case, table: Matrix<Float>, threads: Int, seed: UInt64) throws -> Rates {
  let stopwatch = Stopwatch()
  _ = try item.model(seed: seed).fit(
    table, table,
    options: TrainingOptions(
      epochs: item.epochs, batchSize: item.batch, seed: seed, threads: threads),
    callbacks: [stopwatch])
  let sorted = stopwatch.clock.dropFirst().sorted()
  let steps = Double(item.rowCount / item.batch)
  return Rates(
    best: steps / (sorted.first ?? 1), median: steps / sorted[sorted.count / 2],
    ownTime: steps / (stopwatch.thread.dropFirst().min() ?? 1))
}

func text(_ value: Double, digits: Int = 0) -> String {
  let factor = digits == 0 ? 1.0 : 10.0
  let rounded = (value * factor).rounded() / factor
  return digits == 0 ? "\(Int(rounded))" : "\(rounded)"
}

@main struct TrainingSteps {
  static func main() async throws {
    let words = Set(CommandLine.arguments.dropFirst())
    let named = Case.all.filter { words.contains($0.name) }
    let runs = ["threads-1", "threads-2", "two-models"]
    let wanted = words.isDisjoint(with: runs) ? Set(runs) : words
    for item in named.isEmpty ? Case.all : named {
      let table = item.table
      for threads in [1, 2] where wanted.contains("threads-\(threads)") {
        report(
          item, "threads \(threads)",
          try rates(item, table: table, threads: threads, seed: 1))
      }
      guard wanted.contains("two-models") else { continue }
      let pair = try await withThrowingTaskGroup(of: Rates.self) { group in
        for seed in [UInt64(1), 2] {
          group.addTask { try rates(item, table: table, threads: 1, seed: seed) }
        }
        var sum = Rates()
        for try await one in group {
          sum.best += one.best
          sum.median += one.median
          sum.ownTime += one.ownTime
        }
        return sum
      }
      report(item, "two models", pair)
    }
  }

  static func report(_ item: Case, _ how: String, _ rates: Rates) {
    print(
      "{\"case\": \"\(item.name)\", \"run\": \"\(how)\", \"steps_per_second\": \(text(rates.best)), "
        + "\"median\": \(text(rates.median)), \"by_own_time\": \(text(rates.ownTime)), "
        + "\"gflops\": \(text(rates.best * item.work / 1e9, digits: 1))}")
  }
}
