/* SPDX-License-Identifier: Apache-2.0
 *
 * See dyads.h. One walk counts every row's pair (or passes it over by its hash alone, once the sample has
 * closed); a second, over the error rows only, counts errors by pair and threshold where the kept rows do
 * not have them all. Threads share the chunks out: each looks through its own and hands in what is to be
 * counted, one at a time but in no order: all that comes of it is counts and sums of integers.
 */
#include "tally/dyads.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tally/team.h"

#define AHEAD 12       /* slots asked for before they are needed */
#define FILTER_BITS 18 /* a bitmap of 32 kilobytes */
#define PICKS ((size_t)1 << 18)

/* The pairs of the kept rows, sorted by id; bitmaps of two parts of their hashes keep other rows away from the search,
 * the first one nearly all of them. */
struct wanted {
  uint64_t *ids, *trials;
  size_t count;
  struct filter {
    uint64_t bits[1 << (FILTER_BITS - 6)];
  } first, second;
};

/* What one thread looks through and hands in. */
struct share {
  struct plb_row_buffer *buffer;
  struct plb_chunk *joined; /* where people share places: the chunk with one person for each place; else NULL */
  uint64_t *trials;         /* of the wanted pairs, in this thread's chunks */
  uint64_t cut;             /* as it was when the thread last handed in; the true one may have fallen since */
  plb_status status;
  struct plb_error err;
  size_t picked;
  uint64_t ids[PICKS], hashes[PICKS]; /* what is to be counted, of one chunk at least */
  uint32_t near[PLB_CHUNK_ROWS];      /* rows that may have a wanted pair */
};

struct walk {
  const struct plb_tally *tally;
  const struct plb_rows *rows;
  const uint64_t *hash; /* by person number */
  const struct plb_places *places;
  uint64_t apart;         /* rows of two places */
  struct plb_pairs pairs; /* counted in the rows of this process */
  struct plb_team *team;
  struct plb_pairs own;          /* with a team: this member's share of the pairs of all rows */
  const struct plb_pairs *table; /* what is summed: all of these two that is this process's to sum */
  struct wanted wanted;
  bool walked_all;              /* the walk under way started without a cut-off */
  struct plb_counts errors;     /* key: slot of the pair * threshold_count + threshold */
  struct plb_counts own_errors; /* with a team: the same by slot in `own` */
  struct plb_dyads *dyads;
  unsigned threads;
  struct share **shares; /* one per thread */
  omp_lock_t lock;       /* of who hands in */
};

/* `look` goes through a chunk and adds to what was picked; `take` counts that, for one thread at a time. */
struct stage {
  enum plb_row_fields fields;
  void (*look)(const struct walk *walk, struct share *share, const struct plb_chunk *chunk, size_t count);
  bool (*take)(struct walk *walk, struct share *share);
};

static uint64_t id_of(uint32_t first, uint32_t second) {
  return (uint64_t)first << 32 | second;
}

void plb_dyads_free(struct plb_dyads *dyads) {
  free(dyads->weighted_squares);
  free(dyads->weighted_products);
  free(dyads->squares);
  free(dyads->products);
  free(dyads->kept_pair);
  free(dyads->pair_trials);
  dyads->weighted_squares = dyads->weighted_products = dyads->squares = dyads->products = NULL;
  dyads->kept_pair = NULL;
  dyads->pair_trials = NULL;
}

static int compare_ids(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

static inline uint64_t first_part(uint64_t hash) {
  return hash >> (64 - FILTER_BITS);
}

static inline uint64_t second_part(uint64_t hash) {
  return hash >> (64 - 2 * FILTER_BITS) & ((UINT64_C(1) << FILTER_BITS) - 1);
}

static inline bool has(const struct filter *filter, uint64_t part) {
  return filter->bits[part >> 6] >> (part & 63) & 1;
}

static void put(struct filter *filter, uint64_t part) {
  filter->bits[part >> 6] |= UINT64_C(1) << (part & 63);
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

/* Kept rows name places; ids of pairs are person numbers, smaller first, as in the rows. A row inside a cluster
 * is of no pair. */
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
  size_t found = 0;
  for (size_t k = 0; k < n; k++) {
    if (kept[k].i == kept[k].j)
      continue;
    wanted->ids[found] = kept_id(places, &kept[k]);
    uint64_t hash = plb_pairs_hash(&walk->pairs, wanted->ids[found++]);
    put(&wanted->first, first_part(hash));
    put(&wanted->second, second_part(hash));
  }
  qsort(wanted->ids, found, sizeof *wanted->ids, compare_ids);
  for (size_t k = 0; k < found; k++)
    if (!wanted->count || wanted->ids[wanted->count - 1] != wanted->ids[k])
      wanted->ids[wanted->count++] = wanted->ids[k];
  return true;
}

/* Picks the pairs below the cut-off, and counts those that are wanted. */
static void look_for_pairs(const struct walk *walk, struct share *share, const struct plb_chunk *chunk, size_t count) {
  const struct wanted *wanted = &walk->wanted;
  size_t picked = share->picked, near = 0;
  for (size_t r = 0; r < count; r++) {
    uint32_t first = chunk->first[r], second = chunk->second[r];
    uint64_t hash = plb_pair_hash(walk->hash[first], walk->hash[second], 0);
    share->ids[picked] = id_of(first, second);
    share->hashes[picked] = hash;
    picked += hash <= share->cut;
    share->near[near] = (uint32_t)r;
    near += has(&wanted->first, first_part(hash));
  }
  for (size_t k = 0; k < near; k++) {
    size_t r = share->near[k], at = SIZE_MAX;
    uint64_t id = id_of(chunk->first[r], chunk->second[r]);
    if (has(&wanted->second, second_part(plb_pairs_hash(&walk->pairs, id))))
      at = find_wanted(wanted, id);
    if (at != SIZE_MAX)
      share->trials[at]++;
  }
  share->picked = picked;
}

/* Their slots are already on the way from memory when they are counted. */
static bool count_pairs(struct walk *walk, struct share *share) {
  struct plb_pairs *pairs = &walk->pairs;
  for (size_t k = 0; k < share->picked; k++) {
    if (k + AHEAD < share->picked)
      __builtin_prefetch(&pairs->slots[share->hashes[k + AHEAD] & (pairs->slot_count - 1)], 1);
    if (share->hashes[k] <= pairs->cut && !plb_pairs_insert(pairs, share->ids[k], share->hashes[k], 1))
      return false;
  }
  share->cut = pairs->cut;
  return true;
}

/* Errors of one chunk at the thresholds asked for, each at the most demanding one only. */
static void look_for_errors(const struct walk *walk, struct share *share, const struct plb_chunk *chunk, size_t count) {
  const struct plb_dyads *dyads = walk->dyads;
  for (size_t r = 0; r < count; r++) {
    if (chunk->keys[r] < dyads->thresholds[0])
      continue;
    uint32_t first = chunk->first[r], second = chunk->second[r];
    uint64_t hash = plb_pair_hash(walk->hash[first], walk->hash[second], 0);
    size_t slot = plb_pairs_slot(&walk->pairs, id_of(first, second), hash), at = 1;
    if (slot == SIZE_MAX)
      continue;
    while (at < dyads->threshold_count && chunk->keys[r] >= dyads->thresholds[at])
      at++;
    share->ids[share->picked++] = slot * dyads->threshold_count + at - 1;
  }
}

static bool count_errors(struct walk *walk, struct share *share) {
  return plb_counts_add_all(&walk->errors, share->ids, share->picked);
}

/* The rows of two clusters, each named by the person who stands for its place. */
static size_t join_people(const struct walk *walk, const struct plb_chunk *from, size_t count, struct plb_chunk *to) {
  const struct plb_places *places = walk->places;
  size_t n = 0;
  for (size_t r = 0; r < count; r++) {
    uint32_t a = places->person[places->place[from->first[r]]], b = places->person[places->place[from->second[r]]];
    to->keys[n] = from->keys[r];
    to->first[n] = a < b ? a : b;
    to->second[n] = a < b ? b : a;
    n += a != b;
  }
  return n;
}

static void look(const struct walk *walk, const struct stage *stage, struct share *share, size_t k) {
  const struct plb_chunk *chunk;
  size_t count;
  if (share->status)
    return;
  share->status =
      plb_rows_chunk(walk->rows, &walk->tally->allowance, k, stage->fields, share->buffer, &chunk, &count, &share->err);
  if (!share->status && share->joined) {
    count = join_people(walk, chunk, count, share->joined);
    chunk = share->joined;
  }
  if (!share->status)
    stage->look(walk, share, chunk, count);
}

/* While there is room for another chunk's picks, nobody waits for another to finish handing in. */
static void hand_in(struct walk *walk, const struct stage *stage, struct share *share, bool must) {
  if (must)
    omp_set_lock(&walk->lock);
  else if (!omp_test_lock(&walk->lock))
    return;
  if (!share->status && !stage->take(walk, share))
    share->status = plb_fail(&share->err, PLB_NOMEM, "out of memory while counting pairs of people");
  omp_unset_lock(&walk->lock);
  share->picked = 0;
}

static plb_status walk_chunks(struct walk *walk, const struct stage *stage, unsigned threads, struct plb_error *err) {
  size_t chunks = plb_rows_chunks(walk->rows);
#pragma omp parallel num_threads((int)threads)
  {
    struct share *share = walk->shares[omp_get_thread_num()];
#pragma omp for schedule(dynamic, 8) nowait
    for (size_t k = 0; k < chunks; k++) {
      look(walk, stage, share, k);
      hand_in(walk, stage, share, share->picked > PICKS - PLB_CHUNK_ROWS);
    }
    hand_in(walk, stage, share, true);
  }
  plb_status status = PLB_OK;
  for (unsigned t = 0; t < threads && !status; t++)
    if ((status = walk->shares[t]->status) && err)
      *err = walk->shares[t]->err;
  return status;
}

static bool make_shares(struct walk *walk) {
  size_t chunks = plb_rows_chunks(walk->rows);
  if (walk->threads > chunks)
    walk->threads = chunks ? (unsigned)chunks : 1;
  walk->shares = plb_alloc(walk->threads, sizeof(struct share *));
  for (unsigned t = 0; walk->shares && t < walk->threads; t++) {
    struct share *share = plb_alloc(1, sizeof *share);
    if (!share)
      return false;
    walk->shares[t] = share;
    share->buffer = malloc(sizeof *share->buffer);
    bool joins = walk->places->persons > walk->places->people;
    share->joined = joins ? malloc(sizeof *share->joined) : NULL;
    share->trials = plb_alloc(walk->wanted.count, sizeof *share->trials);
    if (!share->buffer || (joins && !share->joined) || !share->trials)
      return false;
  }
  return walk->shares;
}

static void free_shares(struct walk *walk) {
  for (unsigned t = 0; walk->shares && t < walk->threads; t++) {
    if (walk->shares[t]) {
      free(walk->shares[t]->buffer);
      free(walk->shares[t]->joined);
      free(walk->shares[t]->trials);
    }
    free(walk->shares[t]);
  }
  free(walk->shares);
}

static const struct stage pairs_stage = {PLB_ROW_PEOPLE, look_for_pairs, count_pairs},
                          errors_stage = {PLB_ROW_ALL, look_for_errors, count_errors};

/* Where every pair is counted, counting is most of the work, and that can be done by one only. */
static plb_status walk_pairs(struct walk *walk, struct plb_error *err) {
  struct wanted *wanted = &walk->wanted;
  unsigned threads = walk->pairs.cut == UINT64_MAX ? 1 : walk->threads;
  for (unsigned t = 0; t < threads; t++) {
    memset(walk->shares[t]->trials, 0, wanted->count * sizeof *wanted->trials);
    walk->shares[t]->cut = walk->pairs.cut;
  }
  plb_status status = walk_chunks(walk, &pairs_stage, threads, err);
  memset(wanted->trials, 0, wanted->count * sizeof *wanted->trials);
  for (unsigned t = 0; t < threads; t++)
    for (size_t k = 0; k < wanted->count; k++)
      wanted->trials[k] += walk->shares[t]->trials[k];
  return status ? status : plb_team_sum(walk->team, wanted->trials, wanted->count, err);
}

/* The pairs of all rows: *kept of them. */
static plb_status share_out(struct walk *walk, size_t *kept, struct plb_error *err) {
  uint64_t all = walk->pairs.kept;
  plb_status status = PLB_OK;
  if (walk->team)
    status = plb_pairs_share_out(&walk->pairs, walk->team, &walk->own, &all, err);
  *kept = (size_t)all;
  return status;
}

/* What is kept is a sample of its exact size then. */
static plb_status finish(struct walk *walk, struct plb_error *err) {
  plb_status status = plb_pairs_finish(walk->team ? &walk->own : &walk->pairs, walk->threads, walk->team, err);
  if (!status && walk->team && !plb_pairs_lower(&walk->pairs, walk->own.cut))
    status = plb_fail_memory(err);
  return status;
}

/* The first walk keeps about what the sample needs if every row were a pair of its own. */
static plb_status sample_pairs(struct walk *walk, struct plb_error *err) {
  struct plb_pairs *pairs = &walk->pairs;
  double rows = (double)walk->apart, share = rows <= (double)pairs->exact ? 1 : 1.45 * (double)pairs->sample / rows;
  while (share > 0) {
    size_t room = share < 1 ? (size_t)(share * rows) / (walk->team ? walk->team->count : 1) : 0;
    if (!plb_pairs_start(pairs, share, room < pairs->exact ? room : pairs->exact))
      return plb_fail_memory(err);
    plb_status status = walk_pairs(walk, err);
    struct plb_pairs all = {0};
    if (!status)
      status = share_out(walk, &all.kept, err);
    if (status)
      return status;
    all.exact = pairs->exact;
    all.sample = pairs->sample;
    all.cut = walk->table->cut;
    share = plb_pairs_next(&all);
    if (share > 1)
      share = 1;
    /* a walk that started with all and had to cut keeps more than the sample: it will do */
    if (share > 0 && walk->walked_all)
      break;
    walk->walked_all = share >= 1;
  }
  return finish(walk, err);
}

static uint64_t weight_of_slot(const struct walk *walk, size_t slot) {
  uint64_t id = walk->table->slots[slot].id;
  const double *g = walk->dyads->weights;
  return plb_pair_weight(g[walk->places->place[id >> 32]], g[walk->places->place[(uint32_t)id]]);
}

struct pair_sums {
  plb_wide squares, weighted, trials;
};

static struct pair_sums sum_slots(const struct walk *walk, size_t from, size_t to) {
  struct pair_sums sums = {0};
  for (size_t slot = from; slot < to; slot++) {
    plb_wide n = walk->table->slots[slot].count;
    if (!n)
      continue;
    sums.squares += n * n;
    sums.trials += n;
    sums.weighted += n * n * weight_of_slot(walk, slot);
  }
  return sums;
}

/* Sums over all kept pairs; *scale is that by which they stand for all. */
static plb_status sum_pairs(struct walk *walk, double *scale, struct plb_error *err) {
  plb_wide squares = 0, weighted = 0, trials = 0;
  size_t parts = walk->threads, slots = walk->table->slot_count;
#pragma omp parallel for num_threads((int)walk->threads) schedule(static, 1) ordered
  for (size_t part = 0; part < parts; part++) {
    struct pair_sums sums = sum_slots(walk, slots * part / parts, slots * (part + 1) / parts);
#pragma omp ordered
    {
      squares += sums.squares;
      weighted += sums.weighted;
      trials += sums.trials;
    }
  }
  plb_wide all[] = {squares, weighted, trials, walk->table->kept};
  plb_status status = plb_team_sum_wide(walk->team, all, sizeof all / sizeof *all, err);
  bool sampled = walk->table->cut != UINT64_MAX;
  *scale = sampled ? (double)walk->apart / (double)all[2] : 1;
  walk->dyads->sum_squares = (double)all[0] * *scale;
  walk->dyads->sum_weighted = plb_wide_value(all[1]) * *scale;
  walk->dyads->sampled = sampled;
  walk->dyads->pairs = (size_t)all[3];
  return status;
}

/* Sums over pairs at one threshold. */
struct error_sums {
  plb_wide weighted_squares, weighted_products, squares, products;
};

/* The error counts come sorted by pair, then threshold: walking each pair from its highest threshold down
 * gives Y_ij at each of them. */
static void add_pair_errors(const struct walk *walk, const struct plb_run *run, size_t from, size_t to,
                            struct error_sums *sums) {
  size_t levels = walk->dyads->threshold_count, slot = (size_t)(run->keys[from] / levels);
  plb_wide weight = weight_of_slot(walk, slot), trials = walk->table->slots[slot].count, errors = 0;
  size_t entry = to;
  for (size_t level = levels; level-- > 0;) {
    if (entry > from && run->keys[entry - 1] % levels == level)
      errors += run->counts[--entry];
    sums[level].squares += errors * errors;
    sums[level].products += errors * trials;
    sums[level].weighted_squares += weight * errors * errors;
    sums[level].weighted_products += weight * errors * trials;
  }
}

/* The errors of the pairs in the table, by slot and threshold. */
static plb_status count_pair_errors(struct walk *walk, struct plb_run *run, struct plb_error *err) {
  plb_status status = walk_chunks(walk, &errors_stage, walk->threads, err);
  if (!status && !plb_counts_finish(&walk->errors, run))
    status = plb_fail_memory(err);
  if (!status && walk->team)
    status = plb_pairs_share_errors(&walk->pairs, run, walk->dyads->threshold_count, walk->team, &walk->own,
                                    &walk->own_errors, err);
  if (!status && walk->team && !plb_counts_finish(&walk->own_errors, run))
    status = plb_fail_memory(err);
  return status;
}

static plb_status sum_errors(struct walk *walk, double scale, struct plb_error *err) {
  struct plb_dyads *dyads = walk->dyads;
  size_t levels = dyads->threshold_count;
  struct plb_run run;
  plb_status status = count_pair_errors(walk, &run, err);
  if (status)
    return status;
  struct error_sums *sums = plb_alloc(levels, sizeof *sums);
  if (!sums)
    return plb_fail_memory(err);
  for (size_t from = 0, to; from < run.count; from = to) {
    for (to = from + 1; to < run.count && run.keys[to] / levels == run.keys[from] / levels;)
      to++;
    add_pair_errors(walk, &run, from, to, sums);
  }
  status = plb_team_sum_wide(walk->team, &sums->weighted_squares, levels * sizeof *sums / sizeof(plb_wide), err);
  double unit = scale / (double)(UINT64_C(1) << PLB_WEIGHT_BITS);
  for (size_t level = 0; level < levels; level++) {
    dyads->weighted_squares[level] = (double)sums[level].weighted_squares * unit;
    dyads->weighted_products[level] = (double)sums[level].weighted_products * unit;
    dyads->squares[level] = (double)sums[level].squares * scale;
    dyads->products[level] = (double)sums[level].products * scale;
  }
  free(sums);
  return status;
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
    dyads->kept_pair[k] = PLB_NOBODY;
    if (kept[k].i == kept[k].j)
      continue;
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
                           const struct plb_kept_row *kept, size_t kept_count, unsigned threads,
                           struct plb_dyads *dyads, struct plb_error *err) {
  struct walk *walk = plb_alloc(1, sizeof *walk);
  if (!walk)
    return plb_fail_memory(err);
  *walk = (struct walk){.tally = tally,
                        .rows = rows,
                        .hash = tally->census.people.hash,
                        .places = places,
                        .apart = rows->count - places->inner,
                        .dyads = dyads,
                        .threads = threads,
                        .team = tally->team};
  walk->table = walk->team ? &walk->own : &walk->pairs;
  walk->pairs = (struct plb_pairs){.exact = tally->pairs_exact, .sample = tally->pairs_sample, .hash = &walk->hash};
  dyads->weighted_squares = plb_alloc(dyads->threshold_count, sizeof(double));
  dyads->weighted_products = plb_alloc(dyads->threshold_count, sizeof(double));
  dyads->squares = plb_alloc(dyads->threshold_count, sizeof(double));
  dyads->products = plb_alloc(dyads->threshold_count, sizeof(double));
  omp_init_lock(&walk->lock);
  plb_status status = PLB_OK;
  if (!dyads->weighted_squares || !dyads->weighted_products || !dyads->squares || !dyads->products ||
      !want(walk, places, kept, kept_count) || !make_shares(walk))
    status = plb_fail_memory(err);
  if (status || (status = sample_pairs(walk, err)))
    goto out;
  double scale;
  if ((status = sum_pairs(walk, &scale, err)) || (dyads->threshold_count && (status = sum_errors(walk, scale, err))))
    goto out;
  if (!number_kept(walk, places, kept, kept_count))
    status = plb_fail_memory(err);
out:
  plb_pairs_free(&walk->pairs);
  plb_pairs_free(&walk->own);
  plb_counts_free(&walk->own_errors);
  plb_counts_free(&walk->errors);
  free_shares(walk);
  omp_destroy_lock(&walk->lock);
  free(walk->wanted.ids);
  free(walk->wanted.trials);
  free(walk);
  if (status)
    plb_dyads_free(dyads);
  return status;
}
