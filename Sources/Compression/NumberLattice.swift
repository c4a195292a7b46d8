/// The decimal numbers that a column's cells are moved to: multiples of `10^-decimals`, of which
/// every `2 · reach + 1`th is used.
///
/// All of it is whole numbers but the last division, `n / 10^decimals`, which IEEE 754 rounds
/// alike on every machine. The numbers are written with few digits for the same reason.
struct NumberLattice: Equatable {
  /// Places after the point.
  let decimals: Int
  /// How many multiples a cell may be moved by.
  let reach: Int64

  private static let decimalsLimit = 15
  /// Whole numbers beyond this have no exact Float64.
  private static let sizeLimit = 0x1p52
  static let powers: [Double] = (0...decimalsLimit).map { count in
    (0..<count).reduce(1.0) { power, _ in power * 10 }
  }

  private init(decimals: Int, reach: Int64) {
    self.decimals = decimals
    self.reach = reach
  }

  /// From a file: nil when no lattice has these numbers.
  init?(decimals: Int, reach: UInt64) {
    guard decimals <= NumberLattice.decimalsLimit, reach < 1 << 52 else { return nil }
    self.init(decimals: decimals, reach: Int64(reach))
  }

  /// The coarsest lattice that moves no number by more than the bound.
  ///
  /// Numbers that have few decimals themselves may stay on those, where none but whole steps are to
  /// be had; on a lattice far finer than the bound, steps come as close to twice the bound as one
  /// likes. The wider step of both is taken.
  ///
  /// - Parameters:
  ///   - values: Finite.
  ///   - bound: 0 or above.
  /// - Returns: The lattice and the values' multiples; nil when there is none, and the numbers can
  ///   only be kept as they are.
  static func fitting(
    _ values: [Double], bound: Double
  ) -> (lattice: NumberLattice, multiples: [Int64])? {
    let largest = values.reduce(0) { max($0, abs($1)) }
    var best: (lattice: NumberLattice, multiples: [Int64])?
    for (decimals, power) in powers.enumerated() where largest * power < sizeLimit {
      let isFine = bound * power >= 64
      guard isFine || best == nil,
        isFine || values.allSatisfy({ ($0 * power).rounded() / power == $0 })
      else { continue }
      let multiples = values.map { Int64(($0 * power).rounded()) }
      var reach = Int64(min(bound * power, sizeLimit / 4))
      // Rounding to multiples, and rounding of this sum, may have used up a little of the bound.
      for _ in 0..<3 where reach >= 0 {
        let lattice = NumberLattice(decimals: decimals, reach: reach)
        if lattice.holds(bound, for: values, multiples) {
          if lattice.step > best?.lattice.step ?? 0 { best = (lattice, multiples) }
          break
        }
        reach -= 1
      }
      if isFine { break }
    }
    return best
  }

  /// The distance of two neighbours among the numbers that cells are moved to.
  private var step: Double { Double(2 * reach + 1) / NumberLattice.powers[decimals] }

  /// Whether no value is further than the bound from what its multiple may become.
  private func holds(_ bound: Double, for values: [Double], _ multiples: [Int64]) -> Bool {
    zip(values, multiples).allSatisfy { value, multiple in
      abs(number(multiple + reach) - value) <= bound
        && abs(number(multiple - reach) - value) <= bound
    }
  }

  /// The number that a multiple stands for.
  func number(_ multiple: Int64) -> Double {
    Double(multiple) / NumberLattice.powers[decimals]
  }

  /// The multiple nearest to a number, within what a file may hold.
  func multiple(near number: Double) -> Int64 {
    let scaled = (number * NumberLattice.powers[decimals]).rounded()
    guard scaled.isFinite else { return 0 }
    return Int64(min(max(scaled, -0x1p53), 0x1p53))
  }

  /// How many steps lead from a prediction to within reach of a multiple.
  func steps(from prediction: Int64, to multiple: Int64) -> Int64 {
    let width = 2 * reach + 1
    let (quotient, remainder) = (multiple - prediction + reach).quotientAndRemainder(
      dividingBy: width)
    return remainder < 0 ? quotient - 1 : quotient
  }

  /// Where so many steps lead; nil where no file written here leads.
  func multiple(from prediction: Int64, steps: Int64) -> Int64? {
    let (distance, overflows) = steps.multipliedReportingOverflow(by: 2 * reach + 1)
    guard !overflows else { return nil }
    let (sum, overflowsToo) = prediction.addingReportingOverflow(distance)
    return overflowsToo || abs(sum) > 1 << 60 ? nil : sum
  }
}
