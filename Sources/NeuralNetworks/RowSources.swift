import Kernels

/// The caller's rows while a call lasts.
@safe struct RowSources {
  var inputs: UnsafePointer<Float>?
  var targets: UnsafePointer<Float>?
  var mask: UnsafePointer<UInt8>?
  /// Which row each row of the batch is; nil for the rows in their order.
  var order: UnsafePointer<Int32>?
  var targetsAreInputs = false
  /// How many times the targets stand side by side in the output.
  var targetCopies = 1

  /// Copies some rows of a matrix, the lanes beyond its columns set to 0.
  func gather(
    _ source: UnsafePointer<Float>?, columns: Int, first: Int, rows: Int,
    to target: UnsafeMutablePointer<Float>, stride: Int
  ) {
    guard let source = unsafe source else { return }
    if let order = unsafe order {
      unsafe aepca_gather(source, columns, order + first, rows, target, stride)
    } else {
      unsafe aepca_gather(source + first * columns, columns, nil, rows, target, stride)
    }
  }

  /// The losses of a run's rows, one by one, and their gradient when a slot for it is given.
  func loss(
    of run: RowRun, plan: Plan, workspace: Workspace, loss: Loss, columnWeights: FloatBuffer?,
    gradient: Int?, scale: Float, to losses: UnsafeMutablePointer<Double>
  ) {
    let slot = plan.slots[plan.output]
    let columns = slot.width / targetCopies
    var targets = unsafe UnsafePointer(run.values(plan.input))
    var stride = run.stride(plan.input)
    if !targetsAreInputs || targetCopies > 1 {
      stride = slot.stride
      let place = unsafe workspace.targets + run.place * stride
      unsafe gather(
        self.targets, columns: columns, first: run.firstRow, rows: run.rows, to: place,
        stride: stride)
      unsafe repeatRows(at: place, columns: columns, rows: run.rows, stride: stride)
      unsafe targets = UnsafePointer(place)
    }
    var mask: UnsafePointer<UInt8>?
    if let source = unsafe self.mask {
      let place = unsafe workspace.mask + run.place * slot.stride
      if let order = unsafe order {
        unsafe aepca_gather_bytes(
          source, columns, order + run.firstRow, run.rows, place, slot.stride)
      } else {
        unsafe aepca_gather_bytes(
          source + run.firstRow * columns, columns, nil, run.rows, place, slot.stride)
      }
      unsafe repeatRows(at: place, columns: columns, rows: run.rows, stride: slot.stride)
      unsafe mask = UnsafePointer(place)
    }
    unsafe withUnsafePointer(
      to: aepca_loss(
        kind: loss.kernel, delta: loss.delta, rows: run.rows, columns: slot.width,
        values: run.values(plan.output), value_stride: slot.stride, targets: targets,
        target_stride: stride, mask: mask, mask_stride: slot.stride,
        column_weights: columnWeights.map { unsafe UnsafePointer($0.start) },
        gradient: gradient.map { unsafe run.values($0) }, gradient_stride: slot.stride,
        scale: scale, row_losses: losses)
    ) { unsafe run.kernels.pointee.loss($0) }
  }

  /// Copies the first columns of each row to those after them, as often as the output has them.
  private func repeatRows<Number>(
    at start: UnsafeMutablePointer<Number>, columns: Int, rows: Int, stride: Int
  ) {
    guard targetCopies > 1 else { return }
    for row in 0..<rows {
      let first = unsafe start + row * stride
      for copy in 1..<targetCopies {
        unsafe (first + copy * columns).update(from: first, count: columns)
      }
    }
  }
}
