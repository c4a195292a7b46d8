import NeuralNetworks
import PrincipalComponents

/// An autoencoder in the document of its file; its weights are tensors.
struct AutoencoderDocument: Codable {
  var encoder: ModelArchitecture
  var decoder: ModelArchitecture
  var prefixDecoder: ModelArchitecture?
  var codes: Codes
  /// The numbers of components for which linear PCA stands in, ascending.
  var linearLengths: [Int]

  init(_ model: FittedAutoencoder) {
    encoder = model.encoder.architecture
    decoder = model.decoder.architecture
    prefixDecoder = model.prefixDecoder?.architecture
    codes = model.codes
    linearLengths = model.linearLengths.sorted()
  }

  enum CodingKeys: String, CodingKey {
    case encoder
    case decoder
    case prefixDecoder = "prefix_decoder"
    case codes
    case linearLengths = "linear_lengths"
  }
}

extension FittedAutoencoder {
  private enum TensorName {
    static let center = "latents/center"
    static let factor = "latents/factor"
    static let prefixDecoder = "prefix_decoder/"
  }

  var tensors: [Safetensors.Tensor] {
    func tensors(_ weights: [NamedWeights], prefix: String) -> [Safetensors.Tensor] {
      weights.map {
        Safetensors.Tensor(
          name: prefix + $0.name, shape: $0.shape, elements: .float32($0.values))
      }
    }
    return tensors(network.weights, prefix: "")
      + tensors(prefixDecoder?.weights ?? [], prefix: TensorName.prefixDecoder)
      + [
        Safetensors.Tensor(
          name: TensorName.center, shape: [componentCount], elements: .float64(latentScale.center)),
        Safetensors.Tensor(
          name: TensorName.factor, shape: [componentCount], elements: .float64(latentScale.factor)),
      ] + (pca?.tensors ?? [])
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
    var weights: [NamedWeights] = []
    var prefixWeights: [NamedWeights] = []
    for tensor in file.tensors {
      guard case .float32(let values) = tensor.elements else { continue }
      if tensor.name.hasPrefix(TensorName.prefixDecoder) {
        prefixWeights.append(
          NamedWeights(
            name: String(tensor.name.dropFirst(TensorName.prefixDecoder.utf8.count)),
            shape: tensor.shape, values: values))
      } else {
        weights.append(NamedWeights(name: tensor.name, shape: tensor.shape, values: values))
      }
    }
    do {
      try self.init(
        encoder: Model(architecture: document.encoder),
        decoder: Model(architecture: document.decoder),
        prefixDecoder: document.prefixDecoder.map { try Model(architecture: $0) }, pca: pca,
        codes: document.codes)
      try network.setWeights(weights)
      try prefixDecoder?.setWeights(prefixWeights)
    } catch {
      throw .inconsistent(reason: "\(error)")
    }
    guard let scale = LatentScale(center: center, factor: factor),
      center.count == componentCount
    else { throw .inconsistent(reason: "its latents have no scale") }
    latentScale = scale
    if let prefixDecoder {
      guard componentCount > 1, prefixDecoder.input.shape == [2 * componentCount],
        prefixDecoder.output.shape == [featureCount],
        (try? prefixDecoder.takingPrefix(1, of: componentCount)) != nil
      else { throw .inconsistent(reason: "its decoder of prefixes does not fit") }
    }
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
