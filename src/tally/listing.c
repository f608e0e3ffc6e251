/* SPDX-License-Identifier: Apache-2.0
 *
 * See listing.h. One walk gathers the rows; a radix sort from the lowest digit up orders them, over the bits in which
 * keys differ at all. Each thread gathers and sorts rows of its own; then the list is made of as many stretches of keys
 * as there are threads, each merged by one of them. The lists of a team's members are put together in the same way.
 */
#include "tally/listing.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tally/people.h"
#include "tally/team.h"
#include "tally/walk.h"

#define DIGIT 11                       /* bits */
#define ALL_LISTED ((size_t)1 << 20)   /* so few are listed all */
#define LEAST_SHARED ((size_t)1 << 15) /* rows that are worth several threads */

void plb_listing_free(struct plb_listing *listing) {
  free(listing->rows);
  *listing = (struct plb_listing){0};
}

static unsigned bits_of(uint64_t value) {
  return value ? 64 - (unsigned)__builtin_clzll(value) : 0;
}

/* One pass by the digit at `shift` of how far a key lies below the highest. */
static void spread(const struct plb_listed *from, struct plb_listed *to, size_t count, uint64_t high, unsigned shift) {
  size_t starts[1 << DIGIT] = {0}, start = 0;
  const uint64_t mask = (1 << DIGIT) - 1;
  for (size_t k = 0; k < count; k++)
    starts[(high - from[k].key) >> shift & mask]++;
  for (size_t d = 0; d <= mask; d++) {
    size_t here = starts[d];
    starts[d] = start;
    start += here;
  }
  for (size_t k = 0; k < count; k++)
    to[starts[(high - from[k].key) >> shift & mask]++] = from[k];
}

/* Orders rows by falling key; `scratch` is as long as they are. */
static void sort(struct plb_listed *rows, struct plb_listed *scratch, size_t count) {
  uint64_t low = UINT64_MAX, high = 0;
  for (size_t k = 0; k < count; k++) {
    low = rows[k].key < low ? rows[k].key : low;
    high = rows[k].key > high ? rows[k].key : high;
  }
  struct plb_listed *from = rows, *to = scratch;
  for (unsigned shift = 0, width = count ? bits_of(high - low) : 0; shift < width; shift += DIGIT) {
    spread(from, to, count, high, shift);
    struct plb_listed *swap = from;
    from = to;
    to = swap;
  }
  if (from != rows)
    memcpy(rows, from, count * sizeof *rows);
}

bool plb_listing_sort(struct plb_listed *rows, size_t count) {
  if (count < 2)
    return true;
  struct plb_listed *scratch = plb_alloc_large(count, sizeof *scratch);
  if (!scratch)
    return false;
  sort(rows, scratch, count);
  free(scratch);
  return true;
}

/* The rows of a chunk that belong; written without branches, since they lie anywhere. `into` has room for a chunk. */
static size_t pick(const struct plb_chunk *chunk, size_t count, uint64_t from, struct plb_listed *into) {
  size_t n = 0;
  for (size_t k = 0; k < count; k++) {
    into[n] = (struct plb_listed){chunk->keys[k], chunk->first[k], chunk->second[k]};
    n += chunk->keys[k] >= from;
  }
  return n;
}

/* What one thread gathers. */
struct pile {
  struct plb_listed *rows;
  size_t count, capacity;
  uint64_t from;
};

static bool gather(void *state, const struct plb_chunk *chunk, size_t count) {
  struct pile *pile = state;
  if (!plb_reserve(&pile->rows, &pile->capacity, pile->count + count, sizeof *pile->rows))
    return false;
  pile->count += pick(chunk, count, pile->from, pile->rows + pile->count);
  return true;
}

/* How many rows of a sorted pile have a key above this one. */
static size_t above(const struct pile *pile, uint64_t key) {
  size_t low = 0, high = pile->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (pile->rows[middle].key > key)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* The rows of a stretch from all piles, at[p] to ends[p] of each, to where the list has them; `at` moves on. */
static void merge(const struct pile *piles, size_t count, size_t *at, const size_t *ends, struct plb_listed *to) {
  for (;;) {
    size_t best = count;
    for (size_t p = 0; p < count; p++)
      if (at[p] < ends[p] && (best == count || piles[p].rows[at[p]].key > piles[best].rows[at[best]].key))
        best = p;
    if (best == count)
      return;
    *to++ = piles[best].rows[at[best]++];
  }
}

/* Where the stretches of keys begin in sorted piles: cuts[s * count + p]. Cut so that they are equal in the longest
 * pile, which they nearly are in the others where rows are in no order. */
static void cut(const struct pile *piles, size_t count, size_t *cuts) {
  const struct pile *longest = &piles[0];
  for (size_t p = 0; p < count; p++) {
    longest = piles[p].count > longest->count ? &piles[p] : longest;
    cuts[p] = 0;
    cuts[count * count + p] = piles[p].count;
  }
  for (size_t s = 1; s < count; s++)
    for (size_t p = 0; p < count; p++)
      cuts[s * count + p] = longest->count ? above(&piles[p], longest->rows[longest->count * s / count].key) : 0;
}

/* Puts piles together, which are sorted first unless they are; false when out of memory. */
static bool join(const struct pile *piles, size_t count, bool sorted, unsigned threads, struct plb_listing *listing) {
  size_t *starts = plb_alloc(count + 1, sizeof *starts), *cuts = plb_alloc((count + 1) * count, sizeof *cuts);
  size_t *at = plb_alloc(count * count, sizeof *at);
  for (size_t p = 0; starts && p < count; p++)
    starts[p + 1] = starts[p] + piles[p].count;
  struct plb_listed *rows = starts && cuts && at ? plb_alloc_large(starts[count], sizeof *rows) : NULL;
  if (rows) {
#pragma omp parallel for num_threads((int)threads) schedule(static, 1)
    for (size_t p = 0; p < count; p++)
      if (!sorted)
        sort(piles[p].rows, rows + starts[p], piles[p].count);
    cut(piles, count, cuts);
    memcpy(at, cuts, count * count * sizeof *at);
#pragma omp parallel for num_threads((int)threads) schedule(static, 1)
    for (size_t s = 0; s < count; s++) {
      size_t before = 0;
      for (size_t p = 0; p < count; p++)
        before += cuts[s * count + p];
      merge(piles, count, at + s * count, cuts + (s + 1) * count, rows + before);
    }
    *listing = (struct plb_listing){rows, starts[count]};
  }
  free(starts);
  free(cuts);
  free(at);
  return rows;
}

/* The lists of all members, which each of them has sorted, in the place of this one's. */
static plb_status join_team(struct plb_team *team, unsigned threads, struct plb_listing *listing,
                            struct plb_error *err) {
  struct plb_parts all = {0};
  struct pile *piles = plb_alloc(team->count, sizeof *piles);
  plb_status status = piles ? plb_team_gather(team, listing->rows, listing->count * sizeof *listing->rows, &all, err)
                            : plb_fail_memory(err);
  plb_listing_free(listing);
  for (unsigned r = 0; r < team->count && !status; r++)
    piles[r] = (struct pile){.rows = (struct plb_listed *)(void *)(all.bytes + all.from[r]),
                             .count = (all.from[r + 1] - all.from[r]) / sizeof *listing->rows};
  if (!status && !join(piles, team->count, true, threads, listing))
    status = plb_fail_memory(err);
  plb_parts_free(&all);
  free(piles);
  return status;
}

plb_status plb_listing_make(const struct plb_listing_asked *asked, struct plb_listing *listing, struct plb_error *err) {
  size_t all = (size_t)asked->rows->count, expected = asked->expected < all ? asked->expected : all;
  expected /= asked->tally->team ? asked->tally->team->count : 1;
  unsigned threads = asked->threads && expected >= LEAST_SHARED ? asked->threads : 1;
  struct pile *piles = plb_alloc(threads, sizeof *piles);
  plb_status status = piles ? PLB_OK : plb_fail_memory(err);
  *listing = (struct plb_listing){0};
  for (unsigned t = 0; !status && t < threads; t++) {
    size_t likely = expected / threads + PLB_CHUNK_ROWS;
    piles[t] =
        (struct pile){.rows = plb_alloc_large(likely, sizeof *piles[t].rows), .capacity = likely, .from = asked->from};
    status = piles[t].rows ? PLB_OK : plb_fail_memory(err);
  }
  if (!status)
    status = plb_rows_walk(&(struct plb_row_walk){.tally = asked->tally,
                                                  .rows = asked->rows,
                                                  .units = asked->units,
                                                  .mated = asked->mated,
                                                  .visit = gather,
                                                  .states = piles,
                                                  .state_size = sizeof *piles,
                                                  .threads = threads,
                                                  .adds_up = true},
                           err);
  if (!status && threads > 1)
    status = join(piles, threads, false, threads, listing) ? PLB_OK : plb_fail_memory(err);
  else if (!status && !plb_listing_sort(piles[0].rows, piles[0].count))
    status = plb_fail_memory(err);
  if (!status && threads == 1) {
    *listing = (struct plb_listing){piles[0].rows, piles[0].count};
    piles[0].rows = NULL;
  }
  for (unsigned t = 0; piles && t < threads; t++)
    free(piles[t].rows);
  free(piles);
  if (!status && asked->tally->team)
    status = join_team(asked->tally->team, threads, listing, err);
  return status;
}

uint64_t plb_listing_reach(const struct plb_tally *tally, uint64_t trials) {
  size_t most = tally->most_listed;
  return trials <= most ? trials : most > PLB_EXTREMES ? (most - PLB_EXTREMES) / 2 : 0;
}

size_t plb_listing_length(const struct plb_tally *tally, uint64_t trials, uint64_t errors) {
  uint64_t length = 2 * errors + PLB_EXTREMES, most = tally->most_listed;
  bool all = (trials <= ALL_LISTED && trials <= most) || length > trials;
  return (size_t)(all ? trials : length < most ? length : most);
}
