import Kernels

/// The processor's instructions that the kernels use, which decide how sums are rounded.
public enum InstructionSet {
  public static var name: String {
    switch aepca_best_instruction_set() {
    case Int32(AEPCA_AVX512.rawValue): "AVX-512"
    case Int32(AEPCA_AVX2.rawValue): "AVX2"
    default: "portable"
    }
  }
}
