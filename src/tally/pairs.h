/* SPDX-License-Identifier: Apache-2.0
 *
 * How often each pair occurs: exact while at most PLB_PAIRS_EXACT distinct pairs fit, beyond that the
 * PLB_PAIRS_SAMPLE pairs with the smallest hashes, with their full counts (methods B.7). A pair once
 * above the falling cut-off never returns, so the counts that are kept are whole, and what is kept is a
 * function of the set of rows alone.
 *
 * Most data stays far below the limit or passes it by far. Therefore a first walk keeps at most half of
 * the limit; only where the number of distinct pairs then turns out to be near the limit does the caller
 * walk again with the whole of it (plb_pairs_again).
 */
#ifndef PLB_TALLY_PAIRS_H
#define PLB_TALLY_PAIRS_H

#include "base/error.h"

#define PLB_PAIRS_EXACT ((size_t)1 << 22)
#define PLB_PAIRS_SAMPLE ((size_t)1 << 20)

struct plb_pairs {
  uint64_t *ids;      /* open addressing; UINT64_MAX = empty */
  uint64_t *hashes;   /* kept to grow and to evict without the ids' texts */
  uint32_t *counts;
  size_t slot_count, kept, limit;
  uint64_t cut;       /* pairs with hash > cut are not kept */
  bool sampled;
};

/* The hash of an unordered pair from the hashes of its ids. */
static inline uint64_t plb_pair_hash(uint64_t a, uint64_t b) {
  uint64_t low = a < b ? a : b, high = a < b ? b : a;
  uint64_t mixed = low * UINT64_C(0x9E3779B97F4A7C15) ^ (high + UINT64_C(0xD1B54A32D192ED03)) * UINT64_C(0xA24BAED4963EE407);
  mixed = (mixed ^ (mixed >> 32)) * UINT64_C(0xE9846AF9B1A615D);
  return mixed ^ (mixed >> 28);
}

/* exact_limit: PLB_PAIRS_EXACT but in tests; the first walk keeps half of it. */
bool plb_pairs_start(struct plb_pairs *pairs, bool again, size_t exact_limit);
void plb_pairs_free(struct plb_pairs *pairs);

/* Counts one occurrence. False: out of memory, or more than 2^32 - 1 occurrences of one pair. */
bool plb_pairs_insert(struct plb_pairs *pairs, uint64_t id, uint64_t hash);

static inline bool plb_pairs_add(struct plb_pairs *pairs, uint64_t id, uint64_t hash) {
  return hash > pairs->cut || plb_pairs_insert(pairs, id, hash);
}

/* After the first walk: true when the number of pairs is too near the limit to tell whether they fit. */
bool plb_pairs_again(const struct plb_pairs *pairs, size_t exact_limit);

/* Ends counting: cuts a sample down to its exact size. False: out of memory. */
bool plb_pairs_finish(struct plb_pairs *pairs, size_t sample);

/* The slot of a pair, or SIZE_MAX where it is not kept. */
size_t plb_pairs_slot(const struct plb_pairs *pairs, uint64_t id, uint64_t hash);

#endif
