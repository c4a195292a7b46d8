import LinearAlgebra
import PrincipalComponents

/// The single numbers of a PCA model in the document of its file; its arrays are tensors.
struct PCADocument: Codable {
  let sampleCount: Int
  let totalVariance: Double
  let noiseVariance: Double
  /// Nil where it would say false, as files of earlier releases do.
  let isWhitened: Bool?
  let residual: Double?

  init(_ pca: FittedPCA) {
    sampleCount = pca.sampleCount
    totalVariance = pca.totalVariance
    noiseVariance = pca.noiseVariance
    isWhitened = pca.isWhitened ? true : nil
    residual = pca.residual
  }

  enum CodingKeys: String, CodingKey {
    case sampleCount = "samples"
    case totalVariance = "total_variance"
    case noiseVariance = "noise_variance"
    case isWhitened = "whitened"
    case residual
  }
}

extension FittedPCA {
  private enum TensorName {
    static let mean = "/mean"
    static let components = "/components"
    static let explainedVariance = "/explained_variance"
  }

  /// - Parameter prefix: Of the tensors' names.
  func tensors(_ prefix: String = "pca") -> [Safetensors.Tensor] {
    [
      Safetensors.Tensor(
        name: prefix + TensorName.mean, shape: [featureCount], elements: .float64(mean)),
      Safetensors.Tensor(
        name: prefix + TensorName.components, shape: [componentCount, featureCount],
        elements: .float64(components.elements)),
      Safetensors.Tensor(
        name: prefix + TensorName.explainedVariance, shape: [componentCount],
        elements: .float64(explainedVariance)),
    ]
  }

  init(
    _ document: PCADocument, _ prefix: String = "pca", tensors file: Safetensors
  ) throws(ModelFileError.Problem) {
    func numbers(
      _ name: String, dimensions: Int
    ) throws(ModelFileError.Problem) -> (shape: [Int], values: [Double]) {
      guard let tensor = file[name] else { throw .missingTensor(name: name) }
      guard case .float64(let values) = tensor.elements, tensor.shape.count == dimensions else {
        throw .badTensor(name: name)
      }
      return (tensor.shape, values)
    }
    let components = try numbers(prefix + TensorName.components, dimensions: 2)
    let mean = try numbers(prefix + TensorName.mean, dimensions: 1).values
    let variances = try numbers(prefix + TensorName.explainedVariance, dimensions: 1).values
    do {
      try self.init(
        mean: mean,
        components: Matrix(
          rowCount: components.shape[0], columnCount: components.shape[1],
          elements: components.values),
        explainedVariance: variances, totalVariance: document.totalVariance,
        noiseVariance: document.noiseVariance, sampleCount: document.sampleCount,
        isWhitened: document.isWhitened ?? false, residual: document.residual)
    } catch {
      throw .inconsistent(reason: "\(error)")
    }
  }
}
