import NeuralNetworks
import PrincipalComponents

/// An autoencoder in the document of its file; its weights are tensors.
struct AutoencoderDocument: Codable {
  var encoder: ModelArchitecture
  var decoder: ModelArchitecture
  /// Of 1, 2, … components; empty for a model without order.
  var prefixDecoders: [ModelArchitecture]
  var codes: Codes
  /// The numbers of components for which linear PCA stands in, ascending.
  var linearLengths: [Int]

  init(_ model: FittedAutoencoder) {
    encoder = model.encoder.architecture
    decoder = model.decoder.architecture
    prefixDecoders = model.prefixDecoders.map(\.architecture)
    codes = model.codes
    linearLengths = model.linearLengths.sorted()
  }

  enum CodingKeys: String, CodingKey {
    case encoder
    case decoder
    case prefixDecoders = "prefix_decoders"
    case codes
    case linearLengths = "linear_lengths"
  }
}

extension FittedAutoencoder {
  private enum TensorName {
    static let center = "latents/center"
    static let factor = "latents/factor"

    static func decoder(components: Int) -> String { "decoder_of_\(components)/" }
  }

  var tensors: [Safetensors.Tensor] {
    func tensors(_ weights: [NamedWeights], prefix: String) -> [Safetensors.Tensor] {
      weights.map {
        Safetensors.Tensor(
          name: prefix + $0.name, shape: $0.shape, elements: .float32($0.values))
      }
    }
    return tensors(network.weights, prefix: "")
      + prefixDecoders.enumerated().flatMap { index, decoder in
        tensors(decoder.weights, prefix: TensorName.decoder(components: index + 1))
      }
      + [
        Safetensors.Tensor(
          name: TensorName.center, shape: [componentCount], elements: .float64(latentScale.center)),
        Safetensors.Tensor(
          name: TensorName.factor, shape: [componentCount], elements: .float64(latentScale.factor)),
      ] + (pca?.tensors() ?? []) + (fillingPCA?.tensors("filling") ?? [])
  }

  /// - Throws: ``ModelFileError/Problem`` when the parts do not belong together.
  convenience init(
    _ document: AutoencoderDocument, pca: FittedPCA?, tensors file: Safetensors
  ) throws(ModelFileError.Problem) {
    func numbers(_ name: String) throws(ModelFileError.Problem) -> [Double] {
      guard let tensor = file[name] else { throw .missingTensor(name: name) }
      guard case .float64(let values) = tensor.elements, tensor.shape.count == 1 else {
        throw .badTensor(name: name)
      }
      return values
    }
    let center = try numbers(TensorName.center)
    let factor = try numbers(TensorName.factor)
    func weights(_ prefix: String) -> [NamedWeights] {
      file.tensors.compactMap { tensor in
        guard case .float32(let values) = tensor.elements, tensor.name.hasPrefix(prefix) else {
          return nil
        }
        return NamedWeights(
          name: String(tensor.name.dropFirst(prefix.count)), shape: tensor.shape, values: values)
      }
    }
    do {
      try self.init(
        encoder: Model(architecture: document.encoder),
        decoder: Model(architecture: document.decoder),
        prefixDecoders: document.prefixDecoders.map { try Model(architecture: $0) }, pca: pca,
        codes: document.codes)
      try network.setWeights(
        (weights("encoder/").map { ("encoder/", $0) } + weights("decoder/").map { ("decoder/", $0) })
          .map { NamedWeights(name: $0 + $1.name, shape: $1.shape, values: $1.values) })
      for (index, decoder) in prefixDecoders.enumerated() {
        try decoder.setWeights(weights(TensorName.decoder(components: index + 1)))
      }
    } catch {
      throw .inconsistent(reason: "\(error)")
    }
    guard let scale = LatentScale(center: center, factor: factor),
      center.count == componentCount
    else { throw .inconsistent(reason: "its latents have no scale") }
    latentScale = scale
    let fits = prefixDecoders.enumerated().allSatisfy { index, decoder in
      decoder.input.shape == [index + 1] && decoder.output.shape == self.decoder.output.shape
    }
    guard prefixDecoders.isEmpty || isOrdered, fits
    else { throw .inconsistent(reason: "its decoders of fewer components do not fit") }
    if let pca {
      guard pca.componentCount == componentCount, pca.featureCount == featureCount else {
        throw .inconsistent(reason: "its linear PCA does not fit")
      }
    }
    guard document.linearLengths.allSatisfy({ lengths.contains($0) }),
      document.linearLengths.isEmpty || pca != nil
    else { throw .inconsistent(reason: "its linear PCA does not fit") }
    linearLengths = Set(document.linearLengths)
  }
}
