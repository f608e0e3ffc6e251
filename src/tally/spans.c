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
#include "tally/ranks.h"
#include "tally/team.h"

#define BATCH 512 /* rows that are looked up together */

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

/* What a row of a span is looked up for, side by side. */
struct cell {
  uint32_t recent; /* rows, since they were last added to the counts */
  uint32_t first;  /* of the ranks: the first one in this span or behind it */
};

struct share {
  const struct plb_span_map *map;
  uint64_t *counts;
  struct cell *cells;   /* and one behind the last span */
  uint64_t recent_rows; /* fewer than 2^32 */
  struct plb_moment_sums *moments;
  const struct plb_ranks *ranks;
  uint64_t rank_sum;
};

static void take_recent(struct share *share) {
  for (size_t s = 0; s < share->map->count; s++) {
    share->counts[s] += share->cells[s].recent;
    share->cells[s].recent = 0;
  }
  share->recent_rows = 0;
}

static void count_rows(struct share *share, const uint64_t *keys, size_t count) {
  for (size_t k = 0; k < count; k++)
    share->cells[plb_span_of(share->map, keys[k])].recent++;
}

/* The same, and those rows are picked whose span has something of the ranks: to be looked up when it has been fetched,
 * and without a branch that depends on scores. */
static void count_ranked(struct share *share, const uint64_t *keys, size_t count) {
  struct cell *cells = share->cells;
  struct plb_ranked rows[BATCH];
  for (size_t k = 0; k < count;) {
    size_t end = count - k < BATCH ? count : k + BATCH, n = 0;
    for (; k < end; k++) {
      struct cell *cell = &cells[plb_span_of(share->map, keys[k])];
      uint32_t first = cell->first, behind = cell[1].first;
      rows[n] = (struct plb_ranked){keys[k], first, behind};
      __builtin_prefetch(&share->ranks->keys[first]);
      n += first != behind;
      cell->recent++; /* last: a load of both halves just after it would have to wait */
    }
    share->rank_sum += plb_ranks_sum(share->ranks, rows, n);
  }
}

static bool see(void *state, const struct plb_chunk *chunk, size_t count) {
  struct share *share = state;
  if (share->recent_rows + count > UINT32_MAX)
    take_recent(share);
  share->recent_rows += count;
  if (share->ranks)
    count_ranked(share, chunk->keys, count);
  else
    count_rows(share, chunk->keys, count);
  if (share->moments)
    plb_moment_sums_add_all(share->moments, chunk->keys, count);
  return true;
}

static bool start(struct share *share, const struct plb_span_extras *extras) {
  size_t spans = share->map->count;
  share->ranks = extras->ranks;
  share->cells = plb_alloc_large(spans + 1, sizeof *share->cells);
  share->moments = extras->moments ? plb_alloc(1, sizeof *share->moments) : NULL;
  for (size_t s = 0; share->cells && s <= spans; s++)
    share->cells[s] = (struct cell){0, share->ranks ? share->ranks->first[s] : 0};
  return share->cells && (share->moments || !extras->moments);
}

static void join(struct share *share, const struct share *more, uint64_t *all) {
  for (size_t s = 0; s < share->map->count; s++)
    all[s] += more->counts[s];
  if (share->moments && more != share)
    plb_moment_sums_join(share->moments, more->moments);
  share->rank_sum += more != share ? more->rank_sum : 0;
}

static plb_status add_moments(struct plb_team *team, struct plb_moment_sums *moments, struct plb_error *err) {
  const size_t numbers = PLB_OCTAVES * sizeof *moments->of / sizeof(plb_wide);
  uint64_t infinite = moments->infinite;
  plb_status status = plb_team_sum_wide(team, &moments->of[0].sum, numbers, err);
  if (!status)
    status = plb_team_sum(team, &infinite, 1, err);
  moments->infinite = infinite > 0;
  return status;
}

/* What all threads have counted, added up over the team, is added to what was asked for. */
static plb_status finish(const struct share *share, uint64_t *all, struct plb_team *team,
                         const struct plb_span_extras *extras, struct plb_error *err) {
  plb_wide rank_sum = share->rank_sum;
  plb_status status = plb_team_sum(team, all, share->map->count, err);
  if (!status && extras->moments && team)
    status = add_moments(team, share->moments, err);
  if (!status && extras->ranks)
    status = plb_team_sum_wide(team, &rank_sum, 1, err);
  if (!status && extras->moments)
    plb_moment_sums_join(extras->moments, share->moments);
  if (!status && extras->ranks)
    *extras->rank_sum += rank_sum;
  return status;
}

plb_status plb_span_count(const struct plb_tally *tally, const struct plb_rows *rows, const struct plb_span_map *map,
                          struct plb_span_counts *counts, const struct plb_span_extras *extras, struct plb_error *err) {
  unsigned threads = counts->threads;
  struct share *shares = plb_alloc(threads, sizeof *shares);
  counts->by_thread = plb_alloc(threads * map->count, sizeof *counts->by_thread);
  counts->all = plb_alloc(map->count, sizeof *counts->all);
  plb_status status = shares && counts->by_thread && counts->all ? PLB_OK : plb_fail_memory(err);
  for (unsigned t = 0; t < threads && !status; t++) {
    shares[t] = (struct share){.map = map, .counts = counts->by_thread + t * map->count};
    status = start(&shares[t], extras) ? PLB_OK : plb_fail_memory(err);
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
    join(&shares[0], &shares[t], counts->all);
  }
  if (!status)
    status = finish(&shares[0], counts->all, tally->team, extras, err);
  for (unsigned t = 0; shares && t < threads; t++) {
    free(shares[t].cells);
    free(shares[t].moments);
  }
  free(shares);
  return status;
}
