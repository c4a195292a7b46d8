import Kernels

/// Some rows at a time on their way to better latents, with all the memory that takes.
@safe final class RefinementBlock {
  private let plan: Plan
  private let weights: PackedWeights
  private let stepCount: Int
  private let prior: LatentPrior?
  private let capacity: Int
  private let componentCount: Int
  private let values: Workspace
  private let tangents: Workspace
  private let helpers: Helpers
  private let residual: FloatBuffer
  /// For each row the normal equations at the latents it has, their error, and the damping.
  private var matrices: [Double]
  private var vectors: [Double]
  private var errors: [Double]
  private var dampings: [Double]
  private var candidates: [Float]
  private var factors: [Double]
  private var step: [Double]

  /// Rows worked on together: their tangents should stay in the second cache; of images, whose rows
  /// are long, within some MiB.
  static func rowCount(plan: Plan) -> Int {
    let components = max(1, plan.slots[plan.input].width)
    guard !plan.convolutions.isEmpty else { return max(4, 192 / components) }
    return max(1, min(192 / components, (8 << 20) / (components * plan.rowBytes + 1)))
  }

  init(
    plan: Plan, weights: PackedWeights, prepared: PreparedKernels, stepCount: Int,
    prior: LatentPrior?
  ) throws(TrainingError) {
    self.prior = prior
    self.plan = plan
    self.weights = weights
    self.stepCount = stepCount
    componentCount = plan.slots[plan.input].width
    capacity = RefinementBlock.rowCount(plan: plan)
    values = try Workspace(plan, capacity: capacity)
    tangents = try Workspace(plan, capacity: capacity * componentCount)
    helpers = try Helpers(plan, kernels: prepared)
    residual = try FloatBuffer(count: plan.slots[plan.output].stride)
    matrices = Array(repeating: 0, count: capacity * componentCount * componentCount)
    vectors = Array(repeating: 0, count: capacity * componentCount)
    errors = Array(repeating: 0, count: capacity)
    dampings = Array(repeating: 0, count: capacity)
    candidates = Array(repeating: 0, count: capacity * componentCount)
    factors = Array(repeating: 0, count: componentCount * componentCount)
    step = Array(repeating: 0, count: componentCount)
  }

  /// - Parameters:
  ///   - latents: `count` rows of them, one after another, replaced by the better ones.
  ///   - targets: As many rows.
  ///   - mask: A byte for each target, 0 where it is missing.
  func refine(
    _ latents: UnsafeMutablePointer<Float>?, toward targets: UnsafePointer<Float>?,
    mask: UnsafePointer<UInt8>?, count: Int
  ) {
    guard let latents = unsafe latents, let targets = unsafe targets else { return }
    for index in 0..<count * componentCount { candidates[index] = unsafe latents[index] }
    for row in 0..<count {
      errors[row] = .infinity
      dampings[row] = 0.01
    }
    for round in 0...stepCount {
      let run = forward(count, withTangents: round < stepCount)
      for row in 0..<count {
        let place = row * plan.slots[plan.output].width
        let squares = unsafe aepca_residual(
          plan.slots[plan.output].width, targets + place,
          run.values(plan.output) + row * run.stride(plan.output),
          mask.map { unsafe $0 + place }, residual.start)
        let error = squares + priorCost(row)
        guard error < errors[row] else {
          dampings[row] *= 5
          continue
        }
        if round > 0 { dampings[row] *= 0.3 }
        errors[row] = error
        for component in 0..<componentCount {
          unsafe latents[row * componentCount + component] =
            candidates[row * componentCount + component]
        }
        if round < stepCount { unsafe linearize(row, mask: mask.map { unsafe $0 + place }, count) }
      }
      guard round < stepCount else { break }
      for row in 0..<count { unsafe propose(row, from: latents + row * componentCount) }
    }
  }

  /// Runs the candidates through the decoder, and the unit vectors of each row's latents too.
  private func forward(_ count: Int, withTangents: Bool) -> RowRun {
    let run = run(values, rows: count)
    let input = unsafe run.values(plan.input)
    let stride = run.stride(plan.input)
    for row in 0..<count {
      for component in 0..<componentCount {
        unsafe input[row * stride + component] = candidates[row * componentCount + component]
      }
    }
    for operation in plan.operations { operation.forward(run) }
    guard withTangents else { return run }
    let directions = self.run(tangents, rows: count * componentCount)
    let unit = unsafe directions.values(plan.input)
    for row in 0..<count * componentCount {
      for component in 0..<componentCount {
        unsafe unit[row * stride + component] = row / count == component ? 1 : 0
      }
    }
    for operation in plan.operations {
      operation.forwardTangents(directions, values: run, directions: componentCount)
    }
    return run
  }

  private func run(_ workspace: Workspace, rows: Int) -> RowRun {
    RowRun(
      weights: weights, workspace: workspace, helpers: helpers, rows: rows, firstRow: 0,
      batchRows: rows, place: 0,
      isTraining: false)
  }

  /// Sets up the row's normal equations from its tangents and the residual just computed.
  private func linearize(_ row: Int, mask: UnsafePointer<UInt8>?, _ count: Int) {
    let output = plan.slots[plan.output]
    let run = run(tangents, rows: count * componentCount)
    let first = unsafe run.values(plan.output) + row * output.stride
    let between = count * output.stride
    if let mask = unsafe mask {
      for component in 0..<componentCount {
        for column in 0..<output.width where unsafe mask[column] == 0 {
          unsafe first[component * between + column] = 0
        }
      }
    }
    let size = componentCount * componentCount
    unsafe matrices.withUnsafeMutableBufferPointer { matrices in
      unsafe vectors.withUnsafeMutableBufferPointer { vectors in
        guard let matrix = unsafe matrices.baseAddress, let vector = unsafe vectors.baseAddress
        else { return }
        unsafe aepca_normal_equations(
          componentCount, output.vectors * lanes, first, between, residual.start,
          matrix + row * size, vector + row * componentCount)
      }
    }
    addPrior(row)
  }

  /// What the candidate of a row costs by the prior alone.
  private func priorCost(_ row: Int) -> Double {
    guard let prior else { return 0 }
    return (0..<componentCount).reduce(0) { sum, component in
      let distance =
        Double(candidates[row * componentCount + component]) - prior.center[component]
      return sum + prior.weights[component] * distance * distance
    }
  }

  /// Adds the prior, whose tangents are the latents' own axes, to the row's normal equations.
  private func addPrior(_ row: Int) {
    guard let prior else { return }
    for component in 0..<componentCount {
      let place = row * componentCount + component
      let distance = Double(candidates[place]) - prior.center[component]
      matrices[place * componentCount + component] += prior.weights[component]
      vectors[place] -= prior.weights[component] * distance
    }
  }

  /// Proposes the row's latents plus what solves (A + λ diag A) d = b.
  private func propose(_ row: Int, from latents: UnsafePointer<Float>) {
    let count = componentCount
    let isSolved = unsafe matrices.withUnsafeBufferPointer { matrices in
      unsafe vectors.withUnsafeBufferPointer { vectors in
        guard let matrix = unsafe matrices.baseAddress, let vector = unsafe vectors.baseAddress
        else { return false }
        return unsafe aepca_solve_damped(
          count, matrix + row * count * count, vector + row * count, dampings[row], &factors,
          &step) != 0
      }
    }
    for index in 0..<count {
      let change = isSolved ? Float(step[index]) : 0
      candidates[row * count + index] = unsafe latents[index] + (change.isFinite ? change : 0)
    }
  }
}
