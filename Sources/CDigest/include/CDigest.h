#ifndef AEPCA_DIGEST_H
#define AEPCA_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/// A digest of bytes that come in pieces.
typedef struct aepca_digest aepca_digest;

/// Null when there is no memory for it.
aepca_digest *aepca_digest_create(void);
void aepca_digest_add(aepca_digest *digest, const void *bytes, size_t count);
/// The 128 bits of XXH3 over all bytes so far, the high half first.
void aepca_digest_value(const aepca_digest *digest, uint64_t value[2]);
void aepca_digest_free(aepca_digest *digest);

#endif
