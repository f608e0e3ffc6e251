/* SPDX-License-Identifier: Apache-2.0
 *
 * See dyads.h. One walk counts every row's pair (or passes it over by its hash alone, once the sample has
 * closed); a second, over the error rows only, counts errors by pair and threshold where the kept rows do
 * not have them all.
 */
#include "tally/dyads.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define AHEAD 12 /* slots asked for before they are needed */

/* The pairs of the kept rows, sorted by id; a bitmap of their hashes keeps other rows away from the search. */
struct wanted {
  uint64_t *ids, *trials;
  size_t count;
  uint64_t filter[1024];
};

struct walk {
  const struct plb_tally *tally;
  const struct plb_rows *rows;
  const uint64_t *hash; /* by person number */
  const uint32_t *place;
  struct plb_pairs pairs;
  struct wanted wanted;
  bool walked_all;          /* the walk under way started without a cut-off */
  struct plb_counts errors; /* key: slot of the pair * threshold_count + threshold */
  struct plb_dyads *dyads;
  uint64_t ids[PLB_CHUNK_ROWS], hashes[PLB_CHUNK_ROWS]; /* pairs of one chunk that are to be counted */
};

static uint64_t id_of(uint32_t first, uint32_t second) {
  return (uint64_t)first << 32 | second;
}

void plb_dyads_free(struct plb_dyads *dyads) {
  free(dyads->weighted_squares);
  free(dyads->weighted_products);
  free(dyads->kept_pair);
  free(dyads->pair_trials);
  dyads->weighted_squares = dyads->weighted_products = NULL;
  dyads->kept_pair = NULL;
  dyads->pair_trials = NULL;
}

static int compare_ids(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

static size_t find_wanted(const struct wanted *wanted, uint64_t id) {
  size_t low = 0, high = wanted->count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (wanted->ids[middle] < id)
      low = middle + 1;
    else
      high = middle;
  }
  return low < wanted->count && wanted->ids[low] == id ? low : SIZE_MAX;
}

/* Kept rows name places; ids of pairs are person numbers, smaller first, as in the rows. */
static uint64_t kept_id(const struct plb_places *places, const struct plb_kept_row *row) {
  uint32_t a = places->person[row->i], b = places->person[row->j];
  return a < b ? id_of(a, b) : id_of(b, a);
}

static bool want(struct walk *walk, const struct plb_places *places, const struct plb_kept_row *kept, size_t n) {
  struct wanted *wanted = &walk->wanted;
  wanted->ids = plb_alloc(n, sizeof *wanted->ids);
  wanted->trials = plb_alloc(n, sizeof *wanted->trials);
  if (!wanted->ids || !wanted->trials)
    return false;
  for (size_t k = 0; k < n; k++) {
    wanted->ids[k] = kept_id(places, &kept[k]);
    uint64_t top = plb_pairs_hash(&walk->pairs, wanted->ids[k]) >> 48;
    wanted->filter[top >> 6] |= UINT64_C(1) << (top & 63);
  }
  qsort(wanted->ids, n, sizeof *wanted->ids, compare_ids);
  for (size_t k = 0; k < n; k++)
    if (!wanted->count || wanted->ids[wanted->count - 1] != wanted->ids[k])
      wanted->ids[wanted->count++] = wanted->ids[k];
  return true;
}

static void count_wanted(struct wanted *wanted, uint64_t id) {
  size_t at = find_wanted(wanted, id);
  if (at != SIZE_MAX)
    wanted->trials[at]++;
}

/* Two passes over a chunk: the first picks the pairs below the cut-off, the second counts them while
 * their slots are already on the way from memory. */
static bool count_chunk(struct walk *walk, const struct plb_chunk *chunk, size_t count) {
  struct plb_pairs *pairs = &walk->pairs;
  size_t picked = 0;
  for (size_t r = 0; r < count; r++) {
    uint32_t first = chunk->first[r], second = chunk->second[r];
    uint64_t hash = plb_pair_hash(walk->hash[first], walk->hash[second], 0), top = hash >> 48;
    walk->ids[picked] = id_of(first, second);
    walk->hashes[picked] = hash;
    if (walk->wanted.filter[top >> 6] >> (top & 63) & 1)
      count_wanted(&walk->wanted, walk->ids[picked]);
    picked += hash <= pairs->cut;
  }
  for (size_t k = 0; k < picked; k++) {
    if (k + AHEAD < picked)
      __builtin_prefetch(&pairs->slots[walk->hashes[k + AHEAD] & (pairs->slot_count - 1)], 1);
    if (walk->hashes[k] <= pairs->cut && !plb_pairs_insert(pairs, walk->ids[k], walk->hashes[k]))
      return false;
  }
  return true;
}

/* Errors of one chunk at the thresholds asked for, each at the most demanding one only. */
static bool count_chunk_errors(struct walk *walk, const struct plb_chunk *chunk, size_t count) {
  const struct plb_dyads *dyads = walk->dyads;
  for (size_t r = 0; r < count; r++) {
    if (chunk->keys[r] < dyads->thresholds[0])
      continue;
    uint32_t first = chunk->first[r], second = chunk->second[r];
    uint64_t hash = plb_pair_hash(walk->hash[first], walk->hash[second], 0);
    size_t slot = plb_pairs_slot(&walk->pairs, id_of(first, second), hash);
    if (slot == SIZE_MAX)
      continue;
    size_t at = 1;
    while (at < dyads->threshold_count && chunk->keys[r] >= dyads->thresholds[at])
      at++;
    if (!plb_counts_add(&walk->errors, slot * dyads->threshold_count + at - 1))
      return false;
  }
  return true;
}

static plb_status walk_chunks(struct walk *walk, bool (*visit)(struct walk *, const struct plb_chunk *, size_t),
                              struct plb_error *err) {
  struct plb_chunk *buffer = malloc(sizeof *buffer);
  plb_status status = buffer ? PLB_OK : plb_fail_memory(err);
  for (size_t k = 0; !status && k < plb_rows_chunks(walk->rows); k++) {
    const struct plb_chunk *chunk;
    size_t count;
    status = plb_rows_chunk(walk->rows, &walk->tally->allowance, k, buffer, &chunk, &count, err);
    if (!status && !visit(walk, chunk, count))
      status = plb_fail(err, PLB_NOMEM, "out of memory while counting pairs of people");
  }
  free(buffer);
  return status;
}

/* The first walk keeps about what the sample needs if every row were a pair of its own. */
static plb_status count_pairs(struct walk *walk, struct plb_error *err) {
  struct plb_pairs *pairs = &walk->pairs;
  double rows = (double)walk->rows->count,
         share = rows <= (double)pairs->exact ? 1 : 1.45 * (double)pairs->sample / rows;
  while (share > 0) {
    size_t room = share < 1 ? (size_t)(share * rows) : 0;
    memset(walk->wanted.trials, 0, walk->wanted.count * sizeof *walk->wanted.trials);
    if (!plb_pairs_start(pairs, share, room < pairs->exact ? room : pairs->exact))
      return plb_fail_memory(err);
    plb_status status = walk_chunks(walk, count_chunk, err);
    if (status)
      return status;
    share = plb_pairs_next(pairs);
    if (share > 1)
      share = 1;
    /* a walk that started with all and had to cut keeps more than the sample: it will do */
    if (share > 0 && walk->walked_all)
      break;
    walk->walked_all = share >= 1;
  }
  return plb_pairs_finish(pairs) ? PLB_OK : plb_fail_memory(err);
}

static uint64_t weight_of_slot(const struct walk *walk, size_t slot) {
  uint64_t id = walk->pairs.slots[slot].id;
  const double *g = walk->dyads->weights;
  return plb_pair_weight(g[walk->place[id >> 32]], g[walk->place[(uint32_t)id]]);
}

/* Sums over all kept pairs; answers the scale by which they stand for all. */
static double sum_pairs(struct walk *walk) {
  plb_wide squares = 0, weighted = 0, trials = 0;
  for (size_t slot = 0; slot < walk->pairs.slot_count; slot++) {
    if (walk->pairs.slots[slot].id == UINT64_MAX)
      continue;
    plb_wide n = walk->pairs.slots[slot].count;
    squares += n * n;
    trials += n;
    weighted += n * n * weight_of_slot(walk, slot);
  }
  bool sampled = walk->pairs.cut != UINT64_MAX;
  double scale = sampled ? (double)walk->rows->count / (double)trials : 1;
  walk->dyads->sum_squares = (double)squares * scale;
  walk->dyads->sum_weighted = plb_wide_value(weighted) * scale;
  walk->dyads->sampled = sampled;
  walk->dyads->pairs = walk->pairs.kept;
  return scale;
}

/* The error counts come sorted by pair, then threshold: walking each pair from its highest threshold down
 * gives Y_ij at each of them. */
static void add_pair_errors(const struct walk *walk, const struct plb_run *run, size_t from, size_t to,
                            plb_wide *squares, plb_wide *products) {
  size_t levels = walk->dyads->threshold_count, slot = (size_t)(run->keys[from] / levels);
  plb_wide weight = weight_of_slot(walk, slot), trials = walk->pairs.slots[slot].count, errors = 0;
  size_t entry = to;
  for (size_t level = levels; level-- > 0;) {
    if (entry > from && run->keys[entry - 1] % levels == level)
      errors += run->counts[--entry];
    squares[level] += weight * errors * errors;
    products[level] += weight * errors * trials;
  }
}

static plb_status sum_errors(struct walk *walk, double scale, struct plb_error *err) {
  struct plb_dyads *dyads = walk->dyads;
  size_t levels = dyads->threshold_count;
  struct plb_run run;
  plb_status status = walk_chunks(walk, count_chunk_errors, err);
  if (status)
    return status;
  plb_wide *squares = plb_alloc(2 * levels, sizeof *squares);
  if (!squares || !plb_counts_finish(&walk->errors, &run)) {
    free(squares);
    return plb_fail_memory(err);
  }
  plb_wide *products = squares + levels;
  for (size_t from = 0, to; from < run.count; from = to) {
    for (to = from + 1; to < run.count && run.keys[to] / levels == run.keys[from] / levels;)
      to++;
    add_pair_errors(walk, &run, from, to, squares, products);
  }
  double unit = scale / (double)(UINT64_C(1) << PLB_WEIGHT_BITS);
  for (size_t level = 0; level < levels; level++) {
    dyads->weighted_squares[level] = (double)squares[level] * unit;
    dyads->weighted_products[level] = (double)products[level] * unit;
  }
  free(squares);
  return PLB_OK;
}

/* The kept rows' pairs, numbered in the order in which the rows first name them. */
static bool number_kept(struct walk *walk, const struct plb_places *places, const struct plb_kept_row *kept, size_t n) {
  struct plb_dyads *dyads = walk->dyads;
  uint32_t *number = plb_alloc(walk->wanted.count, sizeof *number);
  dyads->kept_pair = plb_alloc(n, sizeof *dyads->kept_pair);
  dyads->pair_trials = plb_alloc(walk->wanted.count, sizeof *dyads->pair_trials);
  if (!number || !dyads->kept_pair || !dyads->pair_trials) {
    free(number);
    return false;
  }
  memset(number, 0xFF, walk->wanted.count * sizeof *number);
  for (size_t k = 0; k < n; k++) {
    size_t at = find_wanted(&walk->wanted, kept_id(places, &kept[k]));
    if (number[at] == PLB_NOBODY) {
      number[at] = (uint32_t)dyads->pair_count++;
      dyads->pair_trials[number[at]] = walk->wanted.trials[at];
    }
    dyads->kept_pair[k] = number[at];
  }
  free(number);
  return true;
}

plb_status plb_dyads_count(const struct plb_tally *tally, const struct plb_rows *rows, const struct plb_places *places,
                           const struct plb_kept_row *kept, size_t kept_count, struct plb_dyads *dyads,
                           struct plb_error *err) {
  struct walk *walk = plb_alloc(1, sizeof *walk);
  if (!walk)
    return plb_fail_memory(err);
  *walk = (struct walk){
      .tally = tally, .rows = rows, .hash = tally->census.people.hash, .place = places->place, .dyads = dyads};
  walk->pairs = (struct plb_pairs){.exact = tally->pairs_exact, .sample = tally->pairs_sample, .hash = &walk->hash};
  dyads->weighted_squares = plb_alloc(dyads->threshold_count, sizeof(double));
  dyads->weighted_products = plb_alloc(dyads->threshold_count, sizeof(double));
  plb_status status = PLB_OK;
  if (!dyads->weighted_squares || !dyads->weighted_products || !want(walk, places, kept, kept_count))
    status = plb_fail_memory(err);
  if (status || (status = count_pairs(walk, err)))
    goto out;
  double scale = sum_pairs(walk);
  if (dyads->threshold_count && (status = sum_errors(walk, scale, err)))
    goto out;
  if (!number_kept(walk, places, kept, kept_count))
    status = plb_fail_memory(err);
out:
  plb_pairs_free(&walk->pairs);
  plb_counts_free(&walk->errors);
  free(walk->wanted.ids);
  free(walk->wanted.trials);
  free(walk);
  if (status)
    plb_dyads_free(dyads);
  return status;
}
