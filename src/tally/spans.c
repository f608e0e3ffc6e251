/* SPDX-License-Identifier: Apache-2.0
 *
 * See spans.h. The first 16 bits of a key are the sign, the power of two and four bits of the fraction of a score. A
 * stretch of scores with the same ones is cut into as many spans as the sample has scores there, or up to twice as
 * many; where the sample has none, neighbouring stretches are one span together. Counters are few and small enough to
 * stay in the cache.
 */
#include "tally/spans.h"

#include <math.h>
#include <stdlib.h>

#include "base/key.h"
#include "base/memory.h"
#include "tally/ranks.h"
#include "tally/team.h"

#define BATCH PLB_SPAN_BATCH /* rows that are looked up together */

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
  while (bits < PLB_SHORT_LOW && ((size_t)1 << bits) < sampled)
    bits++;
  return bits;
}

/* Numbers between -2^-126 and 2^-126, which in single precision have no power of two of their own: the lower and the
 * upper half of them are each in one span, so that short keys find spans as keys do. Not where the sample has some of
 * them, but for zero. */
#define ZERO 0x8000
#define TINY (0x381 << 4) /* tops on either side of it */

static bool is_tiny(uint64_t top) {
  return top >= ZERO - TINY && top < ZERO + TINY;
}

static bool has_tiny(const uint64_t *sample, size_t count) {
  bool any = false;
  for (size_t k = 0; k < count; k++)
    any |= is_tiny(sample[k] >> PLB_SPAN_LOW) && sample[k] != (uint64_t)ZERO << PLB_SPAN_LOW;
  return any;
}

static void make_short_tops(struct plb_span_map *map) {
  const int32_t length = INT32_C(1) << PLB_SHORT_LOW;
  for (int32_t t = -PLB_SHORT_TOPS / 2; t < PLB_SHORT_TOPS / 2; t++) {
    float least = plb_single_of(t * length + (t < 0 ? length - 1 : 0)); /* the one next to zero */
    if (isnan(least))
      continue;
    uint64_t top = t == -1 ? ZERO - 1 : plb_key_of(least) >> PLB_SPAN_LOW;
    map->short_top[PLB_SHORT_TOPS / 2 + t] =
        (struct plb_span_top){map->top[top].base, map->top[top].shift - (PLB_SPAN_LOW - PLB_SHORT_LOW)};
  }
}

bool plb_span_map_make(struct plb_span_map *map, const uint64_t *sample, size_t count) {
  size_t most = 2 * count + count + 2, at = 0; /* between any two of the sample there is at most one empty stretch */
  *map = (struct plb_span_map){.from = plb_alloc(most, sizeof *map->from), .shorts = !has_tiny(sample, count)};
  if (!map->from)
    return false;
  bool empty = false;
  for (uint64_t t = 0; t < PLB_SPAN_TOPS; t++) {
    size_t first = at;
    while (at < count && sample[at] >> PLB_SPAN_LOW == t)
      at++;
    bool tiny = map->shorts && is_tiny(t);
    if ((at == first && empty) || (tiny && t != ZERO && is_tiny(t - 1))) {
      map->top[t] = map->top[t - 1];
      continue;
    }
    empty = at == first;
    uint32_t bits = empty || tiny ? 0 : bits_for(at - first), shift = PLB_SPAN_LOW - bits;
    map->top[t] = (struct plb_span_top){.base = (uint32_t)map->count, .shift = shift};
    for (uint64_t k = 0; k < UINT64_C(1) << bits; k++)
      map->from[map->count++] = t << PLB_SPAN_LOW | k << shift;
  }
  if (map->shorts)
    make_short_tops(map);
  return true;
}

void plb_spans_of_singles(const struct plb_span_map *map, const float scores[PLB_SPAN_BATCH],
                          int32_t keys[PLB_SPAN_BATCH], uint32_t spans[PLB_SPAN_BATCH]) {
  uint32_t tops[PLB_SPAN_BATCH];
  for (size_t k = 0; k < PLB_SPAN_BATCH; k++) { /* several at once */
    keys[k] = plb_short_key_of(scores[k]);
    tops[k] = plb_short_top_of(keys[k]);
  }
  for (size_t k = 0; k < PLB_SPAN_BATCH; k++)
    spans[k] = plb_span_below(map, tops[k], keys[k]);
}

/* One thread's. */
struct share {
  const struct plb_span_map *map;
  uint64_t *counts;
  uint16_t *recent;       /* rows, since they last were 2^16 and added to the counts: more of these fit the cache */
  const uint64_t *ranked; /* a bit by span: the ranks have something there */
  struct plb_moment_sums *moments;
  const struct plb_ranks *ranks;
  uint64_t rank_sum;
};

/* Those rows are picked whose span has something of the ranks, without a branch that depends on scores. */
static size_t count_rows(struct share *share, const uint32_t *spans, size_t count, uint32_t *picked) {
  const uint64_t *ranked = share->ranked;
  uint16_t *recent = share->recent;
  size_t n = 0;
  for (uint32_t k = 0; k < count; k++) {
    uint32_t span = spans[k];
    picked[n] = k;
    n += ranked[span / 64] >> span % 64 & 1;
    if (!++recent[span])
      share->counts[span] += UINT16_MAX + 1;
  }
  return n;
}

static void see_keys(struct share *share, const uint64_t *keys, size_t count) {
  const struct plb_ranks *ranks = share->ranks;
  struct plb_ranked rows[BATCH];
  uint32_t spans[BATCH], picked[BATCH];
  for (size_t k = 0; k < count; k++)
    spans[k] = plb_span_of(share->map, keys[k]);
  size_t n = count_rows(share, spans, count, picked);
  for (size_t i = 0; i < n; i++) {
    const uint32_t *first = &ranks->first[spans[picked[i]]];
    rows[i] = (struct plb_ranked){keys[picked[i]], first[0], first[1]};
    if (ranks->keys)
      __builtin_prefetch(&ranks->keys[*first]);
  }
  share->rank_sum += n ? plb_ranks_sum(ranks, rows, n) : 0;
}

static bool see(void *state, const struct plb_chunk *chunk, size_t count) {
  struct share *share = state;
  for (size_t k = 0; k < count; k += BATCH)
    see_keys(share, chunk->keys + k, count - k < BATCH ? count - k : BATCH);
  if (share->moments)
    plb_moment_sums_add_all(share->moments, chunk->keys, count);
  return true;
}

static void see_short_keys(struct share *share, const float *scores) {
  const struct plb_ranks *ranks = share->ranks;
  struct plb_ranked_short rows[BATCH];
  int32_t keys[BATCH];
  uint32_t spans[BATCH], picked[BATCH];
  plb_spans_of_singles(share->map, scores, keys, spans);
  size_t n = count_rows(share, spans, BATCH, picked);
  for (size_t i = 0; i < n; i++) {
    const uint32_t *first = &ranks->first[spans[picked[i]]];
    rows[i] = (struct plb_ranked_short){keys[picked[i]], first[0], first[1]};
    __builtin_prefetch(&ranks->shorts[*first]);
  }
  share->rank_sum += n ? plb_ranks_sum_short(ranks, rows, n) : 0;
}

_Static_assert(PLB_CHUNK_ROWS % BATCH == 0, "a chunk is some batches");

static bool see_singles(void *state, const float *scores) {
  struct share *share = state;
  for (size_t k = 0; k < PLB_CHUNK_ROWS; k += BATCH)
    see_short_keys(share, scores + k);
  if (share->moments)
    plb_moment_sums_add_singles(share->moments, scores);
  return true;
}

static bool start(struct share *share, const struct plb_span_extras *extras) {
  share->ranks = extras->ranks;
  share->recent = plb_alloc(share->map->count, sizeof *share->recent);
  share->moments = extras->moments ? plb_alloc(1, sizeof *share->moments) : NULL;
  return share->recent && (share->moments || !extras->moments);
}

static void join(struct share *share, const struct share *more, uint64_t *all) {
  for (size_t s = 0; s < share->map->count; s++) {
    more->counts[s] += more->recent[s];
    all[s] += more->counts[s];
  }
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

/* Spans in which the ranks have something: NULL when out of memory. */
static uint64_t *list_ranked(const struct plb_span_map *map, const struct plb_ranks *ranks) {
  uint64_t *ranked = plb_alloc(map->count / 64 + 1, sizeof *ranked);
  for (size_t s = 0; s < map->count && ranked && ranks; s++)
    ranked[s / 64] |= (uint64_t)(ranks->first[s] != ranks->first[s + 1]) << s % 64;
  return ranked;
}

plb_status plb_span_count(const struct plb_tally *tally, const struct plb_rows *rows, const struct plb_span_map *map,
                          struct plb_span_counts *counts, const struct plb_span_extras *extras, struct plb_error *err) {
  unsigned threads = counts->threads;
  struct share *shares = plb_alloc(threads, sizeof *shares);
  counts->by_thread = plb_alloc(threads * map->count, sizeof *counts->by_thread);
  uint64_t *ranked = list_ranked(map, extras->ranks);
  counts->all = plb_alloc(map->count, sizeof *counts->all);
  /* Whether scores in single precision are looked up as they are. */
  bool shorts = map->shorts && (!extras->ranks || extras->ranks->shorts);
  plb_status status = shares && counts->by_thread && counts->all && ranked ? PLB_OK : plb_fail_memory(err);
  for (unsigned t = 0; t < threads && !status; t++) {
    shares[t] = (struct share){.map = map, .counts = counts->by_thread + t * map->count, .ranked = ranked};
    status = start(&shares[t], extras) ? PLB_OK : plb_fail_memory(err);
  }
  if (!status)
    status = plb_rows_walk(&(struct plb_row_walk){.tally = tally,
                                                  .rows = rows,
                                                  .visit = see,
                                                  .visit_singles = shorts ? see_singles : NULL,
                                                  .fields = PLB_ROW_KEYS,
                                                  .states = shares,
                                                  .state_size = sizeof *shares,
                                                  .threads = threads,
                                                  .adds_up = true},
                           err);
  for (unsigned t = 0; t < threads && !status; t++) {
    join(&shares[0], &shares[t], counts->all);
  }
  if (!status)
    status = finish(&shares[0], counts->all, tally->team, extras, err);
  for (unsigned t = 0; shares && t < threads; t++) {
    free(shares[t].recent);
    free(shares[t].moments);
  }
  free(shares);
  free(ranked);
  return status;
}
