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
  uint64_t *keys;  /* of the rarer class, ascending */
  uint32_t *first; /* by span: the first of them in it or behind it */
  const struct plb_span_map *map;
};

/* Of a run of fewer than 2^32 rows, copied. False when out of memory. */
bool plb_ranks_make(struct plb_ranks *ranks, const struct plb_run *run, const struct plb_span_map *map);
void plb_ranks_free(struct plb_ranks *ranks);

/* For each of the keys: adds to the sum of its span how many rows of the rarer class in this span lie below it, and
 * how many below it or tied with it. */
void plb_ranks_add(const struct plb_ranks *ranks, const uint64_t *keys, size_t count, uint64_t *sums);

#endif
