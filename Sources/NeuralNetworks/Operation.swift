import Kernels

/// What every step of a plan has: one input and one output, named by the numbers of their
/// slots, and its part of the way back.
protocol PlannedOperation {
  var input: Int { get }
  var output: Int { get }
  var inputGradient: GradientTarget { get set }
  /// The slot of the output's gradient; nil when there is none.
  var outputGradient: Int? { get set }
  /// Whether it has weights to train.
  var hasWeights: Bool { get }

  func forward(_ run: RowRun)
  /// Turns the output's gradient into the input's.
  func backward(_ run: RowRun)
}

extension PlannedOperation {
  var hasWeights: Bool { false }
}

/// One step of a plan.
///
/// Operations are plain values without references: running them allocates and counts nothing.
enum Operation {
  case dense(DenseOperation)
  case activation(ActivationOperation)
  case softmax(SoftmaxOperation)
  case copy(CopyOperation)
  case dropout(DropoutOperation)
  case noise(NoiseOperation)
  case prelu(PReLUOperation)
  case batchNorm(BatchNormOperation)
  case nestedDropout(NestedDropoutOperation)
  case convolution(ConvolutionOperation)
  case pooling(PoolingOperation)
  case enlargement(EnlargementOperation)
  case placement(PlacementOperation)

  func forward(_ run: RowRun) {
    switch self {
    case .dense(let operation): operation.forward(run)
    case .activation(let operation): operation.forward(run)
    case .softmax(let operation): operation.forward(run)
    case .copy(let operation): operation.forward(run)
    case .dropout(let operation): operation.forward(run)
    case .noise(let operation): operation.forward(run)
    case .prelu(let operation): operation.forward(run)
    case .batchNorm(let operation): operation.forward(run)
    case .nestedDropout(let operation): operation.forward(run)
    case .convolution(let operation): operation.forward(run)
    case .pooling(let operation): operation.forward(run)
    case .enlargement(let operation): operation.forward(run)
    case .placement(let operation): operation.forward(run)
    }
  }

  func backward(_ run: RowRun) {
    switch self {
    case .dense(let operation): operation.backward(run)
    case .activation(let operation): operation.backward(run)
    case .softmax(let operation): operation.backward(run)
    case .copy(let operation): operation.backward(run)
    case .dropout(let operation): operation.backward(run)
    case .noise(let operation): operation.backward(run)
    case .prelu(let operation): operation.backward(run)
    case .batchNorm(let operation): operation.backward(run)
    case .nestedDropout(let operation): operation.backward(run)
    case .convolution(let operation): operation.backward(run)
    case .pooling(let operation): operation.backward(run)
    case .enlargement(let operation): operation.backward(run)
    case .placement(let operation): operation.backward(run)
    }
  }

  /// The operation by what all have in common, for planning.
  var common: any PlannedOperation {
    get {
      switch self {
      case .dense(let operation): operation
      case .activation(let operation): operation
      case .softmax(let operation): operation
      case .copy(let operation): operation
      case .dropout(let operation): operation
      case .noise(let operation): operation
      case .prelu(let operation): operation
      case .batchNorm(let operation): operation
      case .nestedDropout(let operation): operation
      case .convolution(let operation): operation
      case .pooling(let operation): operation
      case .enlargement(let operation): operation
      case .placement(let operation): operation
      }
    }
    set {
      switch newValue {
      case let operation as DenseOperation: self = .dense(operation)
      case let operation as ActivationOperation: self = .activation(operation)
      case let operation as SoftmaxOperation: self = .softmax(operation)
      case let operation as CopyOperation: self = .copy(operation)
      case let operation as DropoutOperation: self = .dropout(operation)
      case let operation as NoiseOperation: self = .noise(operation)
      case let operation as PReLUOperation: self = .prelu(operation)
      case let operation as BatchNormOperation: self = .batchNorm(operation)
      case let operation as NestedDropoutOperation: self = .nestedDropout(operation)
      case let operation as ConvolutionOperation: self = .convolution(operation)
      case let operation as PoolingOperation: self = .pooling(operation)
      case let operation as EnlargementOperation: self = .enlargement(operation)
      case let operation as PlacementOperation: self = .placement(operation)
      default: break
      }
    }
  }
}

/// Where an operation leaves the gradient of one of its inputs.
struct GradientTarget {
  /// The slot, or nil when nobody needs it.
  var slot: Int?
  /// How it meets what stands there: stored, added, or multiplied onto a derivative.
  var mode = Int32(AEPCA_STORE.rawValue)

  var adds: Int32 { mode == Int32(AEPCA_ADD.rawValue) ? 1 : 0 }
}
