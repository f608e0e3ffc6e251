/* SPDX-License-Identifier: Apache-2.0
 *
 * The comparisons of one class from a score upwards, highest score first, with the people in them: what has to be
 * kept whole so that a threshold can be found again when people are weighted anew.
 */
#ifndef PLB_TALLY_LISTING_H
#define PLB_TALLY_LISTING_H

#include "tally/units.h"

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

/* All rows of a class with a key of at least `from`; about `expected` of them. */
struct plb_listing_asked {
  const struct plb_tally *tally;
  const struct plb_rows *rows;
  const struct plb_units *units; /* rows are listed by who stands for their people; NULL: as they are */
  bool mated;                    /* of the rows; read with units alone */
  uint64_t from;
  size_t expected;
  unsigned threads; /* 0: one */
};

plb_status plb_listing_make(const struct plb_listing_asked *asked, struct plb_listing *listing, struct plb_error *err);
void plb_listing_free(struct plb_listing *listing);

/* Where a list has to reach twice as many errors as are asked about, so many may be asked about among `trials`. */
uint64_t plb_listing_reach(const struct plb_tally *tally, uint64_t trials);

/* And so long is such a list, at first: all where there are not many. */
size_t plb_listing_length(const struct plb_tally *tally, uint64_t trials, uint64_t errors);

/* Orders rows by falling key; false when out of memory. */
bool plb_listing_sort(struct plb_listed *rows, size_t count);

#endif
