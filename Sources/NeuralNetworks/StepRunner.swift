import Kernels
import LinearAlgebra

/// Runs training steps and evaluations: threads, buffers and the order of sums.
///
/// A batch is cut in shards whose number depends on its size alone. A shard is worked off in
/// blocks of rows that stay in cache, forward and back, its gradient added up in a buffer of
/// its own; then the shards' gradients are summed in their order. So the number of threads,
/// which only share out the shards, changes no bit.
@safe final class StepRunner {
  private enum Phase {
    case rows
    case evaluation
    case norm
    case update
    case transposes
  }

  let plan: Plan
  let weights: PackedWeights
  private let kernels: UnsafePointer<aepca_kernels>
  private let team: OpaquePointer
  private let threads: Int
  private let workspaces: [Workspace]
  /// Per thread: gathered targets and mask.
  private let targetRows: [FloatBuffer]
  private let maskRows: [FloatBuffer]
  private let gradients: [FloatBuffer]
  private let gradientStarts: UnsafeMutablePointer<UnsafePointer<Float>>
  private let first: FloatBuffer
  private let second: FloatBuffer
  private let block: Int
  private let shardLosses: UnsafeMutablePointer<Double>
  private let shardLossCount: Int
  private let norms: UnsafeMutablePointer<Double>
  private let options: TrainingOptions
  private let columnWeights: FloatBuffer?
  private let targetSlot: Slot

  // What the present step works on.
  private var phase = Phase.rows
  private var sources = Sources()
  private var shardCount = 1
  private var rowCount = 0
  private var scale: Float = 0
  private var seed: UInt64 = 0
  private var update = Update()

  /// Pointers that hold for the length of a call.
  @safe struct Sources {
    var inputs: UnsafePointer<Float>?
    var targets: UnsafePointer<Float>?
    var mask: UnsafePointer<UInt8>?
    var order: UnsafePointer<Int32>?
    var targetsAreInputs = false
  }

  struct Update {
    var rate: Float = 0
    var root: Float = 0
    var decay: Float = 0
    var gradientScale: Float = 1
  }

  static let normPart = 16384
  static let evaluationRows = 256

  static func shardCount(rows: Int) -> Int { max(1, min(8, rows / 64)) }

  init(
    plan: Plan, weights: PackedWeights, options: TrainingOptions, columnWeights: [Float]?,
    rowLimit: Int, trains: Bool
  ) throws(TrainingError) {
    self.plan = plan
    self.weights = weights
    self.options = options
    unsafe kernels = weights.kernels
    targetSlot = plan.slots[plan.output]
    block = plan.blockRows(limit: rowLimit)
    let shards = trains ? StepRunner.shardCount(rows: rowLimit) : 1
    let pays = !trains || plan.workPerRow * rowLimit > 10_000_000
    threads = max(1, min(options.threads, trains ? shards : options.threads, pays ? 64 : 1))
    let parameters = weights.layout.trainableCount
    let needed =
      MemoryLayout<Float>.stride
      * (threads * Workspace.size(of: plan.slots, capacity: block)
        + (trains ? (shards + 3) * parameters : 0))
    guard needed < physicalMemory() else {
      throw TrainingError(.memory(needed: needed, available: physicalMemory()))
    }
    guard let team = unsafe aepca_team_create(Int32(threads)) else {
      throw TrainingError(.threads(threads))
    }
    unsafe self.team = team
    var workspaces: [Workspace] = []
    var targetRows: [FloatBuffer] = []
    var maskRows: [FloatBuffer] = []
    for _ in 0..<threads {
      workspaces.append(try Workspace(slots: plan.slots, capacity: block))
      targetRows.append(try FloatBuffer(count: block * targetSlot.stride))
      maskRows.append(try FloatBuffer(count: block * targetSlot.stride / 4 + 16))
    }
    self.workspaces = workspaces
    self.targetRows = targetRows
    self.maskRows = maskRows
    var gradients: [FloatBuffer] = []
    if trains {
      for _ in 0..<shards { gradients.append(try FloatBuffer(count: parameters)) }
    }
    self.gradients = gradients
    unsafe gradientStarts = .allocate(capacity: max(1, gradients.count))
    for (index, buffer) in gradients.enumerated() {
      unsafe gradientStarts[index] = UnsafePointer(buffer.start)
    }
    first = try FloatBuffer(count: trains ? parameters : 0)
    second = try FloatBuffer(count: trains ? parameters : 0)
    shardLossCount = max(8, rowLimit / StepRunner.evaluationRows + 1)
    unsafe shardLosses = .allocate(capacity: shardLossCount)
    unsafe norms = .allocate(capacity: parameters / StepRunner.normPart + 1)
    if let columnWeights {
      let buffer = try FloatBuffer(count: padded(columnWeights.count))
      for (index, weight) in columnWeights.enumerated() { unsafe buffer.start[index] = weight }
      self.columnWeights = buffer
    } else {
      self.columnWeights = nil
    }
    for place in plan.transposedKernels { weights.transpose(place) }
  }

  deinit {
    unsafe aepca_team_destroy(team)
    unsafe gradientStarts.deallocate()
    unsafe shardLosses.deallocate()
    unsafe norms.deallocate()
  }

  /// One step on the rows that `sources.order` begins with.
  ///
  /// - Returns: The sum of the entries' losses.
  func step(
    _ sources: Sources, rows: Int, count: Int, number: Int, rate: Double, seed: UInt64
  ) -> Double {
    self.sources = sources
    rowCount = rows
    shardCount = StepRunner.shardCount(rows: rows)
    scale = count > 0 ? Float(1 / Double(count)) : 0
    self.seed = seed
    run(.rows)
    var loss = 0.0
    for shard in 0..<shardCount { loss += unsafe shardLosses[shard] }
    guard loss.isFinite else { return loss }
    update = Update(rate: Float(rate), root: 1, decay: 0, gradientScale: 1)
    if case .sgd = options.optimizer {
    } else {
      let time = Double(number + 1)
      update.rate = Float(rate / (1 - power(0.9, time)))
      update.root = Float(1 / (1 - power(0.999, time)).squareRoot())
      if case .adamW(let decay) = options.optimizer { update.decay = Float(rate * decay) }
    }
    if let limit = options.gradientClipNorm {
      run(.norm)
      var square = 0.0
      for part in 0..<normParts { square += unsafe norms[part] }
      let norm = square.squareRoot()
      if norm > limit { update.gradientScale = Float(limit / norm) }
    }
    run(.update)
    run(.transposes)
    return loss
  }

  /// The sum of the losses of rows in their order, by the weights as they are.
  func evaluate(_ sources: Sources, rows: Int) -> Double {
    self.sources = sources
    rowCount = rows
    shardCount = (rows + StepRunner.evaluationRows - 1) / StepRunner.evaluationRows
    precondition(shardCount <= shardLossCount, "a runner is made for its number of rows")
    scale = 0
    run(.evaluation)
    var loss = 0.0
    for shard in 0..<shardCount { loss += unsafe shardLosses[shard] }
    return loss
  }

  /// The model's outputs for rows of inputs.
  func predict(_ inputs: Matrix<Float>) -> Matrix<Float> {
    let width = targetSlot.width
    var outputs = Matrix<Float>(rowCount: inputs.rowCount, columnCount: width)
    unsafe inputs.elements.withUnsafeBufferPointer { input in
      unsafe outputs.elements.withUnsafeMutableBufferPointer { output in
        unsafe sources = Sources(inputs: input.baseAddress)
        unsafe predictions = output.baseAddress
        rowCount = inputs.rowCount
        shardCount = (rowCount + StepRunner.evaluationRows - 1) / StepRunner.evaluationRows
        run(.evaluation)
        unsafe predictions = nil
      }
    }
    return outputs
  }

  private var predictions: UnsafeMutablePointer<Float>?

  private var normParts: Int {
    (weights.layout.trainableCount + StepRunner.normPart - 1) / StepRunner.normPart
  }

  private func run(_ phase: Phase) {
    self.phase = phase
    unsafe aepca_team_run(
      team,
      { context, thread in
        unsafe Unmanaged<StepRunner>.fromOpaque(context).takeUnretainedValue()
          .work(thread: Int(thread))
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  private func work(thread: Int) {
    switch phase {
    case .rows, .evaluation:
      for shard in share(thread, of: shardCount, in: threads) { runShard(shard, thread) }
    case .norm:
      for part in share(thread, of: normParts, in: threads) {
        let start = part * StepRunner.normPart
        unsafe norms[part] = kernels.pointee.squared_norm(
          min(StepRunner.normPart, weights.layout.trainableCount - start), start,
          gradientStarts, shardCount)
      }
    case .update: updateSlice(thread)
    case .transposes:
      for index in share(thread, of: plan.transposedKernels.count, in: threads) {
        weights.transpose(plan.transposedKernels[index])
      }
    }
  }

  private func runShard(_ shard: Int, _ thread: Int) {
    let trains = phase == .rows
    let rows = share(shard, of: rowCount, in: shardCount)
    let workspace = workspaces[thread]
    let gradient = unsafe trains ? gradients[shard].start : weights.flat.start
    if trains { gradients[shard].clear() }
    var loss = 0.0
    var start = rows.lowerBound
    while start < rows.upperBound {
      let count = min(block, rows.upperBound - start)
      let run = unsafe RowRun(
        kernels: kernels, workspace: workspace, weights: weights.flat.start,
        transposed: weights.transposed.start, gradient: gradient, rows: count,
        firstRow: start, isTraining: trains, seed: seed)
      unsafe gather(
        sources.inputs, columns: plan.slots[plan.input].width, start, count,
        to: unsafe run.values(plan.input), stride: run.stride(plan.input))
      unsafe plan.operations.withUnsafeBufferPointer { operations in
        for index in operations.indices { unsafe operations[index].forward(run) }
      }
      if let predictions = unsafe predictions {
        let width = targetSlot.width
        for row in 0..<count {
          unsafe (predictions + (start + row) * width).update(
            from: run.values(plan.output) + row * run.stride(plan.output), count: width)
        }
      } else {
        loss += self.loss(of: run, start: start, thread: thread)
      }
      if trains {
        unsafe plan.operations.withUnsafeBufferPointer { operations in
          for index in stride(from: operations.count - 1, through: 0, by: -1) {
            unsafe operations[index].backward(run)
          }
        }
      }
      start += count
    }
    unsafe shardLosses[shard % shardLossCount] = loss
  }

  private func gather(
    _ source: UnsafePointer<Float>?, columns: Int, _ start: Int, _ count: Int,
    to: UnsafeMutablePointer<Float>, stride: Int
  ) {
    guard let source = unsafe source else { return }
    if let order = unsafe sources.order {
      unsafe aepca_gather(source, columns, order + start, count, to, stride)
      return
    }
    for row in 0..<count {
      unsafe (to + row * stride).update(from: source + (start + row) * columns, count: columns)
    }
  }

  private func loss(of run: RowRun, start: Int, thread: Int) -> Double {
    let width = targetSlot.width
    var targets = unsafe UnsafePointer(run.values(plan.input))
    var targetStride = run.stride(plan.input)
    if !sources.targetsAreInputs {
      targetStride = targetSlot.stride
      unsafe gather(
        sources.targets, columns: width, start, run.rows, to: targetRows[thread].start,
        stride: targetStride)
      unsafe targets = UnsafePointer(targetRows[thread].start)
    }
    var mask: UnsafePointer<UInt8>?
    if let source = unsafe sources.mask {
      let rows = unsafe UnsafeMutableRawPointer(maskRows[thread].start)
        .assumingMemoryBound(to: UInt8.self)
      if let order = unsafe sources.order {
        unsafe aepca_gather_bytes(
          source, width, order + start, run.rows, rows, targetSlot.stride)
      } else {
        for row in 0..<run.rows {
          unsafe (rows + row * targetSlot.stride).update(
            from: source + (start + row) * width, count: width)
        }
      }
      unsafe mask = UnsafePointer(rows)
    }
    return unsafe withUnsafePointer(
      to: aepca_loss(
        kind: options.loss.kernel, delta: options.loss.delta, rows: run.rows, columns: width,
        values: run.values(plan.output), value_stride: run.stride(plan.output),
        targets: targets, target_stride: targetStride, mask: mask,
        mask_stride: targetSlot.stride,
        column_weights: columnWeights.map { unsafe UnsafePointer($0.start) },
        gradient: phase == .rows ? plan.outputGradient.map { unsafe run.values($0) } : nil,
        gradient_stride: targetSlot.stride, scale: scale)
    ) { unsafe kernels.pointee.loss($0) }
  }

  /// This thread's part of the flat vector, first what decays and then the rest.
  private func updateSlice(_ thread: Int) {
    let layout = weights.layout
    let slice = share(thread, of: layout.trainableCount / lanes, in: threads)
    let start = slice.lowerBound * lanes
    let end = slice.upperBound * lanes
    let border = min(max(start, layout.decayingCount), end)
    update(start..<border, decay: update.decay)
    update(border..<end, decay: 0)
  }

  private func update(_ range: Range<Int>, decay: Float) {
    guard !range.isEmpty else { return }
    let start = range.lowerBound
    if case .sgd(let momentum) = options.optimizer {
      unsafe withUnsafePointer(
        to: aepca_descent(
          count: range.count, weights: weights.flat.start + start,
          velocity: first.start + start, gradients: gradientStarts,
          gradient_count: shardCount, offset: start, gradient_scale: update.gradientScale,
          rate: update.rate, momentum: Float(momentum))
      ) { unsafe kernels.pointee.descent($0) }
      return
    }
    unsafe withUnsafePointer(
      to: aepca_adam(
        count: range.count, weights: weights.flat.start + start, first: first.start + start,
        second: second.start + start, gradients: gradientStarts, gradient_count: shardCount,
        offset: start, gradient_scale: update.gradientScale, rate: update.rate, beta1: 0.9,
        beta2: 0.999, root: update.root, epsilon: 1e-8, decay: decay)
    ) { unsafe kernels.pointee.adam($0) }
  }

  /// The summed gradient of the last step, in the flat vector's order.
  func lastGradient() throws(TrainingError) -> FloatBuffer {
    let total = try FloatBuffer(count: weights.layout.count)
    for shard in 0..<shardCount {
      for index in 0..<gradients[shard].count {
        unsafe total.start[index] += gradients[shard].start[index]
      }
    }
    return total
  }
}
