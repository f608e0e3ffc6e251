/* SPDX-License-Identifier: Apache-2.0 */
#include "table.h"

#include <math.h>
#include <stdlib.h>

#include "base/key.h"

#define TWO_PI 6.28318530717958647693

uint64_t dice_bits(struct dice *dice) {
  uint64_t z = dice->state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

double dice_uniform(struct dice *dice) {
  return ((double)(dice_bits(dice) >> 12) + 0.5) * 0x1p-52;
}

double dice_normal(struct dice *dice) {
  if (dice->has_spare) {
    dice->has_spare = false;
    return dice->spare;
  }
  double radius = sqrt(-2.0 * log(dice_uniform(dice))), angle = TWO_PI * dice_uniform(dice);
  dice->spare = radius * sin(angle);
  dice->has_spare = true;
  return radius * cos(angle);
}

uint64_t dice_below(struct dice *dice, uint64_t n) {
  return dice_bits(dice) % n;
}

void table_free(struct table *table) {
  free(table->rows);
  *table = (struct table){.rows = NULL};
}

static void one_way_model(struct dice *dice, const struct model *model, struct table *table) {
  table->rows = calloc(model->people * model->samples, sizeof *table->rows);
  double person = sqrt(model->share_person), rest = sqrt(1.0 - model->share_person);
  for (uint32_t i = 0; i < model->people; i++) {
    double effect = person * dice_normal(dice);
    for (size_t k = 0; k < model->samples; k++)
      table->rows[table->count++] = (struct row){.score = effect + rest * dice_normal(dice), .i = i, .j = i};
  }
}

static void pair_model(struct dice *dice, const struct model *model, struct table *table) {
  size_t n = model->people, m = model->samples;
  table->rows = calloc(n * (n - 1) / 2 * m * m, sizeof *table->rows);
  double *effect = calloc(n * m, sizeof *effect); /* of a sample and its person */
  for (size_t i = 0; i < n; i++) {
    double person = sqrt(model->share_person) * dice_normal(dice);
    for (size_t a = 0; a < m; a++)
      effect[i * m + a] = person + sqrt(model->share_sample) * dice_normal(dice);
  }
  double rest = sqrt(1.0 - 2.0 * model->share_person - model->share_pair - 2.0 * model->share_sample);
  for (size_t i = 0; i < n; i++)
    for (size_t j = i + 1; j < n; j++) {
      double pair = sqrt(model->share_pair) * dice_normal(dice);
      for (size_t ab = 0; ab < m * m; ab++) {
        double score = effect[i * m + ab / m] + effect[j * m + ab % m] + pair + rest * dice_normal(dice);
        table->rows[table->count++] = (struct row){.score = score, .i = (uint32_t)i, .j = (uint32_t)j};
      }
    }
  free(effect);
}

void table_of_model(struct dice *dice, const struct model *model, struct table *table) {
  *table = (struct table){.dyadic = model->dyadic, .people = model->people};
  if (model->dyadic)
    pair_model(dice, model, table);
  else
    one_way_model(dice, model, table);
}

/* Numbers the people that occur 0, 1, ... */
static void close_ranks(struct table *table) {
  uint32_t *number = malloc(table->people * sizeof *number), used = 0;
  for (size_t i = 0; i < table->people; i++)
    number[i] = UINT32_MAX;
  for (size_t r = 0; r < table->count; r++) {
    uint32_t *ends[2] = {&table->rows[r].i, &table->rows[r].j};
    for (int e = 0; e < 2; e++) {
      if (number[*ends[e]] == UINT32_MAX)
        number[*ends[e]] = used++;
      *ends[e] = number[*ends[e]];
    }
  }
  table->people = used;
  free(number);
}

void table_at_random(struct dice *dice, bool dyadic, size_t people, size_t rows, double step, struct table *table) {
  *table = (struct table){.dyadic = dyadic, .people = people, .count = rows};
  table->rows = calloc(rows, sizeof *table->rows);
  double *effect = calloc(people, sizeof *effect);
  for (size_t i = 0; i < people; i++)
    effect[i] = 0.5 * dice_normal(dice);
  for (size_t r = 0; r < rows; r++) {
    /* the product of two draws favours low numbers: some people come often, some never */
    uint32_t i = (uint32_t)(dice_uniform(dice) * dice_uniform(dice) * (double)people);
    uint32_t j = i;
    while (dyadic && j == i)
      j = (uint32_t)dice_below(dice, people);
    if (dyadic && r && dice_uniform(dice) < 0.2) { /* the pair of the row before, turned round */
      i = table->rows[r - 1].j;
      j = table->rows[r - 1].i;
    }
    double score = effect[i] + (dyadic ? effect[j] : 0.0) + dice_normal(dice);
    if (step > 0.0)
      score = step * nearbyint(score / step) + 0.0;
    table->rows[r] = (struct row){.score = score, .i = i, .j = j};
  }
  free(effect);
  close_ranks(table);
}

void table_in_clusters(struct dice *dice, size_t clusters, struct table *table) {
  uint32_t *cluster = malloc(table->people * sizeof *cluster);
  for (size_t i = 0; i < table->people; i++)
    cluster[i] = (uint32_t)dice_below(dice, clusters);
  for (size_t r = 0; r < table->count; r++) {
    table->rows[r].i = cluster[table->rows[r].i];
    table->rows[r].j = cluster[table->rows[r].j];
  }
  table->people = clusters;
  free(cluster);
  close_ranks(table);
}

static int more_extreme_first(const void *left, const void *right) {
  uint64_t a = ((const struct plb_extreme *)left)->rank_key, b = ((const struct plb_extreme *)right)->rank_key;
  return (a < b) - (a > b);
}

static uint32_t pair_number(const struct table *table, const struct inputs *inputs, const struct row *row) {
  return table->dyadic && row->i != row->j ? inputs->pair_of[row->i * table->people + row->j] : UINT32_MAX;
}

static void count_pairs(const struct table *table, struct inputs *inputs) {
  size_t n = table->people;
  inputs->pair_of = malloc(n * n * sizeof *inputs->pair_of);
  inputs->pair_trials = calloc(table->count + 1, sizeof *inputs->pair_trials);
  for (size_t k = 0; k < n * n; k++)
    inputs->pair_of[k] = UINT32_MAX;
  uint32_t pairs = 0;
  for (size_t r = 0; r < table->count && table->dyadic; r++) {
    const struct row *row = &table->rows[r];
    if (row->i == row->j)
      continue;
    uint32_t *number = &inputs->pair_of[row->i * n + row->j];
    if (*number == UINT32_MAX)
      *number = inputs->pair_of[row->j * n + row->i] = pairs++;
    inputs->pair_trials[*number]++;
  }
  inputs->extremes.pair_trials = inputs->pair_trials;
  inputs->extremes.pairs = pairs;
}

/* The most extreme rows, whole groups of ties, as long as the group fits into `capacity`. */
static void keep_extremes(const struct table *table, size_t capacity, struct inputs *inputs) {
  struct plb_extreme *all = calloc(table->count, sizeof *all);
  for (size_t r = 0; r < table->count; r++) {
    const struct row *row = &table->rows[r];
    all[r] = (struct plb_extreme){.rank_key = plb_key_of(row->score), .i = row->i, .j = row->j};
    all[r].pair = pair_number(table, inputs, row);
  }
  qsort(all, table->count, sizeof *all, more_extreme_first);
  size_t kept = 0;
  while (kept < table->count) {
    size_t end = kept;
    while (end < table->count && all[end].rank_key == all[kept].rank_key)
      end++;
    if (end > capacity)
      break;
    kept = end;
  }
  inputs->extreme_rows = all;
  inputs->extremes.rows = all;
  inputs->extremes.count = kept;
  inputs->extremes.cut_level = kept < table->count ? all[kept].rank_key : 0;
}

void inputs_of(const struct table *table, size_t capacity, struct inputs *inputs) {
  *inputs = (struct inputs){.design = {.dyadic = table->dyadic, .people = table->people, .trials = table->count}};
  inputs->trials_of = calloc(table->people, sizeof *inputs->trials_of);
  for (size_t r = 0; r < table->count; r++) {
    inputs->trials_of[table->rows[r].i]++;
    if (table->rows[r].i != table->rows[r].j)
      inputs->trials_of[table->rows[r].j]++;
    else
      inputs->design.inner += table->dyadic;
  }
  inputs->design.per_person = inputs->trials_of;
  count_pairs(table, inputs);
  size_t n = table->people;
  for (size_t i = 0; i < n; i++)
    for (size_t j = i + 1; j < n; j++) {
      uint32_t pair = inputs->pair_of[i * n + j];
      double trials = pair == UINT32_MAX ? 0.0 : (double)inputs->pair_trials[pair];
      double weight =
          plb_person_weight(inputs->trials_of[i], table->count) * plb_person_weight(inputs->trials_of[j], table->count);
      inputs->design.sum_squares += trials * trials;
      inputs->design.sum_weighted += weight * trials * trials;
    }
  keep_extremes(table, capacity, inputs);
  if (plb_design_derive(&inputs->design, &inputs->sums, NULL))
    abort();
}

void inputs_free(struct inputs *inputs) {
  free(inputs->trials_of);
  free(inputs->pair_trials);
  free(inputs->pair_of);
  free(inputs->extreme_rows);
  free(inputs->sums.g);
}

void errors_of(const struct table *table, const struct inputs *inputs, double threshold,
               struct plb_error_sums *errors) {
  uint64_t *per_person = calloc(table->people, sizeof *per_person);
  uint64_t *per_pair = calloc(inputs->extremes.pairs + 1, sizeof *per_pair);
  *errors = (struct plb_error_sums){.per_person = per_person};
  for (size_t r = 0; r < table->count; r++) {
    const struct row *row = &table->rows[r];
    if (row->score < threshold)
      continue;
    errors->errors++;
    per_person[row->i]++;
    if (row->i != row->j) {
      per_person[row->j]++;
      per_pair[pair_number(table, inputs, row)]++;
    }
  }
  plb_wide squares = 0, products = 0;
  size_t n = table->people;
  for (size_t i = 0; i < n && table->dyadic; i++)
    for (size_t j = i + 1; j < n; j++) {
      uint32_t pair = inputs->pair_of[i * n + j];
      if (pair == UINT32_MAX)
        continue;
      plb_wide weight = plb_pair_weight(inputs->sums.g[i], inputs->sums.g[j]);
      squares += weight * per_pair[pair] * per_pair[pair];
      products += weight * per_pair[pair] * inputs->pair_trials[pair];
      errors->squares += (double)(per_pair[pair] * per_pair[pair]);
      errors->products += (double)(per_pair[pair] * inputs->pair_trials[pair]);
    }
  errors->weighted_squares = plb_wide_value(squares);
  errors->weighted_products = plb_wide_value(products);
  free(per_pair);
}

void errors_free(struct plb_error_sums *errors) {
  free((void *)(uintptr_t)errors->per_person);
  errors->per_person = NULL;
}
