/* SPDX-License-Identifier: Apache-2.0
 *
 * See listing.h. One walk gathers the rows; a radix sort from the lowest digit up orders them, over the bits in which
 * keys differ at all.
 */
#include "tally/listing.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tally/people.h"
#include "tally/team.h"
#include "tally/walk.h"

#define DIGIT 11                     /* bits */
#define ALL_LISTED ((size_t)1 << 20) /* so few are listed all */

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

bool plb_listing_sort(struct plb_listed *rows, size_t count) {
  uint64_t low = UINT64_MAX, high = 0;
  for (size_t k = 0; k < count; k++) {
    low = rows[k].key < low ? rows[k].key : low;
    high = rows[k].key > high ? rows[k].key : high;
  }
  if (count < 2 || low == high)
    return true;
  struct plb_listed *scratch = plb_alloc_large(count, sizeof *scratch), *from = rows, *to = scratch;
  if (!scratch)
    return false;
  for (unsigned shift = 0, width = bits_of(high - low); shift < width; shift += DIGIT) {
    spread(from, to, count, high, shift);
    struct plb_listed *swap = from;
    from = to;
    to = swap;
  }
  if (from != rows)
    memcpy(rows, from, count * sizeof *rows);
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

struct gathering {
  struct plb_listing *listing;
  size_t capacity;
  uint64_t from;
};

static bool gather(void *state, const struct plb_chunk *chunk, size_t count) {
  struct gathering *gathering = state;
  struct plb_listing *listing = gathering->listing;
  if (!plb_reserve(&listing->rows, &gathering->capacity, listing->count + count, sizeof *listing->rows))
    return false;
  listing->count += pick(chunk, count, gathering->from, listing->rows + listing->count);
  return true;
}

/* The rows of all members in the place of this one's. */
static plb_status gather_team(struct plb_team *team, struct plb_listing *listing, struct plb_error *err) {
  struct plb_parts all;
  plb_status status = plb_team_gather(team, listing->rows, listing->count * sizeof *listing->rows, &all, err);
  if (!status) {
    free(listing->rows);
    listing->count = all.from[team->count] / sizeof *listing->rows;
    listing->rows = (struct plb_listed *)(void *)all.bytes;
    all.bytes = NULL;
  }
  plb_parts_free(&all);
  return status;
}

plb_status plb_listing_make(const struct plb_listing_asked *asked, struct plb_listing *listing, struct plb_error *err) {
  struct plb_team *team = asked->tally->team;
  size_t all = (size_t)asked->rows->count, likely = asked->expected / (team ? team->count : 1) + PLB_CHUNK_ROWS;
  struct gathering gathering = {listing, likely < all ? likely : all, asked->from};
  *listing = (struct plb_listing){.rows = plb_alloc_large(gathering.capacity, sizeof *listing->rows)};
  plb_status status = listing->rows ? PLB_OK : plb_fail_memory(err);
  if (!status)
    status = plb_rows_walk(&(struct plb_row_walk){.tally = asked->tally,
                                                  .rows = asked->rows,
                                                  .units = asked->units,
                                                  .mated = asked->mated,
                                                  .visit = gather,
                                                  .states = &gathering,
                                                  .threads = 1,
                                                  .adds_up = true},
                           err);
  if (!status && team)
    status = gather_team(team, listing, err);
  if (!status && !plb_listing_sort(listing->rows, listing->count))
    status = plb_fail_memory(err);
  if (status)
    plb_listing_free(listing);
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
