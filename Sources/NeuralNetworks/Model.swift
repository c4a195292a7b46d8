import LinearAlgebra

/// A graph of layers from one input to one output.
///
/// A model is itself a layer: called on a tensor it becomes part of a larger model and shares
/// its weights with it, so that an autoencoder can be trained whole and its encoder be used.
/// Models share weights by reference: use one, and those that share with it, from one task at a
/// time.
public final class Model: Layer {
  public let input: Tensor
  public let output: Tensor
  /// The tensors between them, each after what it is made from.
  let nodes: [Tensor]
  /// The layers in order of first use, with the names they bear in this model.
  let layers: [(name: String, layer: Layer)]

  /// - Throws: ``ModelError`` when shapes on the way do not fit, names both sides; when the
  ///   output does not come from the input alone; when two layers bear one name.
  public init(input: Tensor, output: Tensor, name: String) throws(ModelError) {
    if let failure = input.failure ?? output.failure { throw failure }
    var nodes: [Tensor] = []
    var seen: Set<ObjectIdentifier> = []
    guard Model.collect(output, until: input, into: &nodes, seen: &seen),
      seen.contains(ObjectIdentifier(input)), !nodes.isEmpty
    else { throw ModelError(.notConnected, layer: name) }
    self.input = input
    self.output = output
    self.nodes = nodes
    layers = try Model.named(nodes.compactMap(\.layer))
    super.init(name: name)
    var found: Set<ObjectIdentifier> = []
    parameters = layers.flatMap(\.layer.parameters)
      .filter { found.insert(ObjectIdentifier($0)).inserted }
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { apply([input]) }

  /// Numbers that the model holds, those that are not trained included.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

  /// Draws all weights anew from the seed, those that other models share included.
  public func initialize(seed: UInt64) { initialize(parameters, seed: seed) }

  /// Draws the weights that never were.
  func initializeMissing(seed: UInt64) {
    guard parameters.contains(where: \.values.isEmpty) else { return }
    initialize(parameters.filter(\.values.isEmpty), seed: seed)
  }

  private func initialize(_ parameters: [Parameter], seed: UInt64) {
    for (index, parameter) in parameters.enumerated() {
      switch parameter.form {
      case .vector(let count):
        parameter.values = Array(repeating: parameter.start, count: count)
      case .matrix(let inputs, let outputs), .kernel(_, fans: (let inputs, let outputs)):
        var generator = SeededGenerator(seed: seed, stream: UInt64(index))
        parameter.values = parameter.initializer.values(
          count: parameter.count, inputs: inputs, outputs: outputs, from: &generator)
      }
    }
  }

  /// The model of a name among the models within, at any depth.
  public func submodel(named name: String) -> Model? {
    for (_, layer) in layers {
      guard let model = layer as? Model else { continue }
      if model.name == name { return model }
      if let inner = model.submodel(named: name) { return inner }
    }
    return nil
  }

  override var kind: String { "model" }

  override func prepare(_ inputs: [Tensor]) throws(ModelError) -> [Int] {
    guard inputs[0].shape == input.shape else {
      throw ModelError(
        .shapesDiffer(expected: input.shape, found: inputs[0].shape),
        layer: place(after: inputs[0]))
    }
    return output.shape
  }

  override func lower(into plan: inout PlanBuilder, inputs: [Int]) -> Int {
    var slots = [ObjectIdentifier(input): inputs[0]]
    for node in nodes {
      guard let layer = node.layer else { continue }
      let sources = node.inputs.compactMap { slots[ObjectIdentifier($0)] }
      slots[ObjectIdentifier(node)] = layer.lower(
        node, into: &plan, inputs: sources)
    }
    return slots[ObjectIdentifier(output)] ?? inputs[0]
  }

  /// Whether every way back from the tensor ends at the input.
  private static func collect(
    _ tensor: Tensor, until input: Tensor, into nodes: inout [Tensor],
    seen: inout Set<ObjectIdentifier>
  ) -> Bool {
    guard seen.insert(ObjectIdentifier(tensor)).inserted else { return true }
    if tensor === input { return true }
    guard !tensor.inputs.isEmpty else { return false }
    for source in tensor.inputs
    where !collect(source, until: input, into: &nodes, seen: &seen) {
      return false
    }
    nodes.append(tensor)
    return true
  }

  /// Layers by first use; one without a name is its kind and number: `dense_1`.
  private static func named(
    _ all: [Layer]
  ) throws(ModelError) -> [(name: String, layer: Layer)] {
    var seen: Set<ObjectIdentifier> = []
    let unique = all.filter { seen.insert(ObjectIdentifier($0)).inserted }
    var taken: Set<String> = []
    for name in unique.compactMap(\.name) where !taken.insert(name).inserted {
      throw ModelError(.repeatedName, layer: name)
    }
    var counts: [String: Int] = [:]
    var result: [(name: String, layer: Layer)] = []
    for layer in unique {
      if let name = layer.name {
        result.append((name, layer))
        continue
      }
      var name: String
      repeat {
        counts[layer.kind, default: 0] += 1
        name = "\(layer.kind)_\(counts[layer.kind] ?? 0)"
      } while !taken.insert(name).inserted
      result.append((name, layer))
    }
    return result
  }

  override var architectureKind: LayerArchitecture.Kind { .model(architecture) }
}
