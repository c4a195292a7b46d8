import NeuralNetworks

extension Model {
  /// A decoder of the first latents only, with the weights as they are.
  ///
  /// The model takes as many latents as there are, zero beyond the prefix, and after them a 1 for
  /// each that is given. With the prefix known its ones are part of the biases, and the latents
  /// beyond it fall away.
  ///
  /// - Throws: ``ModelError`` when the model is not such a one.
  func takingPrefix(_ length: Int, of componentCount: Int) throws -> Model {
    var prefix = architecture
    prefix.inputShape = [length]
    let result = try Model(architecture: prefix)
    let entrances = Set(
      prefix.nodes.filter { $0.inputs.contains(0) }.map { prefix.layers[$0.layer].name })
    var values: [String: [Float]] = [:]
    for one in weights { values[one.name] = one.values }
    for entrance in entrances {
      guard let kernel = values["\(entrance)/kernel"], var bias = values["\(entrance)/bias"],
        kernel.count == 2 * componentCount * bias.count
      else { throw FittingError(.prefixDecoder) }
      let units = bias.count
      for component in 0..<length {
        for unit in 0..<units {
          bias[unit] += kernel[(componentCount + component) * units + unit]
        }
      }
      values["\(entrance)/kernel"] = Array(kernel[..<(length * units)])
      values["\(entrance)/bias"] = bias
    }
    try result.setWeights(
      result.weights.map {
        NamedWeights(name: $0.name, shape: $0.shape, values: values[$0.name] ?? [])
      })
    return result
  }
}
