#include "CTextTable.h"

#include <stdbool.h>
#include <string.h>

// Texts of up to 16 bytes, the usual ones, are two numbers each: no loop, nothing to call.

typedef struct {
  uint64_t first, second;
} head;

static inline uint64_t load(const uint8_t *bytes) {
  uint64_t value;
  memcpy(&value, bytes, sizeof value);
  return value;
}

/// Bits of so many bytes, up to eight.
static inline uint64_t mask(size_t length) { return length >= 8 ? ~0ull : (1ull << 8 * length) - 1; }

/// The first 16 bytes, zeros behind the end of a shorter text; 16 bytes may be read.
static inline head read_head(const uint8_t *text, size_t length) {
  return (head){load(text) & mask(length), length > 8 ? load(text + 8) & mask(length - 8) : 0};
}

/// The product of both, its halves laid over each other, as in wyhash.
static inline uint64_t folded(uint64_t left, uint64_t right) {
  const unsigned __int128 product = (unsigned __int128)left * right;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t hash(const uint8_t *text, size_t length, head head, uint64_t seed) {
  const uint64_t other = seed * 0x9E3779B97F4A7C15ull | 1;
  uint64_t state = folded(head.first ^ seed, head.second ^ other ^ length);
  for (size_t offset = 16; offset < length; offset += 16) {
    // The last bytes perhaps once more.
    const uint8_t *const piece = offset + 16 <= length ? text + offset : text + length - 16;
    state = folded(load(piece) ^ seed ^ state, load(piece + 8) ^ other);
  }
  return folded(state, 0x9E3779B97F4A7C15ull);
}

static inline bool is_text(const struct aepca_text_table *table, size_t number, const uint8_t *text, size_t length,
                           head head_of_text) {
  const uint8_t *const known = table->bytes + table->starts[number];
  if (table->starts[number + 1] - table->starts[number] != length) return false;
  const head head = read_head(known, length);
  if (((head.first ^ head_of_text.first) | (head.second ^ head_of_text.second)) != 0) return false;
  return length <= 16 || memcmp(known + 16, text + 16, length - 16) == 0;
}

/// The slot of a text, or the one where it would be.
static inline size_t find_slot(const struct aepca_text_table *table, const uint8_t *text, size_t length, head head,
                               uint64_t hash) {
  const size_t last = table->slot_count - 1;
  for (size_t slot = (hash >> 32) & last;; slot = (slot + 1) & last) {
    const uint64_t entry = table->slots[slot];
    if (entry == 0) return slot;
    if ((entry ^ hash) >> 32 == 0 && is_text(table, (uint32_t)entry - 1, text, length, head)) return slot;
  }
}

/// The number of the text whose slot it is, or is to be.
static inline size_t number_in_slot(struct aepca_text_table *table, size_t slot, const uint8_t *text, size_t length,
                                    head head, uint64_t hash) {
  if (table->slots[slot] == 0) {
    uint8_t *const place = table->bytes + table->starts[table->count];
    // There is always room behind the texts.
    memcpy(place, &head, sizeof head);
    if (length > sizeof head) memcpy(place + sizeof head, text + sizeof head, length - sizeof head);
    table->starts[table->count + 1] = table->starts[table->count] + length;
    table->count++;
    table->slots[slot] = (hash & 0xFFFFFFFF00000000ull) | table->count;
  }
  return (uint32_t)table->slots[slot] - 1;
}

/// As ``read_head``, where nothing behind the text may be read.
static inline head read_lone_head(const uint8_t *text, size_t length) {
  uint8_t padded[16] = {0};
  if (length > 0) memcpy(padded, text, length < 16 ? length : 16);
  return read_head(padded, length);
}

int64_t aepca_find_text(const struct aepca_text_table *table, const uint8_t *text, size_t length) {
  const head head = read_lone_head(text, length);
  const size_t slot = find_slot(table, text, length, head, hash(text, length, head, table->seed));
  return (int64_t)(uint32_t)table->slots[slot] - 1;
}

size_t aepca_insert_text(struct aepca_text_table *table, const uint8_t *text, size_t length) {
  const head head = read_lone_head(text, length);
  const uint64_t hash_of_text = hash(text, length, head, table->seed);
  const size_t slot = find_slot(table, text, length, head, hash_of_text);
  return number_in_slot(table, slot, text, length, head, hash_of_text);
}

void aepca_insert_texts(struct aepca_text_table *table, const uint8_t *text, const uint32_t *starts,
                        const uint32_t *ends, size_t count, int32_t *numbers) {
  enum { batch = 64 };
  uint64_t hashes[batch];
  head heads[batch];
  for (size_t begin = 0; begin < count; begin += batch) {
    const size_t size = begin + batch < count ? batch : count - begin;
    // Memory is asked for what a large table has far away before any of it is waited for.
    for (size_t i = 0; i < size; i++) {
      const uint8_t *const cell = text + starts[begin + i];
      const size_t length = ends[begin + i] - starts[begin + i];
      heads[i] = read_head(cell, length);
      hashes[i] = hash(cell, length, heads[i], table->seed);
      __builtin_prefetch(&table->slots[(hashes[i] >> 32) & (table->slot_count - 1)]);
    }
    for (size_t i = 0; i < size; i++) {
      const uint8_t *const cell = text + starts[begin + i];
      const size_t length = ends[begin + i] - starts[begin + i];
      const size_t slot = find_slot(table, cell, length, heads[i], hashes[i]);
      numbers[begin + i] = (int32_t)number_in_slot(table, slot, cell, length, heads[i], hashes[i]);
    }
  }
}

void aepca_move_slots(const uint64_t *from, size_t from_count, uint64_t *to, size_t to_count) {
  // All differ, so that none has to be compared with another.
  for (size_t i = 0; i < from_count; i++) {
    if (from[i] == 0) continue;
    size_t slot = (from[i] >> 32) & (to_count - 1);
    while (to[slot] != 0) slot = (slot + 1) & (to_count - 1);
    to[slot] = from[i];
  }
}
