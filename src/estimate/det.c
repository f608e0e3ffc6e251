/* SPDX-License-Identifier: Apache-2.0
 *
 * See det.h. Steps arrive in ascending order of score. Before a step is taken, `passed` holds the
 * comparisons of each class below it, so the operating point at its score is
 *     false matches = non-mated - passed[non-mated],   false non-matches = passed[mated].
 *
 * The DET keeps every point while there are at most 2,000. Beyond that it keeps a point whenever one of
 * the two counts has moved by one part in R of its distance to the nearer end, with R such that no data
 * of this size can give more than 2,000 points; the choice depends on the counts alone.
 */
#include "estimate/det.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/key.h"
#include "base/memory.h"

struct walk {
  struct plb_det *det;
  uint64_t passed[2];
  size_t threshold, target, bin;
  bool any, crossed;
  struct plb_point last;                          /* the operating point at the last step */
  struct plb_point *all, *some;                   /* every point while few; chosen points */
  size_t all_count, some_count;                   /* all_count may pass the size of `all`: then it is not used */
  uint64_t resolution, next_match, next_nonmatch; /* keep a point when it reaches either */
};

/* (high, low) += value, error kept (Knuth's two-sum). */
static void add_exactly(double *high, double *low, double value) {
  double sum = *high + value, shadow = sum - *high;
  *low += (*high - (sum - shadow)) + (value - shadow);
  *high = sum;
}

static void add_moments(struct plb_moments *moments, double value, double times) {
  double product = value * times, square = value * value, squares = square * times;
  add_exactly(&moments->sum, &moments->sum_low, product);
  moments->sum_low += fma(value, times, -product);
  add_exactly(&moments->squares, &moments->squares_low, squares);
  moments->squares_low += fma(value, value, -square) * times + fma(square, times, -squares);
}

void plb_moments_of(const struct plb_moments *moments, uint64_t trials, double *mean, double *variance) {
  double n = (double)trials, sum = moments->sum + moments->sum_low;
  *mean = sum / n;
  /* sum of squares - n mean^2, in the same two-part arithmetic: the difference may be small */
  double product = sum * *mean, rest = fma(sum, *mean, -product);
  double high = moments->squares, low = moments->squares_low - rest;
  add_exactly(&high, &low, -product);
  double quotient_rest = fma(-*mean, n, sum) + (moments->sum - sum + moments->sum_low);
  *variance = (high + low - *mean * quotient_rest) / n;
  if (*variance < 0)
    *variance = 0;
}

plb_wide plb_rate_gap(const struct plb_det *det, const struct plb_point *point) {
  plb_wide match = (plb_wide)point->false_matches * det->trials[PLB_CLASS_MATED];
  plb_wide nonmatch = (plb_wide)point->false_nonmatches * det->trials[PLB_CLASS_NONMATED];
  return match > nonmatch ? match - nonmatch : nonmatch - match;
}

/* The gap falls from FMR > FNMR to FNMR > FMR: only the two points around the crossing can be least. */
static void look_for_eer(struct walk *walk, const struct plb_point *point) {
  struct plb_det *det = walk->det;
  if (walk->crossed)
    return;
  plb_wide match = (plb_wide)point->false_matches * det->trials[PLB_CLASS_MATED];
  plb_wide nonmatch = (plb_wide)point->false_nonmatches * det->trials[PLB_CLASS_NONMATED];
  if (!walk->any || plb_rate_gap(det, point) < plb_rate_gap(det, &det->eer))
    det->eer = *point;
  walk->crossed = match <= nonmatch;
}

static uint64_t step_of(const struct walk *walk, uint64_t count, uint64_t trials) {
  uint64_t nearer = count < trials - count ? count : trials - count;
  uint64_t step = nearer / walk->resolution;
  return step ? step : 1;
}

static void keep_point(struct walk *walk, const struct plb_point *point, bool always) {
  struct plb_det *det = walk->det;
  if (walk->all_count < PLB_CURVE_POINTS)
    walk->all[walk->all_count] = *point;
  walk->all_count++;
  bool moved = point->false_matches <= walk->next_match || point->false_nonmatches >= walk->next_nonmatch;
  if (!always && walk->some_count && !moved)
    return;
  if (walk->some_count == PLB_CURVE_POINTS)
    walk->some_count--; /* cannot happen by the choice of R; the last point stays in any case */
  walk->some[walk->some_count++] = *point;
  uint64_t match = step_of(walk, point->false_matches, det->trials[PLB_CLASS_NONMATED]);
  walk->next_match = point->false_matches > match ? point->false_matches - match : 0;
  walk->next_nonmatch = point->false_nonmatches + step_of(walk, point->false_nonmatches, det->trials[PLB_CLASS_MATED]);
}

static void answer_asked(struct walk *walk, const struct plb_point *point) {
  struct plb_det *det = walk->det;
  while (walk->threshold < det->threshold_count && (point->above || det->thresholds[walk->threshold] <= point->key))
    det->at_threshold[walk->threshold++] = *point;
  while (walk->target < det->target_count && point->false_matches <= det->most_errors[walk->target])
    det->at_target[walk->target++] = *point;
}

static void add_to_bins(struct walk *walk, const struct plb_step *step, double value) {
  struct plb_det *det = walk->det;
  if (isinf(value)) {
    *(value < 0 ? &det->below : &det->above) += step->count[0] + step->count[1];
    return;
  }
  while (walk->bin + 1 < det->bin_count && value >= det->bins[walk->bin].to)
    walk->bin++;
  det->bins[walk->bin].nonmated += step->count[PLB_CLASS_NONMATED];
  det->bins[walk->bin].mated += step->count[PLB_CLASS_MATED];
}

/* Counts in both classes at a score, apart from the operating point there. */
static void add_step(struct walk *walk, const struct plb_step *step) {
  struct plb_det *det = walk->det;
  double value = plb_value_of(step->key);
  uint64_t nonmated = step->count[PLB_CLASS_NONMATED], mated = step->count[PLB_CLASS_MATED];
  det->auc_twice += (plb_wide)mated * (2 * (plb_wide)walk->passed[PLB_CLASS_NONMATED] + nonmated);
  for (int class = 0; class < 2; class ++) {
    if (!step->count[class])
      continue;
    if (isinf(value))
      det->infinite[class] = true;
    else
      add_moments(&det->moments[class], value, (double)step->count[class]);
    walk->passed[class] += step->count[class];
  }
  add_to_bins(walk, step, value);
}

static void note_extremes(struct walk *walk, const struct plb_step *step, const struct plb_point *point) {
  struct plb_det *det = walk->det;
  if (step->count[PLB_CLASS_NONMATED] && !det->any_extreme[PLB_CLASS_NONMATED] &&
      point->false_matches <= PLB_EXTREMES) {
    det->any_extreme[PLB_CLASS_NONMATED] = true;
    det->nonmated_extreme = step->key;
  }
  if (step->count[PLB_CLASS_MATED] && walk->passed[PLB_CLASS_MATED] + step->count[PLB_CLASS_MATED] <= PLB_EXTREMES) {
    det->any_extreme[PLB_CLASS_MATED] = true;
    det->mated_extreme = step->key;
  }
}

static void take_steps(void *ctx, const struct plb_step *steps, size_t count) {
  struct walk *walk = ctx;
  struct plb_det *det = walk->det;
  for (size_t i = 0; i < count; i++) {
    struct plb_point point = {.key = steps[i].key,
                              .false_matches = det->trials[PLB_CLASS_NONMATED] - walk->passed[PLB_CLASS_NONMATED],
                              .false_nonmatches = walk->passed[PLB_CLASS_MATED]};
    if (!walk->any)
      det->lowest = steps[i].key;
    look_for_eer(walk, &point);
    answer_asked(walk, &point);
    keep_point(walk, &point, false);
    note_extremes(walk, &steps[i], &point);
    add_step(walk, &steps[i]);
    walk->any = true;
    walk->last = point;
  }
}

/* Equal bins between the least and the greatest finite score; of width 1 where the range is a whole
 * number from 10 to 100, since such scores are mostly counts. */
static bool make_bins(struct plb_det *det, const struct plb_system_tally *system) {
  uint64_t low_key = UINT64_MAX, high_key = 0;
  for (int class = 0; class < 2; class ++) {
    low_key = system->of[class].lowest < low_key ? system->of[class].lowest : low_key;
    high_key = system->of[class].highest > high_key ? system->of[class].highest : high_key;
  }
  double low = 0, high = 1;
  if (low_key <= high_key) {
    low = plb_value_of(low_key);
    high = plb_value_of(high_key);
  }
  double range = high - low;
  bool whole = low == floor(low) && high == floor(high) && range >= 10 && range <= 100;
  det->bin_count = whole ? (size_t)range + 1 : PLB_SCORE_BINS;
  if (range == 0)
    det->bin_count = 1;
  det->bins = plb_alloc(det->bin_count, sizeof *det->bins);
  if (!det->bins)
    return false;
  for (size_t k = 0; k < det->bin_count; k++) {
    double n = (double)det->bin_count;
    /* halves first: high - low may overflow */
    det->bins[k].from = whole ? low + (double)k : low * (1 - (double)k / n) + high * ((double)k / n);
    det->bins[k].to = whole ? low + (double)(k + 1) : low * (1 - (double)(k + 1) / n) + high * ((double)(k + 1) / n);
  }
  return true;
}

static uint64_t resolution_for(const struct plb_det *det) {
  double room = 4 + 2 * log((double)det->trials[0] + 1) + 2 * log((double)det->trials[1] + 1);
  return (uint64_t)(PLB_CURVE_POINTS / room);
}

/* The point above every score ends the curve, and meets every target that no score meets. */
static void finish(struct walk *walk) {
  struct plb_det *det = walk->det;
  det->highest = walk->last.key;
  /* the next key is the next double: nextafter(highest) */
  struct plb_point end = {.key = det->highest + 1, .above = true, .false_nonmatches = det->trials[PLB_CLASS_MATED]};
  answer_asked(walk, &end);
  keep_point(walk, &end, true);
  bool few = walk->all_count <= PLB_CURVE_POINTS;
  det->curve = few ? walk->all : walk->some;
  det->curve_count = few ? walk->all_count : walk->some_count;
  *(few ? &walk->all : &walk->some) = NULL;
}

plb_status plb_det_measure(struct plb_tally *tally, struct plb_system_tally *system, unsigned threads,
                           struct plb_det *det, struct plb_error *err) {
  struct walk walk = {.det = det, .next_nonmatch = 1};
  det->trials[0] = system->of[0].completed;
  det->trials[1] = system->of[1].completed;
  walk.resolution = resolution_for(det);
  walk.all = plb_alloc(PLB_CURVE_POINTS, sizeof *walk.all);
  walk.some = plb_alloc(PLB_CURVE_POINTS, sizeof *walk.some);
  plb_status status = walk.all && walk.some && make_bins(det, system) ? PLB_OK : plb_fail_memory(err);
  if (!status)
    status = plb_walk_steps(tally, system, threads, take_steps, &walk, err);
  if (!status)
    finish(&walk);
  free(walk.all);
  free(walk.some);
  if (status)
    plb_det_free(det);
  return status;
}

void plb_det_free(struct plb_det *det) {
  free(det->curve);
  free(det->bins);
  det->curve = NULL;
  det->bins = NULL;
}
