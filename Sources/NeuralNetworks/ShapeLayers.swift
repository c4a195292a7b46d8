/// All entries of a sample on one axis, in their order.
public final class Flatten: Layer {
  public override init(name: String? = nil) { super.init(name: name) }

  public func callAsFunction(_ input: Tensor) -> Tensor { apply([input]) }

  override var kind: String { "flatten" }

  override func prepare(_ inputs: [Tensor]) throws(ModelError) -> [Int] { [inputs[0].width] }

  override var architectureKind: LayerArchitecture.Kind { .flatten }
}

/// The entries of a sample in another shape, in their order.
public final class Reshape: Layer {
  public let targetShape: [Int]

  /// - Parameter targetShape: Without the batch; one size may be −1 and takes what is left.
  public init(_ targetShape: [Int], name: String? = nil) {
    self.targetShape = targetShape
    super.init(name: name)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { apply([input]) }

  override var kind: String { "reshape" }

  override func prepare(_ inputs: [Tensor]) throws(ModelError) -> [Int] {
    let width = inputs[0].width
    let known = targetShape.filter { $0 != -1 }
    let openCount = targetShape.count - known.count
    let limit = 1 << 40
    guard !targetShape.isEmpty, openCount <= 1, known.allSatisfy({ $0 > 0 && $0 < limit }),
      let count = known.reduce(
        Int?(1),
        { product, size in
          product.flatMap { $0 < limit ? $0.multipliedReportingOverflow(by: size) : nil }
            .flatMap { $0.overflow ? nil : $0.partialValue }
        }),
      openCount == 0 ? count == width : width % count == 0
    else {
      throw ModelError(
        .shapesDiffer(expected: targetShape, found: inputs[0].shape), layer: place(after: inputs[0])
      )
    }
    return targetShape.map { $0 == -1 ? width / count : $0 }
  }

  override var architectureKind: LayerArchitecture.Kind { .reshape(targetShape) }
}

/// Pixels at the four sides of an image.
public struct Edges: ExpressibleByIntegerLiteral, Codable, Sendable, Equatable {
  public var top: Int
  public var bottom: Int
  public var left: Int
  public var right: Int

  public init(top: Int = 0, bottom: Int = 0, left: Int = 0, right: Int = 0) {
    self.top = top
    self.bottom = bottom
    self.left = left
    self.right = right
  }

  /// The same on all sides.
  public init(integerLiteral size: Int) {
    self.init(top: size, bottom: size, left: size, right: size)
  }

  fileprivate var all: [Int] { [top, bottom, left, right] }
}

/// What cropping and zero padding share: an image put into a smaller or a larger one.
public class Placement: Layer {
  public final let edges: Edges
  final let rank: Int
  final let grows: Bool

  init(_ edges: Edges, rank: Int, grows: Bool, name: String?) {
    self.edges = edges
    self.rank = rank
    self.grows = grows
    super.init(name: name)
  }

  public final func callAsFunction(_ input: Tensor) -> Tensor { apply([input]) }

  override var kind: String { (grows ? "zero_padding" : "cropping") + "\(rank)d" }

  final override func prepare(_ inputs: [Tensor]) throws(ModelError) -> [Int] {
    let input = try ImageShape(inputs[0].shape, rank: rank, place: place(after: inputs[0]))
    guard edges.all.allSatisfy({ (0..<1 << 20).contains($0) }) else {
      throw ModelError(
        .impossibleSetting("expected edges of 0 or above, found \(edges.all)"), layer: title)
    }
    let sign = grows ? 1 : -1
    let output = ImageShape(
      height: input.height + sign * (edges.top + edges.bottom),
      width: input.width + sign * (edges.left + edges.right), channels: input.channels)
    guard output.height > 0, output.width > 0 else {
      throw ModelError(
        .impossibleSetting(
          "expected more than \(edges.top + edges.bottom) x \(edges.left + edges.right) pixels to "
            + "crop from, found \(input.extent.text)"), layer: place(after: inputs[0]))
    }
    return output.shape(rank: rank)
  }

  final override func lower(
    _ node: Tensor, into plan: inout PlanBuilder, inputs: [Int]
  ) -> Int {
    let output = plan.tensor(width: node.width)
    plan.add(
      .placement(
        PlacementOperation(
          input: inputs[0], output: output, from: ImageShape(of: node.inputs[0]),
          to: ImageShape(of: node), top: grows ? edges.top : -edges.top,
          left: grows ? edges.left : -edges.left)))
    return output
  }
}

/// Cuts pixels off the sides of an image.
public final class Cropping2D: Placement {
  public init(_ cropping: Edges, name: String? = nil) {
    super.init(cropping, rank: 2, grows: false, name: name)
  }

  override var architectureKind: LayerArchitecture.Kind { .cropping2D(edges) }
}

/// Cuts entries off the ends of a series.
public final class Cropping1D: Placement {
  public init(start: Int, end: Int, name: String? = nil) {
    super.init(Edges(left: start, right: end), rank: 1, grows: false, name: name)
  }

  override var architectureKind: LayerArchitecture.Kind { .cropping1D(edges) }
}

/// Puts zeros around an image.
public final class ZeroPadding2D: Placement {
  public init(_ padding: Edges, name: String? = nil) {
    super.init(padding, rank: 2, grows: true, name: name)
  }

  override var architectureKind: LayerArchitecture.Kind { .zeroPadding2D(edges) }
}

/// Puts zeros before and after a series.
public final class ZeroPadding1D: Placement {
  public init(start: Int, end: Int, name: String? = nil) {
    super.init(Edges(left: start, right: end), rank: 1, grows: true, name: name)
  }

  override var architectureKind: LayerArchitecture.Kind { .zeroPadding1D(edges) }
}
