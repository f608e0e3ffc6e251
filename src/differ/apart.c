/* SPDX-License-Identifier: Apache-2.0
 *
 * See differ.h. Values come first, from rates; then limits, from the limits of the groups.
 *
 * Gini's coefficient here is G / (G - 1) times the mean absolute difference over twice the mean. Within a box of limits
 * it is smallest where all rates are as near to one common value as their limits let them, and largest at a corner: it
 * is a convex function over a linear one.
 */
#include "differ/differ.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "interval/range.h"

const char *plb_apart_name(enum plb_apart_kind kind) {
  static const char *const names[] = {[PLB_APART_MAX_MIN_RATIO] = "MAX_MIN_RATIO",
                                      [PLB_APART_MAX_MIN_DIFFERENCE] = "MAX_MIN_DIFFERENCE",
                                      [PLB_APART_MAX_GEOMEAN_RATIO] = "MAX_GEOMEAN_RATIO",
                                      [PLB_APART_GINI] = "GINI"};
  return names[kind];
}

/* ---- values ---------------------------------------------------------------------------------------------- */

static double largest(const double *rates, size_t count) {
  double most = rates[0];
  for (size_t g = 1; g < count; g++)
    most = fmax(most, rates[g]);
  return most;
}

static double smallest(const double *rates, size_t count) {
  double least = rates[0];
  for (size_t g = 1; g < count; g++)
    least = fmin(least, rates[g]);
  return least;
}

/* In the order of the groups, so that it is the same whenever they are. */
static double gini(const double *rates, size_t count) {
  double sum = 0, apart = 0;
  for (size_t g = 0; g < count; g++) {
    sum += rates[g];
    for (size_t h = 0; h < g; h++)
      apart += fabs(rates[g] - rates[h]);
  }
  return sum > 0 ? apart / (((double)count - 1) * sum) : 0;
}

static double over_geomean(const double *rates, size_t count) {
  double logs = 0;
  for (size_t g = 0; g < count; g++)
    logs += log(rates[g]);
  return fmax(1, largest(rates, count) / exp(logs / (double)count));
}

struct plb_apart plb_apart_of_rates(enum plb_apart_kind kind, const double *rates, size_t count) {
  static const char no_errors[] = "no group has any errors", a_zero[] = "a group has no errors";
  double most = largest(rates, count), least = smallest(rates, count);
  if (!(most > 0) && kind != PLB_APART_MAX_MIN_DIFFERENCE)
    return (struct plb_apart){.why = no_errors};
  if (!(least > 0) && (kind == PLB_APART_MAX_MIN_RATIO || kind == PLB_APART_MAX_GEOMEAN_RATIO))
    return (struct plb_apart){.why = a_zero};
  struct plb_apart apart = {.has_value = true};
  switch (kind) {
  case PLB_APART_MAX_MIN_RATIO: apart.value = most / least; break;
  case PLB_APART_MAX_MIN_DIFFERENCE: apart.value = most - least; break;
  case PLB_APART_MAX_GEOMEAN_RATIO: apart.value = over_geomean(rates, count); break;
  default: apart.value = gini(rates, count); break;
  }
  return apart;
}

/* ---- limits ---------------------------------------------------------------------------------------------- */

/* Of each group: its rate, and its limits at one level. */
struct groups {
  size_t count;
  double *rates;
  struct plb_limits *limits;
};

static struct plb_limits limits_of_pairs(const struct groups *groups, bool ratio) {
  struct plb_limits all = {ratio ? 1 : 0, ratio ? 1 : 0};
  for (size_t g = 0; g < groups->count; g++)
    for (size_t h = 0; h < groups->count; h++) {
      if (g == h)
        continue;
      struct plb_limits pair = (ratio ? plb_mover_of_ratio : plb_mover_of_difference)(
          groups->rates[g], groups->limits[g], groups->rates[h], groups->limits[h], 0);
      all.lower = fmax(all.lower, pair.lower);
      all.upper = fmax(all.upper, pair.upper);
    }
  return all;
}

/* The exact range over the box (methods E). */
static struct plb_limits limits_over_geomean(const struct groups *groups) {
  double n = (double)groups->count, highest = 0, lower = 0, upper = 0;
  for (size_t g = 0; g < groups->count; g++)
    highest = fmax(highest, groups->limits[g].lower);
  for (size_t g = 0; g < groups->count; g++) {
    lower += log(fmin(groups->limits[g].upper, highest)) / n;
    double own = log(groups->limits[g].upper), others = 0;
    for (size_t h = 0; h < groups->count; h++)
      others += h == g ? 0 : log(groups->limits[h].lower); /* -inf where there are no errors */
    upper = fmax(upper, own - (own + others) / n);
  }
  return (struct plb_limits){highest > 0 ? fmax(1, exp(log(highest) - lower)) : 1, exp(upper)};
}

static double gini_at(const struct groups *groups, double common, double *rates) {
  for (size_t g = 0; g < groups->count; g++)
    rates[g] = fmin(fmax(common, groups->limits[g].lower), groups->limits[g].upper);
  return gini(rates, groups->count);
}

/* The common value lies between the smallest upper and the largest lower limit. */
static double least_gini(const struct groups *groups, double *rates) {
  double low = INFINITY, high = 0, best = 1;
  for (size_t g = 0; g < groups->count; g++) {
    low = fmin(low, groups->limits[g].upper);
    high = fmax(high, groups->limits[g].lower);
  }
  if (low >= high)
    return 0;
  for (size_t g = 0; g < groups->count; g++) /* the coefficient is monotone between two limits */
    best = fmin(best, fmin(gini_at(groups, fmax(low, fmin(high, groups->limits[g].lower)), rates),
                           gini_at(groups, fmax(low, fmin(high, groups->limits[g].upper)), rates)));
  return best;
}

static double most_gini(const struct groups *groups, double *rates) {
  double most = 0;
  for (uint32_t corner = 0; corner < UINT32_C(1) << groups->count; corner++) {
    for (size_t g = 0; g < groups->count; g++)
      rates[g] = corner >> g & 1 ? groups->limits[g].upper : groups->limits[g].lower;
    most = fmax(most, gini(rates, groups->count));
  }
  return most;
}

/* The largest and the smallest rate that may be, at the far ends of the box and at the near ones. */
static struct plb_limits limits_of_ends(const struct groups *groups, bool ratio) {
  struct plb_limits most = groups->limits[0], least = groups->limits[0]; /* of the largest rate; of the smallest */
  for (size_t g = 1; g < groups->count; g++) {
    most.lower = fmax(most.lower, groups->limits[g].lower);
    most.upper = fmax(most.upper, groups->limits[g].upper);
    least.lower = fmin(least.lower, groups->limits[g].lower);
    least.upper = fmin(least.upper, groups->limits[g].upper);
  }
  if (!ratio)
    return (struct plb_limits){fmax(0, most.lower - least.upper), most.upper - least.lower};
  return (struct plb_limits){fmax(1, most.lower / least.upper),
                             least.lower > 0 ? most.upper / least.lower : (double)INFINITY};
}

static void pairs_apart(const struct groups *groups, bool share, struct plb_apart apart[PLB_APARTS]) {
  for (int ratio = 0; ratio < 2; ratio++) {
    struct plb_apart *one = &apart[ratio ? PLB_APART_MAX_MIN_RATIO : PLB_APART_MAX_MIN_DIFFERENCE];
    one->has_limits = true;
    one->limits = share ? limits_of_ends(groups, ratio) : limits_of_pairs(groups, ratio);
  }
}

static void box_apart(const struct groups *groups, double *scratch, struct plb_apart apart[PLB_APARTS]) {
  apart[PLB_APART_MAX_GEOMEAN_RATIO].has_limits = true;
  apart[PLB_APART_MAX_GEOMEAN_RATIO].limits = limits_over_geomean(groups);
  struct plb_apart *coefficient = &apart[PLB_APART_GINI];
  if ((coefficient->has_limits = groups->count <= PLB_MOST_GINI))
    coefficient->limits = (struct plb_limits){least_gini(groups, scratch), most_gini(groups, scratch)};
  else
    coefficient->why = "there are more groups than its limits can be found for";
}

static void limits_at(const struct plb_compared_groups *compared, double level, struct groups *groups) {
  for (size_t g = 0; g < groups->count; g++)
    groups->limits[g] = plb_side_limits(&compared->sides[g], level);
}

plb_status plb_apart_find(const struct plb_compared_groups *compared, double level, struct plb_apart apart[PLB_APARTS],
                          struct plb_error *err) {
  const struct plb_side *sides = compared->sides;
  size_t count = compared->count;
  bool share = compared->share;
  struct groups groups = {count, plb_alloc(count, sizeof(double)), plb_alloc(count, sizeof(struct plb_limits))};
  double *scratch = plb_alloc(count, sizeof *scratch), all = 1 - (1 - level) / (double)count;
  bool room = groups.rates && groups.limits && scratch;
  for (size_t g = 0; room && g < count; g++)
    groups.rates[g] = (double)sides[g].errors / (double)sides[g].trials;
  for (int kind = 0; room && kind < PLB_APARTS; kind++)
    apart[kind] = plb_apart_of_rates((enum plb_apart_kind)kind, groups.rates, count);
  if (room) {
    limits_at(compared, share ? all : plb_pairs_level(level, (double)count), &groups);
    pairs_apart(&groups, share, apart);
    if (!share)
      limits_at(compared, pow(level, 1 / (double)count), &groups);
    box_apart(&groups, scratch, apart);
  }
  free(groups.rates);
  free(groups.limits);
  free(scratch);
  return room ? PLB_OK : plb_fail_memory(err);
}

/* ---- both rates ------------------------------------------------------------------------------------------ */

static struct plb_apart join(const struct plb_apart *fmr, const struct plb_apart *fnmr) {
  struct plb_apart both = {.has_value = fmr->has_value && fnmr->has_value,
                           .has_limits = fmr->has_limits && fnmr->has_limits};
  both.why = fmr->why ? fmr->why : fnmr->why;
  return both;
}

struct plb_apart plb_fdr_of(const struct plb_apart *fmr, const struct plb_apart *fnmr) {
  struct plb_apart fdr = join(fmr, fnmr);
  fdr.value = 1 - (fmr->value + fnmr->value) / 2;
  fdr.limits.lower = 1 - (fmr->limits.upper + fnmr->limits.upper) / 2;
  fdr.limits.upper = 1 - (fmr->limits.lower + fnmr->limits.lower) / 2;
  return fdr;
}

struct plb_apart plb_inequity_of(const struct plb_apart *fmr, const struct plb_apart *fnmr) {
  struct plb_apart inequity = join(fmr, fnmr);
  inequity.value = sqrt(fmr->value) * sqrt(fnmr->value);
  inequity.limits.lower = sqrt(fmr->limits.lower) * sqrt(fnmr->limits.lower);
  inequity.limits.upper = sqrt(fmr->limits.upper) * sqrt(fnmr->limits.upper);
  return inequity;
}

struct plb_apart plb_garbe_of(const struct plb_apart *fmr, const struct plb_apart *fnmr) {
  struct plb_apart garbe = join(fmr, fnmr);
  garbe.value = (fmr->value + fnmr->value) / 2;
  garbe.limits.lower = (fmr->limits.lower + fnmr->limits.lower) / 2;
  garbe.limits.upper = (fmr->limits.upper + fnmr->limits.upper) / 2;
  return garbe;
}
