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
  private(set) var operations: [Operation] = []
  let layout: ParameterLayout
  private var randomCount = 0

  init(layout: ParameterLayout) { self.layout = layout }

  mutating func tensor(width: Int) -> Int {
    slots.append(Slot(width: width))
    return slots.count - 1
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

  /// Plans the way back: which tensors need a gradient, where it stands, who stores it first,
  /// who adds, and where an activation's derivative can wait in the gradient's own place.
  ///
  /// - Returns: The slot of the output's gradient, which the loss fills; nil when nothing on
  ///   the way to it has weights.
  mutating func planGradients(input: Int, output: Int) -> Int? {
    var needs = Set<Int>()
    var consumers: [Int: Int] = [:]
    for operation in operations {
      consumers[operation.input, default: 0] += operation.isDense ? 1 : 1000
      if operation.isDense || needs.contains(operation.input) { needs.insert(operation.output) }
    }
    guard needs.contains(output) else { return nil }
    consumers[output, default: 0] += 1000
    var gradients: [Int: Int] = [:]
    func width(_ tensor: Int) -> Int { slots[tensor].width }
    var written = Set<Int>()
    var holdsDerivative = Set<Int>()
    for tensor in needs.sorted() { gradients[tensor] = self.tensor(width: width(tensor)) }
    for index in operations.indices {
      var operation = operations[index]
      let gradient = gradients[operation.output]
      operation.outputGradient = gradient
      if operation.hasDerivative, let gradient {
        if consumers[operation.output] == 1 {
          operation.setDerivative(slot: gradient, multiplies: false)
          holdsDerivative.insert(operation.output)
        } else {
          operation.setDerivative(
            slot: tensor(width: width(operation.output)), multiplies: true)
        }
      }
      operations[index] = operation
    }
    for index in operations.indices.reversed() {
      let tensor = operations[index].input
      guard let gradient = gradients[tensor] else { continue }
      let mode =
        holdsDerivative.contains(tensor)
        ? AEPCA_MULTIPLY : written.contains(tensor) ? AEPCA_ADD : AEPCA_STORE
      written.insert(tensor)
      operations[index].inputGradient = GradientTarget(
        slot: gradient, mode: Int32(mode.rawValue))
    }
    return gradients[output]
  }
}

extension Operation {
  var isDense: Bool { if case .dense = self { true } else { false } }

  var input: Int {
    switch self {
    case .dense(let operation): operation.input
    case .activation(let operation): operation.input
    case .softmax(let operation): operation.input
    case .copy(let operation): operation.input
    case .dropout(let operation): operation.input
    case .noise(let operation): operation.input
    }
  }

  var output: Int {
    switch self {
    case .dense(let operation): operation.output
    case .activation(let operation): operation.output
    case .softmax(let operation): operation.output
    case .copy(let operation): operation.output
    case .dropout(let operation): operation.output
    case .noise(let operation): operation.output
    }
  }

  /// Whether the way back multiplies by an activation's derivative.
  var hasDerivative: Bool {
    switch self {
    case .dense(let operation): operation.activation != 0
    case .activation(let operation): operation.activation != 0
    default: false
    }
  }

  mutating func setDerivative(slot: Int, multiplies: Bool) {
    switch self {
    case .dense(var operation):
      operation.derivative = slot
      operation.multiplies = multiplies
      self = .dense(operation)
    case .activation(var operation):
      operation.derivative = slot
      operation.multiplies = multiplies
      self = .activation(operation)
    default: break
    }
  }

  var outputGradient: Int? {
    get { nil }
    set {
      switch self {
      case .dense(var operation):
        operation.outputGradient = newValue
        self = .dense(operation)
      case .activation(var operation):
        operation.outputGradient = newValue
        self = .activation(operation)
      case .softmax(var operation):
        operation.outputGradient = newValue
        self = .softmax(operation)
      case .copy(var operation):
        operation.outputGradient = newValue
        self = .copy(operation)
      case .dropout(var operation):
        operation.outputGradient = newValue
        self = .dropout(operation)
      case .noise(var operation):
        operation.outputGradient = newValue
        self = .noise(operation)
      }
    }
  }

  var inputGradient: GradientTarget {
    get { GradientTarget() }
    set {
      switch self {
      case .dense(var operation):
        operation.inputGradient = newValue
        self = .dense(operation)
      case .activation(var operation):
        operation.inputGradient = newValue
        self = .activation(operation)
      case .softmax(var operation):
        operation.inputGradient = newValue
        self = .softmax(operation)
      case .copy(var operation):
        operation.inputGradient = newValue
        self = .copy(operation)
      case .dropout(var operation):
        operation.inputGradient = newValue
        self = .dropout(operation)
      case .noise(var operation):
        operation.inputGradient = newValue
        self = .noise(operation)
      }
    }
  }
}
