#ifndef AEPCA_ALLOCATION_H
#define AEPCA_ALLOCATION_H

#include <stddef.h>

/// Called with the bytes that the system would not give; does not return.
///
/// It runs where memory is short, so it may not ask for any.
typedef void (*aepca_allocation_failure)(size_t bytes);

/// Says what is to be done when memory runs out, which Swift has no error for.
///
/// Until it is called, and in builds with a sanitizer, the program ends as Swift ends it.
void aepca_set_allocation_failure(aepca_allocation_failure handler);

/// Keeps freed buffers of some megabytes for the next ones, where the C library would give each back to the
/// system and ask for fresh pages.
///
/// For a program that streams blocks; arrays of whole tables are given back as before.
void aepca_keep_freed_buffers(void);

/// Puts large blocks in files once there are more of them than memory is to hold.
///
/// The files have no names, so that they are gone with the program however it ends; their blocks are mapped, and the
/// system writes them to disk where it needs the memory. Room on the disk is taken first; without it, and in builds
/// with a sanitizer, blocks stay in memory.
///
/// @param folder Where the files lie.
/// @param bytes How much large blocks in memory may come to.
/// @param large From how many bytes on a block is large; at least 4096.
/// @return 0, or the error number when no file can be made there.
int aepca_keep_large_blocks_in_file(const char *folder, size_t bytes, size_t large);

/// The most bytes that blocks in files came to at once.
size_t aepca_most_bytes_in_files(void);

#endif
