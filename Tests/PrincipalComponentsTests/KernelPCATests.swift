import LinearAlgebra
import PrincipalComponents
import Testing

/// Points on a circle, which no line comes near to.
private let circle = Matrix<Double>(
  rows: (0..<40).map { step in
    let angle = Double(step) * 0.5
    return [cosine(angle), cosine(angle - 1.5707963267948966)]
  })

/// By its series, so that the points are the same everywhere.
private func cosine(_ angle: Double) -> Double {
  let turn = angle.remainder(dividingBy: 6.283185307179586)
  var (term, sum) = (1.0, 1.0)
  for order in stride(from: 2.0, to: 40, by: 2) {
    term *= -turn * turn / (order * (order - 1))
    sum += term
  }
  return sum
}

@Test func `a wide kernel gives the scores of linear components, scaled`() throws {
  let linear = try PCA(componentCount: 2).fit(circle)
  let gamma = 1e-6
  let model = try KernelPCA(componentCount: 2, gamma: gamma, ridge: 1).fit(circle)
  let (own, other) = (model.transform(circle), try linear.transform(circle))
  for row in 0..<40 {
    // exp(−γd²) is 1 − γd² up to γ², whose centred matrix is 2γ times the inner products.
    let length = (own[row, 0] * own[row, 0] + own[row, 1] * own[row, 1]) / (2 * gamma)
    let expected = other[row, 0] * other[row, 0] + other[row, 1] * other[row, 1]
    #expect(abs(length - expected) < 1e-4)
  }
}

@Test func `points far from all others come back as the origin`() throws {
  let model = try KernelPCA(componentCount: 2, gamma: 1, ridge: 0.01).fit(circle)
  let back = model.inverseTransform(Matrix(rows: [[50, 50]]))
  #expect(back.elements.allSatisfy { abs($0) < 1e-12 })
}

@Test func `two kernel components give a circle back`() throws {
  let model = try KernelPCA(componentCount: 2, gamma: 0.5, ridge: 1e-3).fit(circle)
  let back = model.inverseTransform(model.transform(circle))
  for (original, own) in zip(circle.elements, back.elements) { #expect(abs(original - own) < 0.02) }
}

@Test func `as many components as rows are refused`() {
  #expect(throws: PCAError.self) {
    try KernelPCA(componentCount: 40, gamma: 1, ridge: 1).fit(circle)
  }
}
