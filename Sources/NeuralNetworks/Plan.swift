import Kernels

/// A model lowered to operations: what runs, not where its numbers stand.
struct Plan {
  let operations: [Operation]
  let slots: [Slot]
  /// Floats beside the slots for numbers of whole columns.
  let columnStateCount: Int
  let input: Int
  let output: Int
  /// Where the loss leaves its gradient; nil without a way back.
  let outputGradient: Int?
  let layout: ParameterLayout
  /// Operations that need the whole batch at their input before any of its rows goes on.
  let wholeBatchSteps: [Int]
  /// Operations with a kernel to prepare.
  let convolutions: [Int]
  let convolutionNeeds: ConvolutionNeeds
  /// Parameters whose gradients are summed on the way back.
  let summedPlaces: [ParameterPlace]
  /// Pieces of the trained parameters, and where their gradients come from.
  let tasks: [ParameterTask]
  let gradientSources: [GradientSource]
  /// The same sources with the whole parameter each belongs to.
  let wholeSources: [(place: ParameterPlace, source: GradientSource, isFirst: Bool)]

  /// - Parameters:
  ///   - trains: Whether gradients go back from the loss.
  ///   - derives: Whether the activations' derivatives are kept, for tangents.
  init(_ model: Model, layout: ParameterLayout, trains: Bool, derives: Bool = false) {
    var builder = PlanBuilder(layout: layout)
    input = builder.tensor(width: model.input.width)
    output = model.lower(into: &builder, inputs: [input])
    builder.foldUpSampling(output: output)
    // Tangents need the entries that pooling leaves out.
    if !derives { builder.fusePooling(output: output, trains: trains) }
    builder.turnNarrowConvolutions()
    outputGradient = trains ? builder.planGradients(input: input, output: output) : nil
    if derives { builder.planDerivatives() }
    convolutionNeeds = builder.planConvolutions()
    operations = builder.operations
    slots = builder.slots
    columnStateCount = builder.columnStateCount
    wholeBatchSteps = operations.indices.filter {
      if case .batchNorm = builder.operations[$0] { true } else { false }
    }
    convolutions = operations.indices.filter {
      if case .convolution = builder.operations[$0] { true } else { false }
    }
    self.layout = layout
    var sources: [Int: [GradientSource]] = [:]
    var needsTranspose: Set<Int> = []
    var summed: [Int: ParameterPlace] = [:]
    for (index, operation) in operations.enumerated() {
      guard let gradient = operation.common.outputGradient else { continue }
      switch operation {
      case .dense(let dense):
        sources[dense.kernel.offset, default: []] += [dense.gradientSource].compactMap(\.self)
        if let bias = dense.bias { sources[bias.offset, default: []].append(.columns(gradient)) }
        if dense.needsTranspose { needsTranspose.insert(dense.kernel.offset) }
      case .prelu(let prelu):
        sources[prelu.slopes.offset, default: []].append(.columns(prelu.slopeGradient))
      case .batchNorm(let norm):
        sources[norm.shift.offset, default: []].append(.state(norm.sums.shift))
        sources[norm.scale.offset, default: []].append(.state(norm.sums.scale))
      case .convolution(let convolution):
        sources[convolution.kernel.offset, default: []].append(.kernel(of: index))
        summed[convolution.kernel.offset] = convolution.kernel
        if let bias = convolution.bias {
          sources[bias.offset, default: []].append(.bias(of: index))
          summed[bias.offset] = bias
        }
      default: break
      }
    }
    summedPlaces = summed.values.sorted { $0.offset < $1.offset }
    wholeSources = layout.places.flatMap { place in
      (sources[place.offset] ?? []).enumerated().map { (place, $1, $0 == 0) }
    }
    (tasks, gradientSources) =
      trains
      ? ParameterTask.all(layout: layout, sources: sources, needsTranspose: needsTranspose)
      : ([], [])
  }

  /// Bytes of all slots for one row.
  var rowBytes: Int { slots.reduce(0) { $0 + $1.stride } * MemoryLayout<Float>.stride }

  /// Rows whose slots stay in the second cache beside some weights.
  func blockRows(limit: Int) -> Int {
    // Images are large; a kernel reads one at a time.
    if !convolutions.isEmpty {
      return min(max(1, limit), max(1, min(96, 1024 * 1024 / max(1, rowBytes))))
    }
    let fitting = 640 * 1024 / max(1, rowBytes) / 16 * 16
    return min(max(1, limit), max(16, min(96, fitting)))
  }

  /// Multiply-add arithmetic of one training row, in floating-point operations.
  var workPerRow: Int {
    operations.reduce(0) {
      switch $1 {
      case .dense(let dense): $0 + 6 * dense.kernel.size
      case .convolution(let convolution): $0 + 3 * convolution.work
      default: $0
      }
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

  /// Brings the transpose of a piece up to date.
  func transpose(_ task: ParameterTask) {
    guard let target = task.transposedOffset else { return }
    unsafe kernels.pointee.transpose(
      task.rows, task.columns, flat.start + task.offset, lanes * task.vectors,
      transposed.start + target, task.transposedStride)
  }
}
