/* SPDX-License-Identifier: Apache-2.0
 *
 * Which class scores higher, counted without sorting the larger one: the scores of the rarer class, sorted,
 * and for each row of the other one how many of these it lies above. A span of keys (spans.h) says where to look, so
 * that a row costs a few comparisons, and none where its span has nothing of the rarer class.
 */
#ifndef PLB_TALLY_RANKS_H
#define PLB_TALLY_RANKS_H

#include "tally/counts.h"
#include "tally/spans.h"

struct plb_ranks {
  uint64_t *keys;  /* of the rarer class, ascending; NULL where there are short ones */
  int32_t *shorts; /* the same, short; NULL: some have no short key, or spans cannot be found by these */
  uint32_t *first; /* by span: the first of them in it or behind it */
};

/* Of a run, copied. False when out of memory, which 2^32 rows and more are taken to be. */
bool plb_ranks_make(struct plb_ranks *ranks, const struct plb_run *run, const struct plb_span_map *map);
void plb_ranks_free(struct plb_ranks *ranks);

/* A row of the other class, and what its span has of the ranks. */
struct plb_ranked {
  uint64_t key;
  uint32_t first, end;
};

/* Summed over such rows: how many of the rarer class in its span lie below a row, and how many below it or tied with
 * it. */
uint64_t plb_ranks_sum(const struct plb_ranks *ranks, const struct plb_ranked *rows, size_t count);

/* The same by short keys, where there are any of the ranks. */
struct plb_ranked_short {
  int32_t key;
  uint32_t first, end;
};

uint64_t plb_ranks_sum_short(const struct plb_ranks *ranks, const struct plb_ranked_short *rows, size_t count);

#endif
