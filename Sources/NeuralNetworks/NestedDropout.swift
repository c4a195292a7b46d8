import Kernels

/// Zeroes all but the first entries of each row while training, how many drawn at random.
///
/// Afterwards all are kept. Beside them stand as many entries that say which were kept.
///
/// An autoencoder trained through it learns to do with every prefix of its latent, so that its
/// components come in order of importance, like principal components. Short prefixes, which have
/// most to learn from a sample, come more often: at most j of k entries are kept with a
/// probability of √(j / k).
///
/// - Note: Rippel, Gelbart and Adams (2014), arXiv:1402.0915; telling the decoder the length is
///   an addition.
public final class NestedDropout: Layer {
  public override init(name: String? = nil) { super.init(name: name) }

  /// - Returns: Twice as wide as the input: the entries, then 1 where kept and 0 elsewhere.
  public func callAsFunction(_ input: Tensor) -> Tensor { apply([input]) }

  override var kind: String { "nested_dropout" }

  override func prepare(_ inputs: [Tensor]) throws(ModelError) -> [Int] {
    guard inputs[0].shape.count == 1 else {
      throw ModelError(
        .shapesDiffer(expected: [inputs[0].width], found: inputs[0].shape),
        layer: place(after: inputs[0]))
    }
    return [2 * inputs[0].width]
  }

  override func lower(into plan: inout PlanBuilder, inputs: [Int]) -> Int {
    let width = plan.width(of: inputs[0])
    let output = plan.tensor(width: 2 * width)
    plan.add(
      .nestedDropout(NestedDropoutOperation(input: inputs[0], output: output, width: width)))
    return output
  }

  override var architectureKind: LayerArchitecture.Kind { .nestedDropout }
}

/// Rows cut to a random length, beside them which entries were kept.
struct NestedDropoutOperation: PlannedOperation {
  var input: Int
  var output: Int
  /// Columns of the input.
  var width: Int
  /// Tells the random numbers of different operations apart.
  var number = 0
  var inputGradient = GradientTarget()
  var outputGradient: Int?

  func forward(_ run: RowRun) {
    for row in 0..<run.rows {
      let kept = run.isTraining ? keptCount(run, row) : width
      let from = unsafe run.values(input) + row * run.stride(input)
      let to = unsafe run.values(output) + row * run.stride(output)
      for column in 0..<width {
        unsafe to[column] = column < kept ? from[column] : 0
        unsafe to[width + column] = column < kept ? 1 : 0
      }
    }
  }

  func backward(_ run: RowRun) {
    guard let outputGradient, let slot = inputGradient.slot else { return }
    for row in 0..<run.rows {
      let kept = run.isTraining ? keptCount(run, row) : width
      let from = unsafe run.values(outputGradient) + row * run.stride(outputGradient)
      let to = unsafe run.values(slot) + row * run.stride(slot)
      for column in 0..<width {
        let gradient = unsafe column < kept ? from[column] : 0
        if inputGradient.adds == 0 {
          unsafe to[column] = gradient
        } else {
          unsafe to[column] += gradient
        }
      }
    }
  }

  /// Outside of training all entries are kept, and that they are never changes.
  func forwardTangents(_ tangents: RowRun) {
    forward(tangents)
    for row in 0..<tangents.rows {
      let to = unsafe tangents.values(output) + row * tangents.stride(output) + width
      for column in 0..<width { unsafe to[column] = 0 }
    }
  }

  /// 1 to `width`, the square of a uniform number, drawn for the row's number alone.
  private func keptCount(_ run: RowRun, _ row: Int) -> Int {
    let bits = aepca_random_bits(run.key(number), UInt64(run.firstRow + row))
    let squared = bits.multipliedFullWidth(by: bits).high
    return 1 + Int(squared.multipliedFullWidth(by: UInt64(width)).high)
  }
}
