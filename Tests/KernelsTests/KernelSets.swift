import Kernels
import LinearAlgebra

/// The instruction sets of this processor, each to be compared with the plain twin.
let instructionSets = Array(0...Int(aepca_best_instruction_set()))

func kernels(_ set: Int) -> aepca_kernels { unsafe aepca_kernels_for(Int32(set)).pointee }

let plain = kernels(-1)

/// Numbers in −1..<1.
func random(_ count: Int, seed: UInt64) -> [Float] {
  var generator = SeededGenerator(seed: seed)
  return (0..<count).map { _ in Float(2 * generator.uniform() - 1) }
}

/// The largest difference, over the largest size of what was expected.
func relativeError(_ found: [Float], _ expected: [Float]) -> Float {
  let scale = expected.reduce(0) { max($0, abs($1)) }
  return zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) } / max(scale, 1e-30)
}
