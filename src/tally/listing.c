/* SPDX-License-Identifier: Apache-2.0
 *
 * See listing.h. One walk gathers the rows; a radix sort from the lowest digit up orders them, over the bits in which
 * keys differ at all.
 */
#include "tally/listing.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define DIGIT 11 /* bits */

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

plb_status plb_listing_make(const struct plb_tally *tally, const struct plb_rows *rows, uint64_t from, size_t expected,
                            struct plb_listing *listing, struct plb_error *err) {
  size_t capacity = expected + PLB_CHUNK_ROWS < rows->count ? expected + PLB_CHUNK_ROWS : (size_t)rows->count;
  struct plb_chunk *buffer = malloc(sizeof *buffer);
  *listing = (struct plb_listing){.rows = plb_alloc_large(capacity, sizeof *listing->rows)};
  plb_status status = buffer && listing->rows ? PLB_OK : plb_fail_memory(err);
  for (size_t k = 0; k < plb_rows_chunks(rows) && !status; k++) {
    const struct plb_chunk *chunk;
    size_t count;
    status = plb_rows_chunk(rows, &tally->allowance, k, buffer, &chunk, &count, err);
    if (!status && !plb_reserve(&listing->rows, &capacity, listing->count + count, sizeof *listing->rows))
      status = plb_fail_memory(err);
    if (!status)
      listing->count += pick(chunk, count, from, listing->rows + listing->count);
  }
  free(buffer);
  if (!status && !plb_listing_sort(listing->rows, listing->count))
    status = plb_fail_memory(err);
  if (status)
    plb_listing_free(listing);
  return status;
}
