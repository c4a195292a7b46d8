import Kernels
import Testing

@Suite struct LossAndOptimizerTests {
  static let losses = [
    AEPCA_SQUARED, AEPCA_ABSOLUTE, AEPCA_HUBER, AEPCA_BINARY, AEPCA_BINARY_LOGITS,
    AEPCA_CATEGORICAL,
  ].map { Int32($0.rawValue) }

  @Test(arguments: instructionSets, losses)
  func `a loss and its gradient equal the twin's`(set: Int, kind: Int32) {
    let isProbability = kind == AEPCA_BINARY.rawValue || kind == AEPCA_CATEGORICAL.rawValue
    var values = random(4 * 32, seed: 1)
    if isProbability { values = values.map { 0.5 + 0.5 * $0 } }
    // Values that the edges of the formulas meet: both ends of a probability, far logits.
    values[0] = isProbability ? 0 : 50
    values[1] = isProbability ? 1 : -50
    // A lane beyond the columns and an entry that was not observed may hold anything.
    values[30] = .nan
    values[5] = .nan
    var targets = random(4 * 32, seed: 2)
    if kind >= AEPCA_BINARY.rawValue { targets = targets.map { $0 > 0 ? 1 : 0 } }
    targets[6] = .nan
    var mask = [UInt8](repeating: 1, count: 4 * 32)
    mask[5] = 0
    mask[6] = 0
    let weights = random(32, seed: 4).map(abs)
    func run(_ table: aepca_kernels, isWeighted: Bool) -> (gradient: [Float], losses: [Double]) {
      var gradient = random(4 * 32, seed: 3)
      var losses = [0.0, 0, 0, 0]
      unsafe values.withUnsafeBufferPointer { values in
        unsafe targets.withUnsafeBufferPointer { targets in
          unsafe mask.withUnsafeBufferPointer { mask in
            unsafe weights.withUnsafeBufferPointer { weights in
              unsafe gradient.withUnsafeMutableBufferPointer { gradient in
                unsafe losses.withUnsafeMutableBufferPointer { losses in
                  guard let value = values.baseAddress,
                    let target = targets.baseAddress,
                    let sums = losses.baseAddress
                  else { return }
                  var task = unsafe aepca_loss(
                    kind: kind, delta: 0.4, rows: 4, columns: 27, values: value,
                    value_stride: 32, targets: target, target_stride: 32,
                    mask: mask.baseAddress, mask_stride: 32,
                    column_weights: isWeighted ? weights.baseAddress : nil,
                    gradient: gradient.baseAddress, gradient_stride: 32, scale: 0.25,
                    row_losses: sums)
                  unsafe table.loss(&task)
                }
              }
            }
          }
        }
      }
      return (gradient, losses)
    }
    for isWeighted in [false, true] {
      let found = run(kernels(set), isWeighted: isWeighted)
      let expected = run(plain, isWeighted: isWeighted)
      #expect(relativeError(found.gradient, expected.gradient) < 2e-6)
      #expect(
        relativeError(found.losses.map { Float($0) }, expected.losses.map { Float($0) }) < 2e-6)
      #expect(found.gradient[5] == 0 && found.gradient[30] == 0)
    }
  }

  @Test(arguments: instructionSets, [1, 3])
  func `steps of the optimizers equal the twin's`(set: Int, parts: Int) {
    let gradients = (0..<parts).map { random(64, seed: UInt64(10 + $0)) }
    func run(_ table: aepca_kernels) -> [Float] {
      var weights = random(48, seed: 1)
      var first = random(48, seed: 2)
      var second = random(48, seed: 3).map { $0 * $0 }
      // A second moment of 0 is where a root by its reciprocal could fail.
      second[0] = 0
      var velocity = random(48, seed: 4)
      let memory = unsafe gradients.map { gradient in
        let start = UnsafeMutablePointer<Float>.allocate(capacity: 64)
        unsafe start.initialize(from: gradient, count: 64)
        return unsafe UnsafePointer(start)
      }
      defer {
        for index in unsafe memory.indices { unsafe memory[index].deallocate() }
      }
      let norm = unsafe table.squared_norm(48, 16, memory, parts)
      unsafe weights.withUnsafeMutableBufferPointer { weights in
        unsafe first.withUnsafeMutableBufferPointer { first in
          unsafe second.withUnsafeMutableBufferPointer { second in
            unsafe velocity.withUnsafeMutableBufferPointer { velocity in
              unsafe memory.withUnsafeBufferPointer { memory in
                guard let w = weights.baseAddress, let m = first.baseAddress,
                  let v = second.baseAddress, let u = velocity.baseAddress,
                  let list = memory.baseAddress
                else { return }
                var adam = unsafe aepca_adam(
                  count: 48, weights: w, first: m, second: v, gradients: list,
                  gradient_count: parts, offset: 16, gradient_scale: 0.7, rate: 0.01,
                  beta1: 0.9, beta2: 0.999, root: 3, epsilon: 1e-8, decay: 0.02)
                unsafe table.adam(&adam)
                var descent = unsafe aepca_descent(
                  count: 48, weights: w, velocity: u, gradients: list, gradient_count: parts,
                  offset: 16, gradient_scale: 0.7, rate: 0.01, momentum: 0.8)
                unsafe table.descent(&descent)
              }
            }
          }
        }
      }
      return weights + first + second + velocity + [Float(norm)]
    }
    #expect(relativeError(run(kernels(set)), run(plain)) < 1e-6)
  }

  @Test func `rows are gathered by their numbers or in order`() {
    let source: [Float] = [1, 2, 3, 4, 5, 6]
    var target = [Float](repeating: 9, count: 8)
    unsafe aepca_gather(source, 2, [2, 0], 2, &target, 4)
    #expect(target == [5, 6, 0, 0, 1, 2, 0, 0])
    unsafe aepca_gather(source, 3, nil, 2, &target, 4)
    #expect(target == [1, 2, 3, 0, 4, 5, 6, 0])
    for (columns, stride) in [(16, 16), (30, 32), (60, 80), (33, 48), (100, 112), (40, 41)] {
      let source = (0..<3 * columns).map { Float($0 + 1) }
      var target = [Float](repeating: -1, count: 2 * stride)
      unsafe aepca_gather(source, columns, [2, 0], 2, &target, stride)
      let padding = [Float](repeating: 0, count: stride - columns)
      #expect(target == source[(2 * columns)...] + padding + source[..<columns] + padding)
    }
    var bytes = [UInt8](repeating: 9, count: 6)
    unsafe aepca_gather_bytes([1, 0, 0, 1], 2, [1, 0], 2, &bytes, 3)
    #expect(bytes == [0, 1, 0, 1, 0, 0])
  }

  @Test func `the first number that is not finite is found`() {
    var values = [Float](repeating: 1, count: 10_000)
    #expect(unsafe aepca_first_not_finite(values, values.count) == -1)
    values[9_000] = .infinity
    values[9_500] = .nan
    #expect(unsafe aepca_first_not_finite(values, values.count) == 9_000)
    #expect(unsafe aepca_first_not_finite(values, 0) == -1)
  }
}
