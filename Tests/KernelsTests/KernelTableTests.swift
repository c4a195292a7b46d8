import Kernels
import Testing

@Test func `the kernels of the best instruction set are its own`() {
  let best = aepca_best_instruction_set()
  #expect(unsafe aepca_kernels_for(best).pointee.instruction_set == best)
}
