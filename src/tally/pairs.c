/* SPDX-License-Identifier: Apache-2.0
 *
 * See pairs.h. When more pairs than are counted exactly would be kept, the cut-off falls to three fifths
 * of the hash range it had: that keeps well over the sample, which is taken exactly at the end.
 */
#include "tally/pairs.h"

#include <stdlib.h>

#include "base/memory.h"
#include "tally/team.h"

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

uint64_t plb_pairs_lower_cut(const struct plb_pairs *pairs) {
  return pairs->cut / 5 * 3;
}

static bool make_room(struct plb_pairs *pairs) {
  if (pairs->kept < pairs->exact)
    return rebuild(pairs, pairs->slot_count * 2);
  pairs->cut = plb_pairs_lower_cut(pairs);
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

static int compare_hashes(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
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

/* The hashes of the edge, of all members of a team; the k-th smallest of them, from 0. */
static plb_status find_cut(const struct edge *edge, size_t n, size_t k, struct plb_team *team, uint64_t *cut,
                           struct plb_error *err) {
  uint64_t *hashes = plb_alloc(n, sizeof *hashes);
  struct plb_parts all = {0};
  if (!hashes)
    return plb_fail_memory(err);
  for (size_t i = 0; i < n; i++)
    hashes[i] = edge[i].hash;
  plb_status status = team ? plb_team_gather(team, hashes, n * sizeof *hashes, &all, err) : PLB_OK;
  uint64_t *list = team ? (uint64_t *)(void *)all.bytes : hashes;
  if (!status) {
    qsort(list, team ? all.from[team->count] / sizeof *list : n, sizeof *list, compare_hashes);
    *cut = list[k];
  }
  plb_parts_free(&all);
  free(hashes);
  return status;
}

/* Drops what lies above the cut-off, which is in the bucket that has the sample-th smallest hash. */
static plb_status cut_edge(struct plb_pairs *pairs, const struct buckets *buckets, size_t bucket, size_t below,
                           size_t here, unsigned threads, struct plb_team *team, struct plb_error *err) {
  struct edge *edge = plb_alloc(here, sizeof *edge);
  if (!edge)
    return plb_fail_memory(err);
  size_t n = drop_above(pairs, buckets, bucket, edge, threads);
  plb_status status = find_cut(edge, n, pairs->sample - below - 1, team, &pairs->cut, err);
  for (size_t i = 0; i < n && !status; i++) {
    if (edge[i].hash <= pairs->cut)
      continue;
    pairs->slots[edge[i].slot].count = 0;
    pairs->kept--;
    pairs->dropped++;
  }
  free(edge);
  return status;
}

/* Sets the cut-off to the sample-th smallest hash: one pass finds the bucket it lies in, another its hashes. */
static plb_status cut_to_sample(struct plb_pairs *pairs, unsigned threads, struct plb_team *team,
                                struct plb_error *err) {
  const size_t count = (size_t)1 << BUCKET_BITS;
  struct buckets buckets = {.counts = plb_alloc(count, sizeof *buckets.counts)};
  uint64_t *all = plb_alloc(count, sizeof *all);
  plb_status status = buckets.counts && all ? PLB_OK : plb_fail_memory(err);
  if (!status)
    fill_buckets(pairs, &buckets, threads);
  for (size_t b = 0; b < count && !status; b++)
    all[b] = buckets.counts[b];
  if (!status)
    status = plb_team_sum(team, all, count, err);
  size_t below = 0, bucket = 0;
  while (!status && below + all[bucket] < pairs->sample)
    below += (size_t)all[bucket++];
  if (!status)
    status = cut_edge(pairs, &buckets, bucket, below, buckets.counts[bucket], threads, team, err);
  free(buckets.counts);
  free(all);
  return status;
}

plb_status plb_pairs_finish(struct plb_pairs *pairs, unsigned threads, struct plb_team *team, struct plb_error *err) {
  uint64_t kept = pairs->kept;
  plb_status status = plb_team_sum(team, &kept, 1, err);
  if (status || pairs->cut == UINT64_MAX || kept <= pairs->sample)
    return status;
  return cut_to_sample(pairs, threads, team, err);
}

size_t plb_pairs_slot(const struct plb_pairs *pairs, uint64_t id, uint64_t hash) {
  if (hash > pairs->cut)
    return SIZE_MAX;
  size_t at = find(pairs, id, hash);
  return pairs->slots[at].id == id ? at : SIZE_MAX;
}
