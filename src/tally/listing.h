/* SPDX-License-Identifier: Apache-2.0
 *
 * The comparisons of one class from a score upwards, highest score first, with the people in them: what has to be
 * kept whole so that a threshold can be found again when people are weighted anew.
 */
#ifndef PLB_TALLY_LISTING_H
#define PLB_TALLY_LISTING_H

#include "tally/tally.h"

#define PLB_MOST_LISTED ((size_t)1 << 23) /* comparisons of a class that are listed at most */

/* people by number; the same one twice where mated */
struct plb_listed {
  uint64_t key;
  uint32_t first, second;
};

/* Ordered by falling key; among equal keys in no particular order. */
struct plb_listing {
  struct plb_listed *rows;
  size_t count;
};

/* All rows with a key of at least `from`; about `expected` of them. */
plb_status plb_listing_make(const struct plb_tally *tally, const struct plb_rows *rows, uint64_t from, size_t expected,
                            struct plb_listing *listing, struct plb_error *err);
void plb_listing_free(struct plb_listing *listing);

/* Orders rows by falling key; false when out of memory. */
bool plb_listing_sort(struct plb_listed *rows, size_t count);

#endif
