#ifndef AEPCA_KERNELS_H
#define AEPCA_KERNELS_H

#include <stdint.h>

/// The instruction sets that the kernels can be run with, best last.
enum aepca_instruction_set { AEPCA_PORTABLE = 0, AEPCA_AVX2 = 1, AEPCA_AVX512 = 2 };

/// The best instruction set of this processor.
int aepca_best_instruction_set(void);

#endif
