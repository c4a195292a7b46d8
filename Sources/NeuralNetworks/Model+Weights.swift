extension Model {
  /// All weights by name, in the model's order; shared ones once.
  public var weights: [NamedWeights] {
    initializeMissing(seed: 0)
    return namedParameters.map {
      NamedWeights(name: $0.name, shape: $0.parameter.shape, values: $0.parameter.values)
    }
  }

  /// Sets every weight of the model; on an error none is set.
  ///
  /// - Throws: ``ModelError`` when a name is missing or unknown, a shape differs, a value is not
  ///   finite.
  public func setWeights(_ weights: [NamedWeights]) throws(ModelError) {
    let named = namedParameters
    var given: [String: NamedWeights] = [:]
    for one in weights {
      guard given.updateValue(one, forKey: one.name) == nil else {
        throw ModelError(.repeatedName, layer: one.name)
      }
    }
    for (name, parameter) in named {
      guard let one = given.removeValue(forKey: name) else {
        throw ModelError(.weightsMissing, layer: name)
      }
      guard one.shape == parameter.shape else {
        throw ModelError(
          .weightShape(expected: parameter.shape, found: one.shape), layer: name)
      }
      guard one.values.count == parameter.count else {
        throw ModelError(
          .weightCount(expected: parameter.count, found: one.values.count), layer: name)
      }
      if let index = one.values.firstIndex(where: { !$0.isFinite }) {
        throw ModelError(.notFinite(index: index), layer: name)
      }
    }
    if let unknown = given.keys.min() { throw ModelError(.weightsUnknown, layer: unknown) }
    let values = Dictionary(uniqueKeysWithValues: weights.map { ($0.name, $0.values) })
    for (name, parameter) in named { parameter.values = values[name] ?? parameter.values }
  }

  var namedParameters: [(name: String, parameter: Parameter)] {
    var seen: Set<ObjectIdentifier> = []
    return allNamedParameters.filter { seen.insert(ObjectIdentifier($0.parameter)).inserted }
  }

  private var allNamedParameters: [(name: String, parameter: Parameter)] {
    layers.flatMap { name, layer in
      let inner =
        (layer as? Model)?.allNamedParameters ?? layer.parameters.map { ($0.name, $0) }
      return inner.map { ("\(name)/\($0.0)", $0.1) }
    }
  }
}
