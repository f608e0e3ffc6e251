/* SPDX-License-Identifier: Apache-2.0
 *
 * PL, the interval for a rate whose trials share people (methods B.7): Wilson's interval on counts divided by
 * a design effect that is the larger one of the errors' own (pl_design.c) and of what the scores predict
 * (pl_borrow.c), widened for the uncertainty of that design effect, and above for the skewness of what people
 * add: where a few are in many errors others are like them whom nobody sampled. plb_pl_interval is the whole of it:
 *
 *   own effect -> borrowed effect -> moments of people -> limits -> reflected back where errors prevail
 *
 * Cost: O(people) for each of at most five sums, and the levels of pl_borrow.c.
 */
#include "interval/pl.h"

#include <math.h>

#include "interval/influence.h"
#include "interval/latent.h"
#include "interval/pl_parts.h"
#include "interval/special.h"

#define FEWEST_TELLING 10  /* errors, from which alone one might guess how alike trials are */
#define ENOUGH_ERRORS 20.0 /* from here on the moments of residuals count in full */
#define HALVINGS 60        /* of a bracket for a count */

/* What the residuals of people say beside the design effect. The degrees of freedom of the variance estimate are
 * Satterthwaite's, by moments of the squared residuals; where one group of people was compared with another, no more
 * than the smaller group has (methods B.4). */
static void find_moments(const struct plb_design *design, const struct plb_error_sums *errors, bool reflect,
                         struct plb_pl *out) {
  double n = (double)design->people, most = design->side > 1 ? (double)design->side - 1.0 : n - 1.0;
  double squares = 0.0, cubes = 0.0, fourths = 0.0;
  for (size_t i = 0; i < design->people; i++) {
    double r = plb_residual(design, errors, i), square = r * r;
    squares += square;
    cubes += square * r;
    fourths += square * square;
  }
  double spread = fourths - squares * squares / n;
  out->df = spread > 0.0 ? fmin(fmax(2.0 * squares * squares / spread, 2.0), most) : most;
  if (squares > 0.0)
    out->skewness = (reflect ? -cubes : cubes) / (squares * sqrt(squares)) * sqrt(n);
}

/* What "limits" and "upper" of the methods need. */
struct shape {
  double x, trials, z, level, inflated, stretch;
};

static struct shape shape_of(double x, double trials, const struct plb_known *known, double level) {
  double tail = 0.5 * (1.0 - level), told = fmin(1.0, x / ENOUGH_ERRORS);
  struct shape shape = {.x = x, .trials = trials, .level = level, .z = plb_probit_upper(tail)};
  double q = shape.z, excess = 1.0 - 1.0 / known->deff;
  if (x > 0.0 && excess > 0.0)
    q += (plb_student_upper_quantile(tail, known->df) - shape.z) * told;
  double ratio = q / shape.z;
  shape.inflated = known->deff * (1.0 + excess * (ratio * ratio - 1.0));
  double root = sqrt(known->ne), skewness = fmax(known->skewness, 0.0);
  double of_few = fmin(0.30, 2.0 / root), of_skew = fmin(0.7, skewness / 4.0) * fmin(1.0, 10.0 * skewness / root);
  shape.stretch = excess * fmax(of_few, told * of_skew);
  return shape;
}

/* With a few errors Wilson's lower limit promises too much, most of all where half an error is expected: then it
 * misses the truth in 9 % of tests. It is taken no higher than the exact lower limit at the one-sided error 1 - level,
 * as Brown, Cai and DasGupta (2001) do for up to three errors; with more than 4 z^4 Wilson's is the lower one at any
 * level. Limits of Clopper and Pearson stay as they are, as does Wilson's upper one without a design effect. */
static struct plb_limits stretched(const struct shape *shape, struct plb_limits limits) {
  double rate = shape->x / shape->trials, errors = shape->x / shape->inflated, square = shape->z * shape->z;
  if (errors > 0.0 && errors < 4.0 * square * square) {
    struct plb_limits exact = plb_clopper_pearson(errors, shape->trials / shape->inflated, 2.0 * shape->level - 1.0);
    limits.lower = fmin(limits.lower, exact.lower);
  }
  if (shape->stretch > 0.0)
    limits.upper = fmin(1.0, rate + (limits.upper - rate) * (1.0 + shape->stretch));
  return limits;
}

struct plb_limits plb_pl_limits(double x, double trials, const struct plb_known *known, double level, bool strict) {
  struct shape shape = shape_of(x, trials, known, level);
  double d = shape.inflated;
  return stretched(&shape,
                   strict ? plb_clopper_pearson(x / d, trials / d, level) : plb_wilson(x / d, trials / d, shape.z));
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

/* Where the design effect comes from, as correlations. */
static void say_alike(const struct plb_design *design, const struct plb_design_sums *sums,
                      const struct plb_alike *alike, struct plb_pl *out) {
  out->has_person_correlation = design->dyadic ? alike->has_person : alike->has_pair;
  out->has_pair_correlation = design->dyadic && alike->has_pair;
  out->person_correlation = design->dyadic ? alike->person : alike->pair;
  out->pair_correlation = design->dyadic ? alike->pair : 0.0;
  out->sharing_person = design->dyadic ? sums->cs : sums->cw;
  out->sharing_pair = design->dyadic ? sums->cw : 0.0;
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
  own.deff = fmax(own.deff, own.pairs); /* what people add is not negative, though its estimate can be */
  struct plb_borrowed borrowed = {.any = false, .deff = 1.0};
  if (extremes && x == errors->errors && (st = plb_borrow(design, sums, extremes, x, &borrowed, err)))
    return st;
  if (!extremes && !x && icc > 0.0)
    borrowed.deff = 1.0 + icc * (sums->dmax - 1.0);
  out->no_borrowing = !borrowed.any;
  out->own_design_effect = own.deff;
  out->design_effect = fmin(fmax(own.deff, borrowed.deff), fmax(own.deff, sums->dmax));
  if (borrowed.any ? x && own.deff > borrowed.deff : x >= FEWEST_TELLING)
    borrowed.alike = plb_alike_of(design, sums, &own, (double)x / (double)design->trials);
  say_alike(design, sums, &borrowed.alike, out);
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
  struct plb_known known = {.ne = pl->effective, .deff = pl->design_effect, .df = pl->df, .skewness = pl->skewness};
  pl->inflated = shape_of(x, all, &known, level).inflated;
  pl->pl = reflected(plb_pl_limits(x, all, &known, level, false), reflect);
  pl->strict = reflected(plb_pl_limits(x, all, &known, level, true), reflect);
}

/* A test seen as one with another number of errors. */
struct elsewhere {
  const struct plb_pl *pl;
  double trials, level;
  bool reflect;
  double alike; /* what correlations add to the design effect at the number that there was; 0: they are not known */
};

static double alike_at(const struct plb_pl *pl, double rate) {
  double t = plb_probit_upper(rate);
  return plb_latent_part(pl->sharing_person, t, pl->person_correlation, rate) +
         plb_latent_part(pl->sharing_pair, t, pl->pair_correlation, rate);
}

/* PL's limits there, for errors that need not be whole. Rarer errors have less in common: the same correlations make a
 * smaller design effect of them. */
static struct plb_limits limits_of(const struct elsewhere *test, double errors) {
  const struct plb_pl *pl = test->pl;
  double x = test->reflect ? test->trials - errors : errors;
  if (pl->few)
    return reflected(plb_clopper_pearson(x / pl->most, test->trials / pl->most, test->level), test->reflect);
  struct plb_known known = {.ne = pl->effective, .deff = pl->design_effect, .df = pl->df, .skewness = pl->skewness};
  double rate = fmin(fmax(x, 1.0) / test->trials, 0.5);
  if (test->alike > 0.0)
    known.deff = fmin(1.0 + (known.deff - 1.0) * alike_at(pl, rate) / test->alike, fmax(known.deff, pl->most));
  return reflected(plb_pl_limits(x, test->trials, &known, test->level, false), test->reflect);
}

struct plb_pl_counts plb_pl_counts(const struct plb_pl *pl, uint64_t errors, uint64_t trials, double rate,
                                   double level) {
  bool reflect = errors > trials - errors;
  double all = (double)trials, outside = 0, inside = rate * all;
  struct plb_pl_counts found = {.least = 0, .most = all};
  struct elsewhere test = {.pl = pl, .trials = all, .level = level, .reflect = reflect};
  if (pl->has_person_correlation || pl->has_pair_correlation)
    test.alike = alike_at(pl, fmin(fmax((double)(reflect ? trials - errors : errors), 1.0) / all, 0.5));
  found.has_least = limits_of(&test, 0).upper < rate;
  for (int k = 0; found.has_least && k < HALVINGS && inside - outside > 1e-6; k++) {
    double middle = 0.5 * (outside + inside);
    *(limits_of(&test, middle).upper < rate ? &outside : &inside) = middle;
  }
  found.least = outside;
  outside = all;
  inside = rate * all;
  found.has_most = limits_of(&test, all).lower > rate;
  for (int k = 0; found.has_most && k < HALVINGS && outside - inside > 1e-6; k++) {
    double middle = 0.5 * (outside + inside);
    *(limits_of(&test, middle).lower > rate ? &outside : &inside) = middle;
  }
  found.most = outside;
  return found;
}

plb_status plb_pl_check(const struct plb_design *design, const struct plb_error_sums *errors, double level,
                        struct plb_error *err) {
  if (!design->people || !design->trials)
    return plb_fail(err, PLB_UNDEFINED, "no trials to estimate a rate from");
  if (errors->errors > design->trials)
    return plb_fail(err, PLB_USAGE, "more errors than trials");
  if (!(level >= 0.01 && level < 1.0))
    return plb_fail(err, PLB_USAGE, "a level of confidence must be at least 0.01 and below 1");
  return PLB_OK;
}

plb_status plb_pl_interval(const struct plb_design *design, const struct plb_design_sums *sums,
                           const struct plb_error_sums *errors, const struct plb_extremes *extremes, double level,
                           double icc, struct plb_pl *out, struct plb_error *err) {
  *out = (struct plb_pl){.no_borrowing = true};
  plb_status st = plb_pl_check(design, errors, level, err);
  if (st)
    return st;
  uint64_t others = design->trials - errors->errors, rarer = others < errors->errors ? others : errors->errors;
  find_influential(design, errors, out);
  out->effective = sums->ne;
  out->most = sums->dmax;
  out->lopsided = design->dyadic && 2.0 * sums->ne < (double)design->people;
  out->df = (double)design->people - 1.0;
  if (rarer)
    find_moments(design, errors, others < errors->errors, out);
  st = choose_effect(design, sums, errors, extremes, rarer, icc, out, err);
  if (st)
    return st;
  if (design->people < FEWEST_PEOPLE || (out->lopsided && sums->ne < FEWEST_PEOPLE)) {
    out->few = true;
    out->has_person_correlation = out->has_pair_correlation = false;
    out->design_effect = sums->dmax;
  }
  plb_pl_at_level(out, errors->errors, design->trials, level);
  return PLB_OK;
}
