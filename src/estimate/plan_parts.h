/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files that make the result of a plan share.
 */
#ifndef PLB_ESTIMATE_PLAN_PARTS_H
#define PLB_ESTIMATE_PLAN_PARTS_H

#include "estimate/plan.h"
#include "estimate/study.h"

/* Correlations of both classes and where they come from. */
struct plb_dependence {
  const char *name;                   /* of struct plb_test_plan.dependence */
  struct plb_likeness of[2];          /* by enum plb_class */
  double person, pair, sample, mated; /* shares of the variance, unless from a pilot */
};

/* Named or given effects. Fails with PLB_USAGE on an unknown name or effects that leave less than nothing. */
plb_status plb_dependence_of_options(const struct plb_plan_options *options, struct plb_dependence *dependence,
                                     struct plb_error *err);

/* plan_pilot.c: the correlations of the pilot's rate of `metric` nearest to `rate` that has some; which one in
 * *said, owned by the result. Fails with PLB_DATA where there is none. */
plb_status plb_pilot_likeness(struct plb_study *study, const struct plb_result *pilot, const char *metric, double rate,
                              struct plb_likeness *likeness, const char **said, struct plb_error *err);

/* plan_say.c: the sentences of the whole plan. `pilots`: what each claim's dependence was taken from, or NULL. */
plb_status plb_plan_say(struct plb_study *study, const struct plb_plan_options *options,
                        const struct plb_dependence *dependence, const char *const *pilots, struct plb_error *err);

#endif
