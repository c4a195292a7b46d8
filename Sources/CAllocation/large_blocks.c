#define _GNU_SOURCE

#include "large_blocks.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "CAllocation.h"

enum { PAGE = 4096, BLOCK_LIMIT = 1024, FOLDER_CAPACITY = 4096 };

struct block {
  uintptr_t address;
  size_t size;
  bool is_in_file;
};

static struct block blocks[BLOCK_LIMIT];
static atomic_size_t block_count;
/// Of all blocks that are no file's; of those that are, and the most that these ever were.
static size_t held_bytes, file_bytes, most_file_bytes;
static atomic_flag lock = ATOMIC_FLAG_INIT;

static atomic_size_t large_size = SIZE_MAX;
static size_t budget;
static char folder[FOLDER_CAPACITY];

static void take_lock(void) {
  while (atomic_flag_test_and_set_explicit(&lock, memory_order_acquire)) {}
}

static void give_lock(void) { atomic_flag_clear_explicit(&lock, memory_order_release); }

/// A file without a name, gone with the program however that ends; -1 and errno when there can be none.
static int open_file(void) {
  const int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0 || (errno != EOPNOTSUPP && errno != EISDIR)) return file;
  char path[FOLDER_CAPACITY + 16];
  strcpy(path, folder);
  strcat(path, "/.aepcaXXXXXX");
  const int named = mkostemp(path, O_CLOEXEC);
  if (named >= 0) unlink(path);
  return named;
}

static bool add(void *memory, size_t size, bool is_in_file) {
  take_lock();
  const size_t count = atomic_load(&block_count);
  const bool has_room = count < BLOCK_LIMIT;
  if (has_room) {
    blocks[count] = (struct block){(uintptr_t)memory, size, is_in_file};
    *(is_in_file ? &file_bytes : &held_bytes) += size;
    if (file_bytes > most_file_bytes) most_file_bytes = file_bytes;
    atomic_store(&block_count, count + 1);
  }
  give_lock();
  return has_room;
}

/// Where a block may stand: pages that are mapped for it, perhaps behind the C library's 16 bytes.
static bool may_be_large(uintptr_t address) {
  return atomic_load_explicit(&block_count, memory_order_relaxed) > 0 && address % PAGE <= 16;
}

static struct block *find(uintptr_t address) {
  for (size_t i = 0; i < atomic_load(&block_count); i++)
    if (blocks[i].address == address) return &blocks[i];
  return NULL;
}

int aepca_keep_large_blocks_in_file(const char *path, size_t bytes, size_t large) {
  if (strlen(path) >= FOLDER_CAPACITY) return ENAMETOOLONG;
  strcpy(folder, path);
  const int file = open_file();
  if (file < 0) return errno;
  close(file);
  budget = bytes;
#if defined(__GLIBC__)
  // Blocks of this size are pages of their own, by which they are known.
  if (large < 4 << 20) mallopt(M_MMAP_THRESHOLD, (int)large);
#endif
  atomic_store(&large_size, large);
  return 0;
}

size_t aepca_most_bytes_in_files(void) {
  take_lock();
  const size_t most = most_file_bytes;
  give_lock();
  return most;
}

void *aepca_block_in_file(size_t bytes) {
  if (bytes < atomic_load_explicit(&large_size, memory_order_relaxed) || bytes > SIZE_MAX / 2) return NULL;
  take_lock();
  const bool fits = held_bytes + bytes <= budget;
  give_lock();
  if (fits) return NULL;
  const size_t size = (bytes + PAGE - 1) / PAGE * PAGE;
  const int file = open_file();
  if (file < 0) return NULL;
  // All of it now: a full disk would else end the program when a page is first written.
  void *memory = posix_fallocate(file, 0, (off_t)size) == 0
                     ? mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
                     : MAP_FAILED;
  close(file);
  if (memory == MAP_FAILED) return NULL;
  if (add(memory, size, true)) return memory;
  munmap(memory, size);
  return NULL;
}

void aepca_count_block(void *memory, size_t bytes) {
  if (memory != NULL && bytes >= atomic_load_explicit(&large_size, memory_order_relaxed) &&
      (uintptr_t)memory % PAGE <= 16)
    add(memory, bytes, false);
}

size_t aepca_size_in_file(void *memory) {
  if (!may_be_large((uintptr_t)memory)) return 0;
  take_lock();
  const struct block *block = find((uintptr_t)memory);
  const size_t size = block != NULL && block->is_in_file ? block->size : 0;
  give_lock();
  return size;
}

bool aepca_drop_block(void *memory) {
  if (!may_be_large((uintptr_t)memory)) return false;
  take_lock();
  struct block *block = find((uintptr_t)memory);
  struct block dropped = {0, 0, false};
  if (block != NULL) {
    dropped = *block;
    *(dropped.is_in_file ? &file_bytes : &held_bytes) -= dropped.size;
    const size_t last = atomic_load(&block_count) - 1;
    *block = blocks[last];
    atomic_store(&block_count, last);
  }
  give_lock();
  if (dropped.is_in_file) munmap(memory, dropped.size);
  return dropped.is_in_file;
}
