/* SPDX-License-Identifier: Apache-2.0
 *
 * The listed comparisons of both classes cut into blocks at changes of score: block k holds the rows from[k] to
 * from[k + 1] of each class, all of them above those of block k + 1. A block has at most a chosen number of rows, or
 * one single score. Cuts are also made where a threshold or the end of the list needs one.
 */
#ifndef PLB_RESAMPLE_BLOCKS_H
#define PLB_RESAMPLE_BLOCKS_H

#include "tally/listing.h"

struct plb_score_block {
  size_t from[2]; /* by enum plb_class */
};

struct plb_blocks {
  struct plb_score_block *at; /* [count + 1], the last behind the end */
  size_t count, capacity;
  size_t *cut; /* by asked cut: the first block whose scores lie below it */
};

/* `cuts`: falling keys. Rows with a key of at least cuts[c] lie in blocks before blocks->cut[c]. */
plb_status plb_blocks_make(const struct plb_listing list[2], const uint64_t *cuts, size_t cut_count,
                           struct plb_blocks *blocks, struct plb_error *err);
void plb_blocks_free(struct plb_blocks *blocks);

#endif
