/* SPDX-License-Identifier: Apache-2.0
 *
 * How often each pair occurs: exact while at most PLB_PAIRS_EXACT distinct pairs fit, beyond that the
 * PLB_PAIRS_SAMPLE pairs with the smallest hashes, with their full counts (methods B.7). A pair once
 * above the falling cut-off never returns, so the counts that are kept are whole, and what is kept is a
 * function of the set of rows alone.
 *
 * Who can walk the rows again starts with a low cut-off that keeps about as many pairs as the sample
 * needs, and learns from it how many pairs there are (plb_pairs_next); who cannot starts with none.
 */
#ifndef PLB_TALLY_PAIRS_H
#define PLB_TALLY_PAIRS_H

#include "base/error.h"
#include "tally/counts.h"

#define PLB_PAIRS_EXACT ((size_t)1 << 22)
#define PLB_PAIRS_SAMPLE ((size_t)1 << 20)

struct plb_pair_slot {
  uint64_t id;    /* first << 32 | second; UINT64_MAX = empty */
  uint64_t count; /* 0: dropped when the sample was cut to its size */
};

struct plb_pairs {
  struct plb_pair_slot *slots; /* open addressing */
  size_t slot_count, kept, dropped, exact, sample;
  const uint64_t *const *hash; /* by number: the hash of an id; where that array is, since it may move */
  uint64_t twist;              /* makes the pair ordered when not 0 */
  uint64_t cut;                /* pairs with hash > cut are not kept */
};

/* The hash of a pair from the hashes of its ids; of the unordered pair when twist is 0. */
static inline uint64_t plb_pair_hash(uint64_t a, uint64_t b, uint64_t twist) {
  a ^= twist;
  uint64_t low = a < b ? a : b, high = a < b ? b : a;
  uint64_t mixed =
      low * UINT64_C(0x9E3779B97F4A7C15) ^ (high + UINT64_C(0xD1B54A32D192ED03)) * UINT64_C(0xA24BAED4963EE407);
  mixed = (mixed ^ (mixed >> 32)) * UINT64_C(0xE9846AF9B1A615D);
  return mixed ^ (mixed >> 28);
}

static inline uint64_t plb_pairs_hash(const struct plb_pairs *pairs, uint64_t id) {
  const uint64_t *hash = *pairs->hash;
  return plb_pair_hash(hash[id >> 32], hash[(uint32_t)id], pairs->twist);
}

/* Empties the map and sets its limits. `share` of the hash range is kept from the start; `room` slots are
 * made for about that many pairs. False: out of memory. */
bool plb_pairs_start(struct plb_pairs *pairs, double share, size_t room);
void plb_pairs_free(struct plb_pairs *pairs);

/* Counts occurrences of a pair whose hash is not above the cut. False: out of memory. */
bool plb_pairs_insert(struct plb_pairs *pairs, uint64_t id, uint64_t hash, uint64_t times);

/* Lowers the cut-off, if it is above that, and drops what is above it then. False: out of memory. */
bool plb_pairs_lower(struct plb_pairs *pairs, uint64_t cut);

/* The share of all hashes that is kept. */
double plb_pairs_share(const struct plb_pairs *pairs);

/* After a walk that started with a low cut-off: the share to walk again with, or 0 when what is kept will
 * do. Near the limit of what is counted exactly the answer is 1. */
double plb_pairs_next(const struct plb_pairs *pairs);

/* Ends counting: cuts a sample down to its exact size, the same at any number of threads. Of a team each member has the
 * pairs that are its own, and all of them together are the sample. */
plb_status plb_pairs_finish(struct plb_pairs *pairs, unsigned threads, struct plb_team *team, struct plb_error *err);

/* Where the cut-off falls to when there are too many. */
uint64_t plb_pairs_lower_cut(const struct plb_pairs *pairs);

/* pairs_team.c: every member has counted pairs in its own rows, `mine`. Each pair becomes one member's, with the counts
 * of all; *kept is how many all members keep. `own` is freed first and made anew. The cut-off is the same for all then;
 * that of `mine` may still be higher. */
plb_status plb_pairs_share_out(struct plb_pairs *mine, struct plb_team *team, struct plb_pairs *own, uint64_t *kept,
                               struct plb_error *err);

/* Errors of pairs, by slot in `mine` times levels plus level, are added to `counts` of the member whose pair it is, by
 * slot in `own`. All pairs in `mine` are somebody's. */
plb_status plb_pairs_share_errors(const struct plb_pairs *mine, const struct plb_run *run, size_t levels,
                                  struct plb_team *team, const struct plb_pairs *own, struct plb_counts *counts,
                                  struct plb_error *err);

/* The slot of a pair, or SIZE_MAX where it is not kept. */
size_t plb_pairs_slot(const struct plb_pairs *pairs, uint64_t id, uint64_t hash);

#endif
