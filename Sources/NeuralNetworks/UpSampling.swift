/// How pixels between known ones come about.
public enum Interpolation: String, Codable, Sendable, CaseIterable {
  /// Each pixel is repeated.
  case nearest
  /// Linear in both directions, pixel centres at halves, edges repeated.
  case bilinear
}

/// Makes an image larger by whole factors.
public final class UpSampling2D: Layer {
  public let size: Extent
  public let interpolation: Interpolation

  public init(size: Extent = 2, interpolation: Interpolation = .nearest, name: String? = nil) {
    self.size = size
    self.interpolation = interpolation
    super.init(name: name)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { apply([input]) }

  override var kind: String { "up_sampling2d" }

  override func prepare(_ inputs: [Tensor]) throws(ModelError) -> [Int] {
    try enlarged(inputs[0], by: size, rank: 2)
  }

  override func lower(_ node: Tensor, into plan: inout PlanBuilder, inputs: [Int]) -> Int {
    plan.enlarge(node, inputs[0], by: size, interpolation)
  }

  override var architectureKind: LayerArchitecture.Kind {
    .upSampling2D(size: size, interpolation: interpolation)
  }
}

/// Repeats each entry of a series.
public final class UpSampling1D: Layer {
  public let size: Int

  public init(size: Int = 2, name: String? = nil) {
    self.size = size
    super.init(name: name)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { apply([input]) }

  override var kind: String { "up_sampling1d" }

  override func prepare(_ inputs: [Tensor]) throws(ModelError) -> [Int] {
    try enlarged(inputs[0], by: .along(size), rank: 1)
  }

  override func lower(_ node: Tensor, into plan: inout PlanBuilder, inputs: [Int]) -> Int {
    plan.enlarge(node, inputs[0], by: .along(size), .nearest)
  }

  override var architectureKind: LayerArchitecture.Kind { .upSampling1D(size: size) }
}

extension Layer {
  /// The shape of an input enlarged.
  fileprivate func enlarged(
    _ input: Tensor, by size: Extent, rank: Int
  ) throws(ModelError) -> [Int] {
    let image = try ImageShape(input.shape, rank: rank, place: place(after: input))
    guard size.isPositive, size.height < 1 << 20, size.width < 1 << 20 else {
      throw ModelError(
        .impossibleSetting("expected sizes in 1..<\(1 << 20), found \(size.text)"), layer: title)
    }
    return ImageShape(
      height: image.height * size.height, width: image.width * size.width,
      channels: image.channels
    ).shape(rank: rank)
  }
}

extension PlanBuilder {
  fileprivate mutating func enlarge(
    _ node: Tensor, _ input: Int, by size: Extent, _ interpolation: Interpolation
  ) -> Int {
    let small = ImageShape(of: node.inputs[0])
    let output = tensor(width: node.width)
    add(
      .enlargement(
        EnlargementOperation(
          input: input, output: output, windows: Windows(blocks: size, of: small.extent),
          channels: small.channels, interpolation: interpolation)))
    return output
  }
}
