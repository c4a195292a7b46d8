import CLAPACK
import Glibc
import Kernels
import Synchronization

/// Prepares OpenBLAS once, before the first call of it, and keeps calls apart where they must be.
///
/// - One thread: sums must not depend on the number of threads, so this package cuts the work
///   itself.
/// - The right kernels: a release of OpenBLAS older than the processor falls back to kernels of
///   2004, five times slower. Where that happened it is told the processor's family.
/// - One call at a time in a library built for a single thread: Debian's serial build gives wrong
///   products when two threads call it at once. The threaded build has no such fault.
package enum OpenBLAS {
  /// The family of processors whose kernels are in use, by OpenBLAS's own name for it.
  package static var coreName: String {
    run { unsafe openblas_get_corename().map { unsafe String(cString: $0) } ?? "unknown" }
  }

  /// Calls the library: every use of it goes through here.
  static func run<Answer: Sendable>(_ body: () -> Answer) -> Answer {
    if takesManyThreads { return body() }
    return turn.withLock { _ in body() }
  }

  private static let turn = Mutex(())

  private static let takesManyThreads: Bool = {
    openblas_set_num_threads(1)
    #if arch(x86_64)
      chooseKernels()
    #endif
    // 0 stands for a library without threads.
    return openblas_get_parallel() != 0
  }()

  #if arch(x86_64)
    /// Families without AVX2, for which newer processors are mistaken.
    private static let oldFamilies: Set<String> = [
      "Katmai", "Coppermine", "Northwood", "Prescott", "Banias", "Core2", "Penryn", "Dunnington",
      "Nehalem", "Sandybridge", "Athlon", "Opteron", "Opteron_SSE3", "Barcelona", "Bobcat",
      "Bulldozer", "Piledriver", "Steamroller", "Atom", "Nano",
    ]

    private static func chooseKernels() {
      let best = aepca_best_instruction_set()
      guard best >= AEPCA_AVX2.rawValue else { return }
      // What the user chose stays chosen.
      guard unsafe getenv("OPENBLAS_CORETYPE") == nil else { return }
      guard
        let name = unsafe openblas_get_corename(),
        unsafe oldFamilies.contains(String(cString: name))
      else { return }
      // Only a build for many processors has the two functions: asked for by name, so that any
      // other build links as well.
      typealias Procedure = @convention(c) () -> Void
      guard
        let quit = unsafe dlsym(nil, "gotoblas_dynamic_quit"),
        let start = unsafe dlsym(nil, "gotoblas_dynamic_init")
      else { return }
      let family = best >= AEPCA_AVX512.rawValue ? "SkylakeX" : "Haswell"
      unsafe unsafeBitCast(quit, to: Procedure.self)()
      unsafe setenv("OPENBLAS_CORETYPE", family, 1)
      unsafe unsafeBitCast(start, to: Procedure.self)()
      unsafe unsetenv("OPENBLAS_CORETYPE")
    }
  #endif
}
