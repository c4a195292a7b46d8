#include "CDigest.h"

// The header brings the functions themselves, so that the tool needs no library of it to run.
#define XXH_INLINE_ALL
#include <xxhash.h>


aepca_digest *aepca_digest_create(void) {
  XXH3_state_t *state = XXH3_createState();
  if (state == NULL) return NULL;
  XXH3_128bits_reset(state);
  return (aepca_digest *)state;
}

void aepca_digest_add(aepca_digest *digest, const void *bytes, size_t count) {
  if (count > 0) XXH3_128bits_update((XXH3_state_t *)digest, bytes, count);
}

void aepca_digest_value(const aepca_digest *digest, uint64_t value[2]) {
  XXH128_hash_t hash = XXH3_128bits_digest((const XXH3_state_t *)digest);
  value[0] = hash.high64;
  value[1] = hash.low64;
}

void aepca_digest_free(aepca_digest *digest) { XXH3_freeState((XXH3_state_t *)digest); }
