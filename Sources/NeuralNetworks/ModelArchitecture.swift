/// A model without its weights: what is needed to build it again.
///
/// Layers that one model calls several times stay shared; a layer shared between two nested
/// models is two layers afterwards.
public struct ModelArchitecture: Codable, Sendable, Equatable {
  /// A call of a layer.
  public struct Node: Codable, Sendable, Equatable {
    /// Position among the layers.
    public var layer: Int
    /// Tensors it is called on: 0 the model's input, i + 1 the output of node i.
    public var inputs: [Int]

    public init(layer: Int, inputs: [Int]) {
      self.layer = layer
      self.inputs = inputs
    }
  }

  public var name: String
  public var inputShape: [Int]
  public var layers: [LayerArchitecture]
  /// In an order in which they can be called; the last one's output is the model's.
  public var nodes: [Node]

  public init(name: String, inputShape: [Int], layers: [LayerArchitecture], nodes: [Node]) {
    self.name = name
    self.inputShape = inputShape
    self.layers = layers
    self.nodes = nodes
  }
}

/// A layer without its weights.
public struct LayerArchitecture: Codable, Sendable, Equatable {
  public indirect enum Kind: Codable, Sendable, Equatable {
    case dense(
      units: Int, activation: Activation, useBias: Bool, kernelInitializer: Initializer,
      decays: Bool)
    case activation(Activation)
    case dropout(rate: Double)
    case gaussianNoise(standardDeviation: Double)
    case nestedDropout
    case prelu(initialSlope: Double)
    case batchNorm(momentum: Double, epsilon: Double)
    case add
    case concatenate
    case model(ModelArchitecture)
    case conv2D(ConvolutionSettings)
    case conv1D(ConvolutionSettings)
    case conv2DTranspose(ConvolutionSettings)
    case conv1DTranspose(ConvolutionSettings)
    case maxPool2D(PoolingSettings)
    case maxPool1D(PoolingSettings)
    case averagePool2D(PoolingSettings)
    case averagePool1D(PoolingSettings)
    case upSampling2D(size: Extent, interpolation: Interpolation)
    case upSampling1D(size: Int)
    case flatten
    case reshape([Int])
    case cropping2D(Edges)
    case cropping1D(Edges)
    case zeroPadding2D(Edges)
    case zeroPadding1D(Edges)
  }

  public var name: String
  public var kind: Kind

  public init(name: String, kind: Kind) {
    self.name = name
    self.kind = kind
  }

  func makeLayer() throws(ModelError) -> Layer {
    switch kind {
    case .dense(let units, let activation, let useBias, let initializer, let decays):
      Dense(
        units, activation: activation, useBias: useBias, kernelInitializer: initializer,
        decays: decays, name: name)
    case .activation(let activation): ActivationLayer(activation, name: name)
    case .dropout(let rate): Dropout(rate: rate, name: name)
    case .gaussianNoise(let deviation):
      GaussianNoise(standardDeviation: deviation, name: name)
    case .nestedDropout: NestedDropout(name: name)
    case .prelu(let slope): PReLU(initialSlope: slope, name: name)
    case .batchNorm(let momentum, let epsilon):
      BatchNorm(momentum: momentum, epsilon: epsilon, name: name)
    case .add: Add(name: name)
    case .concatenate: Concatenate(name: name)
    case .model(let architecture): try Model(architecture: architecture)
    default: makeImageLayer()
    }
  }
}

extension LayerArchitecture {
  /// The layers of images and series.
  private func makeImageLayer() -> Layer {
    switch kind {
    case .conv2D(let settings): Conv2D(settings, name: name)
    case .conv1D(let settings): Conv1D(settings, name: name)
    case .conv2DTranspose(let settings): Conv2DTranspose(settings, name: name)
    case .conv1DTranspose(let settings): Conv1DTranspose(settings, name: name)
    case .maxPool2D(let settings): MaxPool2D(settings, name: name)
    case .maxPool1D(let settings): MaxPool1D(settings, name: name)
    case .averagePool2D(let settings): AveragePool2D(settings, name: name)
    case .averagePool1D(let settings): AveragePool1D(settings, name: name)
    case .upSampling2D(let size, let interpolation):
      UpSampling2D(size: size, interpolation: interpolation, name: name)
    case .upSampling1D(let size): UpSampling1D(size: size, name: name)
    case .reshape(let shape): Reshape(shape, name: name)
    case .cropping2D(let edges): Cropping2D(edges, name: name)
    case .cropping1D(let edges): Cropping1D(start: edges.left, end: edges.right, name: name)
    case .zeroPadding2D(let edges): ZeroPadding2D(edges, name: name)
    case .zeroPadding1D(let edges): ZeroPadding1D(start: edges.left, end: edges.right, name: name)
    default: Flatten(name: name)
    }
  }
}

extension Model {
  /// The model without its weights.
  public var architecture: ModelArchitecture {
    var tensors = [ObjectIdentifier(input): 0]
    var layerNumbers: [ObjectIdentifier: Int] = [:]
    for (index, item) in layers.enumerated() {
      layerNumbers[ObjectIdentifier(item.layer)] = index
    }
    var calls: [ModelArchitecture.Node] = []
    for (index, node) in nodes.enumerated() {
      tensors[ObjectIdentifier(node)] = index + 1
      guard let layer = node.layer, let number = layerNumbers[ObjectIdentifier(layer)] else {
        continue
      }
      calls.append(
        ModelArchitecture.Node(
          layer: number, inputs: node.inputs.compactMap { tensors[ObjectIdentifier($0)] }))
    }
    return ModelArchitecture(
      name: title, inputShape: input.shape,
      layers: layers.map { LayerArchitecture(name: $0.name, kind: $0.layer.architectureKind) },
      nodes: calls)
  }

  /// Builds a model of this architecture, its weights not yet drawn.
  ///
  /// - Throws: ``ModelError`` when the architecture is not one that ``architecture`` gives:
  ///   sizes that do not fit, nodes that are not there.
  public convenience init(architecture: ModelArchitecture) throws(ModelError) {
    let input = Input(shape: architecture.inputShape)
    var layers: [Layer] = []
    for layer in architecture.layers { layers.append(try layer.makeLayer()) }
    var tensors = [input]
    for node in architecture.nodes {
      guard layers.indices.contains(node.layer), !node.inputs.isEmpty,
        node.inputs.allSatisfy({ tensors.indices.contains($0) }),
        node.inputs.count == 1 || layers[node.layer].takesSeveral
      else { throw ModelError(.unknownLayer, layer: architecture.name) }
      tensors.append(layers[node.layer].apply(node.inputs.map { tensors[$0] }))
    }
    try self.init(input: input, output: tensors[tensors.count - 1], name: architecture.name)
  }
}
