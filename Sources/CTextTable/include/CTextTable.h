#ifndef AEPCA_TEXT_TABLE_H
#define AEPCA_TEXT_TABLE_H

#include <stddef.h>
#include <stdint.h>

/// Bytes that must be readable behind the texts of a table.
enum { AEPCA_TEXT_TABLE_PADDING = 16 };

/// Different texts, numbered in the order in which they first came; the memory is the caller's.
struct aepca_text_table {
  /// Open addressing: the upper half of a text's hash and its number plus one; 0 where there is none. A power of
  /// two of them.
  uint64_t *slots;
  size_t slot_count;
  /// Where each text begins in `bytes`, and behind the last one where the next will.
  uint64_t *starts;
  size_t count;
  uint8_t *bytes;
  /// So that no file can be made to fill one slot.
  uint64_t seed;
};

/// The number of a text, or -1 if it is not in the table.
int64_t aepca_find_text(const struct aepca_text_table *table, const uint8_t *text, size_t length);

/// The number of a text, which is added if it is not in the table yet; the table must have room for it.
size_t aepca_insert_text(struct aepca_text_table *table, const uint8_t *text, size_t length);

/// Finds texts, and adds those that are not in the table yet.
///
/// The table must have room for all being new: twice as many slots as texts, a start for each, and their bytes.
///
/// @param text Where places are counted from; 16 bytes behind each of its texts may be read.
/// @param starts,ends Of each text offset of its first byte, and of the one behind its last.
/// @param numbers Set to the number of each text.
void aepca_insert_texts(struct aepca_text_table *table, const uint8_t *text, const uint32_t *starts,
                        const uint32_t *ends, size_t count, int32_t *numbers);

/// Fills an empty table's slots from another's, which has fewer.
void aepca_move_slots(const uint64_t *from, size_t from_count, uint64_t *to, size_t to_count);

#endif
