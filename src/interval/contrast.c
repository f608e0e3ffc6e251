/* SPDX-License-Identifier: Apache-2.0
 *
 * See contrast.h. Errors by person come from the tally, once for each system at all its thresholds. Of pairs of people
 * only those count for C in which both systems erred: the pairs of the error rows of each system are counted, sorted
 * and walked side by side. What all pairs contribute, and pairs with errors of one system, is in the sums of dyads.h.
 * Where people have clusters, a pair is one of clusters, and errors inside a cluster count for it alone (people.h).
 *
 * Cost: for each point a walk over the rows of each system, and sorting its errors.
 */
#include "interval/contrast.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "interval/pl_parts.h"
#include "tally/dyads.h"
#include "tally/walk.h"

/* What was counted for one system. */
struct side {
  uint64_t *thresholds; /* ascending */
  size_t *place;        /* by point: where its threshold stands there */
  struct plb_person_sums sums;
  struct plb_dyads dyads;
  uint64_t *errors; /* by place of the threshold: x */
};

struct work {
  const struct plb_contrasts *asked;
  size_t systems;
  struct plb_places places;
  struct plb_design design;
  struct plb_design_sums derived;
  struct side *sides;
  struct plb_counts *pairs; /* by system: the pairs of its errors at the point in hand */
};

static void free_work(struct work *work) {
  for (size_t s = 0; work->sides && s < work->systems; s++) {
    free(work->sides[s].thresholds);
    free(work->sides[s].place);
    free(work->sides[s].errors);
    plb_person_sums_free(&work->sides[s].sums);
    plb_dyads_free(&work->sides[s].dyads);
  }
  for (size_t s = 0; work->pairs && s < work->systems; s++)
    plb_counts_free(&work->pairs[s]);
  plb_places_free(&work->places);
  free(work->derived.g);
  free(work->sides);
  free(work->pairs);
}

void plb_contrasts_free(struct plb_contrasts *contrasts) {
  free(contrasts->at);
  contrasts->at = NULL;
}

static const struct plb_rows *rows_of(const struct work *work, size_t s) {
  return &work->asked->tally->systems[s].of[work->asked->mated].rows;
}

static uint64_t key_of(const struct work *work, size_t point, size_t s) {
  return work->asked->keys[point * work->systems + s];
}

/* ---- each system by itself ---------------------------------------------------------------------- */

/* Insertion sort: there are a handful of points. */
static bool sort_thresholds(const struct work *work, size_t s) {
  struct side *side = &work->sides[s];
  size_t n = work->asked->point_count;
  side->thresholds = plb_alloc(n, sizeof *side->thresholds);
  side->place = plb_alloc(n, sizeof *side->place);
  side->errors = plb_alloc(n, sizeof *side->errors);
  if (!side->thresholds || !side->place || !side->errors)
    return false;
  for (size_t p = 0; p < n; p++) {
    uint64_t key = key_of(work, p, s);
    size_t at = p;
    for (; at > 0 && side->thresholds[at - 1] > key; at--)
      side->thresholds[at] = side->thresholds[at - 1];
    side->thresholds[at] = key;
  }
  for (size_t p = 0; p < n; p++)
    while (side->thresholds[side->place[p]] != key_of(work, p, s))
      side->place[p]++;
  return true;
}

/* Hands each chunk of rows to `visit`, one after the other. */
static plb_status walk_rows(const struct plb_tally *tally, const struct plb_rows *rows, void *state,
                            bool (*visit)(void *state, const struct plb_chunk *chunk, size_t count),
                            struct plb_error *err) {
  return plb_rows_walk(
      &(struct plb_row_walk){.tally = tally, .rows = rows, .visit = visit, .states = state, .threads = 1}, err);
}

struct error_walk {
  const struct side *side;
  size_t count;
  bool mated;
};

/* Each row at the most demanding threshold at which it is an error. */
static bool take_errors(void *ctx, const struct plb_chunk *chunk, size_t count) {
  const struct error_walk *walk = ctx;
  const uint64_t *thresholds = walk->side->thresholds;
  for (size_t r = 0; r < count; r++) {
    size_t below = 0;
    while (below < walk->count && chunk->keys[r] >= thresholds[below])
      below++;
    if (walk->mated && below < walk->count)
      walk->side->errors[below]++;
    else if (!walk->mated && below)
      walk->side->errors[below - 1]++;
  }
  return true;
}

/* Errors at each threshold: places do not tell, since an error inside a cluster has one and others have two. */
static plb_status count_errors(struct work *work, size_t s, struct plb_error *err) {
  struct side *side = &work->sides[s];
  size_t n = work->asked->point_count;
  struct error_walk walk = {side, n, work->asked->mated};
  plb_status st = walk_rows(work->asked->tally, rows_of(work, s), &walk, take_errors, err);
  for (size_t step = 1; step < n; step++) {
    size_t to = walk.mated ? step : n - 1 - step;
    side->errors[to] += side->errors[walk.mated ? to - 1 : to + 1];
  }
  return st;
}

static plb_status count_side(struct work *work, size_t s, struct plb_error *err) {
  const struct plb_contrasts *asked = work->asked;
  struct side *side = &work->sides[s];
  size_t n = asked->point_count;
  if (!sort_thresholds(work, s))
    return plb_fail_memory(err);
  side->sums =
      (struct plb_person_sums){.thresholds = side->thresholds, .threshold_count = n, .keep_from = 1, .keep_to = 0};
  plb_status st = plb_person_sums_count(asked->tally, rows_of(work, s), asked->mated, &work->places, asked->threads,
                                        &side->sums, err);
  if (st)
    return st;
  if ((st = count_errors(work, s, err)) || asked->mated)
    return st;
  side->dyads = (struct plb_dyads){.weights = work->derived.g, .thresholds = side->thresholds, .threshold_count = n};
  return plb_dyads_count(asked->tally, rows_of(work, s), &work->places, NULL, 0, asked->threads, &side->dyads, err);
}

/* ---- two systems -------------------------------------------------------------------------------- */

struct pair_walk {
  struct plb_counts *pairs;
  const uint32_t *place;
  uint64_t key;
};

/* Pairs of places, the smaller first; an error inside a cluster is of none. */
static bool take_pairs(void *ctx, const struct plb_chunk *chunk, size_t count) {
  struct pair_walk *walk = ctx;
  for (size_t r = 0; r < count; r++) {
    if (chunk->keys[r] < walk->key)
      continue;
    uint64_t i = walk->place[chunk->first[r]], j = walk->place[chunk->second[r]];
    if (i != j && !plb_counts_add(walk->pairs, i < j ? i << 32 | j : j << 32 | i))
      return false;
  }
  return true;
}

static plb_status count_pairs(struct work *work, size_t point, struct plb_run *runs, struct plb_error *err) {
  for (size_t s = 0; s < work->systems; s++) {
    plb_counts_clear(&work->pairs[s]);
    struct pair_walk walk = {&work->pairs[s], work->places.place, key_of(work, point, s)};
    plb_status st = walk_rows(work->asked->tally, rows_of(work, s), &walk, take_pairs, err);
    if (st)
      return st;
    if (!plb_counts_finish(&work->pairs[s], &runs[s]))
      return plb_fail_memory(err);
  }
  return PLB_OK;
}

/* Sum of g_i g_j Y_ij Y'_ij. */
static double sum_common(const struct work *work, const struct plb_run *a, const struct plb_run *b) {
  plb_wide sum = 0;
  for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
    uint64_t x = a->keys[i], y = b->keys[j];
    if (x == y) {
      const double *g = work->derived.g;
      sum += (plb_wide)plb_pair_weight(g[x >> 32], g[(uint32_t)x]) * a->counts[i] * b->counts[j];
    }
    i += x <= y;
    j += y <= x;
  }
  return plb_wide_value(sum);
}

static struct plb_error_sums sums_of(const struct work *work, size_t point, size_t s) {
  const struct side *side = &work->sides[s];
  size_t t = side->place[point];
  struct plb_error_sums sums = {.errors = side->errors[t], .per_person = side->sums.errors + t * work->places.people};
  if (!work->asked->mated) {
    sums.weighted_squares = side->dyads.weighted_squares[t];
    sums.weighted_products = side->dyads.weighted_products[t];
  }
  return sums;
}

/* Sum of (g_i R_i) (g_i R'_i); Neumaier's sum. */
static double sum_people(const struct work *work, const struct plb_error_sums *a, const struct plb_error_sums *b) {
  double total = 0.0, lost = 0.0;
  for (size_t i = 0; i < work->design.people; i++) {
    double g = work->derived.g[i];
    double term = g * plb_residual(&work->design, a, i) * (g * plb_residual(&work->design, b, i)), sum = total + term;
    lost += fabs(total) >= fabs(term) ? (total - sum) + term : (term - sum) + total;
    total = sum;
  }
  return total + lost;
}

/* C of two systems, or T of one (both sides the same, `common` its weighted squares). */
static double total_of(const struct work *work, const struct plb_error_sums *a, const struct plb_error_sums *b,
                       double common) {
  double by_person = sum_people(work, a, b), by_pair = 0.0;
  if (work->design.dyadic) {
    double trials = (double)work->design.trials, p = (double)a->errors / trials, q = (double)b->errors / trials;
    by_pair = common - p * b->weighted_products - q * a->weighted_products + p * q * work->design.sum_weighted;
  }
  return work->derived.c * (by_person - by_pair);
}

static uint64_t count_differing(const struct work *work, const struct plb_error_sums *a,
                                const struct plb_error_sums *b) {
  uint64_t count = 0;
  for (size_t i = 0; i < work->design.people; i++)
    count += a->per_person[i] != b->per_person[i];
  return count;
}

static plb_status contrast_point(struct work *work, size_t point, struct plb_run *runs, struct plb_error *err) {
  const struct plb_contrasts *asked = work->asked;
  plb_status st = asked->mated ? PLB_OK : count_pairs(work, point, runs, err);
  for (size_t d = 0; d < asked->duel_count && !st; d++) {
    const struct plb_duel *duel = &asked->duels[d];
    struct plb_error_sums a = sums_of(work, point, duel->first), b = sums_of(work, point, duel->second);
    double common = asked->mated ? 0 : sum_common(work, &runs[duel->first], &runs[duel->second]);
    asked->at[point * asked->duel_count + d] =
        (struct plb_contrast){.first = total_of(work, &a, &a, a.weighted_squares),
                              .second = total_of(work, &b, &b, b.weighted_squares),
                              .shared = total_of(work, &a, &b, common),
                              .differing = count_differing(work, &a, &b)};
  }
  return st;
}

static plb_status contrast_all(struct work *work, struct plb_error *err) {
  const struct plb_contrasts *asked = work->asked;
  const struct plb_rows *rows = rows_of(work, 0);
  plb_status st = plb_places_make(asked->tally, rows, asked->mated, asked->threads, &work->places, err);
  if (st)
    return st;
  work->design = (struct plb_design){.dyadic = !asked->mated,
                                     .people = work->places.people,
                                     .trials = rows->count,
                                     .per_person = work->places.trials,
                                     .inner = work->places.inner};
  if ((st = plb_design_derive(&work->design, &work->derived, err)))
    return st;
  for (size_t s = 0; s < work->systems && !st; s++)
    st = count_side(work, s, err);
  if (st)
    return st;
  work->design.sum_weighted = asked->mated ? 0 : work->sides[0].dyads.sum_weighted;
  struct plb_run *runs = plb_alloc(work->systems, sizeof *runs);
  st = runs ? PLB_OK : plb_fail_memory(err);
  for (size_t point = 0; point < asked->point_count && !st; point++)
    st = contrast_point(work, point, runs, err);
  free(runs);
  return st;
}

plb_status plb_contrasts_measure(struct plb_contrasts *contrasts, struct plb_error *err) {
  struct work work = {.asked = contrasts, .systems = contrasts->tally->system_count};
  work.sides = plb_alloc(work.systems, sizeof *work.sides);
  work.pairs = plb_alloc(work.systems, sizeof *work.pairs);
  contrasts->at = plb_alloc(contrasts->point_count * contrasts->duel_count, sizeof *contrasts->at);
  plb_status st = work.sides && work.pairs && contrasts->at ? PLB_OK : plb_fail_memory(err);
  if (!st)
    st = contrast_all(&work, err);
  free_work(&work);
  if (st)
    plb_contrasts_free(contrasts);
  return st;
}

/* ---- the k-th largest ----------------------------------------------------------------------------- */

/* A heap with the least of the k largest keys on top. */
struct heap {
  uint64_t *keys;
  size_t count, room;
};

static void sift_down(struct heap *heap) {
  size_t at = 0;
  for (;;) {
    size_t least = 2 * at + 1;
    if (least >= heap->count)
      return;
    if (least + 1 < heap->count && heap->keys[least + 1] < heap->keys[least])
      least++;
    if (heap->keys[at] <= heap->keys[least])
      return;
    uint64_t moved = heap->keys[at];
    heap->keys[at] = heap->keys[least];
    heap->keys[least] = moved;
    at = least;
  }
}

static void push(struct heap *heap, uint64_t key) {
  size_t at = heap->count++;
  for (; at > 0 && heap->keys[(at - 1) / 2] > key; at = (at - 1) / 2)
    heap->keys[at] = heap->keys[(at - 1) / 2];
  heap->keys[at] = key;
}

static bool take_keys(void *ctx, const struct plb_chunk *chunk, size_t count) {
  struct heap *heap = ctx;
  for (size_t r = 0; r < count; r++) {
    if (heap->count < heap->room) {
      push(heap, chunk->keys[r]);
    } else if (chunk->keys[r] > heap->keys[0]) {
      heap->keys[0] = chunk->keys[r];
      sift_down(heap);
    }
  }
  return true;
}

plb_status plb_kth_largest(const struct plb_tally *tally, const struct plb_rows *rows, size_t k, uint64_t *key,
                           struct plb_error *err) {
  struct heap heap = {.keys = plb_alloc(k, sizeof *heap.keys), .room = k};
  plb_status st = heap.keys ? walk_rows(tally, rows, &heap, take_keys, err) : plb_fail_memory(err);
  if (!st)
    *key = heap.keys[0];
  free(heap.keys);
  return st;
}
