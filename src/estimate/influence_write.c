/* SPDX-License-Identifier: Apache-2.0
 *
 * What an estimate says of how much it hangs on few people and on labels. Counts of people and of errors, no ids; the
 * part about people only where enough of them took part (--min-people).
 */
#include "estimate/study.h"

/* So many wrong labels are looked at: one, and shares of the mated trials. */
static const uint64_t parts[PLB_WRONG_LABELS] = {0, 1000, 100};

static void say_people(const struct plb_rate *rate, const struct plb_left_out *left, struct plb_influence *says) {
  const struct plb_involved *involved = &rate->involved;
  says->has_people = true;
  says->involved = involved->people;
  says->half = involved->half;
  says->most = involved->most;
  says->reset = left->exists;
  says->has_without = left->exists || involved->has_without;
  says->without_errors = left->exists ? left->errors : involved->without_errors;
  says->without_trials = left->exists ? left->trials : involved->without_trials;
}

static void say_labels(const struct plb_measured *measured, const struct plb_point *point, enum plb_class class,
                       struct plb_influence *says) {
  uint64_t mated = measured->det.trials[PLB_CLASS_MATED], nonmated = measured->det.trials[PLB_CLASS_NONMATED];
  uint64_t fm = point->false_matches, fnm = point->false_nonmatches, last = 0;
  for (size_t i = 0; i < PLB_WRONG_LABELS; i++) {
    uint64_t wrong = parts[i] ? mated / parts[i] + (mated % parts[i] != 0) : 1;
    if (wrong <= last)
      continue;
    struct plb_limits limits = class == PLB_CLASS_NONMATED ? plb_wrong_labels(fm, nonmated, mated - fnm, fnm, wrong)
                                                           : plb_wrong_labels(fnm, mated, nonmated - fm, fm, wrong);
    says->labels[says->label_count].wrong = last = wrong;
    says->labels[says->label_count].lower = limits.lower;
    says->labels[says->label_count++].upper = limits.upper;
  }
}

void plb_influence_write(const struct plb_study *study, const struct plb_measured *measured,
                         const struct plb_study_point *point, enum plb_class class, struct plb_estimate *estimate) {
  static const struct plb_left_out nobody = {0};
  const struct plb_rate *rate = &measured->rates[class].at[point->at];
  struct plb_influence *says = &estimate->influence;
  if (estimate->status != PLB_EST_OK)
    return;
  if (rate->has_people && plb_rate_units(rate) >= study->options->min_people)
    say_people(rate, class == PLB_CLASS_MATED ? &point->left_out : &nobody, says);
  if (measured->det.trials[0] && measured->det.trials[1])
    say_labels(measured, &point->point, class, says);
  estimate->has_influence = says->has_people || says->label_count;
}
