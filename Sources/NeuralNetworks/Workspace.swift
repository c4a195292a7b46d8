import Kernels

/// The buffers of all slots for so many rows.
@safe final class Workspace {
  let capacity: Int
  private let buffer: FloatBuffer
  let values: UnsafeMutablePointer<UnsafeMutablePointer<Float>>
  let strides: UnsafeMutablePointer<Int>
  let widths: UnsafeMutablePointer<Int>

  static func size(of slots: [Slot], capacity: Int) -> Int {
    slots.reduce(0) { $0 + $1.stride * capacity }
  }

  init(slots: [Slot], capacity: Int) throws(TrainingError) {
    self.capacity = capacity
    buffer = try FloatBuffer(count: Workspace.size(of: slots, capacity: capacity))
    unsafe values = .allocate(capacity: slots.count)
    unsafe strides = .allocate(capacity: slots.count)
    unsafe widths = .allocate(capacity: slots.count)
    var next = 0
    for (index, slot) in slots.enumerated() {
      unsafe values[index] = buffer.start + next
      unsafe strides[index] = slot.stride
      unsafe widths[index] = slot.width
      next += slot.stride * capacity
    }
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
  /// Where the gradients of the weights are added up.
  let gradient: UnsafeMutablePointer<Float>
  let rows: Int
  /// The first row's number in the batch.
  let firstRow: Int
  let isTraining: Bool
  /// Mixed from the seed and the step.
  let seed: UInt64

  init(
    kernels: UnsafePointer<aepca_kernels>, workspace: Workspace,
    weights: UnsafeMutablePointer<Float>, transposed: UnsafeMutablePointer<Float>,
    gradient: UnsafeMutablePointer<Float>, rows: Int, firstRow: Int, isTraining: Bool,
    seed: UInt64
  ) {
    unsafe self.kernels = kernels
    unsafe slots = workspace.values
    unsafe strides = workspace.strides
    unsafe widths = workspace.widths
    unsafe self.weights = weights
    unsafe self.transposed = transposed
    unsafe self.gradient = gradient
    self.rows = rows
    self.firstRow = firstRow
    self.isTraining = isTraining
    self.seed = seed
  }

  func values(_ slot: Int) -> UnsafeMutablePointer<Float> { unsafe slots[slot] }
  func stride(_ slot: Int) -> Int { unsafe strides[slot] }
  func width(_ slot: Int) -> Int { unsafe widths[slot] }
  func vectors(_ slot: Int) -> Int { padded(width(slot)) / lanes }
  func key(_ number: Int) -> UInt64 { seed &+ UInt64(number) &* 0xA076_1D64_78BD_642F }
}
