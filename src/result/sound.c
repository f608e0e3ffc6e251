/* SPDX-License-Identifier: Apache-2.0
 *
 * See sound.h. One list of metrics says which there are and which are shares, that is numbers from 0 to 1; then
 * one look at each number of the estimate. What a schema can say of this, doc/result.schema.json says too.
 */
#include "result/sound.h"

#include <float.h>
#include <math.h>
#include <string.h>

static const struct metric {
  const char *name;
  bool share, versus; /* versus: of two systems */
} metrics[] = {{"FMR", true, false},
               {"FNMR", true, false},
               {"EER", true, false},
               {"FTA", true, false},
               {"FTE", true, false},
               {"FAR", true, false},
               {"FRR", true, false},
               {"GFAR", true, false},
               {"GFRR", true, false},
               {"AUC", true, false},
               {"DPRIME", false, false},
               {"FPIR", true, false},
               {"FNIR", true, false},
               {"TPIR", true, false},
               {"CMC", true, false},
               {"SELECTIVITY", false, false},
               {"DCF", false, false},
               {"MIN_DCF", false, false},
               {"CLLR", false, false},
               {"MIN_CLLR", false, false},
               {"APCER", true, false},
               {"BPCER", true, false},
               {"PPV", true, false},
               {"MAX_MIN_RATIO", false, false},
               {"MAX_GEOMEAN_RATIO", false, false},
               {"GARBE", false, false},
               {"FDR", false, false},
               {"INEQUITY", false, false},
               {"GINI", false, false},
               {"MAX_MIN_DIFFERENCE", true, false},
               {"FMR_DIFFERENCE", false, true},
               {"FNMR_DIFFERENCE", false, true},
               {"EER_DIFFERENCE", false, true},
               {"FMR_RATIO", false, true},
               {"FNMR_RATIO", false, true},
               {"EER_RATIO", false, true}};

static const struct metric *find_metric(const char *name) {
  for (size_t k = 0; k < sizeof metrics / sizeof *metrics; k++)
    if (strcmp(metrics[k].name, name) == 0)
      return &metrics[k];
  return NULL;
}

static bool is_share(double number) {
  return number >= 0 && number <= 1;
}

bool plb_are_shares(const double pair[2]) {
  return is_share(pair[0]) && is_share(pair[1]) && pair[0] <= pair[1];
}

static bool is_quotient(const struct plb_estimate *e) {
  if (!e->trials)
    return false;
  double quotient = (double)e->errors / (double)e->trials;
  return fabs(e->value - quotient) <= DBL_EPSILON * quotient;
}

static bool are_limits(bool share, const double pair[2]) {
  return share ? plb_are_shares(pair) : pair[0] <= pair[1];
}

bool plb_is_sound(const struct plb_estimate *e, struct plb_unsound *unsound) {
  const struct metric *metric = find_metric(e->metric);
  const struct plb_interval *interval = &e->interval;
  bool share = metric && metric->share;
  const struct {
    bool wrong;
    struct plb_unsound unsound;
  } looks[] = {
      {!metric, {"metric", NULL, "a metric that is known: FMR, FNMR, EER, ..."}},
      {e->target_metric && !find_metric(e->target_metric), {"target", "metric", "a metric that is known: FMR, ..."}},
      {e->target_metric && !is_share(e->target_at_most), {"target", "at_most", "a number from 0 to 1"}},
      {e->origin.metric && !find_metric(e->origin.metric),
       {"threshold_from", "metric", "a metric that is known: FMR, ..."}},
      {e->origin.metric && !is_share(e->origin.at_most), {"threshold_from", "at_most", "a number from 0 to 1"}},
      {e->origin.metric && e->target_metric, {"target", NULL, "null beside threshold_from"}},
      {e->origin.has_ratio && e->origin.ratio < 0, {"threshold_from", "ratio", "no number below 0"}},
      {share && e->has_value && !is_share(e->value), {"value", NULL, "a number from 0 to 1"}},
      {e->has_value && e->has_counts && e->status == PLB_EST_OK && !is_quotient(e), {"value", NULL, "errors / trials"}},
      {e->has_value && !e->against && e->status == PLB_EST_UNSUPPORTED,
       {"value", NULL, "null where the status is unsupported"}},
      {e->has_threshold_interval && e->threshold_interval[0] > e->threshold_interval[1],
       {"threshold_interval", NULL, "the lower number first"}},
      {e->has_bracket && !plb_are_shares(e->bracket), {"bracket", NULL, PLB_SHARES_EXPECTED}},
      {interval->has_lower && interval->has_upper && interval->lower > interval->upper,
       {"interval", NULL, "lower <= upper"}},
      {share && interval->has_lower && !is_share(interval->lower), {"interval", "lower", "a number from 0 to 1"}},
      {share && interval->has_upper && !is_share(interval->upper), {"interval", "upper", "a number from 0 to 1"}},
      {interval->exists && !(interval->level > 0 && interval->level < 1),
       {"interval", "level", "a level between 0 and 1"}},
      {interval->has_design_effect && interval->design_effect < 0, {"interval", "design_effect", "no number below 0"}},
      {interval->has_df && interval->df < 0, {"interval", "df", "no number below 0"}},
      {metric && metric->versus && !e->against, {"against", NULL, "the system that this is the difference to"}},
      {metric && !metric->versus && e->against, {"against", NULL, "null, since this is about one system"}},
      {e->has_p_value && !is_share(e->p_value), {"p_value", NULL, "a number from 0 to 1"}},
      {e->has_margin && !(is_share(e->margin) && e->margin > 0), {"margin", NULL, "a number above 0 and at most 1"}},
      {interval->has_worst_case && !are_limits(share, interval->worst_case),
       {"interval", "worst_case", share ? PLB_SHARES_EXPECTED : "lower <= upper"}},
      {interval->has_simultaneous && !are_limits(share, interval->simultaneous),
       {"interval", "simultaneous", share ? PLB_SHARES_EXPECTED : "lower <= upper"}}};
  for (size_t k = 0; k < sizeof looks / sizeof *looks; k++) {
    if (!looks[k].wrong)
      continue;
    *unsound = looks[k].unsound;
    return false;
  }
  return true;
}
