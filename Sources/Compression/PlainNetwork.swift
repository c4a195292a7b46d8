import LinearAlgebra
import NeuralNetworks

/// A dense network computed in plain Float64 arithmetic, in one fixed order.
///
/// What was compressed on one machine must be decompressed on any other, and fast kernels differ
/// from processor to processor in the last bits. Only additions, products, divisions and square
/// roots are used here, which IEEE 754 rounds alike everywhere; Swift neither fuses nor reorders
/// them, and the exponential function is made of them. Each sum goes over the inputs in their
/// order, so that working on several outputs at once changes nothing.
struct PlainNetwork {
  private struct DenseWeights {
    let kernel: [Double]
    let bias: [Double]
    let activation: Activation
  }

  private enum Step {
    case dense(input: Int, DenseWeights)
    case activation(input: Int, Activation)
    case sum(inputs: [Int])
    case same(input: Int)
  }

  private let steps: [Step]
  private let inputCount: Int
  let outputCount: Int

  /// Rows worked on together, so that a row of the kernel is read once for all of them.
  private static let rowsPerBlock = 16

  /// - Returns: Nil for networks of other layers than dense ones, activations and their sums, and for
  ///   activations that need more than an exponential function.
  init?(_ model: Model) {
    let architecture = model.architecture
    var weights: [String: [Double]] = [:]
    for weight in model.weights { weights[weight.name] = weight.values.map(Double.init) }
    var steps: [Step] = []
    for node in architecture.nodes {
      let layer = architecture.layers[node.layer]
      switch layer.kind {
      case .dense(let units, let activation, _, _, _):
        guard let kernel = weights["\(layer.name)/kernel"],
          PlainNetwork.isKnown(activation)
        else { return nil }
        let bias = weights["\(layer.name)/bias"] ?? Array(repeating: 0, count: units)
        steps.append(
          .dense(
            input: node.inputs[0],
            DenseWeights(kernel: kernel, bias: bias, activation: activation)))
      case .activation(let activation):
        guard PlainNetwork.isKnown(activation) else { return nil }
        steps.append(.activation(input: node.inputs[0], activation))
      case .add: steps.append(.sum(inputs: node.inputs))
      case .dropout, .gaussianNoise: steps.append(.same(input: node.inputs[0]))
      default: return nil
      }
    }
    guard !steps.isEmpty else { return nil }
    self.steps = steps
    inputCount = model.input.shape.reduce(1, *)
    outputCount = model.output.shape.reduce(1, *)
  }

  /// The network's outputs, shape `[samples, outputs]`.
  ///
  /// - Parameter threads: Rows are shared out among them; the result is the same for any number.
  func predict(_ inputs: Matrix<Double>, threads: Int) -> Matrix<Double> {
    let blockRows = PlainNetwork.rowsPerBlock
    let blockCount = (inputs.rowCount + blockRows - 1) / blockRows
    let blocks = inParallel(blockCount, threads: threads) { block in
      let first = block * blockRows
      let rows = first..<min(first + blockRows, inputs.rowCount)
      return outputs(
        of: Array(
          inputs.elements[rows.lowerBound * inputCount..<rows.upperBound * inputCount]),
        rowCount: rows.count)
    }
    return Matrix(
      rowCount: inputs.rowCount, columnCount: outputCount, elements: blocks.flatMap(\.self))
  }

  private func outputs(of inputs: [Double], rowCount: Int) -> [Double] {
    var tensors = [inputs]
    for step in steps {
      switch step {
      case .dense(let input, let weights):
        tensors.append(PlainNetwork.dense(tensors[input], weights, rowCount: rowCount))
      case .activation(let input, let activation):
        tensors.append(tensors[input].map { PlainNetwork.apply(activation, $0) })
      case .sum(let inputs):
        var sum = tensors[inputs[0]]
        for input in inputs.dropFirst() {
          for index in sum.indices { sum[index] += tensors[input][index] }
        }
        tensors.append(sum)
      case .same(let input): tensors.append(tensors[input])
      }
    }
    return tensors[tensors.count - 1]
  }

  private static func dense(
    _ inputs: [Double], _ weights: DenseWeights, rowCount: Int
  ) -> [Double] {
    let units = weights.bias.count
    let width = inputs.count / max(1, rowCount)
    var sums: [Double] = []
    sums.reserveCapacity(rowCount * units)
    for _ in 0..<rowCount { sums.append(contentsOf: weights.bias) }
    unsafe sums.withUnsafeMutableBufferPointer { sums in
      unsafe weights.kernel.withUnsafeBufferPointer { kernel in
        guard let start = unsafe sums.baseAddress, let first = unsafe kernel.baseAddress
        else { return }
        for input in 0..<width {
          let row = unsafe first + input * units
          for sample in 0..<rowCount {
            let value = inputs[sample * width + input]
            let target = unsafe start + sample * units
            for unit in 0..<units { unsafe target[unit] += value * row[unit] }
          }
        }
      }
    }
    return weights.activation == .linear ? sums : sums.map { apply(weights.activation, $0) }
  }

  private static func isKnown(_ activation: Activation) -> Bool {
    switch activation {
    case .linear, .relu, .leakyRelu, .elu, .silu, .tanh, .sigmoid: true
    case .gelu, .softplus, .softmax: false
    }
  }

  private static func apply(_ activation: Activation, _ x: Double) -> Double {
    switch activation {
    case .relu: max(x, 0)
    case .leakyRelu: x > 0 ? x : x / 100
    case .elu: x > 0 ? x : PlainExponential.value(x) - 1
    case .silu: x / (1 + PlainExponential.value(-x))
    case .sigmoid: 1 / (1 + PlainExponential.value(-x))
    case .tanh: 1 - 2 / (PlainExponential.value(2 * x) + 1)
    case .linear, .gelu, .softplus, .softmax: x
    }
  }
}

/// The exponential function from sums and products alone, the same bits on every machine.
enum PlainExponential {
  /// Within about 1e-15 of exp(x), relatively; beyond ±700 as at ±700.
  ///
  /// x = k · ln 2 + r with |r| ≤ ln 2 / 2, of which thirteen terms of the series are enough; the
  /// power of two is a shift of the exponent.
  static func value(_ x: Double) -> Double {
    guard !x.isNaN else { return x }
    let bounded = min(max(x, -700), 700)
    let power = (bounded * 1.442_695_040_888_963_4).rounded()
    // ln 2 in two parts, of which the first has zeros enough to make its product exact.
    let rest =
      bounded - power * 0.693_147_180_369_123_816_490 - power * 1.908_214_929_270_587_700_02e-10
    var sum = 1.0
    for term in stride(from: 13.0, through: 1, by: -1) { sum = 1 + sum * rest / term }
    return sum * Double(sign: .plus, exponent: Int(power), significand: 1)
  }
}
