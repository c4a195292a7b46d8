/// The kernels of a plan's convolutions in the orders that their ways up and down read them.
final class PreparedKernels {
  private let plan: Plan
  let buffer: FloatBuffer

  init(_ plan: Plan) throws(TrainingError) {
    self.plan = plan
    buffer = try FloatBuffer(count: plan.convolutionNeeds.prepared)
  }

  /// Follows the weights: some of the plan's convolutions.
  func update(_ weights: PackedWeights, convolutions: Range<Int>) {
    for index in convolutions {
      guard case .convolution(let operation) = plan.operations[plan.convolutions[index]] else {
        continue
      }
      unsafe operation.prepare(
        weights: UnsafePointer(weights.flat.start), prepared: buffer.start)
    }
  }

  /// Follows the weights: all of them.
  func update(_ weights: PackedWeights) {
    update(weights, convolutions: 0..<plan.convolutions.count)
  }
}

/// What a thread needs beside the rows of a workspace.
struct Helpers {
  let kernels: PreparedKernels
  let scratch: FloatBuffer
  let sums: FloatBuffer

  init(_ plan: Plan, kernels: PreparedKernels) throws(TrainingError) {
    self.kernels = kernels
    scratch = try FloatBuffer(count: plan.convolutionNeeds.scratch)
    sums = try FloatBuffer(count: plan.convolutionNeeds.sums)
  }
}
