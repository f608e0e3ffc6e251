/* SPDX-License-Identifier: Apache-2.0
 *
 * See pairs.h. When the map is full, the cut-off falls to three fifths of the hash range it had: that
 * keeps well over PLB_PAIRS_SAMPLE pairs, so the exact sample can still be taken at the end.
 */
#include "tally/pairs.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define EMPTY UINT64_MAX
#define FIRST_SLOTS 1024

void plb_pairs_free(struct plb_pairs *pairs) {
  free(pairs->ids);
  free(pairs->hashes);
  free(pairs->counts);
  *pairs = (struct plb_pairs){0};
}

static bool new_slots(struct plb_pairs *pairs, size_t slots) {
  pairs->ids = plb_alloc(slots, sizeof *pairs->ids);
  pairs->hashes = plb_alloc(slots, sizeof *pairs->hashes);
  pairs->counts = plb_alloc(slots, sizeof *pairs->counts);
  pairs->slot_count = slots;
  pairs->kept = 0;
  if (!pairs->ids || !pairs->hashes || !pairs->counts)
    return false;
  memset(pairs->ids, 0xFF, slots * sizeof *pairs->ids);
  return true;
}

bool plb_pairs_start(struct plb_pairs *pairs, bool again, size_t exact_limit) {
  *pairs = (struct plb_pairs){.cut = UINT64_MAX, .limit = again ? exact_limit : exact_limit / 2};
  return new_slots(pairs, FIRST_SLOTS);
}

static size_t find(const struct plb_pairs *pairs, uint64_t id, uint64_t hash) {
  size_t mask = pairs->slot_count - 1, at = hash & mask;
  while (pairs->ids[at] != EMPTY && pairs->ids[at] != id)
    at = (at + 1) & mask;
  return at;
}

/* Moves the pairs up to the cut-off into `slots` fresh slots. */
static bool rebuild(struct plb_pairs *pairs, size_t slots) {
  struct plb_pairs old = *pairs;
  if (!new_slots(pairs, slots)) {
    plb_pairs_free(&old);
    return false;
  }
  for (size_t i = 0; i < old.slot_count; i++) {
    if (old.ids[i] == EMPTY || old.hashes[i] > pairs->cut)
      continue;
    size_t at = find(pairs, old.ids[i], old.hashes[i]);
    pairs->ids[at] = old.ids[i];
    pairs->hashes[at] = old.hashes[i];
    pairs->counts[at] = old.counts[i];
    pairs->kept++;
  }
  plb_pairs_free(&old);
  return true;
}

static bool make_room(struct plb_pairs *pairs) {
  if (pairs->kept >= pairs->limit) {
    pairs->sampled = true;
    pairs->cut = pairs->cut / 5 * 3;
    return rebuild(pairs, pairs->slot_count);
  }
  if (2 * (pairs->kept + 1) <= pairs->slot_count)
    return true;
  return rebuild(pairs, pairs->slot_count * 2);
}

bool plb_pairs_insert(struct plb_pairs *pairs, uint64_t id, uint64_t hash) {
  size_t at = find(pairs, id, hash);
  if (pairs->ids[at] == id)
    return ++pairs->counts[at] != 0;
  if (pairs->kept >= pairs->limit || 2 * (pairs->kept + 1) > pairs->slot_count) {
    if (!make_room(pairs))
      return false;
    if (hash > pairs->cut)
      return true;
    at = find(pairs, id, hash);
  }
  pairs->ids[at] = id;
  pairs->hashes[at] = hash;
  pairs->counts[at] = 1;
  pairs->kept++;
  return true;
}

bool plb_pairs_again(const struct plb_pairs *pairs, size_t exact_limit) {
  double share = ((double)pairs->cut + 1) / 18446744073709551616.0;
  return pairs->sampled && (double)pairs->kept / share < 1.1 * (double)exact_limit;
}

static int compare_hashes(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

bool plb_pairs_finish(struct plb_pairs *pairs, size_t sample) {
  if (!pairs->sampled || pairs->kept <= sample)
    return true;
  uint64_t *sorted = plb_alloc(pairs->kept, sizeof *sorted);
  if (!sorted)
    return false;
  size_t n = 0;
  for (size_t i = 0; i < pairs->slot_count; i++)
    if (pairs->ids[i] != EMPTY)
      sorted[n++] = pairs->hashes[i];
  qsort(sorted, n, sizeof *sorted, compare_hashes);
  pairs->cut = sorted[sample - 1];
  free(sorted);
  return rebuild(pairs, pairs->slot_count);
}

size_t plb_pairs_slot(const struct plb_pairs *pairs, uint64_t id, uint64_t hash) {
  if (hash > pairs->cut)
    return SIZE_MAX;
  size_t at = find(pairs, id, hash);
  return pairs->ids[at] == id ? at : SIZE_MAX;
}
