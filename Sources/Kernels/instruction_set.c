#include "Kernels.h"

extern const struct aepca_kernels aepca_portable_kernels, aepca_plain_kernels;
#if defined(__x86_64__)
extern const struct aepca_kernels aepca_avx2_kernels, aepca_avx512_kernels;
#endif

int aepca_best_instruction_set(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")) {
    return AEPCA_AVX512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return AEPCA_AVX2;
#endif
  return AEPCA_PORTABLE;
}

const struct aepca_kernels *aepca_kernels_for(int instruction_set) {
  switch (instruction_set) {
#if defined(__x86_64__)
  case AEPCA_AVX512: return &aepca_avx512_kernels;
  case AEPCA_AVX2: return &aepca_avx2_kernels;
#endif
  case AEPCA_PLAIN: return &aepca_plain_kernels;
  default: return &aepca_portable_kernels;
  }
}
