import LinearAlgebra

extension ReferenceRows {
  private enum TensorName {
    static let values = "kept_rows/values"
    static let observed = "kept_rows/observed"
  }

  var tensors: [Safetensors.Tensor] {
    let shape = [values.rowCount, values.columnCount]
    var tensors = [
      Safetensors.Tensor(
        name: TensorName.values, shape: shape, elements: .float32(values.elements))
    ]
    if let observed {
      tensors.append(
        Safetensors.Tensor(
          name: TensorName.observed, shape: shape,
          elements: .float32(observed.isObserved.map { $0 ? 1 : 0 })))
    }
    return tensors
  }

  /// Nil for a file that keeps no rows.
  init?(tensors file: Safetensors) throws(ModelFileError.Problem) {
    func matrix(_ name: String) throws(ModelFileError.Problem) -> Matrix<Float>? {
      guard let tensor = file[name] else { return nil }
      guard case .float32(let elements) = tensor.elements, tensor.shape.count == 2 else {
        throw .badTensor(name: name)
      }
      return Matrix(
        rowCount: tensor.shape[0], columnCount: tensor.shape[1], elements: elements)
    }
    guard let values = try matrix(TensorName.values) else { return nil }
    let observed = try matrix(TensorName.observed).map {
      Mask(
        rowCount: $0.rowCount, columnCount: $0.columnCount, isObserved: $0.elements.map { $0 != 0 })
    }
    guard let rows = ReferenceRows(values: values, observed: observed) else {
      throw .inconsistent(reason: "the training rows that it keeps do not fit")
    }
    self = rows
  }
}
