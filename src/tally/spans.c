/* SPDX-License-Identifier: Apache-2.0
 *
 * See spans.h. The first 16 bits of a key are the sign, the power of two and four bits of the fraction of a score. A
 * stretch of scores with the same ones is cut into two to four times as many spans as the sample has scores there;
 * where the sample has none, neighbouring stretches are one span together.
 */
#include "tally/spans.h"

#include <stdlib.h>

#include "base/memory.h"

void plb_span_map_free(struct plb_span_map *map) {
  free(map->from);
  map->from = NULL;
}

void plb_span_counts_free(struct plb_span_counts *counts) {
  free(counts->by_thread);
  counts->by_thread = NULL;
}

/* So many bits tell twice as many spans apart. */
static uint32_t bits_for(size_t sampled) {
  uint32_t bits = 1;
  while (bits < 31 && ((size_t)1 << bits) < 2 * sampled)
    bits++;
  return bits;
}

bool plb_span_map_make(struct plb_span_map *map, const uint64_t *sample, size_t count) {
  size_t most = 4 * count + count + 2, at = 0; /* between any two of the sample there is at most one empty stretch */
  *map = (struct plb_span_map){.from = plb_alloc(most, sizeof *map->from)};
  if (!map->from)
    return false;
  bool empty = false;
  for (uint64_t t = 0; t < PLB_SPAN_TOPS; t++) {
    size_t first = at;
    while (at < count && sample[at] >> PLB_SPAN_LOW == t)
      at++;
    if (at == first && empty) {
      map->top[t] = map->top[t - 1];
      continue;
    }
    empty = at == first;
    uint32_t bits = empty ? 0 : bits_for(at - first), shift = PLB_SPAN_LOW - bits;
    map->top[t] = (struct plb_span_top){.base = (uint32_t)map->count, .shift = shift};
    for (uint64_t k = 0; k < UINT64_C(1) << bits; k++)
      map->from[map->count++] = t << PLB_SPAN_LOW | k << shift;
  }
  return true;
}

struct share {
  const struct plb_span_map *map;
  uint64_t *counts;
  struct plb_moment_sums *moments;
};

static bool see(void *state, const struct plb_chunk *chunk, size_t count) {
  const struct share *share = state;
  for (size_t k = 0; k < count; k++)
    share->counts[plb_span_of(share->map, chunk->keys[k])]++;
  if (share->moments)
    plb_moment_sums_add_all(share->moments, chunk->keys, count);
  return true;
}

plb_status plb_span_count(const struct plb_tally *tally, const struct plb_rows *rows, const struct plb_span_map *map,
                          struct plb_span_counts *counts, struct plb_moment_sums *moments, struct plb_error *err) {
  unsigned threads = counts->threads;
  struct share *shares = plb_alloc(threads, sizeof *shares);
  struct plb_moment_sums *sums = moments ? plb_alloc(threads, sizeof *sums) : NULL;
  counts->by_thread = plb_alloc(threads * map->count, sizeof *counts->by_thread);
  plb_status status = shares && (sums || !moments) && counts->by_thread ? PLB_OK : plb_fail_memory(err);
  for (unsigned t = 0; t < threads && !status; t++)
    shares[t] = (struct share){map, counts->by_thread + t * map->count, moments ? &sums[t] : NULL};
  if (!status)
    status = plb_rows_walk(&(struct plb_row_walk){.tally = tally,
                                                  .rows = rows,
                                                  .visit = see,
                                                  .fields = PLB_ROW_KEYS,
                                                  .states = shares,
                                                  .state_size = sizeof *shares,
                                                  .threads = threads},
                           err);
  for (unsigned t = 0; t < threads && moments && !status; t++)
    plb_moment_sums_join(moments, &sums[t]);
  free(shares);
  free(sums);
  return status;
}
