import Kernels
import LinearAlgebra

/// Inputs and targets, checked, and the bytes of a mask.
struct Samples {
  let inputs: Matrix<Float>
  let targets: Matrix<Float>
  let mask: [UInt8]?
  /// Observed targets of each row, or 1 for a loss that counts rows.
  let counts: [Int32]?
  /// Whether the targets are the inputs themselves.
  let targetsAreInputs: Bool
  /// How many times the targets stand side by side in the model's output.
  let targetCopies: Int

  init(
    _ inputs: Matrix<Float>, _ targets: Matrix<Float>, mask: Mask?, copies: Int = 1, model: Model,
    loss: Loss, called name: String
  ) throws(TrainingError) {
    guard inputs.rowCount > 0 else { throw TrainingError(.noRows) }
    try Samples.check(inputs, columns: model.input.width, called: "\(name) inputs")
    guard targets.rowCount == inputs.rowCount else {
      throw TrainingError(
        .rowCount(of: "\(name) targets", expected: inputs.rowCount, found: targets.rowCount))
    }
    guard copies >= 1, model.output.width % copies == 0 else {
      throw TrainingError(
        .impossibleSetting(
          "expected copies of the targets that fill \(model.output.width) columns, found \(copies)")
      )
    }
    let columns = model.output.width / copies
    guard targets.columnCount == columns else {
      throw TrainingError(
        .columnCount(of: "\(name) targets", expected: columns, found: targets.columnCount))
    }
    targetsAreInputs = unsafe inputs.elements.withUnsafeBufferPointer { first in
      unsafe targets.elements.withUnsafeBufferPointer { unsafe $0.baseAddress == first.baseAddress }
    }
    self.inputs = inputs
    self.targets = targets
    targetCopies = copies
    guard let mask else {
      if !targetsAreInputs {
        try Samples.check(targets, columns: columns, called: "\(name) targets")
      }
      self.mask = nil
      counts = nil
      return
    }
    guard mask.rowCount == targets.rowCount else {
      throw TrainingError(
        .rowCount(of: "\(name) mask", expected: targets.rowCount, found: mask.rowCount))
    }
    guard mask.columnCount == columns else {
      throw TrainingError(
        .columnCount(of: "\(name) mask", expected: columns, found: mask.columnCount))
    }
    for (index, value) in targets.elements.enumerated()
    where mask.isObserved[index] && !value.isFinite {
      throw TrainingError(
        .notFinite(of: "\(name) targets", row: index / columns, column: index % columns))
    }
    let bytes = mask.isObserved.map { $0 ? UInt8(1) : 0 }
    let countsRows = loss == .categoricalCrossEntropy
    self.mask = bytes
    counts = (0..<targets.rowCount).map { row in
      let observed = bytes[row * columns..<(row + 1) * columns].reduce(Int32(0)) { $0 + Int32($1) }
      return countsRows ? min(1, observed) : Int32(copies) * observed
    }
  }

  var rowCount: Int { inputs.rowCount }

  static func check(
    _ matrix: Matrix<Float>, columns: Int, called name: String
  ) throws(TrainingError) {
    guard matrix.columnCount == columns else {
      throw TrainingError(
        .columnCount(of: name, expected: columns, found: matrix.columnCount))
    }
    let place = unsafe matrix.elements.withUnsafeBufferPointer { buffer in
      unsafe buffer.baseAddress.map { unsafe aepca_first_not_finite($0, buffer.count) } ?? -1
    }
    guard place < 0 else {
      throw TrainingError(.notFinite(of: name, row: place / columns, column: place % columns))
    }
  }
}

extension Loss {
  var kernel: Int32 {
    switch self {
    case .meanSquaredError: Int32(AEPCA_SQUARED.rawValue)
    case .meanAbsoluteError: Int32(AEPCA_ABSOLUTE.rawValue)
    case .huber: Int32(AEPCA_HUBER.rawValue)
    case .binaryCrossEntropy(let fromLogits):
      Int32((fromLogits ? AEPCA_BINARY_LOGITS : AEPCA_BINARY).rawValue)
    case .categoricalCrossEntropy: Int32(AEPCA_CATEGORICAL.rawValue)
    }
  }

  var delta: Float { if case .huber(let delta) = self { Float(delta) } else { 1 } }
}
