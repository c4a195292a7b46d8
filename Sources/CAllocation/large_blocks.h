#ifndef AEPCA_LARGE_BLOCKS_H
#define AEPCA_LARGE_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>

// Large blocks of memory: how much of them there is, and those that lie in a file.

/// A block in a file; NULL where that is not called for, or not possible.
void *aepca_block_in_file(size_t bytes);

/// Counts a block of the C library's, where it is a large one.
void aepca_count_block(void *memory, size_t bytes);

/// The room of a block in a file; 0 for any other.
size_t aepca_size_in_file(void *memory);

/// Counts a block no longer.
///
/// @return whether it was one in a file, which is gone then.
bool aepca_drop_block(void *memory);

#endif
