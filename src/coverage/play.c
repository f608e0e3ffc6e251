/* SPDX-License-Identifier: Apache-2.0
 *
 * One simulated test, counted as the tally counts a real one: errors by person and by pair at each threshold,
 * and the most error-like trials.
 *
 * Most comparisons are far below every threshold, and need not be known exactly: 16 random bits tell in
 * which of 1,024 equally likely cells the chance of a comparison lies; only where the upper end of the cell
 * could reach the lowest score of interest are the other bits drawn, and the score found. The score is the
 * one that all bits would have given.
 *
 * Cost: about 3 ns for a comparison, 25 ns for a pair of people; vectors 1 ns for four of their numbers.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/key.h"
#include "base/memory.h"
#include "base/probit.h"
#include "coverage/whole.h"

#define CELLS_TO_ALL 1.6 /* kept scores aimed at, over those needed */

static bool is_fixed(const struct plb_scene *scene) {
  return scene->pairing != PLB_PAIR_RANDOM;
}

/* ---- what all replicates share ---------------------------------------------------------------------- */

/* Comparisons of two people. */
static uint64_t comparisons_of(const struct plb_stage *stage, struct plb_two two) {
  uint64_t mine = stage->first[two.i + 1] - stage->first[two.i], theirs = stage->first[two.j + 1] - stage->first[two.j];
  return stage->scene->model->probe > 0 ? (mine - 1) + (theirs - 1) : mine * theirs;
}

static bool lay_out_pairs(struct plb_stage *stage) {
  uint32_t n = stage->scene->people, half = n / 2;
  bool bipartite = stage->scene->pairing == PLB_PAIR_BIPARTITE;
  size_t room = bipartite ? (size_t)half * (n - half) : (size_t)n * (n - 1) / 2;
  if (stage->scene->model->mated || !is_fixed(stage->scene))
    return true;
  if (!(stage->pairs = plb_alloc(room, sizeof *stage->pairs)))
    return false;
  for (uint32_t i = 0; i < (bipartite ? half : n); i++)
    for (uint32_t j = bipartite ? half : i + 1; j < n; j++)
      stage->pairs[stage->pair_count++] = (struct plb_two){i, j};
  return true;
}

/* Rows that the engine's levels can use (pl_borrow.c), of a test of so many trials. */
static size_t rows_needed(bool mated, double trials) {
  static const size_t levels[] = {3000, 1000, 300, 100, 30};
  for (size_t k = mated ? 2 : 0; k < sizeof levels / sizeof *levels; k++)
    if (10.0 * (double)levels[k] < 3.0 * trials)
      return levels[k];
  return 30;
}

static uint64_t key_of(const struct plb_scene *scene, uint64_t seed) {
  char name[128];
  uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
  snprintf(name, sizeof name, "%s/%u/%u/%d", scene->whole ? scene->whole->name : scene->model->name, scene->people,
           scene->samples, (int)scene->pairing);
  for (const char *at = name; *at; at++)
    hash = (hash ^ (unsigned char)*at) * UINT64_C(1099511628211);
  return plb_throw_bits(seed, PLB_THROW_SCENE, 0, hash).first;
}

plb_status plb_stage_make(const struct plb_scene *scene, uint64_t seed, const double *edges, struct plb_stage *stage,
                          struct plb_error *err) {
  *stage = (struct plb_stage){.scene = scene, .key = key_of(scene, seed), .edges = edges, .keep = -HUGE_VAL};
  for (size_t r = 0; r < scene->rate_count; r++)
    if (!plb_model_threshold(scene->model, scene->rates[r], &stage->thresholds[r]))
      return plb_fail(err, PLB_USAGE, "model %s has no threshold for the rate %g; expected 0.1, 0.01, 0.001 or 0.0001",
                      scene->model->name, scene->rates[r]);
  double trials = plb_scene_trials(scene);
  double rate = CELLS_TO_ALL * (double)rows_needed(scene->model->mated, trials) / trials;
  if (scene->model->world == PLB_WORLD_ANCHOR)
    rate = rate < .2 ? .2 : 1;
  if (rate < .4)
    plb_model_threshold(scene->model, rate, &stage->keep);
  stage->first = plb_alloc((size_t)scene->people + 1, sizeof *stage->first);
  if (!stage->first)
    return plb_fail_memory(err);
  for (uint32_t i = 0; i < scene->people; i++)
    stage->first[i + 1] = stage->first[i] + plb_scene_samples(scene, i);
  return lay_out_pairs(stage) ? PLB_OK : plb_fail_memory(err);
}

void plb_stage_free(struct plb_stage *stage) {
  free(stage->first);
  free(stage->pairs);
  *stage = (struct plb_stage){0};
}

/* ---- the design of one test ------------------------------------------------------------------------- */

/* Trials by person, and the sums over pairs. `g` is NULL before it is known. */
static void count_design(const struct plb_stage *stage, struct plb_played *played) {
  struct plb_design *design = &played->design;
  const struct plb_two *pairs = is_fixed(stage->scene) ? stage->pairs : played->pairs;
  size_t count = is_fixed(stage->scene) ? stage->pair_count : played->pair_count;
  bool mated = stage->scene->model->mated;
  uint64_t squares = 0;
  *design = (struct plb_design){
      .dyadic = !mated, .people = stage->scene->people, .per_person = played->trials_of, .trials = 0};
  for (uint32_t i = 0; i < stage->scene->people; i++) {
    played->trials_of[i] = mated ? stage->first[i + 1] - stage->first[i] : 0;
    design->trials += played->trials_of[i];
  }
  for (size_t k = 0; k < count; k++) {
    uint64_t trials = comparisons_of(stage, pairs[k]);
    played->trials_of[pairs[k].i] += trials;
    played->trials_of[pairs[k].j] += trials;
    design->trials += trials;
    squares += trials * trials;
  }
  design->sum_squares = (double)squares;
  design->side = stage->scene->pairing == PLB_PAIR_BIPARTITE ? stage->scene->people / 2 : 0;
}

static plb_status make_design(const struct plb_stage *stage, struct plb_played *played, struct plb_error *err) {
  const struct plb_two *pairs = is_fixed(stage->scene) ? stage->pairs : played->pairs;
  size_t count = is_fixed(stage->scene) ? stage->pair_count : played->pair_count;
  plb_wide weighted = 0;
  count_design(stage, played);
  free(played->sums.g);
  plb_status st = plb_design_derive(&played->design, &played->sums, err);
  if (st)
    return st;
  for (size_t k = 0; k < count; k++) {
    plb_wide trials = comparisons_of(stage, pairs[k]);
    weighted += trials * trials * plb_pair_weight(played->sums.g[pairs[k].i], played->sums.g[pairs[k].j]);
  }
  played->design.sum_weighted = plb_wide_value(weighted);
  return PLB_OK;
}

plb_status plb_played_make(const struct plb_stage *stage, struct plb_played *played, struct plb_error *err) {
  const struct plb_scene *scene = stage->scene;
  const struct plb_model *model = scene->model;
  size_t people = scene->people, samples = stage->first[people];
  *played = (struct plb_played){.pair_count = 0};
  bool vectors = model->world == PLB_WORLD_COSINE || model->world == PLB_WORLD_ANCHOR;
  if (!(played->reference = plb_alloc(samples, sizeof *played->reference)) ||
      !(played->probe = plb_alloc(samples, sizeof *played->probe)) ||
      !(played->noise = plb_alloc(people, sizeof *played->noise)) || !(played->kind = plb_alloc(people, 1)) ||
      !(played->trials_of = plb_alloc(people, sizeof *played->trials_of)) ||
      !(played->errors_of = plb_alloc(people * scene->rate_count, sizeof *played->errors_of)) ||
      (vectors && !(played->vectors = plb_alloc(samples * (size_t)model->dimensions, sizeof *played->vectors))))
    return plb_fail_memory(err);
  return is_fixed(scene) ? make_design(stage, played, err) : PLB_OK;
}

void plb_played_free(struct plb_played *played) {
  free(played->pairs);
  free(played->reference);
  free(played->probe);
  free(played->noise);
  free(played->vectors);
  free(played->kind);
  free(played->kept);
  free(played->trials_of);
  free(played->errors_of);
  free(played->sums.g);
  free(played->rows);
  free(played->pair_trials);
  free(played->number_of);
  *played = (struct plb_played){.pair_count = 0};
}

/* ---- scores ------------------------------------------------------------------------------------------- */

/* The comparisons of a test as they are made one after another. */
struct hand {
  const struct plb_stage *stage;
  struct plb_played *played;
  uint32_t replicate;
  uint64_t number; /* of the next comparison */
  struct plb_bits cells;
  double floor, keep; /* scores of interest are above */
  struct plb_two two;
  uint32_t pair;
  uint32_t passed[PLB_SCENE_RATES];                             /* errors of this pair */
  plb_wide squares[PLB_SCENE_RATES], products[PLB_SCENE_RATES]; /* weighted */
  uint64_t plain_squares[PLB_SCENE_RATES], plain_products[PLB_SCENE_RATES];
  bool failed; /* memory ran out */
};

static void note_score(struct hand *hand, double score) {
  struct plb_played *played = hand->played;
  const struct plb_stage *stage = hand->stage;
  for (size_t r = 0; r < stage->scene->rate_count && score > stage->thresholds[r]; r++)
    hand->passed[r]++;
  if (!(score > hand->keep))
    return;
  if (!plb_reserve(&played->kept, &played->kept_capacity, played->kept_count + 1, sizeof *played->kept)) {
    hand->failed = true;
    return;
  }
  played->kept[played->kept_count++] = (struct plb_kept){score, hand->two.i, hand->two.j, hand->pair};
}

/* One more comparison: `base` and `scale` times chance. */
static inline void compare(struct hand *hand, double base, double scale) {
  uint64_t number = hand->number++, at = number & 7;
  uint64_t key = hand->stage->key;
  if (at == 0)
    hand->cells = plb_throw_bits(key, PLB_THROW_CELL, hand->replicate, number >> 3);
  uint64_t cell = (at < 4 ? hand->cells.first : hand->cells.second) >> (16 * (at & 3)) & 1023;
  if (base + scale * hand->stage->edges[cell] <= hand->floor)
    return;
  uint64_t fine = plb_throw_bits(key, PLB_THROW_FINE, hand->replicate, number).first;
  note_score(hand, base + scale * plb_normal_of_bits(cell << 54 | fine >> 10));
}

static double product_of(const double *a, const double *b, size_t count) {
  double sums[8] = {0};
  for (size_t k = 0; k < count; k += 8)
    for (size_t l = 0; l < 8; l++)
      sums[l] += a[k + l] * b[k + l];
  return ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

static void play_vectors(struct hand *hand) {
  const uint32_t *first = hand->stage->first;
  size_t size = (size_t)hand->stage->scene->model->dimensions;
  const double *vectors = hand->played->vectors;
  for (uint32_t a = first[hand->two.i]; a < first[hand->two.i + 1]; a++)
    for (uint32_t b = first[hand->two.j]; b < first[hand->two.j + 1]; b++)
      note_score(hand, product_of(vectors + a * size, vectors + b * size, size));
}

/* Both ways: the first sample of each is the reference, the others are probes. */
static void play_roles(struct hand *hand, double both, double scale) {
  const uint32_t *first = hand->stage->first;
  uint32_t i = hand->two.i, j = hand->two.j;
  const struct plb_played *played = hand->played;
  for (uint32_t a = first[i] + 1; a < first[i + 1]; a++)
    compare(hand, played->probe[a] + played->reference[first[j]] + both, scale);
  for (uint32_t b = first[j] + 1; b < first[j + 1]; b++)
    compare(hand, played->probe[b] + played->reference[first[i]] + both, scale);
}

static void play_pair(struct hand *hand, double pair_deviation, double deviation) {
  const struct plb_model *model = hand->stage->scene->model;
  const struct plb_played *played = hand->played;
  const uint32_t *first = hand->stage->first;
  uint32_t i = hand->two.i, j = hand->two.j;
  double both = played->kind[i] == played->kind[j] ? model->alike : 0, scale = deviation;
  if (pair_deviation > 0)
    both += pair_deviation *
            plb_normal_of_bits(plb_throw_bits(hand->stage->key, PLB_THROW_PAIR, hand->replicate, hand->pair).first);
  if (model->world == PLB_WORLD_NOISY)
    scale *= played->noise[i] * played->noise[j];
  if (model->probe > 0) {
    play_roles(hand, both, scale);
    return;
  }
  for (uint32_t a = first[i]; a < first[i + 1]; a++) {
    double base = played->reference[a] + both;
    for (uint32_t b = first[j]; b < first[j + 1]; b++)
      compare(hand, base + played->reference[b], scale);
  }
}

/* The errors of one pair, or of one person. */
static void end_pair(struct hand *hand) {
  struct plb_played *played = hand->played;
  size_t people = hand->stage->scene->people;
  uint32_t i = hand->two.i, j = hand->two.j;
  if (!hand->passed[0])
    return;
  bool mated = hand->stage->scene->model->mated;
  uint64_t trials = mated ? 0 : comparisons_of(hand->stage, hand->two);
  uint64_t weight = mated ? 0 : plb_pair_weight(played->sums.g[i], played->sums.g[j]);
  for (size_t r = 0; r < hand->stage->scene->rate_count && hand->passed[r]; r++) {
    uint64_t errors = hand->passed[r];
    hand->passed[r] = 0;
    played->errors[r].errors += errors;
    played->errors_of[r * people + i] += errors;
    if (mated)
      continue;
    played->errors_of[r * people + j] += errors;
    hand->squares[r] += (plb_wide)weight * (errors * errors);
    hand->products[r] += (plb_wide)weight * (errors * trials);
    hand->plain_squares[r] += errors * errors;
    hand->plain_products[r] += errors * trials;
  }
}

static void play_pairs(struct hand *hand) {
  const struct plb_stage *stage = hand->stage;
  const struct plb_model *model = stage->scene->model;
  bool fixed = is_fixed(stage->scene);
  size_t count = fixed ? stage->pair_count : hand->played->pair_count;
  double pair = model->pair, rest = plb_model_rest(model);
  if (stage->scene->samples == 1 && model->noise == 0) { /* one comparison a pair: both are chance */
    rest += pair;
    pair = 0;
  }
  double pair_deviation = sqrt(pair), deviation = sqrt(rest);
  for (size_t k = 0; k < count; k++) {
    hand->two = fixed ? stage->pairs[k] : hand->played->pairs[k];
    hand->pair = (uint32_t)k;
    if (hand->played->vectors)
      play_vectors(hand);
    else
      play_pair(hand, pair_deviation, deviation);
    end_pair(hand);
  }
}

static void play_persons(struct hand *hand) {
  const struct plb_stage *stage = hand->stage;
  double deviation = sqrt(plb_model_rest(stage->scene->model));
  for (uint32_t i = 0; i < stage->scene->people; i++) {
    hand->two = (struct plb_two){i, i};
    for (uint32_t a = stage->first[i]; a < stage->first[i + 1]; a++)
      compare(hand, hand->played->reference[a], deviation);
    end_pair(hand);
  }
}

/* ---- the kept trials ------------------------------------------------------------------------------------ */

static int higher_first(const void *a, const void *b) {
  const struct plb_kept *x = a, *y = b;
  if (x->score != y->score)
    return x->score > y->score ? -1 : 1;
  return (x->pair > y->pair) - (x->pair < y->pair);
}

/* The number of the pair among those named in rows, from 0. */
static uint32_t number_pair(const struct plb_stage *stage, struct plb_played *played, const struct plb_kept *kept) {
  uint32_t *number = &played->number_of[kept->pair];
  if (!*number) {
    *number = (uint32_t)++played->extremes.pairs;
    played->pair_trials[*number - 1] = comparisons_of(stage, (struct plb_two){kept->i, kept->j});
  }
  return *number - 1;
}

static plb_status lay_out_rows(const struct plb_stage *stage, struct plb_played *played, struct plb_error *err) {
  bool mated = stage->scene->model->mated;
  size_t needed = rows_needed(mated, (double)played->design.trials);
  size_t count = played->kept_count < needed ? played->kept_count : needed;
  size_t pairs = is_fixed(stage->scene) ? stage->pair_count : played->pair_count;
  if (!played->rows && !(played->rows = plb_alloc(3000, sizeof *played->rows)))
    return plb_fail_memory(err);
  if (!played->pair_trials && !(played->pair_trials = plb_alloc(3000, sizeof *played->pair_trials)))
    return plb_fail_memory(err);
  size_t before = played->number_capacity;
  if (!plb_reserve(&played->number_of, &played->number_capacity, pairs + 1, sizeof *played->number_of))
    return plb_fail_memory(err);
  memset(played->number_of + before, 0, (played->number_capacity - before) * sizeof *played->number_of);
  qsort(played->kept, played->kept_count, sizeof *played->kept, higher_first);
  played->extremes = (struct plb_extremes){.rows = played->rows,
                                           .count = count,
                                           .pair_trials = played->pair_trials,
                                           .cut_level = count < played->design.trials};
  for (size_t k = 0; k < count; k++) {
    const struct plb_kept *kept = &played->kept[k];
    uint32_t pair = mated ? 0 : number_pair(stage, played, kept);
    played->rows[k] = (struct plb_extreme){plb_key_of(kept->score), kept->i, kept->j, pair};
  }
  for (size_t k = 0; k < count && !mated; k++)
    played->number_of[played->kept[k].pair] = 0;
  return PLB_OK;
}

/* All comparisons; scores above `keep` are kept. */
static plb_status play_once(const struct plb_stage *stage, uint32_t replicate, double keep, struct plb_played *played,
                            struct plb_error *err) {
  size_t people = stage->scene->people, rates = stage->scene->rate_count;
  struct hand hand = {.stage = stage, .played = played, .replicate = replicate, .keep = keep};
  hand.floor = rates && stage->thresholds[0] < keep ? stage->thresholds[0] : keep;
  played->kept_count = 0;
  memset(played->errors_of, 0, people * rates * sizeof *played->errors_of);
  for (size_t r = 0; r < rates; r++)
    played->errors[r] = (struct plb_error_sums){.per_person = played->errors_of + r * people};
  if (stage->scene->model->mated)
    play_persons(&hand);
  else
    play_pairs(&hand);
  for (size_t r = 0; r < rates; r++) {
    played->errors[r].weighted_squares = plb_wide_value(hand.squares[r]);
    played->errors[r].weighted_products = plb_wide_value(hand.products[r]);
    played->errors[r].squares = (double)hand.plain_squares[r];
    played->errors[r].products = (double)hand.plain_products[r];
  }
  return hand.failed ? plb_fail_memory(err) : PLB_OK;
}

plb_status plb_play(const struct plb_stage *stage, uint32_t replicate, struct plb_played *played,
                    struct plb_error *err) {
  plb_status st = PLB_OK;
  if (!stage->scene->model->mated && !is_fixed(stage->scene) && (st = plb_draw_pairs(stage, replicate, played, err)))
    return st;
  if (!is_fixed(stage->scene) && (st = make_design(stage, played, err)))
    return st;
  plb_draw_people(stage, replicate, played);
  if ((st = play_once(stage, replicate, stage->keep, played, err)))
    return st;
  size_t needed = rows_needed(stage->scene->model->mated, (double)played->design.trials);
  if (played->kept_count < needed && stage->keep > -HUGE_VAL) /* too few were kept: again, the same scores */
    if ((st = play_once(stage, replicate, -HUGE_VAL, played, err)))
      return st;
  return lay_out_rows(stage, played, err);
}
