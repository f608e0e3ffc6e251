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
#define BUCKET_BITS 16

void plb_pairs_free(struct plb_pairs *pairs) {
  free(pairs->slots);
  pairs->slots = NULL;
  pairs->slot_count = pairs->kept = pairs->dropped = 0;
}

static bool new_slots(struct plb_pairs *pairs, size_t slots) {
  pairs->slots = plb_alloc_large(slots, sizeof *pairs->slots);
  pairs->slot_count = slots;
  pairs->kept = pairs->dropped = 0;
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

bool plb_pairs_lower(struct plb_pairs *pairs, uint64_t cut) {
  if (cut >= pairs->cut)
    return true;
  pairs->cut = cut;
  return rebuild(pairs, pairs->slot_count);
}

bool plb_pairs_insert(struct plb_pairs *pairs, uint64_t id, uint64_t hash, uint64_t times) {
  size_t at = find(pairs, id, hash);
  if (pairs->slots[at].id == id) {
    pairs->slots[at].count += times;
    return true;
  }
  if (pairs->kept >= pairs->exact || pairs->kept + pairs->dropped >= pairs->slot_count / 4 * 3) {
    if (!make_room(pairs))
      return false;
    if (hash > pairs->cut)
      return true;
    at = find(pairs, id, hash);
  }
  pairs->slots[at] = (struct plb_pair_slot){.id = id, .count = times};
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

/* A pair near the sample's cut-off. */
struct edge {
  uint64_t hash;
  size_t slot;
};

static int compare_edges(const void *a, const void *b) {
  const struct edge *x = a, *y = b;
  return (x->hash > y->hash) - (x->hash < y->hash);
}

static uint64_t hash_in(const struct plb_pairs *pairs, size_t slot) {
  return plb_pairs_hash(pairs, pairs->slots[slot].id);
}

/* Hashes up to the cut-off fall into buckets by their highest bits. */
struct buckets {
  size_t *counts;
  int shift;
};

static void fill_buckets(const struct plb_pairs *pairs, struct buckets *buckets, unsigned threads) {
  int unused = pairs->cut ? __builtin_clzll(pairs->cut) : 63;
  buckets->shift = unused + BUCKET_BITS > 64 ? 0 : 64 - BUCKET_BITS - unused;
#pragma omp parallel for num_threads((int)threads) schedule(static)
  for (size_t i = 0; i < pairs->slot_count; i++) {
    if (!pairs->slots[i].count)
      continue;
    size_t bucket = hash_in(pairs, i) >> buckets->shift;
#pragma omp atomic
    buckets->counts[bucket]++;
  }
}

/* Drops what lies above the bucket, and lists what lies in it. The slot of a dropped pair stays in use, since
 * others were put behind it; it counts nothing any more. */
static size_t drop_above(struct plb_pairs *pairs, const struct buckets *buckets, size_t bucket, struct edge *edge,
                         unsigned threads) {
  size_t dropped = 0, n = 0;
#pragma omp parallel for num_threads((int)threads) schedule(static)
  for (size_t i = 0; i < pairs->slot_count; i++) {
    uint64_t hash = pairs->slots[i].count ? hash_in(pairs, i) : 0;
    if (!pairs->slots[i].count || hash >> buckets->shift < bucket)
      continue;
    if (hash >> buckets->shift > bucket) {
      pairs->slots[i].count = 0;
#pragma omp atomic
      dropped++;
      continue;
    }
    size_t at;
#pragma omp atomic capture
    at = n++;
    edge[at] = (struct edge){hash, i};
  }
  pairs->dropped += dropped;
  pairs->kept -= dropped;
  return n;
}

/* Sets the cut-off to the sample-th smallest hash: one pass finds the bucket it lies in, another its hashes. */
static bool cut_to_sample(struct plb_pairs *pairs, unsigned threads) {
  struct buckets buckets = {.counts = plb_alloc((size_t)1 << BUCKET_BITS, sizeof *buckets.counts)};
  if (!buckets.counts)
    return false;
  fill_buckets(pairs, &buckets, threads);
  size_t below = 0, bucket = 0;
  while (below + buckets.counts[bucket] < pairs->sample)
    below += buckets.counts[bucket++];
  struct edge *edge = plb_alloc(buckets.counts[bucket], sizeof *edge);
  free(buckets.counts);
  if (!edge)
    return false;
  size_t n = drop_above(pairs, &buckets, bucket, edge, threads);
  qsort(edge, n, sizeof *edge, compare_edges);
  pairs->cut = edge[pairs->sample - below - 1].hash;
  for (; edge[n - 1].hash > pairs->cut; n--) {
    pairs->slots[edge[n - 1].slot].count = 0;
    pairs->kept--;
    pairs->dropped++;
  }
  free(edge);
  return true;
}

bool plb_pairs_finish(struct plb_pairs *pairs, unsigned threads) {
  return pairs->cut == UINT64_MAX || pairs->kept <= pairs->sample || cut_to_sample(pairs, threads);
}

size_t plb_pairs_slot(const struct plb_pairs *pairs, uint64_t id, uint64_t hash) {
  if (hash > pairs->cut)
    return SIZE_MAX;
  size_t at = find(pairs, id, hash);
  return pairs->slots[at].id == id ? at : SIZE_MAX;
}
