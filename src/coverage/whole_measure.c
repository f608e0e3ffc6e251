/* SPDX-License-Identifier: Apache-2.0
 *
 * A whole test is measured by plb_verification itself, once for each method: what is held against the truth is what a
 * user would read.
 *
 *   pl                  the default: PL at the fixed threshold; elsewhere what estimate/redraw.c does of itself
 *   vertex-bootstrap, double-or-nothing   percentiles of replicates, also at the fixed threshold
 *   delta               what the default does where data are too large to be listed; here nothing may be listed
 *   the others          the fixed threshold; and FNMR at a target whose threshold they take for fixed
 *
 * Cost: of a test some hundredths of a second where replicates are drawn, else about a millisecond.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "coverage/whole.h"
#include "interval/method.h"

#define BIT(what) (1U << (what))
#define FIXED (BIT(PLB_WHOLE_FMR_FIXED) | BIT(PLB_WHOLE_FNMR_FIXED))
#define FOUND (BIT(PLB_WHOLE_FMR_FOUND) | BIT(PLB_WHOLE_FNMR_FOUND))
#define SUMMARIES (BIT(PLB_WHOLE_EER) | BIT(PLB_WHOLE_AUC))
#define FULL (BIT(PLB_WHOLE_STATISTICS) - 1)

bool plb_whole_way_find(const char *name, struct plb_whole_way *way) {
  enum plb_method method;
  if (strcmp(name, PLB_WHOLE_DELTA) == 0) {
    *way = (struct plb_whole_way){.name = PLB_WHOLE_DELTA, .interval = "pl", .delta = true};
    way->quantities = BIT(PLB_WHOLE_FNMR_FOUND) | BIT(PLB_WHOLE_THRESHOLD) | SUMMARIES;
    return true;
  }
  if (!plb_method_find(name, &method))
    return false;
  const struct plb_method_entry *entry = plb_method_entry(method);
  *way = (struct plb_whole_way){.name = entry->name, .interval = entry->name, .drawn = entry->drawn};
  if (entry->drawn)
    way->quantities = FULL & ~(BIT(PLB_WHOLE_FMR_FOUND) | BIT(PLB_WHOLE_DPRIME)); /* as pl has them */
  else if (method == PLB_METHOD_PL)
    way->quantities = FULL;
  else
    way->quantities = method == PLB_METHOD_PL_STRICT ? FIXED | BIT(PLB_WHOLE_FMR_FOUND) : FIXED | FOUND;
  return true;
}

/* ---- what is read off a result ------------------------------------------------------------------------ */

static const struct plb_estimate *at_threshold(const struct plb_result *result, const char *metric, double threshold) {
  for (size_t k = 0; k < result->estimate_count; k++) {
    const struct plb_estimate *e = &result->estimates[k];
    if (!e->target_metric && e->has_threshold && e->threshold == threshold && strcmp(e->metric, metric) == 0)
      return e;
  }
  return NULL;
}

static const struct plb_estimate *estimate_of(const struct plb_whole_truth *truth, const struct plb_result *result,
                                              enum plb_whole_statistic what) {
  switch (what) {
  case PLB_WHOLE_FMR_FIXED: return at_threshold(result, "FMR", truth->threshold);
  case PLB_WHOLE_FNMR_FIXED: return at_threshold(result, "FNMR", truth->threshold);
  case PLB_WHOLE_FMR_FOUND: return plb_result_find(result, "FMR", "FMR", truth->fmr);
  case PLB_WHOLE_FNMR_FOUND:
  case PLB_WHOLE_THRESHOLD: return plb_result_find(result, "FNMR", "FMR", truth->fmr);
  case PLB_WHOLE_EER: return plb_result_find(result, "EER", NULL, 0);
  case PLB_WHOLE_AUC: return plb_result_find(result, "AUC", NULL, 0);
  case PLB_WHOLE_DPRIME: return plb_result_find(result, "DPRIME", NULL, 0);
  default: return NULL;
  }
}

static double truth_of(const struct plb_whole_truth *truth, enum plb_whole_statistic what,
                       const struct plb_estimate *estimate) {
  switch (what) {
  case PLB_WHOLE_FMR_FIXED: return truth->fmr;
  case PLB_WHOLE_FMR_FOUND: return plb_whole_fmr(truth, estimate->threshold);
  case PLB_WHOLE_THRESHOLD: return truth->threshold;
  case PLB_WHOLE_EER: return truth->eer;
  case PLB_WHOLE_AUC: return truth->auc;
  case PLB_WHOLE_DPRIME: return truth->dprime;
  default: return truth->fnmr;
  }
}

void plb_whole_judge(double lower, double upper, double truth, struct plb_whole_said *said) {
  said->verdict = truth > upper ? PLB_WHOLE_ABOVE : truth < lower ? PLB_WHOLE_BELOW : PLB_WHOLE_HELD;
  said->has_width = isfinite(upper - lower);
  said->width = said->has_width ? upper - lower : 0;
}

static void hear_threshold(const struct plb_whole_truth *truth, const struct plb_estimate *e,
                           struct plb_whole_said *said) {
  said->has_value = e->has_value && e->has_threshold;
  said->value = said->has_value ? e->threshold : 0;
  if (e->has_threshold_interval)
    plb_whole_judge(e->threshold_interval[0], e->threshold_interval[1], truth->threshold, said);
}

static void hear(const struct plb_whole_truth *truth, enum plb_whole_statistic what, const struct plb_estimate *e,
                 struct plb_whole_said *said) {
  const struct plb_interval *interval = &e->interval;
  said->has_value = e->has_value;
  said->value = e->has_value ? e->value : 0;
  if (!interval->exists || (what == PLB_WHOLE_FMR_FOUND && !e->has_threshold))
    return;
  snprintf(said->shown, sizeof said->shown, "%s", interval->method ? interval->method : "");
  plb_whole_judge(interval->has_lower ? interval->lower : -HUGE_VAL, interval->has_upper ? interval->upper : HUGE_VAL,
                  truth_of(truth, what, e), said);
}

/* A band that is missed at one point is missed. Its width is that at the last point with no more than the target. */
static void hear_band(const struct plb_whole_truth *truth, const struct plb_curve *curve, struct plb_whole_said *said) {
  uint64_t nearest = 0;
  for (size_t k = 0; k < curve->point_count; k++) {
    const struct plb_det_point *point = &curve->points[k];
    if (!point->has_fnmr_band)
      continue;
    double fmr = (double)point->fmr_errors / (double)point->fmr_trials, fnmr = plb_whole_det(truth, fmr);
    struct plb_whole_said here = {.has_value = false};
    plb_whole_judge(point->fnmr_band[0], point->fnmr_band[1], fnmr, &here);
    if (said->verdict == PLB_WHOLE_SILENT || said->verdict == PLB_WHOLE_HELD)
      said->verdict = here.verdict;
    if (fmr > truth->fmr || point->fmr_errors < nearest)
      continue;
    nearest = point->fmr_errors;
    said->has_width = true;
    said->width = here.width;
  }
}

static void hear_all(const struct plb_whole_truth *truth, const struct plb_result *result, unsigned quantities,
                     struct plb_whole_said said[PLB_WHOLE_MOST]) {
  for (unsigned what = 0; what < PLB_WHOLE_STATISTICS; what++) {
    said[what] = (struct plb_whole_said){.has_value = false};
    const struct plb_estimate *estimate = estimate_of(truth, result, (enum plb_whole_statistic)what);
    if (!(quantities & BIT(what)))
      continue;
    if (estimate && what == PLB_WHOLE_THRESHOLD)
      hear_threshold(truth, estimate, &said[what]);
    else if (estimate)
      hear(truth, (enum plb_whole_statistic)what, estimate, &said[what]);
  }
  for (size_t c = 0; c < result->curve_count && quantities & BIT(PLB_WHOLE_DET); c++)
    if (result->curves[c].kind == PLB_CURVE_DET)
      hear_band(truth, &result->curves[c], &said[PLB_WHOLE_DET]);
}

plb_status plb_whole_measure(const struct plb_whole_stage *whole, struct plb_tally *tally,
                             const struct plb_whole_way *way, double level, uint64_t seed,
                             struct plb_whole_said said[PLB_WHOLE_MOST], struct plb_error *err) {
  const struct plb_whole_truth *truth = &whole->truth;
  struct plb_options options;
  struct plb_result *result;
  size_t most = tally->most_listed;
  plb_options_init(&options, sizeof options);
  options.thresholds = &truth->threshold;
  options.threshold_count = 1;
  options.fmr_targets = &truth->fmr;
  options.fmr_target_count = 1;
  options.level = level;
  options.threads = 1;
  options.interval = way->interval;
  options.replicates = PLB_WHOLE_DRAWS;
  options.seed = seed;
  if (whole->model->groups)
    options.fmr_target_count = 0;
  if (whole->model->groups || way->delta || !(way->drawn || strcmp(way->interval, "pl") == 0))
    tally->most_listed = 1; /* nothing is drawn */
  plb_status st = plb_verification(tally, &options, &result, err);
  tally->most_listed = most;
  if (st)
    return st;
  if (whole->model->groups)
    plb_whole_group_hear(whole, result, said);
  else
    hear_all(truth, result, way->quantities, said);
  plb_result_free(result);
  return PLB_OK;
}
