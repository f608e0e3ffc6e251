/* SPDX-License-Identifier: Apache-2.0
 *
 * See ranks.h. No branch depends on scores, but for spans with more than a few of the rarer class, and ties.
 */
#include "tally/ranks.h"

#include <math.h>
#include <stdlib.h>

#include "base/key.h"
#include "base/memory.h"

#define FEW 15 /* keys looked up at once, also where some of them lie behind the span: those are larger */

/* Each key as often as it came, short, where every one has such a key: else there is no list of them, which halves the
 * memory of the other. False when out of memory. */
static bool make_shorts(struct plb_ranks *ranks, const struct plb_run *run, size_t rows) {
  bool exact = true;
  size_t at = 0;
  ranks->shorts = plb_alloc_large(rows + FEW + 1, sizeof *ranks->shorts);
  if (!ranks->shorts)
    return false;
  for (size_t i = 0; i < run->count && exact; i++) {
    double value = plb_value_of(run->keys[i]);
    float single = (float)value;
    exact = (double)single == value;
    for (uint64_t k = 0; k < run->counts[i]; k++)
      ranks->shorts[at++] = plb_short_key_of(single);
  }
  for (size_t i = 0; i <= FEW; i++)
    ranks->shorts[rows + i] = INT32_MAX;
  if (!exact) {
    free(ranks->shorts);
    ranks->shorts = NULL;
  }
  return true;
}

static bool make_keys(struct plb_ranks *ranks, const struct plb_run *run, size_t rows) {
  size_t at = 0;
  ranks->keys = plb_alloc_large(rows + FEW + 1, sizeof *ranks->keys);
  if (!ranks->keys)
    return false;
  for (size_t i = 0; i < run->count; i++)
    for (uint64_t k = 0; k < run->counts[i]; k++)
      ranks->keys[at++] = run->keys[i];
  for (size_t i = 0; i <= FEW; i++)
    ranks->keys[rows + i] = UINT64_MAX;
  return true;
}

bool plb_ranks_make(struct plb_ranks *ranks, const struct plb_run *run, const struct plb_span_map *map) {
  size_t rows = 0, at = 0;
  for (size_t i = 0; i < run->count; i++)
    rows += run->counts[i];
  if (rows > UINT32_MAX) /* as ties of one score can be, and first[] could not count */
    return false;
  *ranks = (struct plb_ranks){.first = plb_alloc(map->count + 1, sizeof *ranks->first)};
  if (!ranks->first || (map->shorts && !make_shorts(ranks, run, rows)) ||
      (!ranks->shorts && !make_keys(ranks, run, rows)))
    return false;
  for (size_t s = 0, i = 0; s < map->count; s++) {
    for (; i < run->count && run->keys[i] < map->from[s]; i++)
      at += run->counts[i];
    ranks->first[s] = (uint32_t)at;
  }
  ranks->first[map->count] = (uint32_t)rows;
  return true;
}

void plb_ranks_free(struct plb_ranks *ranks) {
  free(ranks->keys);
  free(ranks->shorts);
  free(ranks->first);
  *ranks = (struct plb_ranks){0};
}

/* Half of the keys that are left: which one, without a branch. */
static inline size_t halve(const uint64_t *keys, size_t from, size_t half, uint64_t key) {
  return keys[from + half - 1] < key ? from + half : from;
}

/* Place of the first key that is not less. */
static inline size_t place_of(const uint64_t *keys, size_t from, size_t end, uint64_t key) {
  for (size_t count = end - from; count > FEW; count -= count / 2)
    from = halve(keys, from, count / 2, key);
  from = halve(keys, from, 8, key);
  from = halve(keys, from, 4, key);
  from = halve(keys, from, 2, key);
  return halve(keys, from, 1, key);
}

static size_t place_of_short(const int32_t *shorts, size_t from, size_t end, int32_t key) {
  while (from < end) {
    size_t middle = from + (end - from) / 2;
    if (shorts[middle] < key)
      from = middle + 1;
    else
      end = middle;
  }
  return from;
}

/* A row that may have no short key, among ranks that have: by the least number in single precision that is not below.
 */
static uint64_t sum_among_shorts(const struct plb_ranks *ranks, const struct plb_ranked *row) {
  double value = plb_value_of(row->key);
  float above = (float)value;
  if ((double)above < value)
    above = nextafterf(above, (float)INFINITY);
  int32_t key = plb_short_key_of(above);
  size_t less = place_of_short(ranks->shorts, row->first, row->end, key), most = less;
  if (!((double)above > value))
    most = place_of_short(ranks->shorts, less, row->end, key + 1);
  return less + most - 2 * (uint64_t)row->first;
}

uint64_t plb_ranks_sum(const struct plb_ranks *ranks, const struct plb_ranked *rows, size_t count) {
  uint64_t sum = 0;
  for (size_t i = 0; i < count && !ranks->keys; i++)
    sum += sum_among_shorts(ranks, &rows[i]);
  for (size_t i = 0; i < count && ranks->keys; i++) {
    const struct plb_ranked *row = &rows[i];
    size_t less = place_of(ranks->keys, row->first, row->end, row->key), most = less;
    if (ranks->keys[less] == row->key)
      most = row->key == UINT64_MAX ? row->end : place_of(ranks->keys, less, row->end, row->key + 1);
    sum += less + most - 2 * (uint64_t)row->first;
  }
  return sum;
}

/* ---- by short keys --------------------------------------------------------------------------- */

#define WINDOW 8 /* keys that a row is compared with at once, also where some of them lie behind the span */

/* How many of ascending keys that are not less are tied. */
static size_t count_tied(const int32_t *keys, size_t count, int32_t key) {
  size_t from = 0, to = count;
  while (from < to) {
    size_t middle = from + (to - from) / 2;
    if (keys[middle] > key)
      to = middle;
    else
      from = middle + 1;
  }
  return from;
}

/* A key below that of the row counts twice, a tied one once: 1, and 1 more or less by the sign of the difference. */
uint64_t plb_ranks_sum_short(const struct plb_ranks *ranks, const struct plb_ranked_short *rows, size_t count) {
  uint64_t sum = (uint64_t)WINDOW * count;
  for (size_t i = 0; i < count; i++) {
    const struct plb_ranked_short *row = &rows[i];
    const int32_t *keys = ranks->shorts + row->first;
    size_t left = row->end - row->first, below = 0;
    for (size_t half; left > WINDOW; left -= half) {
      half = left / 2;
      below += keys[below + half - 1] < row->key ? half : 0;
    }
    keys += below;
    int32_t signs = 0;
    for (size_t k = 0; k < WINDOW; k++)
      signs += (keys[k] < row->key) - (keys[k] > row->key);
    sum += 2 * below + (uint64_t)signs;
    if (keys[WINDOW - 1] == row->key && row->first + below + WINDOW < row->end)
      sum += count_tied(keys + WINDOW, row->end - row->first - below - WINDOW, row->key);
  }
  return sum;
}
