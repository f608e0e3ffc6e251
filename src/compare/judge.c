/* SPDX-License-Identifier: Apache-2.0
 *
 * What every difference between two systems has, however its interval came about. A verdict is read off the two-sided
 * interval, so that each side of it errs with alpha / 2 at most: for non-inferiority that is the usual one-sided 2.5 %
 * test, for equivalence it is stricter than two one-sided tests of 5 %.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/compare.h"

struct plb_estimate plb_difference_begin(const struct plb_versus *versus, const struct plb_duel *duel,
                                         const char *metric) {
  const struct plb_measured *first = &versus->measured[duel->first], *second = &versus->measured[duel->second];
  return (struct plb_estimate){.metric = metric,
                               .system = first->name,
                               .against = second->name,
                               .compared_pairs = versus->duel_count,
                               .has_class_trials = true,
                               .mated_trials = first->det.trials[PLB_CLASS_MATED],
                               .nonmated_trials = first->det.trials[PLB_CLASS_NONMATED]};
}

static const char *superiority(const struct plb_limits *limits) {
  if (limits->upper < 0)
    return "better";
  return limits->lower > 0 ? "worse" : "undecided";
}

bool plb_difference_meets(const struct plb_versus *versus, const struct plb_limits *limits, double margin,
                          bool wanted) {
  if (versus->comparing->aim == PLB_EQUIVALENCE)
    return wanted ? limits->lower > -margin && limits->upper < margin
                  : limits->lower > margin || limits->upper < -margin;
  return wanted ? limits->upper < margin : limits->lower > margin;
}

const char *plb_difference_verdict(const struct plb_versus *versus, bool wanted) {
  if (versus->comparing->aim == PLB_EQUIVALENCE)
    return wanted ? "equivalent" : "different";
  return wanted ? "not inferior" : "inferior";
}

void plb_difference_ask(const struct plb_versus *versus, double margin, struct plb_estimate *estimate) {
  estimate->has_margin = margin > 0;
  estimate->margin = margin;
  estimate->aim = "superiority";
  if (estimate->has_margin)
    estimate->aim = versus->comparing->aim == PLB_EQUIVALENCE ? "equivalence" : "non-inferiority";
}

void plb_ratio_agree(const struct plb_interval *difference, struct plb_limits *ratio) {
  if (difference->lower > 0 || difference->upper < 0)
    return;
  ratio->lower = fmin(ratio->lower, 1);
  ratio->upper = fmax(ratio->upper, 1);
}

void plb_ratio_fill(const struct plb_versus *versus, const struct plb_limits *limits, struct plb_estimate *estimate) {
  struct plb_interval *interval = &estimate->interval;
  interval->level = versus->study->options->level;
  interval->has_upper = isfinite(limits->upper);
  interval->exists = interval->has_lower = isfinite(limits->lower) && (limits->lower > 0 || interval->has_upper);
  interval->has_upper = interval->has_upper && interval->exists;
  interval->lower = interval->has_lower ? limits->lower : 0;
  interval->upper = interval->has_upper ? limits->upper : 0;
  if (!interval->exists && !estimate->note)
    estimate->note = "too few errors for limits of the ratio: it may be anything";
  if (interval->has_lower && !(interval->lower > 0) && !estimate->note)
    estimate->note = "a lower limit of 0: as far as these data tell, the system named first may make next to no errors";
}

void plb_difference_judge(const struct plb_versus *versus, const struct plb_limits *limits, double margin,
                          struct plb_estimate *estimate) {
  struct plb_interval *interval = &estimate->interval;
  interval->exists = interval->has_lower = interval->has_upper = true;
  interval->lower = limits->lower;
  interval->upper = limits->upper;
  interval->level = versus->study->options->level;
  plb_difference_ask(versus, margin, estimate);
  estimate->verdict = estimate->has_margin ? "undecided" : superiority(limits);
  for (int wanted = 0; wanted < 2 && estimate->has_margin; wanted++)
    if (plb_difference_meets(versus, limits, margin, wanted))
      estimate->verdict = plb_difference_verdict(versus, wanted);
}
