import FoundationEssentials
import LinearAlgebra
import NeuralNetworks
import Preprocessing
import PrincipalComponents

/// A table's model as one file that any machine can read: safetensors with a JSON document.
public enum ModelFile {
  /// The format that this release writes, and the newest that it reads.
  public static let formatVersion = 1
  static let documentKey = "aepca"

  /// The whole file; the same model gives the same bytes.
  public static func encode(_ model: TableModel, toolVersion: String) throws -> [UInt8] {
    var document = Document(
      formatVersion: formatVersion, toolVersion: toolVersion, method: model.method,
      componentCount: model.latentModel.componentCount, preprocessing: model.preprocessor,
      report: model.report)
    var tensors: [Safetensors.Tensor] = []
    switch model.latentModel {
    case let pca as FittedPCA:
      document.pca = PCADocument(pca)
      tensors = pca.tensors()
    case let autoencoder as FittedAutoencoder:
      document.autoencoder = AutoencoderDocument(autoencoder)
      document.pca = autoencoder.pca.map(PCADocument.init)
      document.fillingPCA = autoencoder.fillingPCA.map(PCADocument.init)
      tensors = autoencoder.tensors
    default: preconditionFailure("a model is PCA or an autoencoder")
    }
    tensors += model.references?.tensors ?? []
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(document), as: UTF8.self)
    return try Safetensors(metadata: [documentKey: text], tensors: tensors).sealed()
  }

  /// Reads a file that ``encode(_:toolVersion:)`` made; nothing in it is executed.
  ///
  /// - Parameter path: Named in errors.
  /// - Throws: ``ModelFileError`` saying what is wrong with the file.
  public static func decode(_ bytes: [UInt8], path: String) throws(ModelFileError) -> TableModel {
    try decode(bytes, path: path, checksDigest: true)
  }

  /// For tests that alter files: what a checksum refuses would not show what comes after it.
  @_spi(Fuzzing)
  public static func decode(
    _ bytes: [UInt8], path: String, checksDigest: Bool
  ) throws(ModelFileError) -> TableModel {
    do throws(ModelFileError.Problem) {
      return try decode(bytes, checksDigest: checksDigest)
    } catch {
      throw ModelFileError(error, path: path)
    }
  }

  private static func decode(
    _ bytes: [UInt8], checksDigest: Bool
  ) throws(ModelFileError.Problem) -> TableModel {
    let file = try Safetensors(decoding: bytes, allowsNonFinite: checksDigest)
    guard let text = file.metadata[documentKey] else { throw .notAModel }
    let decoder = JSONDecoder()
    // The version first: a later release may have changed all the rest.
    guard let version = try? decoder.decode(Version.self, from: Data(text.utf8)) else {
      throw .notAModel
    }
    guard version.formatVersion <= formatVersion else {
      throw .newerFormat(found: version.formatVersion, supported: formatVersion)
    }
    if checksDigest {
      try file.checkSeal(of: bytes)
      try file.requireFinite()
    }
    let document: Document
    do {
      document = try decoder.decode(Document.self, from: Data(text.utf8))
    } catch {
      throw .inconsistent(reason: "its document cannot be read")
    }
    guard let preprocessing = document.preprocessing.checked else {
      throw .inconsistent(reason: "its columns and their codings do not agree")
    }
    guard document.report.errorQuantiles?.isSound ?? true else {
      throw .inconsistent(reason: "its errors of rows are not in order")
    }
    let model = try latentModel(document, tensors: file)
    guard model.featureCount == preprocessing.featureCount else {
      throw .inconsistent(
        reason: "\(model.featureCount) features in the model, \(preprocessing.featureCount) columns"
      )
    }
    guard model.componentCount == document.componentCount else {
      throw .inconsistent(
        reason: "\(model.componentCount) components, \(document.componentCount) stated")
    }
    guard document.report.distanceQuantiles?.isSound ?? true else {
      throw .inconsistent(reason: "its distances of rows are not in order")
    }
    let references = try ReferenceRows(tensors: file)
    guard references.map({ $0.values.columnCount == model.featureCount }) ?? true else {
      throw .inconsistent(reason: "the training rows that it keeps do not fit")
    }
    guard
      document.report.filling?.fits(
        model, references: references, columnCount: preprocessing.codings.count) ?? true
    else { throw .inconsistent(reason: "how it fills missing cells does not fit") }
    return TableModel(
      method: document.method, preprocessor: preprocessing, latentModel: model,
      report: document.report, references: references)
  }

  private static func latentModel(
    _ document: Document, tensors: Safetensors
  ) throws(ModelFileError.Problem) -> any LatentModel {
    switch document.method {
    case .pca:
      guard let pca = document.pca else { throw .inconsistent(reason: "PCA without its numbers") }
      return try FittedPCA(pca, tensors: tensors)
    case .autoencoder:
      guard let autoencoder = document.autoencoder else {
        throw .inconsistent(reason: "an autoencoder without its layers")
      }
      let pca: FittedPCA? =
        if let pca = document.pca { try FittedPCA(pca, tensors: tensors) } else { nil }
      let model = try FittedAutoencoder(autoencoder, pca: pca, tensors: tensors)
      model.history = document.report.history
      if let filling = document.fillingPCA {
        let components = try FittedPCA(filling, "filling", tensors: tensors)
        guard components.featureCount == model.featureCount else {
          throw .inconsistent(reason: "its components to fill cells from do not fit")
        }
        model.fillingPCA = components
      }
      return model
    }
  }
}

private struct Version: Decodable {
  let formatVersion: Int

  enum CodingKeys: String, CodingKey {
    case formatVersion = "format_version"
  }
}

/// The JSON document of a model file.
private struct Document: Codable {
  var formatVersion: Int
  var toolVersion: String
  var method: Method
  var componentCount: Int
  var preprocessing: FittedPreprocessor
  var report: FitReport
  var pca: PCADocument?
  /// Of components that only missing cells are filled from; nil where there are none.
  var fillingPCA: PCADocument?
  var autoencoder: AutoencoderDocument?

  enum CodingKeys: String, CodingKey {
    case formatVersion = "format_version"
    case toolVersion = "tool_version"
    case method
    case componentCount = "components"
    case preprocessing
    case report
    case pca
    case fillingPCA = "filling_pca"
    case autoencoder
  }
}
