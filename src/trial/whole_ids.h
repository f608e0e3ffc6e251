/* SPDX-License-Identifier: Apache-2.0
 *
 * Ids that are whole numbers: each is written as text and looked up in the census once.
 */
#ifndef PLB_TRIAL_WHOLE_IDS_H
#define PLB_TRIAL_WHOLE_IDS_H

#include "trial/array.h"

struct plb_whole_ids {
  uint32_t *direct; /* numbers of the ids 0, 1, ...; PLB_NOBODY: not yet known */
  size_t direct_count;
  uint64_t *keys; /* of the others: a hash table with linear probing */
  uint32_t *numbers;
  size_t slots, used;
};

/* The number of a whole number as an id, if it is known; else PLB_NOBODY. */
static inline uint32_t plb_whole_ids_direct(const struct plb_whole_ids *ids, uint64_t bits) {
  return bits < ids->direct_count ? ids->direct[bits] : PLB_NOBODY;
}

/* The same for any; asks the intake for what is new. `bits` and `huge` as plb_array_whole has them; `id` says what it
 * is an id of and where it stands. */
plb_status plb_whole_ids_find(struct plb_whole_ids *ids, struct plb_intake *intake, uint64_t bits, bool huge,
                              struct plb_id *id, uint32_t *number, struct plb_error *err);

/* The numbers of `count` ids, each `stride` bytes behind the one before, as far as they are known, else PLB_NOBODY; put
 * into every other place of `numbers`. */
void plb_whole_ids_known(const struct plb_whole_ids *ids, const struct plb_element *element, const char *from,
                         size_t stride, size_t count, uint32_t *numbers);

void plb_whole_ids_free(struct plb_whole_ids *ids);

#endif
