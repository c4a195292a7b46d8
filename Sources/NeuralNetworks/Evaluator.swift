import Kernels
import LinearAlgebra

/// Runs rows forward by the weights as they are: losses and predictions.
///
/// Threads take blocks of rows; each block's loss is summed by itself and the blocks in their
/// order, so that any number of threads gives the same bits.
@safe final class Evaluator {
  private let plan: Plan
  private let weights: PackedWeights
  private let loss: Loss
  private let team: Team
  private let workspaces: [Workspace]
  private let prepared: PreparedKernels
  private let helpers: [Helpers]
  private let columnWeights: FloatBuffer?
  private let block: Int
  private let blockLosses: UnsafeMutablePointer<Double>
  private let rowLosses: UnsafeMutablePointer<Double>

  // What the present call works on.
  private var sources = RowSources()
  private var rowCount = 0
  private var predictions: UnsafeMutablePointer<Float>?

  init(
    plan: Plan, weights: PackedWeights, loss: Loss, columnWeights: FloatBuffer?, rowLimit: Int,
    threads: Int
  ) throws(TrainingError) {
    self.plan = plan
    self.weights = weights
    self.loss = loss
    self.columnWeights = columnWeights
    block = plan.blockRows(limit: rowLimit)
    let blocks = (rowLimit + block - 1) / block
    let paying = plan.workPerRow * rowLimit / 10_000_000
    team = try Team(threads: max(1, min(threads, blocks, paying)))
    try checkMemory(
      floats: plan.convolutionNeeds.prepared
        + team.threads * (Workspace.size(of: plan, capacity: block) + plan.convolutionNeeds.scratch)
    )
    var workspaces: [Workspace] = []
    for _ in 0..<team.threads { workspaces.append(try Workspace(plan, capacity: block)) }
    self.workspaces = workspaces
    prepared = try PreparedKernels(plan)
    var helpers: [Helpers] = []
    for _ in 0..<team.threads { helpers.append(try Helpers(plan, kernels: prepared)) }
    self.helpers = helpers
    unsafe blockLosses = .allocate(capacity: blocks)
    unsafe rowLosses = .allocate(capacity: block * team.threads)
    team.work = { [unowned self] in work(thread: $0) }
  }

  deinit {
    unsafe blockLosses.deallocate()
    unsafe rowLosses.deallocate()
  }

  /// The sum of the losses of rows in their order.
  func totalLoss(_ sources: RowSources, rows: Int) -> Double {
    self.sources = sources
    rowCount = rows
    prepared.update(weights)
    team.run()
    var total = 0.0
    for index in 0..<blockCount { total += unsafe blockLosses[index] }
    return total
  }

  /// The outputs for rows of inputs.
  func predict(_ inputs: Matrix<Float>) -> Matrix<Float> {
    let width = plan.slots[plan.output].width
    var outputs = Matrix<Float>(rowCount: inputs.rowCount, columnCount: width)
    prepared.update(weights)
    unsafe inputs.elements.withUnsafeBufferPointer { input in
      unsafe outputs.elements.withUnsafeMutableBufferPointer { output in
        unsafe sources = RowSources(inputs: input.baseAddress)
        unsafe predictions = output.baseAddress
        rowCount = inputs.rowCount
        team.run()
        unsafe predictions = nil
      }
    }
    return outputs
  }

  private var blockCount: Int { (rowCount + block - 1) / block }

  private func work(thread: Int) {
    let workspace = workspaces[thread]
    for index in share(thread, of: blockCount, in: team.threads) {
      let start = index * block
      let run = RowRun(
        weights: weights, workspace: workspace, helpers: helpers[thread],
        rows: min(block, rowCount - start), firstRow: start, batchRows: rowCount, place: 0,
        isTraining: false)
      unsafe sources.gather(
        sources.inputs, columns: plan.slots[plan.input].width, first: start, rows: run.rows,
        to: run.values(plan.input), stride: run.stride(plan.input))
      unsafe plan.operations.withUnsafeBufferPointer { operations in
        for index in operations.indices { unsafe operations[index].forward(run) }
      }
      if let predictions = unsafe predictions {
        let width = plan.slots[plan.output].width
        for row in 0..<run.rows {
          unsafe (predictions + (start + row) * width).update(
            from: run.values(plan.output) + row * run.stride(plan.output), count: width)
        }
        continue
      }
      let losses = unsafe rowLosses + thread * block
      unsafe sources.loss(
        of: run, plan: plan, workspace: workspace, loss: loss, columnWeights: columnWeights,
        gradient: nil, scale: 0, to: losses)
      var total = 0.0
      for row in 0..<run.rows { total += unsafe losses[row] }
      unsafe blockLosses[index] = total
    }
  }
}
