#include <cblas.h>
#include <lapacke.h>

// Exported by OpenBLAS built with DYNAMIC_ARCH, declared in none of its headers.
void gotoblas_dynamic_init(void);
void gotoblas_dynamic_quit(void);
