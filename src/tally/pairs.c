/* SPDX-License-Identifier: Apache-2.0
 *
 * See pairs.h. When more pairs than are counted exactly would be kept, the cut-off falls to three fifths
 * of the hash range it had: that keeps well over the sample, which is taken exactly at the end.
 */
#include "tally/pairs.h"

#include <stdlib.h>

#include "base/memory.h"

#define EMPTY UINT64_MAX
#define RANGE 18446744073709551616.0 /* 2^64 */
#define FIRST_SLOTS ((size_t)1024)
#define BUCKETS 65536

void plb_pairs_free(struct plb_pairs *pairs) {
  free(pairs->slots);
  pairs->slots = NULL;
  pairs->slot_count = pairs->kept = 0;
}

static bool new_slots(struct plb_pairs *pairs, size_t slots) {
  pairs->slots = plb_alloc_large(slots, sizeof *pairs->slots);
  pairs->slot_count = slots;
  pairs->kept = 0;
  if (!pairs->slots)
    return false;
  for (size_t i = 0; i < slots; i++)
    pairs->slots[i] = (struct plb_pair_slot){.id = EMPTY};
  return true;
}

bool plb_pairs_start(struct plb_pairs *pairs, double share, size_t room) {
  plb_pairs_free(pairs);
  pairs->cut = share >= 1 ? UINT64_MAX : (uint64_t)(share * RANGE);
  size_t slots = FIRST_SLOTS;
  while (slots / 4 * 3 <= room)
    slots *= 2;
  return new_slots(pairs, slots);
}

static size_t find(const struct plb_pairs *pairs, uint64_t id, uint64_t hash) {
  size_t mask = pairs->slot_count - 1, at = hash & mask;
  while (pairs->slots[at].id != EMPTY && pairs->slots[at].id != id)
    at = (at + 1) & mask;
  return at;
}

/* Moves the pairs up to the cut-off into `slots` fresh slots. */
static bool rebuild(struct plb_pairs *pairs, size_t slots) {
  struct plb_pairs old = *pairs;
  bool done = new_slots(pairs, slots);
  for (size_t i = 0; done && i < old.slot_count; i++) {
    if (old.slots[i].id == EMPTY)
      continue;
    uint64_t hash = plb_pairs_hash(pairs, old.slots[i].id);
    if (hash > pairs->cut)
      continue;
    pairs->slots[find(pairs, old.slots[i].id, hash)] = old.slots[i];
    pairs->kept++;
  }
  free(old.slots);
  return done;
}

static bool make_room(struct plb_pairs *pairs) {
  if (pairs->kept < pairs->exact)
    return rebuild(pairs, pairs->slot_count * 2);
  pairs->cut = pairs->cut / 5 * 3;
  return rebuild(pairs, pairs->slot_count);
}

bool plb_pairs_insert(struct plb_pairs *pairs, uint64_t id, uint64_t hash) {
  size_t at = find(pairs, id, hash);
  if (pairs->slots[at].id == id) {
    pairs->slots[at].count++;
    return true;
  }
  if (pairs->kept >= pairs->exact || pairs->kept >= pairs->slot_count / 4 * 3) {
    if (!make_room(pairs))
      return false;
    if (hash > pairs->cut)
      return true;
    at = find(pairs, id, hash);
  }
  pairs->slots[at] = (struct plb_pair_slot){.id = id, .count = 1};
  pairs->kept++;
  return true;
}

double plb_pairs_share(const struct plb_pairs *pairs) {
  return ((double)pairs->cut + 1) / RANGE;
}

double plb_pairs_next(const struct plb_pairs *pairs) {
  double share = plb_pairs_share(pairs), distinct = (double)pairs->kept / share;
  if (pairs->cut == UINT64_MAX)
    return 0;
  if (distinct < 1.1 * (double)pairs->exact)
    return 1;
  return pairs->kept >= pairs->sample ? 0 : 1.2 * (double)pairs->sample / distinct;
}

static int compare_hashes(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

/* The hashes of one bucket, sorted; the bucket of a hash is its place among 65,536 parts of [0, cut]. */
static uint64_t *hashes_in(const struct plb_pairs *pairs, uint64_t width, uint64_t bucket, size_t count) {
  uint64_t *hashes = plb_alloc(count, sizeof *hashes);
  size_t n = 0;
  for (size_t i = 0; hashes && i < pairs->slot_count; i++) {
    if (pairs->slots[i].id == EMPTY)
      continue;
    uint64_t hash = plb_pairs_hash(pairs, pairs->slots[i].id);
    if (hash / width == bucket)
      hashes[n++] = hash;
  }
  if (hashes)
    qsort(hashes, n, sizeof *hashes, compare_hashes);
  return hashes;
}

/* Sets the cut-off to the sample-th smallest hash: first its bucket, then its place there. */
static bool cut_to_sample(struct plb_pairs *pairs) {
  uint64_t width = pairs->cut / BUCKETS + 1;
  size_t *counts = plb_alloc(BUCKETS, sizeof *counts);
  if (!counts)
    return false;
  for (size_t i = 0; i < pairs->slot_count; i++)
    if (pairs->slots[i].id != EMPTY)
      counts[plb_pairs_hash(pairs, pairs->slots[i].id) / width]++;
  size_t below = 0, bucket = 0;
  while (below + counts[bucket] < pairs->sample)
    below += counts[bucket++];
  uint64_t *hashes = hashes_in(pairs, width, bucket, counts[bucket]);
  free(counts);
  if (hashes)
    pairs->cut = hashes[pairs->sample - below - 1];
  free(hashes);
  return hashes != NULL;
}

bool plb_pairs_finish(struct plb_pairs *pairs) {
  if (pairs->cut == UINT64_MAX || pairs->kept <= pairs->sample)
    return true;
  return cut_to_sample(pairs) && rebuild(pairs, pairs->slot_count);
}

size_t plb_pairs_slot(const struct plb_pairs *pairs, uint64_t id, uint64_t hash) {
  if (hash > pairs->cut)
    return SIZE_MAX;
  size_t at = find(pairs, id, hash);
  return pairs->slots[at].id == id ? at : SIZE_MAX;
}
