/* SPDX-License-Identifier: Apache-2.0
 *
 * How far the rates of several groups lie apart (methods E; methods-tested E). Each of these numbers is larger in a
 * small test than in a large one even if all groups have the same true rate, for the largest of several estimates lies
 * too high and the smallest too low. So none of them is given without an interval that knows that, and without what
 * groups with equal rates would show in such a test.
 *
 * Intervals are made of those of the groups, by PL at a level that makes them hold together:
 *   - the largest over the smallest rate, and their difference: MOVER for all pairs at the level of Tukey's range; of
 *     the box below where people are in several groups;
 *   - the largest over the geometric mean, and Gini's coefficient: all that the rates can make while each group lies
 *     within its own limits, taken at the level at which all do (Sidak; Bonferroni where people are in several groups);
 *   - what is made of FMR and of FNMR: from the limits of both parts at half of the error each.
 *
 * Threads: all functions are pure and reentrant.
 */
#ifndef PLB_DIFFER_DIFFER_H
#define PLB_DIFFER_DIFFER_H

#include "interval/contrast.h"

/* The numbers. */
enum plb_apart_kind {
  PLB_APART_MAX_MIN_RATIO,
  PLB_APART_MAX_MIN_DIFFERENCE,
  PLB_APART_GINI,
  PLB_APART_MAX_GEOMEAN_RATIO,
  PLB_APARTS
};

/* "MAX_MIN_RATIO", as results name it. Static. */
const char *plb_apart_name(enum plb_apart_kind kind);

/* Most groups for which the limits of Gini's coefficient are found: it is the largest of all corners. */
#define PLB_MOST_GINI 16

struct plb_apart {
  bool has_value; /* false: some group has no errors, and there is no such ratio; or nobody has any */
  double value;
  bool has_limits;
  struct plb_limits limits; /* upper: INFINITY where there is none */
  const char *why;          /* there is no value, or there are no limits: the reason; or NULL */
};

/* Groups that are compared: at least 2 of them, each with trials, as PL found them. */
struct plb_compared_groups {
  const struct plb_side *sides;
  size_t count;
  bool share; /* some people are in several */
};

/* All numbers of them, by enum plb_apart_kind. */
plb_status plb_apart_find(const struct plb_compared_groups *groups, double level, struct plb_apart apart[PLB_APARTS],
                          struct plb_error *err);

/* The same of rates alone, as published tables have them: the value. Limits there are none. */
struct plb_apart plb_apart_of_rates(enum plb_apart_kind kind, const double *rates, size_t count);

/* ---- both rates ------------------------------------------------------------------------------------------ */

/* The parts are those of FMR and of FNMR at limits of 1 - (1 - level) / 2; alpha is one half in all of them.
 *   FDR       1 - (max - min of FMR + max - min of FNMR) / 2 (Pereira and Marcel, 2021)
 *   INEQUITY  the square root of the product of the two ratios max / min (Grother, NIST)
 *   GARBE     (Gini of FMR + Gini of FNMR) / 2, with n / (n - 1) (Howard and others, 2022) */
struct plb_apart plb_fdr_of(const struct plb_apart *fmr_difference, const struct plb_apart *fnmr_difference);
struct plb_apart plb_inequity_of(const struct plb_apart *fmr_ratio, const struct plb_apart *fnmr_ratio);
struct plb_apart plb_garbe_of(const struct plb_apart *fmr_gini, const struct plb_apart *fnmr_gini);

/* ---- equal groups ---------------------------------------------------------------------------------------- */

#define PLB_NULL_DRAWS 10000

/* What groups of these sizes and design effects show when all have one and the same rate: x* = d Poisson(r N / d). */
struct plb_equal_groups {
  double p_value; /* of the statistic sum N_g (r_g - r)^2 / (r (1 - r)): of the drawn ones so many are not smaller */
  double median[PLB_APARTS], upper[PLB_APARTS]; /* the 95th percentile; INFINITY where that many have no limit */
};

/* PLB_UNDEFINED where there are no errors, or no trials without one. `name` tells what is drawn from other drawings
 * with the same seed. */
plb_status plb_equal_groups_draw(const struct plb_side *sides, size_t count, uint64_t seed, uint64_t name,
                                 struct plb_equal_groups *equal, struct plb_error *err);

/* ---- what could have been seen --------------------------------------------------------------------------- */

/* Of each group the smallest ratio, above 1, of its rate to the common one of all others that the test would have
 * shown, with a chance of 80 %: the interval of the ratio, at the level of all pairs, would have lain above 1. INFINITY
 * where no rate up to one half would have been. */
void plb_least_seen(const struct plb_side *sides, size_t count, double level, double *ratios);

#endif
