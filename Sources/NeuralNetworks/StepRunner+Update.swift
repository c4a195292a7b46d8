import Kernels

extension StepRunner {
  /// The gradients of a block of rows, parameter by parameter: added to a shard's, which the
  /// first block begins.
  func addGradients(of run: RowRun, to gradient: FloatBuffer, begins: Bool) {
    for source in plan.wholeSources {
      let stores = begins && source.isFirst
      switch source.source {
      case .product(let rows, let columns):
        unsafe withUnsafePointer(
          to: aepca_product(
            rows: source.place.rows, inner: run.rows, columns: source.place.columns,
            a: run.values(rows), a_row_stride: 1, a_inner_stride: run.stride(rows),
            b: run.values(columns), b_stride: run.stride(columns),
            c: gradient.start + source.place.offset, c_stride: 0,
            mode: Int32((stores ? AEPCA_STORE : AEPCA_ADD).rawValue), bias: nil, activation: 0,
            derivative: nil, derivative_stride: 0, soon: (nil, nil, nil))
        ) { unsafe kernels.pointee.product($0) }
      case .columns(let slot):
        if stores {
          unsafe (gradient.start + source.place.offset).update(
            repeating: 0, count: source.place.size)
        }
        unsafe kernels.pointee.column_sums(
          run.rows, source.place.vectors, run.values(slot), run.stride(slot),
          gradient.start + source.place.offset)
      case .kernel, .bias: continue
      case .state: preconditionFailure("what needs whole batches never runs in shards")
      }
    }
  }

  /// The gradient of a piece over the whole batch, in the flat vector's order.
  func computeGradient(_ task: ParameterTask, thread: Int) {
    unsafe computeGradient(task, to: gradients[0].start + task.offset, thread: thread)
  }

  private func computeGradient(
    _ task: ParameterTask, to place: UnsafeMutablePointer<Float>, thread: Int
  ) {
    let run = wholeBatch(thread)
    var mode = Int32(AEPCA_STORE.rawValue)
    if task.sources.isEmpty || task.rows == 0 {
      unsafe place.update(repeating: 0, count: task.count)
    }
    for index in task.sources {
      switch plan.gradientSources[index] {
      case .product(let rows, let columns):
        // The weights and moments of the next piece come closer meanwhile.
        let next = task.offset + task.count
        unsafe withUnsafePointer(
          to: aepca_product(
            rows: task.rows, inner: run.rows, columns: task.columns,
            a: run.values(rows) + task.firstRow, a_row_stride: 1,
            a_inner_stride: run.stride(rows), b: run.values(columns) + task.firstColumn,
            b_stride: run.stride(columns), c: place, c_stride: lanes * task.vectors,
            mode: mode, bias: nil, activation: 0, derivative: nil, derivative_stride: 0,
            soon: (
              UnsafePointer(weights.flat.start + next), UnsafePointer(first.start + next),
              UnsafePointer(second.start + next)
            ))
        ) { unsafe kernels.pointee.product($0) }
        mode = Int32(AEPCA_ADD.rawValue)
      case .columns(let slot):
        unsafe kernels.pointee.column_sums(
          run.rows, task.vectors, run.values(slot), run.stride(slot), place)
      case .state(let start):
        for index in 0..<task.count { unsafe place[index] += run.columns[start + index] }
      case .kernel(let index):
        guard case .convolution(let operation) = plan.operations[index] else { continue }
        unsafe operation.addKernelGradient(run, to: place)
      case .bias(let index):
        guard case .convolution(let operation) = plan.operations[index] else { continue }
        unsafe operation.addBiasGradient(run, to: place)
      }
    }
  }

  /// Updates a piece of the weights and its transpose.
  func update(_ task: ParameterTask, thread: Int) {
    if gradients.isEmpty {
      let piece = pieces[thread]
      unsafe computeGradient(task, to: piece.start, thread: thread)
      var start = unsafe UnsafePointer(piece.start)
      unsafe withUnsafePointer(to: &start) {
        unsafe apply(task, gradients: $0, count: 1, offset: 0)
      }
    } else {
      unsafe apply(
        task, gradients: UnsafePointer(gradientStarts), count: shardCount, offset: task.offset)
    }
    weights.transpose(task)
  }

  private func apply(
    _ task: ParameterTask, gradients: UnsafePointer<UnsafePointer<Float>>, count: Int,
    offset: Int
  ) {
    let target = unsafe weights.flat.start + task.offset
    if case .sgd(let momentum) = options.optimizer {
      unsafe withUnsafePointer(
        to: aepca_descent(
          count: task.count, weights: target, velocity: first.start + task.offset,
          gradients: gradients, gradient_count: count, offset: offset,
          gradient_scale: update.gradientScale, rate: update.rate, momentum: Float(momentum))
      ) { unsafe kernels.pointee.descent($0) }
      return
    }
    unsafe withUnsafePointer(
      to: aepca_adam(
        count: task.count, weights: target, first: first.start + task.offset,
        second: second.start + task.offset, gradients: gradients, gradient_count: count,
        offset: offset, gradient_scale: update.gradientScale, rate: update.rate, beta1: 0.9,
        beta2: 0.999, root: update.root, epsilon: 1e-8,
        decay: task.decays ? update.decay : 0)
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

extension Optimizer {
  /// The numbers of a step, counted from 0.
  func update(step: Int, rate: Double) -> StepRunner.Update {
    let time = Double(step + 1)
    var update = StepRunner.Update(
      rate: Float(rate / (1 - power(0.9, time))),
      root: Float(1 / (1 - power(0.999, time)).squareRoot()))
    switch self {
    case .sgd: update.rate = Float(rate)
    case .adam: break
    case .adamW(let decay): update.decay = Float(rate * decay)
    }
    return update
  }
}
