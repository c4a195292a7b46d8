import Kernels

/// The buffers of all slots for so many rows, of gathered targets and of their mask.
@safe final class Workspace {
  let capacity: Int
  private let buffer: FloatBuffer
  let values: UnsafeMutablePointer<UnsafeMutablePointer<Float>>
  let strides: UnsafeMutablePointer<Int>
  let widths: UnsafeMutablePointer<Int>
  let targets: UnsafeMutablePointer<Float>
  let mask: UnsafeMutablePointer<UInt8>
  private let columnState: FloatBuffer
  var columns: UnsafeMutablePointer<Float> { unsafe columnState.start }

  /// Floats that a workspace takes.
  static func size(of plan: Plan, capacity: Int) -> Int {
    let target = plan.slots[plan.output].stride
    // A vector more, for kernels that read the last pixel's channels as whole vectors.
    return capacity * (plan.slots.reduce(0) { $0 + $1.stride } + target + (target + 3) / 4) + lanes
  }

  init(_ plan: Plan, capacity: Int) throws(TrainingError) {
    self.capacity = capacity
    buffer = try FloatBuffer(count: Workspace.size(of: plan, capacity: capacity))
    columnState = try FloatBuffer(count: plan.columnStateCount)
    unsafe values = .allocate(capacity: plan.slots.count)
    unsafe strides = .allocate(capacity: plan.slots.count)
    unsafe widths = .allocate(capacity: plan.slots.count)
    var next = unsafe buffer.start
    for (index, slot) in plan.slots.enumerated() {
      unsafe values[index] = next
      unsafe strides[index] = slot.stride
      unsafe widths[index] = slot.width
      unsafe next += slot.stride * capacity
    }
    unsafe targets = next
    unsafe next += plan.slots[plan.output].stride * capacity
    unsafe mask = UnsafeMutableRawPointer(next).assumingMemoryBound(to: UInt8.self)
  }

  deinit {
    unsafe values.deallocate()
    unsafe strides.deallocate()
    unsafe widths.deallocate()
  }
}

/// Some rows on their way through a plan: everything an operation touches.
@safe struct RowRun {
  let kernels: UnsafePointer<aepca_kernels>
  private let slots: UnsafeMutablePointer<UnsafeMutablePointer<Float>>
  private let strides: UnsafeMutablePointer<Int>
  private let widths: UnsafeMutablePointer<Int>
  let weights: UnsafeMutablePointer<Float>
  let transposed: UnsafeMutablePointer<Float>
  /// Numbers of whole columns.
  let columns: UnsafeMutablePointer<Float>
  /// Kernels of convolutions in the orders they are read.
  let prepared: UnsafeMutablePointer<Float>
  /// The running thread's own memory, whose contents nobody expects to find again.
  let scratch: UnsafeMutablePointer<Float>
  /// The thread's sums of kernels' gradients in orders of their own.
  let sums: UnsafeMutablePointer<Float>
  /// Where operations that sum their weights' gradients on the way back add them, in the flat
  /// vector's order; nil when they are asked later.
  let gradients: UnsafeMutablePointer<Float>?
  let rows: Int
  /// The first row's number in the batch.
  let firstRow: Int
  /// Rows of the batch.
  let batchRows: Int
  /// Its place in the workspace.
  let place: Int
  let isTraining: Bool
  /// Mixed from the seed and the step.
  let seed: UInt64

  init(
    weights: PackedWeights, workspace: Workspace, helpers: Helpers, rows: Int, firstRow: Int,
    batchRows: Int, place: Int, isTraining: Bool, seed: UInt64 = 0,
    gradients: UnsafeMutablePointer<Float>? = nil
  ) {
    unsafe kernels = weights.kernels
    unsafe slots = workspace.values
    unsafe strides = workspace.strides
    unsafe widths = workspace.widths
    unsafe self.weights = weights.flat.start
    unsafe transposed = weights.transposed.start
    self.rows = rows
    self.firstRow = firstRow
    self.batchRows = batchRows
    self.place = place
    unsafe columns = workspace.columns
    unsafe prepared = helpers.kernels.buffer.start
    unsafe scratch = helpers.scratch.start
    unsafe sums = helpers.sums.start
    unsafe self.gradients = gradients
    self.isTraining = isTraining
    self.seed = seed
  }

  /// A slot's first row of this run.
  func values(_ slot: Int) -> UnsafeMutablePointer<Float> {
    unsafe slots[slot] + place * strides[slot]
  }

  func stride(_ slot: Int) -> Int { unsafe strides[slot] }
  func width(_ slot: Int) -> Int { unsafe widths[slot] }
  func vectors(_ slot: Int) -> Int { padded(width(slot)) / lanes }
  func key(_ number: Int) -> UInt64 { seed &+ UInt64(number) &* 0xA076_1D64_78BD_642F }
}
