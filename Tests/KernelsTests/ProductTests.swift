import Kernels
import Testing

@Suite struct ProductTests {
  struct Shape: CustomTestStringConvertible {
    var rows: Int
    var inner: Int
    var vectors: Int
    var testDescription: String { "\(rows) x \(inner) x \(16 * vectors)" }
  }

  static let shapes = [
    Shape(rows: 1, inner: 1, vectors: 1), Shape(rows: 5, inner: 3, vectors: 2),
    Shape(rows: 16, inner: 30, vectors: 3), Shape(rows: 29, inner: 7, vectors: 4),
    Shape(rows: 64, inner: 33, vectors: 5), Shape(rows: 31, inner: 8, vectors: 7),
    Shape(rows: 15, inner: 100, vectors: 16),
  ]

  /// Runs a product from fixed random operands.
  static func result(
    _ table: aepca_kernels, _ shape: Shape, mode: aepca_product_mode, isTransposed: Bool,
    packs: Bool, activation: aepca_activation = AEPCA_LINEAR, hasBias: Bool = false
  ) -> (c: [Float], derivative: [Float]) {
    let width = 16 * shape.vectors
    let stride = width + 16
    let a = random(shape.rows * shape.inner, seed: 1)
    let b = random(shape.inner * stride, seed: 2)
    let bias = random(width, seed: 3)
    var c = random(shape.rows * stride, seed: 4)
    var derivative = random(shape.rows * stride, seed: 5)
    unsafe a.withUnsafeBufferPointer { a in
      unsafe b.withUnsafeBufferPointer { b in
        unsafe bias.withUnsafeBufferPointer { bias in
          unsafe c.withUnsafeMutableBufferPointer { c in
            unsafe derivative.withUnsafeMutableBufferPointer { derivative in
              guard let aStart = a.baseAddress, let bStart = b.baseAddress,
                let cStart = c.baseAddress
              else { return }
              var task = unsafe aepca_product(
                rows: shape.rows, inner: shape.inner, vectors: shape.vectors, a: aStart,
                a_row_stride: isTransposed ? 1 : shape.inner,
                a_inner_stride: isTransposed ? shape.rows : 1, b: bStart,
                b_stride: packs ? 0 : stride, c: cStart,
                c_stride: packs && activation == AEPCA_LINEAR ? 0 : stride,
                mode: Int32(mode.rawValue), bias: hasBias ? bias.baseAddress : nil,
                activation: Int32(activation.rawValue), derivative: derivative.baseAddress,
                derivative_stride: stride, soon: (nil, nil, nil))
              unsafe table.product(&task)
            }
          }
        }
      }
    }
    return (c, derivative)
  }

  @Test(arguments: instructionSets, shapes)
  func `a product equals its twin's in every layout and mode`(set: Int, shape: Shape) {
    for mode in [AEPCA_STORE, AEPCA_ADD, AEPCA_MULTIPLY] {
      for isTransposed in [false, true] {
        for packs in [false, true] {
          func run(_ table: aepca_kernels) -> [Float] {
            Self.result(
              table, shape, mode: mode, isTransposed: isTransposed, packs: packs,
              hasBias: mode == AEPCA_STORE
            ).c
          }
          // A sum of n products is off by n roundings at most.
          #expect(
            relativeError(run(kernels(set)), run(plain)) < 1e-6,
            "mode \(mode.rawValue), transposed \(isTransposed), packed \(packs)")
        }
      }
    }
  }

  @Test(arguments: instructionSets)
  func `bias, activation and derivative come with the product`(set: Int) {
    let shape = Shape(rows: 19, inner: 12, vectors: 4)
    func run(_ table: aepca_kernels) -> (c: [Float], derivative: [Float]) {
      Self.result(
        table, shape, mode: AEPCA_STORE, isTransposed: false, packs: true,
        activation: AEPCA_SILU, hasBias: true)
    }
    #expect(relativeError(run(kernels(set)).c, run(plain).c) < 1e-6)
    #expect(relativeError(run(kernels(set)).derivative, run(plain).derivative) < 1e-6)
  }

  /// What makes results independent of how rows are shared out among threads.
  @Test(arguments: instructionSets)
  func `a row's sums are the same bits in any number of rows`(set: Int) {
    func rows(_ count: Int) -> [Float] {
      let result = Self.result(
        kernels(set), Shape(rows: count, inner: 40, vectors: 5), mode: AEPCA_STORE,
        isTransposed: false, packs: false)
      return Array(result.c.prefix(80))
    }
    for count in 2...30 { #expect(rows(count) == rows(1)) }
  }

  @Test(arguments: instructionSets, [(16, 16), (48, 32), (30, 17), (3, 40)])
  func `a transpose turns rows into columns and pads with zeros`(
    set: Int, size: (rows: Int, columns: Int)
  ) {
    let source = random(48 * 48, seed: 1)
    func run(_ table: aepca_kernels) -> [Float] {
      var target = random(48 * 48, seed: 2)
      unsafe table.transpose(size.rows, size.columns, source, 48, &target, 48)
      return target
    }
    #expect(run(kernels(set)) == run(plain))
  }
}
