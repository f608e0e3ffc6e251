/* SPDX-License-Identifier: Apache-2.0
 *
 * See rates.h. Integer counts come from the tally; here they are laid out as the interval engine wants
 * them. Errors by pair of people come from the rows that were kept whole while a threshold has at most
 * PLB_EXTREMES errors (then every one of them was kept), else from the walk over all pairs.
 */
#include "estimate/rates.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define ICC_WITHOUT_SCORES 0.6 /* methods M.3: zero errors and nothing to borrow from */

struct class_counts {
  const struct plb_tally *tally;
  bool corner; /* wider limits are wanted too */
  enum plb_method method;
  size_t side; /* of plb_design */
  bool mated;
  size_t count; /* thresholds */
  const uint64_t *thresholds, *errors;
  struct plb_places places;
  struct plb_person_sums sums;
  struct plb_dyads dyads;
  double *weights; /* g_i by place */
  uint64_t *many;  /* thresholds with more errors than are kept */
  size_t *many_at; /* by threshold: its place in `many`, or SIZE_MAX */
  struct plb_extreme *extremes;
  uint32_t *pair_errors; /* scratch, by pair of the kept rows */
};

void plb_rates_free(struct plb_rates *rates) {
  free(rates->at);
  plb_kept_free(&rates->kept);
  *rates = (struct plb_rates){0};
}

static void free_counts(struct class_counts *counts) {
  plb_places_free(&counts->places);
  plb_person_sums_free(&counts->sums);
  plb_dyads_free(&counts->dyads);
  free(counts->weights);
  free(counts->many);
  free(counts->many_at);
  free(counts->extremes);
  free(counts->pair_errors);
}

static bool split_thresholds(struct class_counts *counts) {
  counts->many = plb_alloc(counts->count, sizeof *counts->many);
  counts->many_at = plb_alloc(counts->count, sizeof *counts->many_at);
  if (!counts->many || !counts->many_at)
    return false;
  for (size_t t = 0; t < counts->count; t++) {
    bool many = !counts->mated && counts->errors[t] > PLB_EXTREMES;
    counts->many_at[t] = many ? counts->dyads.threshold_count : SIZE_MAX;
    if (many)
      counts->many[counts->dyads.threshold_count++] = counts->thresholds[t];
  }
  counts->dyads.thresholds = counts->many;
  return true;
}

/* The kept rows as the engine wants them: larger rank_key = more error-like. */
static bool lay_out_extremes(struct class_counts *counts) {
  counts->extremes = plb_alloc(counts->sums.kept_count, sizeof *counts->extremes);
  counts->pair_errors = plb_alloc(counts->dyads.pair_count, sizeof *counts->pair_errors);
  if (!counts->extremes || !counts->pair_errors)
    return false;
  for (size_t k = 0; k < counts->sums.kept_count; k++) {
    const struct plb_kept_row *row = &counts->sums.kept[k];
    counts->extremes[k] = (struct plb_extreme){.rank_key = counts->mated ? ~row->key : row->key,
                                               .i = row->i,
                                               .j = row->j,
                                               .pair = counts->mated ? 0 : counts->dyads.kept_pair[k]};
  }
  return true;
}

static plb_status count_class(const struct plb_tally *tally, const struct plb_rows *rows, uint64_t trials,
                              unsigned threads, struct class_counts *counts, struct plb_error *err) {
  plb_status status = plb_person_sums_count(tally, rows, counts->mated, &counts->places, threads, &counts->sums, err);
  if (status)
    return status;
  if (!split_thresholds(counts))
    return plb_fail_memory(err);
  if (!counts->mated) {
    counts->weights = plb_alloc(counts->places.people, sizeof *counts->weights);
    if (!counts->weights)
      return plb_fail_memory(err);
    for (size_t i = 0; i < counts->places.people; i++)
      counts->weights[i] = plb_person_weight(counts->places.trials[i], trials);
    counts->dyads.weights = counts->weights;
    status = plb_dyads_count(tally, rows, &counts->places, counts->sums.kept, counts->sums.kept_count, threads,
                             &counts->dyads, err);
    if (status)
      return status;
  }
  return lay_out_extremes(counts) ? PLB_OK : plb_fail_memory(err);
}

/* Sums over pairs for a threshold all of whose errors are kept rows; `kept` of them are errors. */
static void sum_kept_pairs(struct class_counts *counts, size_t kept, struct plb_error_sums *sums) {
  plb_wide squares = 0, products = 0;
  uint64_t plain_squares = 0, plain_products = 0;
  memset(counts->pair_errors, 0, counts->dyads.pair_count * sizeof *counts->pair_errors);
  for (size_t k = 0; k < kept; k++) {
    const struct plb_extreme *row = &counts->extremes[k];
    if (row->i == row->j)
      continue; /* inside a cluster: of no pair */
    plb_wide weight = plb_pair_weight(counts->weights[row->i], counts->weights[row->j]);
    /* Y^2 grows by 2Y + 1 with each further error of the pair */
    uint64_t step = 2 * (uint64_t)counts->pair_errors[row->pair]++ + 1, trials = counts->dyads.pair_trials[row->pair];
    squares += (plb_wide)weight * step;
    products += (plb_wide)weight * trials;
    plain_squares += step;
    plain_products += trials;
  }
  sums->squares = (double)plain_squares;
  sums->products = (double)plain_products;
  sums->weighted_squares = plb_wide_value(squares);
  sums->weighted_products = plb_wide_value(products);
}

static void sum_pairs(struct class_counts *counts, size_t t, struct plb_error_sums *sums) {
  size_t many = counts->many_at[t];
  if (many == SIZE_MAX) {
    sum_kept_pairs(counts, (size_t)sums->errors, sums);
    return;
  }
  sums->weighted_squares = counts->dyads.weighted_squares[many];
  sums->weighted_products = counts->dyads.weighted_products[many];
  sums->squares = counts->dyads.squares[many];
  sums->products = counts->dyads.products[many];
}

static void rate_is_of(const struct plb_tally *tally, const struct plb_places *places, struct plb_rate *rate) {
  rate->has_people = true;
  rate->people = places->persons;
  rate->has_clusters = tally->cluster != NULL;
  rate->clusters = rate->has_clusters ? places->people : 0;
}

static plb_status measure_rate(struct class_counts *counts, const struct plb_design *design,
                               const struct plb_design_sums *derived, size_t t, double level, struct plb_rate *rate,
                               struct plb_error *err) {
  struct plb_error_sums sums = {.errors = counts->errors[t], .per_person = counts->sums.errors + t * design->people};
  struct plb_extremes extremes = {.rows = counts->extremes,
                                  .count = counts->sums.kept_count,
                                  .pair_trials = counts->dyads.pair_trials,
                                  .pairs = counts->dyads.pair_count,
                                  .cut_level = counts->sums.kept_count < design->trials};
  if (design->dyadic)
    sum_pairs(counts, t, &sums);
  *rate = (struct plb_rate){.errors = sums.errors, .trials = design->trials};
  rate_is_of(counts->tally, &counts->places, rate);
  plb_status status = plb_involved_find(design, &sums, &rate->involved, err);
  if (!status)
    status = plb_pl_interval(design, derived, &sums, &extremes, level, 0, &rate->narrow, err);
  if (!status && counts->corner)
    status = plb_pl_interval(design, derived, &sums, &extremes, (2 + level) / 3, 0, &rate->corner, err);
  return status ? status : plb_rate_say(counts->method, design, derived, &sums, level, rate, err);
}

static plb_status measure_people(struct plb_tally *tally, const struct plb_rows *rows, struct class_counts *counts,
                                 double level, unsigned threads, struct plb_rates *rates, struct plb_error *err) {
  struct plb_design_sums derived = {0};
  plb_status status = plb_places_make(tally, rows, counts->mated, threads, &counts->places, err);
  if (status || (status = count_class(tally, rows, rows->count, threads, counts, err)))
    return status;
  struct plb_design design = {.dyadic = !counts->mated,
                              .people = counts->places.people,
                              .trials = rows->count,
                              .inner = counts->places.inner,
                              .per_person = counts->places.trials,
                              .sum_squares = counts->dyads.sum_squares,
                              .sum_weighted = counts->dyads.sum_weighted,
                              .side = counts->side};
  if ((status = plb_design_derive(&design, &derived, err)))
    return status;
  for (size_t t = 0; t < counts->count && !status; t++)
    status = measure_rate(counts, &design, &derived, t, level, &rates->at[t], err);
  rates->sampled = counts->dyads.sampled;
  free(derived.g);
  return status;
}

void plb_rate_of_independent(uint64_t errors, uint64_t trials, double level, enum plb_method method,
                             struct plb_rate *rate) {
  struct plb_limits narrow = plb_clopper_pearson((double)errors, (double)trials, level);
  struct plb_limits corner = plb_clopper_pearson((double)errors, (double)trials, (2 + level) / 3);
  *rate = (struct plb_rate){.errors = errors, .trials = trials};
  rate->narrow = (struct plb_pl){.pl = narrow, .strict = narrow, .worst_case = {0, 1}, .design_effect = 1, .most = 1};
  rate->corner = (struct plb_pl){.pl = corner, .strict = corner, .worst_case = {0, 1}, .design_effect = 1, .most = 1};
  plb_rate_say_unknown(method, level, rate);
}

plb_status plb_rate_of_attempts(const struct plb_tally *tally, const struct plb_places *places, const uint64_t *errors,
                                double level, enum plb_method method, struct plb_rate *rate, struct plb_error *err) {
  struct plb_design design = {.people = places->people, .per_person = places->trials};
  if (plb_method_entry(method)->drawn)
    method = PLB_METHOD_PL;
  uint64_t *errors_at = plb_alloc(places->people, sizeof *errors_at);
  struct plb_error_sums sums = {.per_person = errors_at};
  struct plb_design_sums derived = {0};
  for (size_t k = 0; k < places->people; k++)
    design.trials += places->trials[k];
  for (uint32_t person = 0; errors_at && person < tally->census.people.count; person++) {
    if (places->place[person] == PLB_NOBODY)
      continue;
    errors_at[places->place[person]] += errors[person];
    sums.errors += errors[person];
  }
  *rate = (struct plb_rate){.errors = sums.errors, .trials = design.trials};
  rate_is_of(tally, places, rate);
  plb_status status = errors_at ? plb_design_derive(&design, &derived, err) : plb_fail_memory(err);
  if (!status)
    status = plb_pl_interval(&design, &derived, &sums, NULL, level, ICC_WITHOUT_SCORES, &rate->narrow, err);
  if (!status)
    status = plb_pl_interval(&design, &derived, &sums, NULL, (2 + level) / 3, ICC_WITHOUT_SCORES, &rate->corner, err);
  if (!status)
    status = plb_rate_say(method, &design, &derived, &sums, level, rate, err);
  free(derived.g);
  free(errors_at);
  return status;
}

plb_status plb_rates_measure(struct plb_tally *tally, const struct plb_system_tally *system, enum plb_class class,
                             const struct plb_det *det, const uint64_t *thresholds, const uint64_t *errors,
                             size_t count, double level, bool corner, enum plb_method method, unsigned threads,
                             struct plb_rates *rates, struct plb_error *err) {
  const struct plb_class_tally *of = &system->of[class];
  *rates = (struct plb_rates){.at = plb_alloc(count, sizeof *rates->at), .count = count};
  if (!rates->at)
    return plb_fail_memory(err);
  if (!of->rows.count) {
    for (size_t t = 0; t < count && of->completed; t++)
      plb_rate_of_independent(errors[t], of->completed, level, method, &rates->at[t]);
    return PLB_OK;
  }
  bool mated = class == PLB_CLASS_MATED;
  struct class_counts counts = {.tally = tally,
                                .corner = corner,
                                .method = method,
                                .mated = mated,
                                .count = count,
                                .thresholds = thresholds,
                                .errors = errors};
  counts.side = mated ? 0 : plb_tally_smaller_side(system);
  counts.sums = (struct plb_person_sums){.thresholds = thresholds, .threshold_count = count, .keep_from = 1};
  if (det->any_extreme[class]) {
    counts.sums.keep_from = mated ? 0 : det->nonmated_extreme;
    counts.sums.keep_to = mated ? det->mated_extreme : UINT64_MAX;
  }
  plb_status status = measure_people(tally, &of->rows, &counts, level, threads, rates, err);
  if (!status)
    plb_kept_take(&counts.places, &counts.sums, of->completed, &rates->kept);
  free_counts(&counts);
  if (status)
    plb_rates_free(rates);
  return status;
}
