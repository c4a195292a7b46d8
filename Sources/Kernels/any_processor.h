#ifndef AEPCA_ANY_PROCESSOR_H
#define AEPCA_ANY_PROCESSOR_H

/// A function compiled for several instruction sets, among which the linker chooses at the start. The
/// thread sanitizer is not yet there then.
#if defined(__x86_64__) && !__has_feature(thread_sanitizer)
#define ANY_PROCESSOR __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define ANY_PROCESSOR
#endif

#endif
