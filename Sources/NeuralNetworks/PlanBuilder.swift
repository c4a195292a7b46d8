import Kernels

/// A tensor's place: so many columns, rows a stride apart.
struct Slot {
  var width: Int
  var vectors: Int { padded(width) / lanes }
  /// Rows a multiple of 1 KiB apart would crowd into a few sets of the first cache.
  var stride: Int { vectors % 4 == 0 ? lanes * (vectors + 1) : lanes * vectors }
}

/// Collects operations and slots while a model is lowered.
struct PlanBuilder {
  private(set) var slots: [Slot] = []
  var operations: [Operation] = []
  let layout: ParameterLayout
  private var randomCount = 0
  private(set) var columnStateCount = 0

  init(layout: ParameterLayout) { self.layout = layout }

  mutating func tensor(width: Int) -> Int {
    slots.append(Slot(width: width))
    return slots.count - 1
  }

  /// Room for four numbers per column beside the slots.
  mutating func columnState(width: Int) -> Int {
    defer { columnStateCount += 4 * padded(width) }
    return columnStateCount
  }

  /// Takes the memory from a slot that nothing reads or writes any more.
  mutating func release(_ tensor: Int) { slots[tensor].width = 0 }

  mutating func remove(_ indices: Set<Int>) {
    operations = operations.indices.filter { !indices.contains($0) }.map { operations[$0] }
  }

  /// A slot that is no tensor of the model.
  mutating func scratch(width: Int) -> Int { tensor(width: width) }

  func width(of tensor: Int) -> Int { slots[tensor].width }

  func place(of parameter: Parameter) -> ParameterPlace {
    guard let place = layout.place(of: parameter) else {
      preconditionFailure("a layout holds every parameter of its model")
    }
    return place
  }

  mutating func add(_ operation: Operation) {
    switch operation {
    case .dropout(var dropout):
      dropout.number = randomCount
      randomCount += 1
      operations.append(.dropout(dropout))
    case .noise(var noise):
      noise.number = randomCount
      randomCount += 1
      operations.append(.noise(noise))
    case .nestedDropout(var dropout):
      dropout.number = randomCount
      randomCount += 1
      operations.append(.nestedDropout(dropout))
    case .copy(var copy):
      copy.width = slots[copy.input].width
      operations.append(.copy(copy))
    default: operations.append(operation)
    }
  }

  mutating func softmax(of input: Int, width: Int) -> Int {
    let output = tensor(width: width)
    add(.softmax(SoftmaxOperation(input: input, output: output, width: width)))
    return output
  }

  /// Gives each activation a slot for its derivative, for tangents carried forward.
  mutating func planDerivatives() {
    for index in operations.indices {
      let slot = tensor(width: slots[operations[index].common.output].width)
      switch operations[index] {
      case .dense(var dense) where dense.activation != 0:
        dense.derivative = slot
        operations[index] = .dense(dense)
      case .activation(var activation) where activation.activation != 0:
        activation.derivative = slot
        operations[index] = .activation(activation)
      case .convolution(var convolution) where convolution.activation != 0:
        convolution.derivative = slot
        operations[index] = .convolution(convolution)
      default: continue
      }
    }
  }

  /// Plans the way back: which tensors need a gradient, where it stands, who stores it first,
  /// who adds, and where an activation's derivative can wait in the gradient's own place.
  ///
  /// - Returns: The slot of the output's gradient, which the loss fills; nil when nothing on
  ///   the way to it has weights.
  mutating func planGradients(input: Int, output: Int) -> Int? {
    var needs = Set<Int>()
    var consumers: [Int: Int] = [:]
    for operation in operations {
      // Only a product can multiply as it stores; anyone else weighs too much for that.
      let isProduct = if case .dense = operation { true } else { false }
      let common = operation.common
      consumers[common.input, default: 0] += isProduct ? 1 : 1000
      if common.hasWeights || needs.contains(common.input) { needs.insert(common.output) }
    }
    guard needs.contains(output) else { return nil }
    consumers[output, default: 0] += 1000
    var gradients: [Int: Int] = [:]
    var written = Set<Int>()
    var holdsDerivative = Set<Int>()
    for value in needs.sorted() where value != output {
      gradients[value] = tensor(width: slots[value].width)
    }
    // The output's gradient can take the output's place, unless softmax or pooling want that once more
    // or a rectifier looks there for what it let through.
    let keepsOutput = operations.contains {
      switch $0 {
      case .softmax(let softmax): softmax.output == output
      case .convolution(let convolution): convolution.output == output && convolution.rectifies
      case .pooling(let pooling): pooling.output == output
      default: false
      }
    }
    gradients[output] = keepsOutput ? tensor(width: slots[output].width) : output

    for index in operations.indices {
      let tensor = operations[index].common.output
      operations[index].common.outputGradient = gradients[tensor]
      guard let gradient = gradients[tensor] else { continue }
      let waits = consumers[tensor] == 1
      func place() -> Int { waits ? gradient : self.tensor(width: slots[tensor].width) }
      switch operations[index] {
      case .dense(var dense) where dense.activation != 0:
        dense.derivative = place()
        dense.multiplies = !waits
        operations[index] = .dense(dense)
      case .activation(var activation) where activation.activation != 0:
        activation.derivative = place()
        activation.multiplies = !waits
        operations[index] = .activation(activation)
      case .convolution(var convolution)
      where convolution.activation != 0 && !convolution.rectifies:
        convolution.derivative = place()
        convolution.multiplies = !waits
        operations[index] = .convolution(convolution)
      default: continue
      }
      if waits { holdsDerivative.insert(tensor) }
    }
    for index in operations.indices.reversed() {
      let tensor = operations[index].common.input
      guard let gradient = gradients[tensor] else { continue }
      let mode =
        holdsDerivative.contains(tensor)
        ? AEPCA_MULTIPLY : written.contains(tensor) ? AEPCA_ADD : AEPCA_STORE
      written.insert(tensor)
      operations[index].common.inputGradient = GradientTarget(
        slot: gradient, mode: Int32(mode.rawValue))
    }
    return gradients[output]
  }
}
