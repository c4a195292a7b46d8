extension PlanBuilder {
  /// Folds nearest-neighbour upsampling into the convolution that alone reads it: the same sums with
  /// fewer products, and no enlarged image in between.
  ///
  /// - Parameter output: The model's, which must be there in the end.
  mutating func foldUpSampling(output: Int) {
    var readers: [Int: Int] = [:]
    for operation in operations { readers[operation.common.input, default: 0] += 1 }
    var replaced: Set<Int> = []
    for index in operations.indices {
      guard case .enlargement(let enlargement) = operations[index],
        enlargement.interpolation == .nearest, readers[enlargement.output] == 1,
        enlargement.output != output,
        let reader = operations.firstIndex(where: { $0.common.input == enlargement.output }),
        case .convolution(var convolution) = operations[reader], !convolution.goesUp,
        convolution.windows.stride == 1
      else { continue }
      convolution.unfolded = convolution.windows.window
      convolution.windows = convolution.windows.folded(
        blocks: enlargement.windows.stride, of: enlargement.windows.small)
      convolution.goesUp = true
      convolution.input = enlargement.input
      operations[reader] = .convolution(convolution)
      replaced.insert(index)
      release(enlargement.output)
    }
    remove(replaced)
  }

  /// Gives each convolution places for its kernel in other orders.
  ///
  /// - Returns: Floats of those, and of the scratch that the largest needs.
  mutating func planConvolutions() -> (prepared: Int, scratch: Int) {
    var prepared = 0
    var scratch = 0
    for index in operations.indices {
      guard case .convolution(var convolution) = operations[index] else { continue }
      if convolution.unfolded != nil {
        convolution.preparedDown = prepared
        prepared += convolution.downCount
      }
      if convolution.goesUp || convolution.inputGradient.slot != nil {
        convolution.preparedUp = prepared
        prepared += convolution.upCount
      }
      scratch = max(scratch, convolution.scratchCount)
      operations[index] = .convolution(convolution)
    }
    return (prepared, scratch)
  }
}
