import Kernels
import Testing

@Suite struct ProductTests {
  struct Shape: CustomTestStringConvertible {
    var rows: Int
    var inner: Int
    var columns: Int
    var testDescription: String { "\(rows) x \(inner) x \(columns)" }
  }

  static let shapes = [
    Shape(rows: 1, inner: 1, columns: 16), Shape(rows: 27, inner: 9, columns: 3),
    Shape(rows: 5, inner: 3, columns: 32),
    Shape(rows: 16, inner: 30, columns: 40), Shape(rows: 29, inner: 7, columns: 64),
    Shape(rows: 64, inner: 33, columns: 72), Shape(rows: 31, inner: 8, columns: 105),
    Shape(rows: 15, inner: 100, columns: 256),
  ]

  /// Where the lanes that fill the last vector of each row stand; packed when no stride is given.
  static func fillers(rows: Int, _ columns: Int, stride: Int?) -> [Int] {
    let vectors = (columns + 15) / 16
    var first = 0
    while first + aepca_panel_vectors(vectors - first) < vectors {
      first += aepca_panel_vectors(vectors - first)
    }
    let start = stride == nil ? 16 * first * rows : 16 * first
    return (0..<rows).flatMap { row in
      let begin = start + row * (stride ?? 16 * (vectors - first))
      return begin + columns - 16 * first..<begin + 16 * (vectors - first)
    }
  }

  /// Runs a product from fixed random operands.
  static func result(
    _ table: aepca_kernels, _ shape: Shape, mode: aepca_product_mode, isTransposed: Bool,
    packs: Bool, activation: aepca_activation = AEPCA_LINEAR, hasBias: Bool = false
  ) -> (c: [Float], derivative: [Float]) {
    let width = (shape.columns + 15) / 16 * 16
    let stride = width + 16
    let a = random(shape.rows * shape.inner, seed: 1)
    var b = random(shape.inner * stride, seed: 2)
    var bias = random(width, seed: 3)
    for place in fillers(rows: shape.inner, shape.columns, stride: packs ? nil : stride) {
      b[place] = 0
    }
    for place in shape.columns..<width { bias[place] = 0 }
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
                rows: shape.rows, inner: shape.inner, columns: shape.columns, a: aStart,
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
    let shape = Shape(rows: 19, inner: 12, columns: 64)
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
        kernels(set), Shape(rows: count, inner: 40, columns: 72), mode: AEPCA_STORE,
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
