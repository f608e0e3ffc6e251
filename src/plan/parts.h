/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files that make the result of a plan share.
 */
#ifndef PLB_PLAN_PARTS_H
#define PLB_PLAN_PARTS_H

#include "estimate/study.h"
#include "plan/plan.h"

/* Correlations of both classes and where they come from. */
struct plb_dependence {
  const char *name;                   /* of struct plb_test_plan.dependence */
  struct plb_likeness of[2];          /* by enum plb_class */
  double person, pair, sample, mated; /* shares of the variance, unless from a pilot */
};

/* Named or given effects. Fails with PLB_USAGE on an unknown name or effects that leave less than nothing. */
plb_status plb_dependence_of_options(const struct plb_plan_options *options, struct plb_dependence *dependence,
                                     struct plb_error *err);

/* power.c: Satterthwaite's degrees of freedom as PL mostly finds them, from the moments of counts of errors by person
 * that are beta-binomial. The kurtosis of n residuals is never above n, however large that of all people is: hence up
 * to 2 degrees more than their number says, and it is mostly well below that of all. */
double plb_plan_df(const struct plb_layout *layout, double errors, double effect, double pair_part);

/* What is asked of a pilot. */
struct plb_pilot_asked {
  const struct plb_result *pilot; /* or NULL, where only plb_pilot_cut is called */
  const char *metric, *system;    /* system NULL: there is only one */
  double rate;
  const struct plb_dependence *assumed; /* for what it cannot tell */
};

/* pilot.c: the correlations of the pilot's rate nearest to `rate` that has some. *likeness comes with those that
 * are assumed and keeps what the pilot cannot tell. Fills dependence, pilot and pilot_silent of the plan, owned by the
 * result. Fails with PLB_DATA where the pilot has no such rate of 8 people or more. */
plb_status plb_pilot_likeness(struct plb_study *study, const struct plb_pilot_asked *asked,
                              struct plb_likeness *likeness, struct plb_test_plan *plan, struct plb_error *err);

/* pilot.c: what a threshold found in the test at this FMR rests on: *likeness of non-mated comparisons, which comes
 * with what is assumed, and the slope of the DET, from the pilot as far as it has them. In words in plan->target_basis.
 */
plb_status plb_pilot_cut(struct plb_study *study, const struct plb_pilot_asked *asked, struct plb_likeness *likeness,
                         struct plb_test_plan *plan, struct plb_error *err);

/* That one system of the pilot is meant: the only one, or the one that is named. */
plb_status plb_pilot_check(const struct plb_plan_options *options, struct plb_error *err);

/* say.c: the sentences of the whole plan. */
plb_status plb_plan_say(struct plb_study *study, const struct plb_plan_options *options,
                        const struct plb_dependence *dependence, struct plb_error *err);

#endif
