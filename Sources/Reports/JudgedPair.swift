import Glibc
import LatentModels
import Preprocessing
import Tables

/// Both methods, and kernel PCA where it was asked for, with one number of components on one split.
struct JudgedPair {
  let components: Int
  let split: JudgedSplit
  private(set) var nonlinear: JudgedMethod
  private(set) var linear: JudgedMethod
  private(set) var kernel: JudgedMethod?
  let nonlinearModel: TableModel
  let linearModel: TableModel
  /// What each column gains in every resample of the rows that judge, paired.
  let columnGainDraws: [[Float]]

  private init(
    components: Int, split: JudgedSplit, nonlinear: JudgedMethod, linear: JudgedMethod,
    kernel: JudgedMethod? = nil, nonlinearModel: TableModel, linearModel: TableModel
  ) {
    self.components = components
    self.split = split
    self.nonlinear = nonlinear
    self.linear = linear
    self.kernel = kernel
    self.nonlinearModel = nonlinearModel
    self.linearModel = linearModel
    guard let own = nonlinear.squares, var difference = linear.squares?.errors else {
      columnGainDraws = []
      return
    }
    for place in difference.elements.indices {
      difference.elements[place] -= own.errors.elements[place]
    }
    columnGainDraws = split.judging.bootstrap.shares(difference, of: own.aboutMean).map {
      $0.map { Float($0) }
    }
    self.nonlinear.squares = nil
    self.linear.squares = nil
    self.kernel?.squares = nil
  }
}

extension JudgedPair {
  /// Fits both methods, on one thread, and judges them.
  init(components: Int, split: JudgedSplit, settings: ComparisonSettings) throws {
    func fitted(_ method: Method) throws -> (TableModel, JudgedMethod) {
      var fitting = settings.fitting
      fitting.method = method
      fitting.componentCount = components
      fitting.seed = split.seed
      fitting.autoencoder.threads = 1
      fitting.pca.threads = 1
      fitting.keepsRows = false
      let start = threadSeconds()
      let model = try fitting.fit(split.training, groups: split.groups)
      let seconds = threadSeconds() - start
      return (
        model,
        try JudgedMethod(
          model, components: components, training: split.trainingSample, test: split.judging,
          seconds: seconds, modelBytes: try ModelFile.encode(model, toolVersion: "").count)
      )
    }
    let (linearModel, linear) = try fitted(.pca)
    let (nonlinearModel, nonlinear) = try fitted(.autoencoder)
    let kernel =
      settings.fitsKernel
      ? try JudgedMethod(kernelBeside: linearModel, components: components, split: split) : nil
    self.init(
      components: components, split: split, nonlinear: nonlinear, linear: linear, kernel: kernel,
      nonlinearModel: nonlinearModel, linearModel: linearModel)
  }
}

extension JudgedPair {
  /// Judges a model that was fitted elsewhere, and its linear PCA.
  init(
    components: Int, split: JudgedSplit, nonlinear: TableModel, linear: TableModel, _ bytes: Int
  ) throws {
    func judged(_ model: TableModel) throws -> JudgedMethod {
      try JudgedMethod(
        model, components: components, training: nil, test: split.judging, seconds: nil,
        modelBytes: bytes)
    }
    self.init(
      components: components, split: split, nonlinear: try judged(nonlinear),
      linear: try judged(linear), nonlinearModel: nonlinear, linearModel: linear)
  }
}

extension JudgedMethod {
  /// Fits kernel PCA to the rows that another model was fitted on, prepared as for that, and
  /// judges it.
  fileprivate init(
    kernelBeside model: TableModel, components: Int, split: JudgedSplit
  ) throws {
    let start = threadSeconds()
    let fitted = try KernelBaseline(componentCount: components)
      .fit(model.preprocessor.prepare(split.training))
    let seconds = threadSeconds() - start
    try self.init(
      TableModel(
        method: .pca, preprocessor: model.preprocessor, latentModel: fitted, report: model.report),
      components: components, training: split.trainingSample, test: split.judging,
      seconds: seconds, modelBytes: fitted.parameterCount * MemoryLayout<Double>.size)
    largestCorrelation = nil
    isLinear = false
  }
}

/// Processor seconds of this thread: what a fit costs, whatever else the machine does.
private func threadSeconds() -> Double {
  var time = timespec()
  guard unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0 else { return 0 }
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
