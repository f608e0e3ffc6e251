/* SPDX-License-Identifier: Apache-2.0
 *
 * How much a test's design and its own errors say about dependence (methods B.3, B.4, B.6).
 *
 * The variance of a rate is estimated from the sums of residuals by person. A comparison of two people is
 * in the sums of both, so every product of residuals within one pair of people is counted twice and is
 * taken out once: W = c [sum (g_i R_i)^2 - S] (Fafchamps and Gubert 2007; Aronow, Samii and Assenova 2015;
 * here with leverage weights g_i and the factor c, which make it unbiased for complete balanced designs).
 * With one person per trial it is the cluster-robust variance with jackknife weights. Where clusters of people
 * stand in the place of persons, a trial inside a cluster is in one sum only, once, and in no pair.
 *
 * Cost: O(people) for each threshold. Sums run over people in the order given.
 */
#include <math.h>

#include "base/memory.h"
#include "interval/pl_parts.h"

double plb_person_weight(uint64_t person_trials, uint64_t trials) {
  return 1.0 / fmax(1.0 - (double)person_trials / (double)trials, 0.1);
}

double plb_residual(const struct plb_design *design, const struct plb_error_sums *errors, size_t i) {
  plb_wide_signed ours = (plb_wide_signed)design->trials * (plb_wide_signed)errors->per_person[i];
  plb_wide_signed expected = (plb_wide_signed)errors->errors * (plb_wide_signed)design->per_person[i];
  return (double)(ours - expected) / (double)design->trials;
}

/* dmax and its parts: what the design effect would be if all that can agree did. */
static void effect_limits(const struct plb_design *design, double squares, struct plb_design_sums *sums) {
  double trials = (double)design->trials;
  if (design->dyadic) {
    double inner = (double)design->inner, ends = 2.0 * trials - inner;
    /* Sums over a sample of the pairs may stray below what whole counts allow. */
    sums->cw = fmax(design->sum_squares / trials - (trials - inner) / trials, 0.0);
    sums->cs = fmax((squares - 2.0 * design->sum_squares - inner) / trials, 0.0);
    sums->ne = ends * ends / squares;
  } else {
    sums->cw = squares / trials - 1.0;
    sums->cs = 0.0;
    sums->ne = trials * trials / squares;
  }
  sums->dmax = 1.0 + sums->cw + sums->cs;
}

/* What makes the variance of a complete balanced design right in expectation. Trials inside a cluster, in so
 * many for each of the others, make it that much more of a one-way design. */
static double small_sample_factor(const struct plb_design *design) {
  double n = (double)design->people;
  if (!design->dyadic || design->inner == design->trials)
    return (n - 1.0) / n;
  if (design->people <= 3)
    return 1.0; /* with so few it has no meaning, and no interval is given */
  double inner = (double)design->inner / (double)(design->trials - design->inner);
  double scale = n - 2.0 + (n - 1.0) * inner;
  return (n - 1.0) * scale / (n * (scale - (n - 2.0) / scale));
}

plb_status plb_design_derive(const struct plb_design *design, struct plb_design_sums *sums, struct plb_error *err) {
  *sums = (struct plb_design_sums){.dmax = 1.0, .c = 1.0};
  if (!design->people || !design->trials)
    return plb_fail(err, PLB_UNDEFINED, "no trials to estimate a rate from");
  sums->g = plb_alloc(design->people, sizeof *sums->g);
  if (!sums->g)
    return plb_fail_memory(err);
  plb_wide squares = 0;
  for (size_t i = 0; i < design->people; i++) {
    squares += (plb_wide)design->per_person[i] * design->per_person[i];
    sums->g[i] = plb_person_weight(design->per_person[i], design->trials);
  }
  effect_limits(design, (double)squares, sums);
  sums->c = small_sample_factor(design);
  return PLB_OK;
}

plb_status plb_own_effect(const struct plb_design *design, const struct plb_design_sums *sums,
                          const struct plb_error_sums *errors, struct plb_own *own, struct plb_error *err) {
  *own = (struct plb_own){.total = 0.0, .deff = 1.0, .pair_part = 1.0, .pairs = 0.0};
  if (errors->errors > design->trials)
    return plb_fail(err, PLB_USAGE, "more errors than trials");
  double trials = (double)design->trials, x = (double)errors->errors;
  double binomial = x * ((double)(design->trials - errors->errors) / trials);
  if (binomial == 0.0)
    return PLB_OK;
  double by_person = 0.0, lost = 0.0; /* Neumaier's sum */
  for (size_t i = 0; i < design->people; i++) {
    double weighted = sums->g[i] * plb_residual(design, errors, i);
    double term = weighted * weighted, sum = by_person + term;
    lost += by_person >= term ? (by_person - sum) + term : (term - sum) + by_person;
    by_person = sum;
  }
  double by_pair = 0.0;
  if (design->dyadic) {
    double rate = x / trials;
    by_pair = errors->weighted_squares - 2.0 * rate * errors->weighted_products + rate * rate * design->sum_weighted;
  }
  own->total = sums->c * (by_person + lost - by_pair);
  own->deff = fmax(1.0, own->total / binomial);
  double alone = (double)design->inner / trials; /* of a trial in no pair its own part counts all the same */
  if (design->dyadic)
    own->pairs = alone;
  if (design->dyadic && design->sum_weighted > 0.0)
    own->pairs += by_pair / binomial * (design->sum_squares / design->sum_weighted);
  own->pair_part = design->dyadic ? fmin(fmax(1.0, sums->c * by_pair / binomial + alone), own->deff) : own->deff;
  return PLB_OK;
}
