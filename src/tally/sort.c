/* SPDX-License-Identifier: Apache-2.0
 *
 * See sort.h. A radix sort from the highest digit down. Each part is first narrowed to the range its keys
 * really span, so that no digit is wasted on bits that are all alike; a large part is cut into a thousand
 * parts that fit the first-level cache, a small one into about as many cells as it has keys. After two
 * passes nearly every cell holds one distinct score, and a last insertion sort over all of them hardly
 * moves anything. Cells that are still crowded are sorted in the same way: ten bits further down each
 * time, so that no data takes more than a handful of passes.
 */
#include "tally/sort.h"

#include <string.h>

#define FEW 24 /* so many keys are sorted by insertion */
#define MANY 4096
#define MOST_BITS 12 /* 2^12 cells for MANY keys */
#define LARGE_BITS 10

static void insert_each(uint64_t *keys, size_t n) {
  for (size_t i = 1; i < n; i++) {
    uint64_t key = keys[i];
    size_t at = i;
    if (keys[at - 1] <= key)
      continue;
    do {
      keys[at] = keys[at - 1];
      at--;
    } while (at && keys[at - 1] > key);
    keys[at] = key;
  }
}

/* Moves keys to where their digit puts them; ends[d] says where the keys of digit d end. Answers how many
 * keys the most frequent digit has. */
static size_t spread(const uint64_t *from, uint64_t *to, size_t n, uint64_t low, unsigned shift, uint32_t *ends,
                     size_t digits) {
  uint32_t start = 0, most = 0;
  memset(ends, 0, digits * sizeof *ends);
  for (size_t i = 0; i < n; i++)
    ends[(from[i] - low) >> shift]++;
  for (size_t d = 0; d < digits; d++) {
    uint32_t here = ends[d];
    most = here > most ? here : most;
    ends[d] = start;
    start += here;
  }
  for (size_t i = 0; i < n; i++)
    to[ends[(from[i] - low) >> shift]++] = from[i];
  return most;
}

static unsigned bits_of(uint64_t value) {
  return value ? 64 - (unsigned)__builtin_clzll(value) : 0;
}

/* Sorts `keys`, either in place or into `other`; both are written to. */
static void sort(uint64_t *keys, uint64_t *other, size_t n, bool into_other) {
  uint32_t ends[1 << MOST_BITS];
  uint64_t low = n ? keys[0] : 0, high = low;
  for (size_t i = 1; i < n && n > FEW; i++) {
    low = keys[i] < low ? keys[i] : low;
    high = keys[i] > high ? keys[i] : high;
  }
  if (n <= FEW || low == high) {
    if (n <= FEW)
      insert_each(keys, n);
    if (into_other)
      memcpy(other, keys, n * sizeof *keys);
    return;
  }
  unsigned width = bits_of(high - low), digit = n > MANY ? LARGE_BITS : bits_of(n - 1);
  unsigned shift = width > digit ? width - digit : 0;
  size_t digits = (size_t)((high - low) >> shift) + 1;
  size_t most = spread(keys, other, n, low, shift, ends, digits);
  if (shift && most > FEW) {
    for (size_t d = 0, from = 0; d < digits; from = ends[d++])
      sort(other + from, keys + from, ends[d] - from, !into_other);
    return;
  }
  if (shift)
    insert_each(other, n);
  if (!into_other)
    memcpy(keys, other, n * sizeof *keys);
}

void plb_sort_keys(uint64_t *keys, uint64_t *scratch, size_t n) {
  sort(keys, scratch, n, false);
}
