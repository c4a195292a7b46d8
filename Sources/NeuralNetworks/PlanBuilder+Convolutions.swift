extension PlanBuilder {
  /// Folds nearest-neighbour upsampling into the convolution that alone reads it: the same sums with
  /// fewer products, and no enlarged image in between.
  ///
  /// - Parameter output: The model's, which must be there in the end.
  mutating func foldUpSampling(output: Int) {
    var replaced: Set<Int> = []
    for index in operations.indices {
      guard case .enlargement(let enlargement) = operations[index],
        enlargement.interpolation == .nearest, readers(of: enlargement.output) == 1,
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

  /// Lets a convolution to few channels from many go up instead: steps of one make it the transpose of
  /// another, whose way up fills whole vectors.
  mutating func turnNarrowConvolutions() {
    for index in operations.indices {
      guard case .convolution(var convolution) = operations[index], !convolution.goesUp,
        convolution.windows.stride == 1, convolution.pool == nil,
        convolution.filters < lanes / 2, convolution.inputChannels >= lanes / 2,
        convolution.windows.window.area * convolution.filters <= 8 * lanes
      else { continue }
      convolution.unfolded = convolution.windows.window
      convolution.windows = convolution.windows.folded(blocks: 1, of: convolution.windows.large)
      convolution.goesUp = true
      operations[index] = .convolution(convolution)
    }
  }

  /// Lets a convolution keep only the largest entries of its output's windows where pooling alone
  /// reads it: nothing between is stored, and the way back knows where gradients are 0.
  ///
  /// - Parameters:
  ///   - output: The model's.
  ///   - trains: Whether a way back asks which entries were chosen.
  mutating func fusePooling(output: Int, trains: Bool) {
    var replaced: Set<Int> = []
    for index in operations.indices {
      guard case .pooling(let pooling) = operations[index], pooling.method == .maximum,
        pooling.windows.window == pooling.windows.stride, pooling.windows.window.area < 256,
        pooling.input != output, readers(of: pooling.input) == 1,
        let source = operations.firstIndex(where: { $0.common.output == pooling.input }),
        case .convolution(var convolution) = operations[source], !convolution.goesUp,
        convolution.activation == 0 || convolution.rectifies
      else { continue }
      let count = pooling.windows.small.area * convolution.filters
      convolution.pool = ConvolutionOperation.Pool(
        windows: pooling.windows, choices: trains ? tensor(width: (count + 3) / 4) : nil)
      release(convolution.output)
      convolution.output = pooling.output
      operations[source] = .convolution(convolution)
      replaced.insert(index)
    }
    remove(replaced)
  }

  /// Gives each convolution places for its kernel in other orders, and for sums of its gradient.
  mutating func planConvolutions() -> ConvolutionNeeds {
    var needs = ConvolutionNeeds()
    for index in operations.indices {
      guard case .convolution(var convolution) = operations[index] else { continue }
      if convolution.unfolded != nil {
        convolution.preparedDown = needs.prepared
        needs.prepared += convolution.downCount
      }
      if convolution.goesUp || convolution.inputGradient.slot != nil {
        convolution.preparedUp = needs.prepared
        needs.prepared += convolution.upCount
      }
      if convolution.outputGradient != nil, convolution.sumCount > 0 {
        convolution.sums = needs.sums
        needs.sums += convolution.sumCount
      }
      needs.scratch = max(needs.scratch, convolution.scratch.count)
      operations[index] = .convolution(convolution)
    }
    return needs
  }

  private func readers(of tensor: Int) -> Int {
    operations.reduce(0) { $0 + ($1.common.input == tensor ? 1 : 0) }
  }
}

/// Floats that the convolutions of a plan take beside its slots.
struct ConvolutionNeeds {
  /// Kernels in the orders they are read.
  var prepared = 0
  /// Of each thread, whose contents nobody expects to find again.
  var scratch = 0
  /// Of each thread, sums of kernels' gradients.
  var sums = 0
}
