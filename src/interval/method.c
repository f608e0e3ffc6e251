/* SPDX-License-Identifier: Apache-2.0
 *
 * The intervals by name (methods B.1 to B.7). Three kinds:
 *
 *   pl, pl-strict               the house's own (pl.c)
 *   wilson ... wald             binomial shapes on the counts as they are: every trial taken as independent
 *   wilson-dyadic, cimat        Wilson's shape on counts divided by a design effect estimated from the errors alone
 *
 * wilson-dyadic divides by the variance with jackknife weights (B.3, B.4; pl_design.c). cimat is the construction
 * published by Fogliato, Patil and Perona (IJCV 2024, arXiv 2306.01198) with their plug-in variance:
 *
 *   one-way   V = sum R_i^2 / N^2
 *   dyadic    V = (S + max(sum R_i^2 - 2 S, 0)) / N^2,   S = sum over pairs (Y_ij - p n_ij)^2
 *
 * where sum R_i^2 - 2 S is twice the sum of the products of residuals of two pairs that share a person. Their effective
 * sample is p (1 - p) / V, and N where there are no errors or nothing else, so that no errors give the interval of
 * independent trials; the lower limit at one error is -ln(level) / N (Brown, Cai and DasGupta 2001), mirrored at one
 * success. V is not held at that of independent trials. Their Python package counts every non-mated comparison twice,
 * once from either side, and so takes N twice as large in the last two places; here N is the number of comparisons, as
 * in the paper.
 *
 * Cost: O(people).
 */
#include "interval/method.h"

#include <math.h>
#include <string.h>

#include "interval/pl_parts.h"
#include "interval/special.h"

static const struct plb_method_entry entries[PLB_METHODS] = {
    /* Wilson's limits on a design effect borrowed from the scores */
    [PLB_METHOD_PL] = {"pl", "PL", false, true},
    /* the same with exact binomial limits: mostly a little wider */
    [PLB_METHOD_PL_STRICT] = {"pl-strict", "PL-strict", false, true},
    /* Wilson's limits */
    [PLB_METHOD_WILSON] = {"wilson", "wilson", false, false},
    /* exact binomial limits */
    [PLB_METHOD_CLOPPER_PEARSON] = {"clopper-pearson", "clopper-pearson", false, false},
    /* beta limits with half an error added */
    [PLB_METHOD_JEFFREYS] = {"jeffreys", "jeffreys", false, false},
    /* binomial limits, what was observed counting half */
    [PLB_METHOD_MID_P] = {"mid-p", "mid-p", false, false},
    /* the rate and 1.96 standard errors to either side */
    [PLB_METHOD_WALD] = {"wald", "wald", false, false},
    /* Wilson's limits on the design effect of the errors alone */
    [PLB_METHOD_WILSON_DYADIC] = {"wilson-dyadic", "wilson-dyadic", false, true},
    /* Wilson's limits on a plug-in variance (Fogliato and others 2024) */
    [PLB_METHOD_CIMAT] = {"cimat", "cimat", false, true},
    /* percentiles over people drawn anew with replacement */
    [PLB_METHOD_VERTEX_BOOTSTRAP] = {"vertex-bootstrap", "vertex-bootstrap", true, true},
    /* percentiles over people left out or counted twice */
    [PLB_METHOD_DOUBLE_OR_NOTHING] = {"double-or-nothing", "double-or-nothing", true, true},
};

const struct plb_method_entry *plb_method_entry(enum plb_method method) {
  return &entries[method];
}

bool plb_method_is_pl(enum plb_method method) {
  return method == PLB_METHOD_PL || method == PLB_METHOD_PL_STRICT;
}

bool plb_method_find(const char *name, enum plb_method *method) {
  for (int m = 0; m < PLB_METHODS; m++) {
    if (strcmp(entries[m].name, name) != 0)
      continue;
    *method = (enum plb_method)m;
    return true;
  }
  return false;
}

void plb_method_names(char text[PLB_METHOD_NAMES], bool independent_only) {
  size_t used = 0;
  text[0] = '\0';
  for (int m = 0; m < PLB_METHODS; m++) {
    size_t length = strlen(entries[m].name);
    if ((independent_only && entries[m].people) || used + length + 3 > PLB_METHOD_NAMES)
      continue;
    if (used) {
      memcpy(text + used, ", ", 2);
      used += 2;
    }
    memcpy(text + used, entries[m].name, length + 1);
    used += length;
  }
}

const char *plb_method_dependence(enum plb_method method, bool dyadic, bool clusters) {
  if (!entries[method].people)
    return "independent";
  if (clusters)
    return dyadic ? "dyadic by cluster" : "cluster";
  return dyadic ? "dyadic" : "person";
}

struct plb_limits plb_method_independent(enum plb_method method, double x, double n, double level) {
  double z = plb_probit_upper(0.5 * (1.0 - level));
  switch (method) {
  case PLB_METHOD_WILSON: return plb_wilson(x, n, z);
  case PLB_METHOD_JEFFREYS: return plb_jeffreys(x, n, level);
  case PLB_METHOD_MID_P: return plb_mid_p(x, n, level);
  case PLB_METHOD_WALD: return plb_wald(x, n, z);
  default: return plb_clopper_pearson(x, n, level);
  }
}

/* V over that of independent trials. */
static double cimat_effect(const struct plb_design *design, const struct plb_error_sums *errors) {
  double trials = (double)design->trials, x = (double)errors->errors, rate = x / trials;
  double binomial = x * ((double)(design->trials - errors->errors) / trials);
  if (binomial == 0.0)
    return 1.0;
  double by_person = 0.0;
  for (size_t i = 0; i < design->people; i++) {
    double r = plb_residual(design, errors, i);
    by_person += r * r;
  }
  if (!design->dyadic)
    return by_person / binomial;
  double by_pair = errors->squares - 2.0 * rate * errors->products + rate * rate * design->sum_squares;
  by_pair = fmax(by_pair, 0.0); /* rounding, or a sample of the pairs */
  return (by_pair + fmax(by_person - 2.0 * by_pair, 0.0)) / binomial;
}

plb_status plb_method_effect(enum plb_method method, const struct plb_design *design,
                             const struct plb_design_sums *sums, const struct plb_error_sums *errors, double *effect,
                             struct plb_error *err) {
  size_t least = design->dyadic ? 4 : 2;
  struct plb_own own;
  *effect = 1.0;
  if (method == PLB_METHOD_CIMAT) {
    *effect = cimat_effect(design, errors);
    return PLB_OK;
  }
  if (method != PLB_METHOD_WILSON_DYADIC)
    return plb_fail(err, PLB_USAGE, "%s has no design effect of its own", entries[method].name);
  if (design->people < least)
    return plb_fail(err, PLB_UNDEFINED, "the variance between people does not exist for fewer than %zu people", least);
  plb_status st = plb_own_effect(design, sums, errors, &own, err);
  if (!st)
    *effect = own.deff;
  return st;
}

static struct plb_limits with_effect(enum plb_method method, uint64_t x, uint64_t n, double effect, double level) {
  double rate = (double)x / (double)n, z = plb_probit_upper(0.5 * (1.0 - level));
  struct plb_limits limits = {.lower = rate, .upper = rate}; /* no variance at all */
  if (effect > 0.0)
    limits = plb_wilson((double)x / effect, (double)n / effect, z);
  if (method != PLB_METHOD_CIMAT || x == 0 || x == n)
    return limits;
  if (x == 1)
    limits.lower = -log(level) / (double)n;
  else if (x == n - 1)
    limits.upper = 1.0 + log(level) / (double)n;
  return limits;
}

static plb_status limits_of_pl(enum plb_method method, const struct plb_design *design,
                               const struct plb_design_sums *sums, const struct plb_error_sums *errors,
                               const struct plb_extremes *extremes, double level, struct plb_limits *limits,
                               struct plb_error *err) {
  struct plb_pl pl;
  plb_status st = plb_pl_interval(design, sums, errors, extremes, level, 0.0, &pl, err);
  *limits = method == PLB_METHOD_PL ? pl.pl : pl.strict;
  return st;
}

plb_status plb_method_limits(enum plb_method method, const struct plb_design *design,
                             const struct plb_design_sums *sums, const struct plb_error_sums *errors,
                             const struct plb_extremes *extremes, double level, struct plb_limits *limits,
                             struct plb_error *err) {
  *limits = (struct plb_limits){.lower = 0.0, .upper = 1.0};
  plb_status st = plb_pl_check(design, errors, level, err);
  if (st)
    return st;
  if (plb_method_is_pl(method))
    return limits_of_pl(method, design, sums, errors, extremes, level, limits, err);
  if (!entries[method].people) {
    *limits = plb_method_independent(method, (double)errors->errors, (double)design->trials, level);
    return PLB_OK;
  }
  double effect;
  st = plb_method_effect(method, design, sums, errors, &effect, err);
  if (!st)
    *limits = with_effect(method, errors->errors, design->trials, effect, level);
  return st;
}
