import Kernels

/// A model lowered to operations: what runs, not where its numbers stand.
struct Plan {
  let operations: [Operation]
  let slots: [Slot]
  let input: Int
  let output: Int
  /// Where the loss leaves its gradient; nil without a way back.
  let outputGradient: Int?
  let layout: ParameterLayout
  /// Places of the kernels whose transposes the way back needs.
  let transposedKernels: [ParameterPlace]

  init(_ model: Model, layout: ParameterLayout, trains: Bool) {
    var builder = PlanBuilder(layout: layout)
    input = builder.tensor(width: model.input.width)
    output = model.lower(into: &builder, inputs: [input])
    outputGradient = trains ? builder.planGradients(input: input, output: output) : nil
    operations = builder.operations
    slots = builder.slots
    self.layout = layout
    var seen: Set<Int> = []
    transposedKernels = operations.compactMap {
      guard case .dense(let dense) = $0, dense.inputGradient.slot != nil,
        seen.insert(dense.kernel.offset).inserted
      else { return nil }
      return dense.kernel
    }
  }

  /// Rows whose slots fit well in the second cache together with some weights, a multiple of 16.
  func blockRows(limit: Int) -> Int {
    let rowBytes = max(1, slots.reduce(0) { $0 + $1.stride }) * MemoryLayout<Float>.stride
    let fitting = 640 * 1024 / rowBytes / 16 * 16
    return min(max(1, limit), max(16, min(64, fitting)))
  }

  /// Multiply-add arithmetic of one training row, in floating-point operations.
  var workPerRow: Int {
    operations.reduce(0) {
      guard case .dense(let dense) = $1 else { return $0 }
      return $0 + 6 * dense.kernel.size
    }
  }
}

/// The weights of a model as the kernels read them.
@safe final class PackedWeights {
  let layout: ParameterLayout
  let flat: FloatBuffer
  let transposed: FloatBuffer
  let kernels: UnsafePointer<aepca_kernels>

  init(_ layout: ParameterLayout, trains: Bool) throws(TrainingError) {
    self.layout = layout
    flat = try FloatBuffer(count: layout.count)
    transposed = try FloatBuffer(count: trains ? layout.transposedCount : 0)
    unsafe kernels = aepca_kernels_for(aepca_best_instruction_set())
    layout.pack(into: flat)
  }

  func transpose(_ place: ParameterPlace) {
    unsafe kernels.pointee.transpose(
      place.rows, place.columns, flat.start + place.offset,
      transposed.start + place.transposedOffset)
  }
}

/// Cuts a count into parts of as even a size as can be.
func share(_ index: Int, of count: Int, in parts: Int) -> Range<Int> {
  (count * index / parts)..<(count * (index + 1) / parts)
}
