/* SPDX-License-Identifier: Apache-2.0
 *
 * Error rates of one class at several thresholds with their intervals: FMR with dependence by pair of
 * people, FNMR with dependence by person, exact binomial where the data does not say who took part.
 */
#ifndef PLB_ESTIMATE_RATES_H
#define PLB_ESTIMATE_RATES_H

#include "estimate/det.h"
#include "interval/influence.h"
#include "interval/method.h"
#include "interval/pl.h"
#include "tally/dyads.h"

/* What the method that was asked for says of a rate. Where it is PL, or PL-strict, that of `narrow` and `corner`
 * below. The worst case, and `method` says so, where there are too few people for the method to say anything. */
struct plb_said {
  bool exists;                     /* the method has limits here */
  const char *why;                 /* it has none: the reason; NULL where nobody knows the people that it needs */
  bool blind;                      /* every trial was taken as independent of every other */
  const char *method, *dependence; /* as results name them */
  struct plb_limits narrow, corner;
  bool has_effect, has_df;
  double effect, df;
};

/* One rate at one threshold. `narrow` holds limits at the level asked for, `corner` at 1 - alpha/3, which
 * the quantities that are made of up to three rates need (methods I: the corner rule). */
struct plb_rate {
  uint64_t errors, trials;
  bool has_people, has_clusters; /* clusters: of people, who are then not independent of each other */
  uint64_t people, clusters;
  struct plb_involved involved; /* or clusters in their place */
  bool repeats;                 /* somebody takes part in more than one trial; false where people are unknown */
  struct plb_pl narrow, corner; /* of pl, strict and worst_case; unknown people: all exact binomial */
  struct plb_said said;
};

/* How many of what its trials depend on each other by: clusters, or people. */
static inline uint64_t plb_rate_units(const struct plb_rate *rate) {
  return rate->has_clusters ? rate->clusters : rate->people;
}

/* Errors, or trials without one, whichever are fewer. */
static inline uint64_t plb_rate_rarer(const struct plb_rate *rate) {
  uint64_t right = rate->trials - rate->errors;
  return rate->errors < right ? rate->errors : right;
}

struct plb_rates {
  struct plb_rate *at; /* by threshold */
  size_t count;
  bool sampled; /* sums over pairs come from a sample */
  struct plb_kept kept;
};

/* The limits `corner` are found only if asked for. `thresholds` ascending distinct keys, `errors` the errors of the
 * class at each (from the DET). */
plb_status plb_rates_measure(struct plb_tally *tally, const struct plb_system_tally *system, enum plb_class class,
                             const struct plb_det *det, const uint64_t *thresholds, const uint64_t *errors,
                             size_t count, double level, bool corner, enum plb_method method, unsigned threads,
                             struct plb_rates *rates, struct plb_error *err);
void plb_rates_free(struct plb_rates *rates);

/* Limits of a rate of independent trials (Clopper-Pearson) in the shape of the others. */
void plb_rate_of_independent(uint64_t errors, uint64_t trials, double level, enum plb_method method,
                             struct plb_rate *rate);

/* A rate whose trials have one person each and no scores (FTA, FTE): trials are those of the places, errors come
 * by person. PL in the place of a method that is drawn. */
plb_status plb_rate_of_attempts(const struct plb_tally *tally, const struct plb_places *places, const uint64_t *errors,
                                double level, enum plb_method method, struct plb_rate *rate, struct plb_error *err);

/* said.c: fills in rate->said, and `repeats`, for a rate whose other fields are there. */
plb_status plb_rate_say(enum plb_method method, const struct plb_design *design, const struct plb_design_sums *sums,
                        const struct plb_error_sums *errors, double level, struct plb_rate *rate,
                        struct plb_error *err);
void plb_rate_say_unknown(enum plb_method method, double level, struct plb_rate *rate);

#endif
