import Kernels

/// Runs training steps: threads, buffers and the order of sums.
///
/// Every buffer is laid out once, for the largest batch; a step allocates nothing. There are two
/// ways to the gradients of the weights, chosen by the batch and the model alone:
///
/// - A batch whose slots fit the caches is held whole. Threads take rows forward and back; then
///   they take pieces of the weights, each piece's gradient summed over all rows in their
///   order and its weights updated at once, while both are in cache.
/// - A batch that is large, or far larger than its shards' gradients, is cut in shards whose
///   number depends on its size alone. A shard is worked off in blocks of rows that stay in
///   cache, forward and back, its gradient added up in a buffer of its own; then the shards'
///   gradients are summed in their order.
///
/// So no bit depends on the number of threads.
@safe final class StepRunner {
  enum Phase {
    case preparation
    case rows
    case forwardStatistics(Int)
    case backwardStatistics(Int)
    case gradients
    case norm
    case update
  }

  let plan: Plan
  let weights: PackedWeights
  let options: TrainingOptions
  let holdsBatch: Bool
  let kernels: UnsafePointer<aepca_kernels>
  let team: Team
  /// One for the whole batch, or one per thread for its blocks.
  let workspaces: [Workspace]
  let block: Int
  private let prepared: PreparedKernels
  private let helpers: [Helpers]
  /// One per shard, or one when the gradient is needed whole before the update.
  let gradients: [FloatBuffer]
  let gradientStarts: UnsafeMutablePointer<UnsafePointer<Float>>
  /// A piece's gradient per thread, for an update at once.
  let pieces: [FloatBuffer]
  let first: FloatBuffer
  let second: FloatBuffer
  private let columnWeights: FloatBuffer?
  private let rowLosses: UnsafeMutablePointer<Double>
  let norms: UnsafeMutablePointer<Double>
  /// The first task of each thread, and the end.
  let taskShares: [Int]

  // What the present step works on.
  private var phase = Phase.rows
  private var sources = RowSources()
  private(set) var shardCount = 1
  private var rowCount = 0
  private var scale: Float = 0
  private var seed: UInt64 = 0
  var update = Update()
  private var pass = Pass(forward: 0..<0, backward: 0..<0)

  /// The operations of one pass over the rows.
  private struct Pass {
    var forward: Range<Int>
    var backward: Range<Int>
    /// Whether the rows are still the caller's.
    var gathers = false
    /// Whether the loss lies between.
    var judges = false
  }

  /// The numbers of the present update.
  struct Update {
    var rate: Float = 0
    var root: Float = 0
    var decay: Float = 0
    var gradientScale: Float = 1
  }

  static let normPart = 16384
  static let batchBytes = 4 << 20

  /// Shards of a batch that is not held whole.
  static func shardCount(_ plan: Plan, rows: Int) -> Int {
    guard !plan.convolutions.isEmpty else { return max(1, min(8, rows / 128)) }
    // An image takes long; how many gradients fit is what bounds the shards.
    let fitting = (64 << 20) / (plan.layout.trainableCount * MemoryLayout<Float>.stride + 1)
    return max(1, min(8, rows / 4, max(2, fitting)))
  }

  /// Shards write their gradients once more; a batch held whole lets rows move between the cores.
  private static func holdsBatch(_ plan: Plan, rows: Int, shards: Int) -> Bool {
    let bytes = plan.rowBytes * rows
    let gradientBytes = shards * plan.layout.trainableCount * MemoryLayout<Float>.stride
    guard plan.wholeBatchSteps.isEmpty else { return true }
    return plan.convolutions.isEmpty
      && bytes <= batchBytes && (shards == 1 || gradientBytes > bytes / 4)
  }

  init(
    plan: Plan, weights: PackedWeights, options: TrainingOptions, columnWeights: FloatBuffer?,
    rowLimit: Int, keepsGradient: Bool = false
  ) throws(TrainingError) {
    self.plan = plan
    self.weights = weights
    self.options = options
    unsafe kernels = weights.kernels
    self.columnWeights = columnWeights
    let shards = StepRunner.shardCount(plan, rows: rowLimit)
    holdsBatch = StepRunner.holdsBatch(plan, rows: rowLimit, shards: shards)
    let paying = plan.workPerRow * rowLimit / 5_000_000
    let threads = max(1, min(options.threads, holdsBatch ? 64 : shards, paying))
    block = plan.blockRows(limit: rowLimit)
    let parameters = weights.layout.trainableCount
    let isWhole = !holdsBatch || options.gradientClipNorm != nil || keepsGradient
    let gradientCount = holdsBatch ? (isWhole ? 1 : 0) : shards
    let workspaceCount = holdsBatch ? 1 : threads
    let capacity = holdsBatch ? rowLimit : block
    try checkMemory(
      floats: workspaceCount * Workspace.size(of: plan, capacity: capacity)
        + plan.convolutionNeeds.prepared
        + threads * (plan.convolutionNeeds.scratch + plan.convolutionNeeds.sums)
        + (gradientCount + 2) * parameters)
    team = try Team(threads: threads)
    var workspaces: [Workspace] = []
    for _ in 0..<workspaceCount { workspaces.append(try Workspace(plan, capacity: capacity)) }
    self.workspaces = workspaces
    prepared = try PreparedKernels(plan)
    var helpers: [Helpers] = []
    for _ in 0..<threads { helpers.append(try Helpers(plan, kernels: prepared)) }
    self.helpers = helpers
    var gradients: [FloatBuffer] = []
    for _ in 0..<gradientCount { gradients.append(try FloatBuffer(count: parameters)) }
    self.gradients = gradients
    unsafe gradientStarts = .allocate(capacity: max(1, gradientCount))
    for (index, buffer) in gradients.enumerated() {
      unsafe gradientStarts[index] = UnsafePointer(buffer.start)
    }
    var pieces: [FloatBuffer] = []
    let pieceSize = plan.tasks.reduce(0) { max($0, $1.count) }
    for _ in 0..<threads { pieces.append(try FloatBuffer(count: pieceSize)) }
    self.pieces = pieces
    first = try FloatBuffer(count: parameters)
    second = try FloatBuffer(count: parameters)
    unsafe rowLosses = .allocate(capacity: rowLimit)
    unsafe norms = .allocate(capacity: parameters / StepRunner.normPart + 1)
    let costRows = holdsBatch ? rowLimit : 8
    taskShares = StepRunner.shares(plan.tasks.map { $0.cost(rows: costRows) }, in: threads)
    for task in plan.tasks { weights.transpose(task) }
    team.work = { [unowned self] in work(thread: $0) }
  }

  deinit {
    unsafe gradientStarts.deallocate()
    unsafe rowLosses.deallocate()
    unsafe norms.deallocate()
  }

  /// Where to cut a list so that the parts cost about the same.
  static func shares(_ costs: [Int], in parts: Int) -> [Int] {
    let total = costs.reduce(0, +)
    var cuts = [0]
    var sum = 0
    for (index, cost) in costs.enumerated() {
      while cuts.count < parts, (sum + cost / 2) * parts >= total * cuts.count {
        cuts.append(index)
      }
      sum += cost
    }
    while cuts.count <= parts { cuts.append(costs.count) }
    return cuts
  }

  /// One step on the rows that `sources.order` begins with.
  ///
  /// - Parameters:
  ///   - count: What the loss is the mean over.
  ///   - number: Steps before this one.
  /// - Returns: The sum of the entries' losses. When it is not finite the weights stay.
  func step(
    _ sources: RowSources, rows: Int, count: Int, number: Int, rate: Double, seed: UInt64
  ) -> Double {
    self.sources = sources
    rowCount = rows
    shardCount = holdsBatch ? 1 : StepRunner.shardCount(plan, rows: rows)
    scale = count > 0 ? Float(1 / Double(count)) : 0
    self.seed = seed
    if !plan.convolutions.isEmpty { run(.preparation) }
    runPasses()
    var loss = 0.0
    for row in 0..<rows { loss += unsafe rowLosses[row] }
    guard loss.isFinite else { return loss }
    update = options.optimizer.update(step: number, rate: rate)
    if holdsBatch && !gradients.isEmpty { run(.gradients) }
    if let limit = options.gradientClipNorm {
      run(.norm)
      var square = 0.0
      for part in 0..<normParts { square += unsafe norms[part] }
      let norm = square.squareRoot()
      if norm > limit { update.gradientScale = Float(limit / norm) }
    }
    run(.update)
    return loss
  }

  /// Takes all rows forward and back: at once, or in passes between the steps that need the
  /// whole batch.
  private func runPasses() {
    let steps = plan.wholeBatchSteps
    let end = plan.operations.count
    pass = Pass(forward: 0..<(steps.first ?? end), backward: 0..<0, gathers: true)
    for (index, step) in steps.enumerated() {
      run(.rows)
      run(.forwardStatistics(step))
      pass = Pass(
        forward: step..<(index + 1 < steps.count ? steps[index + 1] : end), backward: 0..<0)
    }
    pass.judges = true
    pass.backward = (steps.last.map { $0 + 1 } ?? 0)..<end
    run(.rows)
    for (index, step) in steps.enumerated().reversed() {
      run(.backwardStatistics(step))
      pass = Pass(
        forward: 0..<0, backward: (index > 0 ? steps[index - 1] + 1 : 0)..<step + 1)
      run(.rows)
    }
  }

  private var normParts: Int {
    (weights.layout.trainableCount + StepRunner.normPart - 1) / StepRunner.normPart
  }

  private func run(_ phase: Phase) {
    self.phase = phase
    team.run()
  }

  private func work(thread: Int) {
    switch phase {
    case .preparation:
      prepared.update(
        weights, convolutions: share(thread, of: plan.convolutions.count, in: team.threads))
    case .rows:
      if holdsBatch {
        runRows(share(thread, of: rowCount, in: team.threads), thread: thread, shard: nil)
      } else {
        for shard in share(thread, of: shardCount, in: team.threads) {
          runRows(share(shard, of: rowCount, in: shardCount), thread: thread, shard: shard)
        }
      }
    case .forwardStatistics(let step), .backwardStatistics(let step):
      guard case .batchNorm(let norm) = plan.operations[step] else { return }
      let vectors = share(thread, of: norm.scale.vectors, in: team.threads)
      if case .forwardStatistics = phase {
        norm.forwardStatistics(wholeBatch(thread), vectors: vectors)
      } else {
        norm.backwardStatistics(wholeBatch(thread), vectors: vectors)
      }
    case .gradients:
      for index in tasks(of: thread) { computeGradient(plan.tasks[index], thread: thread) }
    case .norm:
      for part in share(thread, of: normParts, in: team.threads) {
        let start = part * StepRunner.normPart
        unsafe norms[part] = kernels.pointee.squared_norm(
          min(StepRunner.normPart, weights.layout.trainableCount - start), start,
          gradientStarts, shardCount)
      }
    case .update: for index in tasks(of: thread) { update(plan.tasks[index], thread: thread) }
    }
  }

  private func tasks(of thread: Int) -> Range<Int> {
    taskShares[thread]..<taskShares[thread + 1]
  }

  /// The whole batch, as it lies in the workspace that holds it, for a thread.
  func wholeBatch(_ thread: Int) -> RowRun {
    RowRun(
      weights: weights, workspace: workspaces[0], helpers: helpers[thread], rows: rowCount,
      firstRow: 0,
      batchRows: rowCount, place: 0, isTraining: true, seed: seed)
  }

  /// Takes rows forward and back; those of a shard add their gradient to its buffer.
  private func runRows(_ rows: Range<Int>, thread: Int, shard: Int?) {
    let workspace = workspaces[holdsBatch ? 0 : thread]
    let sums = unsafe shard.map { unsafe gradients[$0].start }
    if let sums = unsafe sums {
      for place in plan.summedPlaces {
        unsafe (sums + place.offset).update(repeating: 0, count: place.size)
      }
      eachConvolution { unsafe $0.beginSums(helpers[thread].sums.start) }
    }
    var start = rows.lowerBound
    while start < rows.upperBound {
      let run = RowRun(
        weights: weights, workspace: workspace, helpers: helpers[thread],
        rows: min(block, rows.upperBound - start), firstRow: start, batchRows: rowCount,
        place: holdsBatch ? start : 0, isTraining: true, seed: seed, gradients: sums)
      if pass.gathers {
        unsafe sources.gather(
          sources.inputs, columns: plan.slots[plan.input].width, first: start, rows: run.rows,
          to: run.values(plan.input), stride: run.stride(plan.input))
      }
      unsafe plan.operations.withUnsafeBufferPointer { operations in
        for index in pass.forward { unsafe operations[index].forward(run) }
        if pass.judges {
          unsafe sources.loss(
            of: run, plan: plan, workspace: workspace, loss: options.loss,
            columnWeights: columnWeights, gradient: plan.outputGradient, scale: scale,
            to: rowLosses + start)
        }
        for index in pass.backward.reversed() { unsafe operations[index].backward(run) }
      }
      if let shard {
        addGradients(of: run, to: gradients[shard], begins: start == rows.lowerBound)
      }
      start += run.rows
    }
    if let sums = unsafe sums, pass.judges {
      eachConvolution {
        unsafe $0.endSums(helpers[thread].sums.start, to: sums + $0.kernel.offset)
      }
    }
  }

  private func eachConvolution(_ body: (ConvolutionOperation) -> Void) {
    for index in plan.convolutions {
      if case .convolution(let operation) = plan.operations[index] { body(operation) }
    }
  }
}
