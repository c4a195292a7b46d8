import AEPCA
import Glibc

/// A row of a table: an autoencoder and its batch.
struct Case {
  let name: String
  /// Of the dense layers; of the convolutional autoencoder only the first counts.
  let widths: [Int]
  let activation: Activation
  let batch: Int
  let batches: Int
  var isConvolutional = false

  static let all = [
    Case(
      name: "default-128", widths: [64, 256, 256, 128, 8, 128, 256, 256, 64], activation: .silu,
      batch: 128, batches: 100),
    Case(
      name: "small-32", widths: [30, 64, 32, 3, 32, 64, 30], activation: .tanh, batch: 32,
      batches: 100),
    Case(
      name: "small-256", widths: [30, 64, 32, 3, 32, 64, 30], activation: .tanh, batch: 256,
      batches: 100),
    Case(
      name: "wide-2048", widths: [784, 36, 784], activation: .relu, batch: 2048, batches: 20),
    Case(
      name: "middle-128", widths: [64, 128, 64, 8, 64, 128, 64], activation: .tanh, batch: 128,
      batches: 100),
    Case(
      name: "lab-128", widths: [784], activation: .relu, batch: 128, batches: 8,
      isConvolutional: true),
    Case(
      name: "lab-512", widths: [784], activation: .relu, batch: 512, batches: 2,
      isConvolutional: true),
  ]

  func model(seed: UInt64) throws -> Model {
    let model = try isConvolutional ? convolutionalModel() : denseModel()
    model.initialize(seed: seed)
    return model
  }

  /// Three convolutions with pooling, four with upsampling between: 28 x 28 pixels to 4 x 4 x 16.
  private func convolutionalModel() throws -> Model {
    let image = Input(shape: [28, 28, 1])
    var tensor = image
    for filters in [64, 32, 16] {
      tensor = Conv2D(filters: filters, kernelSize: 3, padding: .same, activation: .relu)(tensor)
      tensor = MaxPool2D(poolSize: 2, padding: .same)(tensor)
    }
    for (filters, padding) in [(16, Padding.same), (32, .same), (64, .valid)] {
      tensor = Conv2D(filters: filters, kernelSize: 3, padding: padding, activation: .relu)(tensor)
      tensor = UpSampling2D(size: 2)(tensor)
    }
    tensor = Conv2D(filters: 1, kernelSize: 3, padding: .same)(tensor)
    return try Model(input: image, output: tensor, name: "autoencoder")
  }

  private func denseModel() throws -> Model {
    let input = Input(shape: [widths[0]])
    var tensor = input
    for (index, width) in widths.enumerated().dropFirst() {
      // The output is linear, and so is a bottleneck between hidden layers.
      let isLinear = index == widths.count - 1 || (widths.count > 3 && width == widths.min())
      tensor = Dense(width, activation: isLinear ? .linear : activation)(tensor)
    }
    return try Model(input: input, output: tensor, name: name)
  }

  /// Standard normal rows, by Box and Muller's transform, like the peers'.
  var table: Matrix<Float> {
    var generator = SeededGenerator(seed: 1)
    return Matrix(
      rowCount: batch * batches, columnCount: widths[0],
      elements: (0..<batch * batches * widths[0]).map { _ in
        let radius = (-2 * log(1 - generator.uniform())).squareRoot()
        return Float(radius * cos(2 * Double.pi * generator.uniform()))
      })
  }

  /// Multiply-add arithmetic of a step, in floating-point operations, without padding; of the
  /// convolutions as the layers are written, whatever the engine saves.
  var work: Double {
    if isConvolutional {
      let forward = [
        (784, 1, 64), (196, 64, 32), (49, 32, 16), (16, 16, 16), (64, 16, 32), (196, 32, 64),
        (784, 64, 1),
      ].map { 18 * Double($0.0 * $0.1 * $0.2) }
      return Double(batch) * (3 * forward.reduce(0, +) - forward[0])
    }
    let products = zip(widths, widths.dropFirst()).map { Double($0 * $1) }
    return Double(batch) * (6 * products.reduce(0, +) - 2 * (products.first ?? 0))
  }
}

/// Trains for some seconds after a first epoch that nobody counts: on the clock, and by the
/// calling thread's own time.
final class Stopwatch: TrainingCallback {
  private let limit: Double
  private var began: (clock: Double, thread: Double)?
  private(set) var epochs = 0
  private(set) var clock = 0.0
  private(set) var thread = 0.0

  init(seconds: Double) { limit = seconds }

  func epochEnded(_ report: EpochReport) -> TrainingDecision {
    let now = (clock: seconds(CLOCK_MONOTONIC), thread: seconds(CLOCK_THREAD_CPUTIME_ID))
    guard let began else {
      began = now
      return .continue
    }
    epochs += 1
    clock = now.clock - began.clock
    thread = now.thread - began.thread
    return clock < limit ? .continue : .stop
  }
}

func seconds(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}

/// Steps per second over a turn.
struct Rates {
  var mean = 0.0
  /// By the calling thread's own time.
  var ownTime = 0.0
}

func rates(
  _ item: Case, table: Matrix<Float>, threads: Int, seed: UInt64, seconds: Double
) throws -> Rates {
  let stopwatch = Stopwatch(seconds: seconds)
  _ = try item.model(seed: seed).fit(
    table, table,
    options: TrainingOptions(
      epochs: 1_000_000, batchSize: item.batch, seed: seed, threads: threads),
    callbacks: [stopwatch])
  let steps = Double(item.batches * stopwatch.epochs)
  return Rates(mean: steps / stopwatch.clock, ownTime: steps / stopwatch.thread)
}

func text(_ value: Double, digits: Int = 0) -> String {
  let factor = (0..<digits).reduce(1.0) { product, _ in 10 * product }
  let rounded = (value * factor).rounded() / factor
  return digits == 0 ? "\(Int(rounded))" : "\(rounded)"
}

@main struct TrainingSteps {
  /// Arguments: names of cases and of runs, all when none is named, and the seconds of a turn.
  static func main() async throws {
    let words = Set(CommandLine.arguments.dropFirst())
    let seconds = words.compactMap { Double($0) }.first ?? 1
    let named = Case.all.filter { words.contains($0.name) }
    let runs = ["threads-1", "threads-2", "two-models"]
    let wanted = words.isDisjoint(with: runs) ? Set(runs) : words
    for item in named.isEmpty ? Case.all.filter({ !$0.isConvolutional }) : named {
      let table = item.table
      for threads in [1, 2] where wanted.contains("threads-\(threads)") {
        report(
          item, "threads \(threads)",
          try rates(item, table: table, threads: threads, seed: 1, seconds: seconds))
      }
      guard wanted.contains("two-models") else { continue }
      let pair = try await withThrowingTaskGroup(of: Rates.self) { group in
        for seed in [UInt64(1), 2] {
          group.addTask {
            try rates(item, table: table, threads: 1, seed: seed, seconds: seconds)
          }
        }
        var sum = Rates()
        for try await one in group {
          sum.mean += one.mean
          sum.ownTime += one.ownTime
        }
        return sum
      }
      report(item, "two models", pair)
    }
  }

  static func report(_ item: Case, _ how: String, _ rates: Rates) {
    print(
      "{\"case\": \"\(item.name)\", \"run\": \"\(how)\", \"steps_per_second\": \(text(rates.mean, digits: 2)), "
        + "\"by_own_time\": \(text(rates.ownTime, digits: 2)), "
        + "\"gflops\": \(text(rates.mean * item.work / 1e9, digits: 1))}")
  }
}
