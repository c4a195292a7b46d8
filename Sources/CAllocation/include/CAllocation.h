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

#endif
