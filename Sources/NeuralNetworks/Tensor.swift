/// A value that flows through a model: what layers are called on.
///
/// It stands for a batch; the shape is that of one sample, height × width × channels for
/// images.
public final class Tensor {
  public let shape: [Int]
  let layer: Layer?
  let inputs: [Tensor]
  /// What went wrong on the way here, thrown when a model is built.
  let failure: ModelError?

  init(shape: [Int], layer: Layer?, inputs: [Tensor], failure: ModelError? = nil) {
    self.shape = shape
    self.layer = layer
    self.inputs = inputs
    self.failure = failure
  }

  /// Columns of the matrix that holds it.
  var width: Int { shape.reduce(1, *) }
}

/// The entrance of a model.
///
/// - Parameter shape: That of one sample, without the batch: `[features]`, or
///   `[height, width, channels]`.
// swift-format-ignore: AlwaysUseLowerCamelCase
public func Input(shape: [Int]) -> Tensor {
  let isPossible = entryCount(of: shape) != nil
  return Tensor(
    shape: shape, layer: nil, inputs: [],
    failure: isPossible ? nil : ModelError(.impossibleShape(shape), layer: "input"))
}

/// The entries of a shape; nil when a size is not above 0, or when no machine could hold so many.
func entryCount(of shape: [Int]) -> Int? {
  guard !shape.isEmpty else { return nil }
  var count = 1
  for size in shape {
    let (product, overflows) = count.multipliedReportingOverflow(by: size)
    guard size > 0, !overflows, product <= 1 << 40 else { return nil }
    count = product
  }
  return count
}
