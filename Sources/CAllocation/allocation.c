#define _GNU_SOURCE

#include "CAllocation.h"

#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "large_blocks.h"

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
// that hand on to the C library's own, tell when it has nothing left, and put large blocks in a file where
// there shall be no more of them in memory.
#if defined(__GLIBC__) && !defined(AEPCA_SANITIZED)

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static void *given(void *memory, size_t bytes) {
  if (memory == NULL && bytes > 0 && on_failure != NULL) on_failure(bytes);
  aepca_count_block(memory, bytes);
  return memory;
}

void *malloc(size_t bytes) {
  void *in_file = aepca_block_in_file(bytes);
  return in_file != NULL ? in_file : given(__libc_malloc(bytes), bytes);
}

void *calloc(size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) bytes = (size_t)-1;
  // A new file is all zeros.
  void *in_file = aepca_block_in_file(bytes);
  return in_file != NULL ? in_file : given(__libc_calloc(count, size), bytes);
}

void free(void *memory) {
  if (!aepca_drop_block(memory)) __libc_free(memory);
}

size_t malloc_usable_size(void *memory) {
  static size_t (*of_library)(void *);
  const size_t size = aepca_size_in_file(memory);
  if (size > 0) return size;
  if (of_library == NULL) of_library = (size_t(*)(void *))dlsym(RTLD_NEXT, "malloc_usable_size");
  return of_library(memory);
}

void *realloc(void *memory, size_t bytes) {
  const size_t size = aepca_size_in_file(memory);
  if (size == 0) {
    void *in_file = aepca_block_in_file(bytes);
    if (in_file == NULL) {
      aepca_drop_block(memory);
      return given(__libc_realloc(memory, bytes), bytes);
    }
    if (memory != NULL) {
      const size_t room = malloc_usable_size(memory);
      memcpy(in_file, memory, room < bytes ? room : bytes);
      free(memory);
    }
    return in_file;
  }
  if (bytes <= size && bytes >= size / 2) return memory;
  void *moved = malloc(bytes);
  if (moved == NULL) return NULL;
  memcpy(moved, memory, size < bytes ? size : bytes);
  free(memory);
  return moved;
}

int posix_memalign(void **result, size_t alignment, size_t bytes) {
  // Files are mapped by pages.
  void *memory = alignment <= 4096 ? aepca_block_in_file(bytes) : NULL;
  if (memory == NULL) memory = __libc_memalign(alignment, bytes);
  if (memory == NULL) return ENOMEM;
  *result = memory;
  return 0;
}

#endif
