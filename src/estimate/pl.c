/* SPDX-License-Identifier: Apache-2.0
 *
 * PL, the interval for a rate whose trials share people (methods B.7): Wilson's interval on counts divided by
 * a design effect that is the larger one of the errors' own (pl_design.c) and of what the scores predict
 * (pl_borrow.c), widened for the uncertainty of that design effect, and above for the skewness of a mean
 * over few people. plb_pl_interval is the whole of it:
 *
 *   own effect -> borrowed effect -> degrees of freedom -> limits -> reflected back where errors prevail
 *
 * Cost: O(people) for each of at most five sums, and the levels of pl_borrow.c.
 */
#include "estimate/pl.h"

#include <math.h>

#include "estimate/influence.h"
#include "estimate/pl_parts.h"
#include "estimate/special.h"

/* Degrees of freedom of the variance estimate by Satterthwaite's moments of the squared residuals. Where one group of
 * people was compared with another, no more than the smaller group has (methods B.4). */
static double effect_df(const struct plb_design *design, const struct plb_error_sums *errors) {
  double n = (double)design->people, most = design->side > 1 ? (double)design->side - 1.0 : n - 1.0;
  double squares = 0.0, fourths = 0.0;
  for (size_t i = 0; i < design->people; i++) {
    double r = plb_residual(design, errors, i), square = r * r;
    squares += square;
    fourths += square * square;
  }
  double spread = fourths - squares * squares / n;
  if (!(spread > 0.0))
    return most;
  return fmin(fmax(2.0 * squares * squares / spread, 2.0), most);
}

/* What "limits" and "upper" of the methods need. */
struct shape {
  double x, trials, z, level, inflated, stretch;
};

static struct shape shape_of(double x, double trials, double ne, double deff, double df, double level) {
  double tail = 0.5 * (1.0 - level);
  struct shape shape = {.x = x, .trials = trials, .level = level, .z = plb_probit_upper(tail)};
  double q = shape.z, excess = 1.0 - 1.0 / deff;
  if (x > 0.0 && excess > 0.0)
    q += (plb_student_upper_quantile(tail, df) - shape.z) * fmin(1.0, x / 20.0);
  double ratio = q / shape.z;
  shape.inflated = deff * (1.0 + excess * (ratio * ratio - 1.0));
  shape.stretch = excess * fmin(0.30, 2.0 / sqrt(ne));
  return shape;
}

/* Without a design effect the limits stay untouched, to the last bit. */
static struct plb_limits stretched(const struct shape *shape, struct plb_limits limits) {
  double rate = shape->x / shape->trials;
  if (shape->stretch > 0.0)
    limits.upper = fmin(1.0, rate + (limits.upper - rate) * (1.0 + shape->stretch));
  return limits;
}

static struct plb_limits reflected(struct plb_limits limits, bool reflect) {
  if (!reflect)
    return limits;
  return (struct plb_limits){.lower = 1.0 - limits.upper, .upper = 1.0 - limits.lower};
}

static void find_influential(const struct plb_design *design, const struct plb_error_sums *errors, struct plb_pl *out) {
  size_t most = plb_most_involved(design, errors);
  uint64_t theirs = most < design->people ? errors->per_person[most] : 0;
  out->influential = theirs > 1 && 10.0 * (double)theirs > 3.0 * (double)errors->errors;
  if (!out->influential)
    return;
  out->their_errors = theirs;
  out->their_trials = design->per_person[most];
}

/* The design effect that the interval stands on, for x errors or, where errors prevail, for the x others:
 * then the extremes are those of the wrong end, and nothing is borrowed. */
static plb_status choose_effect(const struct plb_design *design, const struct plb_design_sums *sums,
                                const struct plb_error_sums *errors, const struct plb_extremes *extremes, uint64_t x,
                                double icc, struct plb_pl *out, struct plb_error *err) {
  struct plb_own own;
  plb_status st = plb_own_effect(design, sums, errors, &own, err);
  if (st)
    return st;
  struct plb_borrowed borrowed = {.any = false, .deff = 1.0};
  if (extremes && x == errors->errors && (st = plb_borrow(design, sums, extremes, x, &borrowed, err)))
    return st;
  if (!extremes && !x && icc > 0.0)
    borrowed.deff = 1.0 + icc * (sums->dmax - 1.0);
  out->no_borrowing = !borrowed.any;
  out->own_design_effect = own.deff;
  out->design_effect = fmin(fmax(own.deff, borrowed.deff), fmax(own.deff, sums->dmax));
  return PLB_OK;
}

void plb_pl_at_level(struct plb_pl *pl, uint64_t errors, uint64_t trials, double level) {
  bool reflect = errors > trials - errors; /* 2x > N */
  double x = (double)(reflect ? trials - errors : errors), all = (double)trials;
  pl->worst_case = reflected(plb_clopper_pearson(x / pl->most, all / pl->most, level), reflect);
  if (pl->few) {
    pl->inflated = pl->most;
    pl->pl = pl->strict = pl->worst_case;
    return;
  }
  struct shape shape = shape_of(x, all, pl->effective, pl->design_effect, pl->df, level);
  double d = shape.inflated;
  pl->inflated = d;
  pl->pl = reflected(stretched(&shape, plb_wilson(x / d, all / d, shape.z)), reflect);
  pl->strict = reflected(stretched(&shape, plb_clopper_pearson(x / d, all / d, level)), reflect);
}

plb_status plb_pl_interval(const struct plb_design *design, const struct plb_design_sums *sums,
                           const struct plb_error_sums *errors, const struct plb_extremes *extremes, double level,
                           double icc, struct plb_pl *out, struct plb_error *err) {
  *out = (struct plb_pl){.no_borrowing = true};
  if (!design->people || !design->trials)
    return plb_fail(err, PLB_UNDEFINED, "no trials to estimate a rate from");
  if (errors->errors > design->trials)
    return plb_fail(err, PLB_USAGE, "more errors than trials");
  if (!(level >= 0.01 && level < 1.0))
    return plb_fail(err, PLB_USAGE, "a level of confidence must be at least 0.01 and below 1");

  uint64_t others = design->trials - errors->errors, rarer = others < errors->errors ? others : errors->errors;
  find_influential(design, errors, out);
  out->effective = sums->ne;
  out->most = sums->dmax;
  out->lopsided = design->dyadic && 2.0 * sums->ne < (double)design->people;
  out->df = rarer ? effect_df(design, errors) : (double)design->people - 1.0;
  plb_status st = choose_effect(design, sums, errors, extremes, rarer, icc, out, err);
  if (st)
    return st;
  if (design->people < FEWEST_PEOPLE || (out->lopsided && sums->ne < FEWEST_PEOPLE)) {
    out->few = true;
    out->design_effect = sums->dmax;
  }
  plb_pl_at_level(out, errors->errors, design->trials, level);
  return PLB_OK;
}
