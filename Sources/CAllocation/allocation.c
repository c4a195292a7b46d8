#include "CAllocation.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>

static aepca_allocation_failure on_failure;

void aepca_set_allocation_failure(aepca_allocation_failure handler) { on_failure = handler; }

void aepca_keep_freed_buffers(void) {
#if defined(__GLIBC__)
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
#endif
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define AEPCA_SANITIZED 1
#endif
#endif

// The functions that the C library, Swift's run-time and every library call are replaced by ones
// that hand on to the C library's own, and tell when it has nothing left.
#if defined(__GLIBC__) && !defined(AEPCA_SANITIZED)

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

static void *given(void *memory, size_t bytes) {
  if (memory == NULL && bytes > 0 && on_failure != NULL) on_failure(bytes);
  return memory;
}

void *malloc(size_t bytes) { return given(__libc_malloc(bytes), bytes); }

void *calloc(size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) bytes = (size_t)-1;
  return given(__libc_calloc(count, size), bytes);
}

void *realloc(void *memory, size_t bytes) { return given(__libc_realloc(memory, bytes), bytes); }

#endif
