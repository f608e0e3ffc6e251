/* SPDX-License-Identifier: Apache-2.0
 *
 * A chunk of rows in as few bytes as its scores and people need, and back, exactly: most scores are decimal numbers
 * with a few digits, or were made in single precision, and most tests have fewer than 65,536 people. Eight bytes a row
 * then, and sixteen at most: memory has to be fetched, and read again at every walk.
 */
#ifndef PLB_TALLY_PACKED_H
#define PLB_TALLY_PACKED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/key.h"
#include "trial/stored.h"

/* With all that a walk needs these fit the second-level cache. */
#define PLB_CHUNK_ROWS PLB_STORED_ROWS

struct plb_chunk {
  uint64_t keys[PLB_CHUNK_ROWS];
  uint32_t first[PLB_CHUNK_ROWS]; /* smaller number of the two people, or the one person */
  uint32_t second[PLB_CHUNK_ROWS];
};

enum plb_packed_keys { PLB_KEYS_DECIMAL, PLB_KEYS_SINGLE, PLB_KEYS_WHOLE };

/* How a full chunk is packed. */
struct plb_packing {
  uint8_t keys;   /* enum plb_packed_keys */
  uint8_t digits; /* behind the decimal point */
  uint8_t people; /* bytes for each of the two: 2 or 4; 0 where nobody is named */
};

/* Which fields of the rows are wanted. */
enum plb_row_fields { PLB_ROW_ALL, PLB_ROW_KEYS, PLB_ROW_PEOPLE };

/* Whether there is such a packing. */
bool plb_packing_is(struct plb_packing packing);

size_t plb_packed_size(struct plb_packing packing);

/* Packs a full chunk, `named`: with its people, into `to`, which has room for sizeof *chunk; *packing is that of an
 * earlier chunk, or zero, and is tried first. */
void plb_pack(const struct plb_chunk *chunk, bool named, struct plb_packing *packing, char *to);

/* Where the wanted fields lie in a packed chunk. */
struct plb_packed_part {
  size_t from, size;
};
struct plb_packed_part plb_packed_part(struct plb_packing packing, enum plb_row_fields fields);

/* Of what is packed only the part of the wanted fields needs to be there. The fields that are not wanted stay as they
 * are in `to`. */
void plb_unpack(const char *from, struct plb_packing packing, enum plb_row_fields fields, struct plb_chunk *to);

#endif
