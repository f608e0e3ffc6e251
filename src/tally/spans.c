/* SPDX-License-Identifier: Apache-2.0
 *
 * See spans.h. The first 16 bits of a key are the sign, the power of two and four bits of the fraction of a score. A
 * stretch of scores with the same ones is cut into as many spans as the sample has scores there, or up to twice as
 * many; where the sample has none, neighbouring stretches are one span together. Counters are few and small enough to
 * stay in the cache.
 */
#include "tally/spans.h"

#include <stdlib.h>

#include "base/memory.h"
#include "tally/team.h"

void plb_span_map_free(struct plb_span_map *map) {
  free(map->from);
  map->from = NULL;
}

void plb_span_counts_free(struct plb_span_counts *counts) {
  free(counts->by_thread);
  free(counts->all);
  counts->by_thread = counts->all = NULL;
}

/* So many bits tell as many spans apart. */
static uint32_t bits_for(size_t sampled) {
  uint32_t bits = 0;
  while (bits < 31 && ((size_t)1 << bits) < sampled)
    bits++;
  return bits;
}

bool plb_span_map_make(struct plb_span_map *map, const uint64_t *sample, size_t count) {
  size_t most = 2 * count + count + 2, at = 0; /* between any two of the sample there is at most one empty stretch */
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
  uint32_t *recent; /* counts of the last rows, fewer than 2^32 */
  uint64_t recent_rows;
  struct plb_moment_sums *moments;
};

static void take_recent(struct share *share) {
  for (size_t s = 0; s < share->map->count; s++) {
    share->counts[s] += share->recent[s];
    share->recent[s] = 0;
  }
  share->recent_rows = 0;
}

static bool see(void *state, const struct plb_chunk *chunk, size_t count) {
  struct share *share = state;
  if (share->recent_rows + count > UINT32_MAX)
    take_recent(share);
  share->recent_rows += count;
  for (size_t k = 0; k < count; k++)
    share->recent[plb_span_of(share->map, chunk->keys[k])]++;
  if (share->moments)
    plb_moment_sums_add_all(share->moments, chunk->keys, count);
  return true;
}

static plb_status add_team(struct plb_team *team, struct plb_moment_sums *moments, struct plb_error *err) {
  uint64_t infinite = moments->infinite;
  plb_status status = plb_team_sum_wide(team, &moments->of[0].sum, PLB_OCTAVES * sizeof *moments->of / sizeof(plb_wide), err);
  if (!status)
    status = plb_team_sum(team, &infinite, 1, err);
  moments->infinite = infinite > 0;
  return status;
}

plb_status plb_span_count(const struct plb_tally *tally, const struct plb_rows *rows, const struct plb_span_map *map,
                          struct plb_span_counts *counts, struct plb_moment_sums *moments, struct plb_error *err) {
  unsigned threads = counts->threads;
  struct share *shares = plb_alloc(threads, sizeof *shares);
  struct plb_moment_sums *sums = moments ? plb_alloc(threads, sizeof *sums) : NULL;
  counts->all = plb_alloc(map->count, sizeof *counts->all);
  counts->by_thread = plb_alloc(threads * map->count, sizeof *counts->by_thread);
  bool made = shares && (sums || !moments) && counts->by_thread && counts->all;
  plb_status status = made ? PLB_OK : plb_fail_memory(err);
  for (unsigned t = 0; t < threads && !status; t++) {
    shares[t] = (struct share){map, counts->by_thread + t * map->count, .moments = moments ? &sums[t] : NULL};
    status = (shares[t].recent = plb_alloc(map->count, sizeof *shares[t].recent)) ? PLB_OK : plb_fail_memory(err);
  }
  if (!status)
    status = plb_rows_walk(&(struct plb_row_walk){.tally = tally,
                                                  .rows = rows,
                                                  .visit = see,
                                                  .fields = PLB_ROW_KEYS,
                                                  .states = shares,
                                                  .state_size = sizeof *shares,
                                                  .threads = threads,
                                                  .adds_up = true},
                           err);
  for (unsigned t = 0; t < threads && !status; t++) {
    take_recent(&shares[t]);
    for (size_t s = 0; s < map->count; s++)
      counts->all[s] += shares[t].counts[s];
    if (moments && t)
      plb_moment_sums_join(&sums[0], &sums[t]);
  }
  if (!status)
    status = plb_team_sum(tally->team, counts->all, map->count, err);
  if (!status && moments && tally->team)
    status = add_team(tally->team, &sums[0], err);
  if (!status && moments)
    plb_moment_sums_join(moments, &sums[0]);
  for (unsigned t = 0; shares && t < threads; t++)
    free(shares[t].recent);
  free(shares);
  free(sums);
  return status;
}
