/* SPDX-License-Identifier: Apache-2.0
 *
 * From replicates to limits: percentiles, joined with PL's limits where fewer than ten errors carry them, and what is
 * made of the spread of AUC.
 */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "estimate/redraw_parts.h"
#include "resample/auc.h"

static struct plb_redrawn_limits limits_of(struct redraw *redraw, const double *values, double level) {
  const struct plb_resample *from = &redraw->replicates;
  double limits[2] = {0, 0};
  struct plb_redrawn_limits found = {0};
  found.exists = plb_percentiles(values, from->usable, from->replicates, level, redraw->scratch, limits);
  found.lower = limits[0];
  found.upper = limits[1];
  return found;
}

static void widen(struct plb_redrawn_limits *limits, const double by[2]) {
  limits->lower = fmin(limits->lower, by[0]);
  limits->upper = fmax(limits->upper, by[1]);
}

static void join(struct plb_redrawn_limits *limits, double lower, double upper) {
  widen(limits, (const double[]){lower, upper});
  limits->joined = true;
}

static int compare_keys(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

/* Limits of a threshold are observed scores: quantiles rounded outwards. */
static void limits_of_key(struct redraw *redraw, const uint64_t *found, uint64_t limits[2]) {
  const struct plb_resample *from = &redraw->replicates;
  uint64_t *keys = (uint64_t *)(void *)redraw->scratch;
  double out = (1 - redraw->study->options->level) / 2;
  size_t n = 0;
  for (size_t r = 0; r < from->replicates; r++)
    if (from->usable[r])
      keys[n++] = found[r];
  qsort(keys, n, sizeof *keys, compare_keys);
  size_t left = (size_t)(out * (double)(n - 1));
  limits[0] = keys[left];
  limits[1] = keys[n - 1 - left];
}

/* Claims are judged together, at levels that are not known yet: all replicates are kept, in order. */
static bool keep_drawn(const struct redraw *redraw, const double *values, struct plb_redrawn_point *into) {
  const struct plb_resample *from = &redraw->replicates;
  if (!(into->drawn = plb_alloc(from->replicates, sizeof *into->drawn)))
    return false;
  for (size_t r = 0; r < from->replicates; r++)
    if (from->usable[r])
      into->drawn[into->drawn_count++] = values[r];
  plb_sort_values(into->drawn, into->drawn_count);
  return true;
}

/* FNMR at FMR targets, where --interval asks for percentiles: what they say by themselves. */
static bool take_points(struct redraw *redraw) {
  const struct plb_measured *measured = redraw->measured;
  const struct plb_resample *from = &redraw->replicates;
  for (size_t p = 0; p < measured->point_count; p++) {
    size_t target = redraw->target_of[p];
    if (target == SIZE_MAX)
      continue;
    const struct plb_study_point *point = &measured->points[p];
    struct plb_redrawn_point *into = &redraw->into->points[p];
    const double *values = from->fnmr_at_target + target * from->replicates;
    double level = redraw->study->options->level;
    into->fnmr = limits_of(redraw, values, level);
    into->corner = limits_of(redraw, values, (2 + level) / 3);
    if (!into->fnmr.exists)
      continue;
    if (point->claimed && !keep_drawn(redraw, values, into))
      return false;
    if ((into->has_keys = point->point.false_matches >= FEW_ERRORS))
      limits_of_key(redraw, from->key_at_target + target * from->replicates, into->keys);
  }
  return true;
}

static void say(struct redraw *redraw, const double *values, struct plb_rate *rate) {
  double level = redraw->study->options->level;
  struct plb_redrawn_limits narrow = limits_of(redraw, values, level);
  struct plb_redrawn_limits corner = limits_of(redraw, values, (2 + level) / 3);
  if (rate->narrow.few)
    return; /* the worst case stands */
  rate->said.exists = narrow.exists;
  rate->said.narrow = (struct plb_limits){narrow.lower, narrow.upper};
  rate->said.corner = (struct plb_limits){corner.lower, corner.upper};
}

/* Rates at fixed thresholds. */
static void take_thresholds(struct redraw *redraw) {
  const struct plb_measured *measured = redraw->measured;
  const struct plb_resample *from = &redraw->replicates;
  for (size_t t = 0; t < redraw->threshold_count; t++) {
    size_t p = 0;
    while (measured->points[p].point.key != redraw->thresholds[t])
      p++;
    for (int c = 0; c < 2; c++)
      say(redraw, from->rate_at[c] + t * from->replicates, &measured->rates[c].at[measured->points[p].at]);
  }
}

/* Both rates at one more threshold. */
static plb_status rates_at(struct redraw *redraw, const struct plb_point *point, struct plb_rates rates[2],
                           struct plb_error *err) {
  plb_status status = PLB_OK;
  for (int c = 0; c < 2 && !status; c++) {
    uint64_t errors = c == PLB_CLASS_MATED ? point->false_nonmatches : point->false_matches;
    status = plb_rates_measure(redraw->study->tally, redraw->measured->system, (enum plb_class)c,
                               &redraw->measured->det, &point->key, &errors, 1, redraw->study->options->level, false,
                               redraw->study->method, redraw->study->threads, &rates[c], err);
  }
  return status;
}

/* Fewer than ten comparisons of a class lie among the scores of the other: AUC then rests on these few. Near its ends
 * the curve has every point at which a count changes. */
static bool hardly_overlap(const struct plb_det *det) {
  size_t above = 0, below = 0; /* the first point without a false match, the last one without a false non-match */
  while (det->curve[above].false_matches)
    above++;
  while (below + 1 < det->curve_count && !det->curve[below + 1].false_nonmatches)
    below++;
  return det->curve[above].false_nonmatches < FEW_ERRORS || det->curve[below].false_matches < FEW_ERRORS;
}

/* The same where classes are the wrong way round: of mated scores few reach those of non-mated comparisons. */
static bool hardly_overlap_turned(const struct plb_det *det) {
  const uint64_t nonmated = det->trials[PLB_CLASS_NONMATED], mated = det->trials[PLB_CLASS_MATED];
  size_t above = 0, below = 0; /* the first point without a mated score left, the last one with all non-mated ones */
  while (above + 1 < det->curve_count && det->curve[above].false_nonmatches < mated)
    above++;
  while (below + 1 < det->curve_count && det->curve[below + 1].false_matches == nonmated)
    below++;
  return mated - det->curve[below].false_nonmatches < FEW_ERRORS ||
         nonmated - det->curve[above].false_matches < FEW_ERRORS;
}

/* The EER, (FNMR + s FMR) / (1 + s) to first order, from the distances of both rates to their limits: MOVER with PL's
 * limits (Zou and Donner 2008), as of independent rates. */
static void join_eer(const struct plb_det *det, const struct plb_rate *fmr, const struct plb_rate *fnmr,
                     struct plb_redrawn_limits *eer) {
  double value = plb_det_mean_rate(det, &det->eer), slope = plb_det_slope(det, &det->eer);
  double mated = (double)fnmr->errors / (double)fnmr->trials, nonmated = (double)fmr->errors / (double)fmr->trials;
  const struct plb_limits *one = &fnmr->narrow.pl, *other = &fmr->narrow.pl;
  double below = hypot(mated - one->lower, slope * (nonmated - other->lower)) / (1 + slope);
  double above = hypot(one->upper - mated, slope * (other->upper - nonmated)) / (1 + slope);
  join(eer, fmax(value - below, 0), fmin(value + above, 1));
}

static uint64_t rarer_of(uint64_t errors, uint64_t trials) {
  return errors < trials - errors ? errors : trials - errors;
}

/* AUC falls short of 1 by no more than the sum of both rates at one threshold, and is itself no more than the sum of
 * what both are short of 1. */
static void join_auc(const struct plb_det *det, const struct plb_rate *fmr, const struct plb_rate *fnmr,
                     struct plb_redrawn_limits *auc) {
  if (plb_det_auc(det) >= 0.5 && hardly_overlap(det))
    join(auc, fmax(1 - fmr->narrow.pl.upper - fnmr->narrow.pl.upper, 0), 0);
  else if (plb_det_auc(det) < 0.5 && hardly_overlap_turned(det))
    join(auc, 1, fmin(2 - fmr->narrow.pl.lower - fnmr->narrow.pl.lower, 1));
}

/* With few errors at the EER's threshold, or few comparisons without one, or replicates that are all alike: the EER
 * from the limits of both rates there, and AUC's limits as far as these allow. */
plb_status plb_redraw_join_few(struct redraw *redraw, struct plb_error *err) {
  struct plb_redrawn *into = redraw->into;
  const struct plb_det *det = &redraw->measured->det;
  uint64_t matches = rarer_of(det->eer.false_matches, det->trials[PLB_CLASS_NONMATED]);
  uint64_t nonmatches = rarer_of(det->eer.false_nonmatches, det->trials[PLB_CLASS_MATED]);
  uint64_t fewest = matches < nonmatches ? matches : nonmatches;
  bool flat = into->eer.exists && !(into->eer.upper > into->eer.lower);
  struct plb_rates rates[2] = {{0}, {0}};
  if (redraw->drawn || !into->any || (fewest >= FEW_ERRORS && !flat))
    return PLB_OK;
  plb_status status = rates_at(redraw, &det->eer, rates, err);
  if (!status) {
    const struct plb_rate *fmr = &rates[0].at[0], *fnmr = &rates[1].at[0];
    if (into->eer.exists && (flat || fewest < (into->eer.delta ? FEW_ERRORS : PLB_FEW_AT_EER))) {
      join_eer(det, fmr, fnmr, &into->eer);
      into->eer.fewest = fewest;
      into->eer.unborrowed = plb_rate_unborrowed(fmr) || plb_rate_unborrowed(fnmr);
    }
    if (into->auc.exists)
      join_auc(det, fmr, fnmr, &into->auc);
  }
  plb_rates_free(&rates[0]);
  plb_rates_free(&rates[1]);
  return status;
}

/* Student's limits on the logit scale, with the spread over replicates. Percentiles lie too low: in each replicate the
 * threshold is where rates differ least, and people who weigh nothing have no errors. */
static struct plb_redrawn_limits eer_of(struct redraw *redraw) {
  const struct plb_resample *from = &redraw->replicates;
  const struct plb_det *det = &redraw->measured->det;
  double value = plb_det_mean_rate(det, &det->eer), level = redraw->study->options->level;
  if (redraw->drawn)
    return limits_of(redraw, from->eer_in, level);
  double n = (double)redraw->into->replicates, sum = 0, squares = 0, limits[2];
  for (size_t r = 0; r < from->replicates; r++) {
    double off = from->usable[r] ? from->eer_in[r] - value : 0;
    sum += off;
    squares += off * off;
  }
  struct plb_spread spread = {value, sqrt(fmax(squares - sum * sum / n, 0) / (n - 1)),
                              (double)(plb_fewest_people(redraw->measured) - 1)};
  struct plb_redrawn_limits eer = {.exists = true, .lower = value, .upper = value};
  if (plb_spread_limits(&spread, level, limits))
    widen(&eer, limits);
  return eer;
}

/* Pairs of scores in one block were taken as tied, in the replicates and in the whole alike: what they differ by is
 * what the AUC may be wrong by. */
static plb_status take_auc(struct redraw *redraw, struct plb_error *err) {
  const struct plb_resample *from = &redraw->replicates;
  struct plb_redrawn_limits *auc = &redraw->into->auc;
  double value = plb_det_auc(&redraw->measured->det), limits[2];
  if (redraw->drawn) {
    *auc = limits_of(redraw, from->auc_in, redraw->study->options->level);
    auc->lower = fmin(fmax(auc->lower + value - from->auc_of_all, 0), value);
    auc->upper = fmax(fmin(auc->upper + value - from->auc_of_all, 1), value);
    return PLB_OK;
  }
  *auc = (struct plb_redrawn_limits){.exists = true, .lower = value, .upper = value};
  if (plb_auc_limits(from, value, redraw->study->options->level, (double)(plb_fewest_people(redraw->measured) - 1),
                     limits))
    widen(auc, limits);
  if (value == 1)
    return PLB_OK; /* nothing is misplaced, so that join_few says all there is to say */
  bool few;
  plb_status status = plb_auc_few(redraw->list, &from->who, redraw->study->options->level, limits, &few, err);
  if (!status)
    plb_redrawn_widen_auc(auc, limits, few);
  return status;
}

plb_status plb_redraw_take(struct redraw *redraw, struct plb_error *err) {
  struct plb_redrawn *into = redraw->into;
  const struct plb_resample *from = &redraw->replicates;
  if (!(redraw->scratch = plb_alloc(from->replicates, sizeof *redraw->scratch)))
    return plb_fail_memory(err);
  for (size_t r = 0; r < from->replicates; r++)
    into->replicates += from->usable[r];
  if (into->replicates < 2) {
    into->why = "too few replicates for an interval";
    return PLB_OK;
  }
  into->any = true;
  if (!take_points(redraw))
    return plb_fail_memory(err);
  take_thresholds(redraw);
  if (redraw->eer)
    into->eer = eer_of(redraw);
  plb_status status = redraw->auc ? take_auc(redraw, err) : PLB_OK;
  return status ? status : plb_redraw_band(redraw, err);
}
