/* SPDX-License-Identifier: Apache-2.0
 *
 * See delta.h: what is read off the DET, and limits from a standard error.
 *
 * The slope is a difference between points far apart, since FNMR counts in between are small numbers. FMR and FNMR are
 * taken by their logits, in which a DET is nearly a straight line; a difference of the rates themselves would be off by
 * the bend of the curve between half and twice the FMR.
 */
#include <math.h>

#include "base/key.h"
#include "estimate/delta.h"
#include "interval/spread.h"

#define FEW_FOR_SPREAD 5  /* mated errors, or comparisons without one; with fewer PL's limits stand alone */
#define ALL_BUT_NONE 1e-6 /* false matches: what has fewer is the least strict threshold without one */
#define MANY_MATCHES 1000 /* with fewer the threshold lies farther off than a straight line reaches */

/* The logit of a rate; no errors count as half a one, and none right likewise. */
static double logit_of(double errors, double trials) {
  return plb_logit(fmin(fmax(errors, 0.5), trials - 0.5) / trials);
}

double plb_det_slope(const struct plb_det *det, const struct plb_point *at) {
  double nonmated = (double)det->trials[PLB_CLASS_NONMATED], mated = (double)det->trials[PLB_CLASS_MATED];
  double here = (double)at->false_matches;
  double more = fmin(fmax(2 * here, 4 * PLB_FEWEST_FOR_SLOPE), (here + nonmated) / 2);
  const struct plb_point *low = &det->curve[0], *high = &det->curve[0];
  for (size_t k = 0; k < det->curve_count; k++) {
    double matches = (double)det->curve[k].false_matches;
    if (matches >= more)
      low = &det->curve[k];
    if (matches >= PLB_FEWEST_FOR_SLOPE && (double)high->false_matches > here / 2)
      high = &det->curve[k];
  }
  double run = logit_of((double)low->false_matches, nonmated) - logit_of((double)high->false_matches, nonmated);
  double rise = logit_of((double)high->false_nonmatches, mated) - logit_of((double)low->false_nonmatches, mated);
  if (!(run > 0))
    return 0;
  double fmr = fmin(fmax(here, 0.5), nonmated - 0.5) / nonmated;
  double fnmr = fmin(fmax((double)at->false_nonmatches, 0.5), mated - 0.5) / mated;
  return rise / run * (fnmr * (1 - fnmr)) / (fmr * (1 - fmr));
}

/* On the line from one point of the curve to the next. */
static struct plb_crossing between(const struct plb_det *det, const struct plb_point *from, const struct plb_point *to,
                                   double false_matches, bool up) {
  double mated = (double)det->trials[PLB_CLASS_MATED];
  double at = ((double)from->false_matches - false_matches) / ((double)from->false_matches - (double)to->false_matches);
  double low = plb_value_of(from->key), high = plb_value_of(to->key), value = low * (1 - at) + high * at;
  struct plb_crossing found = {.key = up ? to->key : from->key};
  if (det->thinned && !to->above && isfinite(low) && isfinite(high)) {
    found.key = plb_key_of(value);
    found.fnmr = ((double)from->false_nonmatches * (1 - at) + (double)to->false_nonmatches * at) / mated;
  } else {
    found.fnmr = (double)(up ? to : from)->false_nonmatches / mated;
  }
  return found;
}

struct plb_crossing plb_det_crossing(const struct plb_det *det, double false_matches, bool up) {
  size_t last = det->curve_count - 1, k = 0; /* the last point with at least so many */
  while (k < last && (double)det->curve[k + 1].false_matches >= false_matches)
    k++;
  const struct plb_point *from = &det->curve[k];
  if (k == last || (double)from->false_matches <= false_matches)
    return (struct plb_crossing){from->key, (double)from->false_nonmatches / (double)det->trials[PLB_CLASS_MATED]};
  return between(det, from, from + 1, false_matches, up);
}

static void widen(struct plb_redrawn_limits *limits, double lower, double upper) {
  limits->lower = fmin(limits->lower, lower);
  limits->upper = fmax(limits->upper, upper);
}

/* The distances to two pairs of limits, one beside the other (MOVER). */
static void put_together(struct plb_redrawn_limits *limits, double low, double high) {
  double value = limits->spread.value;
  widen(limits, fmax(value - hypot(value - limits->lower, fmax(value - low, 0)), 0),
        fmin(value + hypot(limits->upper - value, fmax(high - value, 0)), 1));
}

/* How many false matches the threshold of the target has in this data, where a test does not tell FMR there from the
 * target. FMR's own limits, at the threshold found, are no such thing: an interval that reaches far up from few false
 * matches and not as far down would make one of thresholds that reaches far down and not as far up. */
static struct plb_pl_counts counts_of(const struct plb_measured *measured, const struct plb_study_point *point,
                                      double level) {
  const struct plb_rate *fmr = &measured->rates[PLB_CLASS_NONMATED].at[point->at];
  return plb_pl_counts(&fmr->narrow, fmr->errors, fmr->trials, point->asked, level);
}

bool plb_threshold_limits(const struct plb_measured *measured, const struct plb_study_point *point, double level,
                          uint64_t keys[2]) {
  if (point->point.false_matches < FEW_ERRORS)
    return false;
  struct plb_pl_counts counts = counts_of(measured, point, level);
  uint64_t low = plb_det_crossing(&measured->det, counts.most, false).key,
           high = plb_det_crossing(&measured->det, counts.least, true).key;
  keys[0] = low < point->point.key ? low : point->point.key; /* of equal scores many may lie at the threshold */
  keys[1] = high > point->point.key ? high : point->point.key;
  return counts.has_least && counts.has_most;
}

struct plb_redrawn_limits plb_delta_limits(const struct plb_measured *measured, const struct plb_study_point *point,
                                           const struct plb_spread *spread, double level) {
  const struct plb_point *at = &point->point;
  const struct plb_rate *fnmr = &measured->rates[PLB_CLASS_MATED].at[point->at];
  struct plb_redrawn_limits found = {
      .exists = true, .delta = true, .spread = *spread, .lower = spread->value, .upper = spread->value};
  double limits[2];
  uint64_t rarer = plb_rate_rarer(fnmr);
  bool own = rarer >= FEW_FOR_SPREAD && plb_spread_limits(spread, level, limits);
  if (own)
    widen(&found, limits[0], limits[1]);
  if (at->false_matches < MANY_MATCHES) {
    struct plb_pl_counts counts = counts_of(measured, point, level);
    double low = plb_det_crossing(&measured->det, counts.most, false).fnmr,
           high = plb_det_crossing(&measured->det, fmax(counts.least, ALL_BUT_NONE), true).fnmr;
    if (at->false_matches >= PLB_FEWEST_FOR_SLOPE)
      widen(&found, low, high);
    else
      put_together(&found, low, high);
  }
  if (!own || at->false_matches < FEW_ERRORS || rarer < FEW_ERRORS) {
    struct plb_pl pl = fnmr->narrow;
    plb_pl_at_level(&pl, fnmr->errors, fnmr->trials, level);
    found.joined = true;
    widen(&found, pl.pl.lower, pl.pl.upper);
  }
  return found;
}
