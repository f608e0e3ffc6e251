/* SPDX-License-Identifier: Apache-2.0
 *
 * A count per key: the exact histogram of a multiset of 64-bit keys, in memory bounded by the number of
 * distinct keys. Adding is a push; a full buffer is radix sorted, tied keys are grouped, and sorted runs
 * are merged so that each key is moved O(log n) times. What comes out does not depend on the order in
 * which keys went in.
 */
#ifndef PLB_TALLY_COUNTS_H
#define PLB_TALLY_COUNTS_H

#include "base/error.h"

/* Ascending distinct keys with their counts. */
struct plb_run {
  uint64_t *keys;
  uint64_t *counts;
  size_t count, room;
};

#define PLB_RUNS 64

struct plb_counts {
  uint64_t *buffer, *scratch; /* keys not yet sorted, and room to sort them */
  size_t used, room;
  size_t grouped; /* when not 0: so many distinct keys in the buffer, and their counts in the scratch room */
  struct plb_run runs[PLB_RUNS]; /* each at least twice as long as the next */
  size_t run_count;
  struct plb_run spare; /* memory of a run that was emptied */
};

/* An all-zero struct is empty. */
void plb_counts_free(struct plb_counts *counts);

/* Empties, and keeps the memory for what comes next. */
void plb_counts_clear(struct plb_counts *counts);

/* False when out of memory. */
bool plb_counts_add(struct plb_counts *counts, uint64_t key);

/* `times` equal keys at once. */
bool plb_counts_add_many(struct plb_counts *counts, uint64_t key, uint64_t times);

/* `n` keys at once. */
bool plb_counts_add_all(struct plb_counts *counts, const uint64_t *keys, size_t n);

/* `n` ascending distinct keys, each so many times. */
bool plb_counts_add_run(struct plb_counts *counts, const uint64_t *keys, const uint64_t *times, size_t n);

/* Everything added so far as one run, borrowed until the next add or free. False: out of memory. */
bool plb_counts_finish(struct plb_counts *counts, struct plb_run *run);

#endif
