/* SPDX-License-Identifier: Apache-2.0
 *
 * PL: Wilson's interval on a borrowed design effect (methods B.4, B.6 and B.7). One engine serves every
 * rate: FMR with dependence by pair of people ("dyadic"), FNMR, FTA and FTE by person ("one-way").
 *
 * All inputs are counts in an order of people that depends on the set of ids alone, so that the sums of
 * doubles below are the same whatever the order of rows or the number of threads. Nothing is allocated
 * beyond scratch arrays of `people` doubles. Threads: pure, reentrant.
 */
#ifndef PLB_INTERVAL_PL_H
#define PLB_INTERVAL_PL_H

#include "base/error.h"
#include "base/wide.h"
#include "interval/binomial.h"

#define FEWEST_PEOPLE 8 /* below this many there is no rate, and the interval is the worst case (methods B.7) */
#define FEW_PEOPLE 20   /* below this many the interval may be too narrow */
#define FEW_ERRORS 10   /* fewer neither carry a percentile nor tell their own design effect */

/* Who was compared how often, in one class and cell. "People" are what trials depend on each other by: persons,
 * or clusters of them (families), which then stand in the place of persons throughout. */
struct plb_design {
  bool dyadic;                /* false: one-way, a trial is of one person */
  size_t people;              /* persons with at least one trial: n */
  uint64_t trials;            /* N (dyadic) or K (one-way) */
  uint64_t inner;             /* dyadic: trials inside a cluster, which count once in per_person and are of no pair */
  const uint64_t *per_person; /* [people] N_i or k_i, each >= 1 */
  /* dyadic only, over all pairs of people (scaled up where they were sampled): */
  double sum_squares;  /* sum of n_ij^2 */
  double sum_weighted; /* sum of g_i g_j n_ij^2 */
  size_t side;         /* where two groups of people were compared with each other: the smaller one; else 0 */
};

/* Derived once from the counts (plb_design_derive); g is [people], owned by the struct. */
struct plb_design_sums {
  double cw, cs, dmax, ne, c;
  double *g;
};

/* Errors at one threshold. */
struct plb_error_sums {
  uint64_t errors;            /* x */
  const uint64_t *per_person; /* [people] X_i, aligned with the design */
  double weighted_squares;    /* dyadic: sum over pairs of g_i g_j Y_ij^2 */
  double weighted_products;   /* dyadic: sum over pairs of g_i g_j Y_ij n_ij */
  double squares, products;   /* dyadic: the same two without weights; only the method "cimat" reads them */
};

/* One of the most error-like trials. Sorted by the caller: most error-like first; equal `rank_key` means
 * equal score. The list holds every trial more error-like than the first one dropped, whole tie groups. */
struct plb_extreme {
  uint64_t rank_key; /* larger = more error-like (FNMR: the inverted key of the score) */
  uint32_t i, j;     /* persons, i == j one-way and inside a cluster */
  uint32_t pair;     /* dyadic, i != j: number of the pair of people, 0 .. pairs-1 */
};

struct plb_extremes {
  const struct plb_extreme *rows;
  size_t count;
  const uint64_t *pair_trials; /* [pairs] n_ij of the pairs named in rows */
  size_t pairs;
  uint64_t cut_level; /* K-th most error-like score may lie beyond the list; 0 = nothing was dropped */
};

/* Every field is always filled. With few people pl and strict equal worst_case. */
struct plb_pl {
  bool few;          /* fewer than 8 people, or lopsided and as good as fewer: only worst_case is given */
  bool lopsided;     /* dyadic: a few people are in most of the comparisons, so that n people are worth less
                        than half as many (ne < n/2); their residuals cancel and the design effect hides it */
  double effective;  /* ne: people who, all compared alike, would tell as much */
  bool no_borrowing; /* no level could be used */
  bool influential;  /* one person is in two or more errors and in more than 30 % of them (with one error
                        each nobody stands out: up to three errors each would be "more than 30 %") */
  uint64_t their_errors, their_trials; /* of that person; 0 when there is none */
  double design_effect;                /* d */
  double own_design_effect;            /* D at this threshold */
  double df;
  double skewness; /* of the residuals of people, > 0 where a few people are in many errors; 0 without errors. Where
                      errors prevail, of their trials without error */
  struct plb_limits pl, strict; /* Wilson and Clopper-Pearson shape (claims) */
  struct plb_limits worst_case; /* CP(x/dmax, N/dmax) */
  double inflated;              /* d* */
  double most;                  /* dmax: the design effect of the worst case */
  bool has_person_correlation;  /* of normal scores, where d comes from; not with few people or errors, nor where */
  bool has_pair_correlation;    /* hardly any two trials share that. One-way: there is person_correlation alone */
  double person_correlation, pair_correlation;
  double sharing_person, sharing_pair; /* so many other trials have that in common with one, on average */
};

/* Fills cw, cs, dmax, ne, c and allocates g; free g with free(). */
plb_status plb_design_derive(const struct plb_design *design, struct plb_design_sums *sums, struct plb_error *err);

/* g_i = 1 / max(1 - N_i/N, 0.1): needed by whoever forms the weighted sums. */
double plb_person_weight(uint64_t person_trials, uint64_t trials);

/* The interval. `extremes` may be NULL: nothing to borrow from. `icc` > 0 with zero errors and no
 * extremes (decision logs: FTA, FTE): the design effect is min(dmax, 1 + icc (sum k^2/K - 1)). */
plb_status plb_pl_interval(const struct plb_design *design, const struct plb_design_sums *sums,
                           const struct plb_error_sums *errors, const struct plb_extremes *extremes, double level,
                           double icc, struct plb_pl *out, struct plb_error *err);

/* The limits of the same errors at another level (0.01 <= level < 1); all else in *pl stays as it is. */
void plb_pl_at_level(struct plb_pl *pl, uint64_t errors, uint64_t trials, double level);

/* What a test of `rate` at this level does not reject: the counts of errors, of as many trials, whose PL interval holds
 * the rate. The design effect at a count is what the correlations in *pl make of it, all else stays as it is. Where
 * even no error (all trials in error) has an interval that holds it the count is 0 (all trials), and is not a limit.
 * For rates between 0 and 1. */
struct plb_pl_counts {
  double least, most;
  bool has_least, has_most;
};
struct plb_pl_counts plb_pl_counts(const struct plb_pl *pl, uint64_t errors, uint64_t trials, double rate,
                                   double level);

/* The design effect D and its dyad part A of methods "own" (unfloored total W in *total). */
struct plb_own {
  double total, deff, pair_part;
  double pairs; /* dyadic: the part within pairs without bounds, c, and (on average) weights; else 0 */
};
plb_status plb_own_effect(const struct plb_design *design, const struct plb_design_sums *sums,
                          const struct plb_error_sums *errors, struct plb_own *own, struct plb_error *err);

#endif
