/* SPDX-License-Identifier: Apache-2.0
 *
 * Error rates of one class at several thresholds with their intervals: FMR with dependence by pair of
 * people, FNMR with dependence by person, exact binomial where the data does not say who took part.
 */
#ifndef PLB_ESTIMATE_RATES_H
#define PLB_ESTIMATE_RATES_H

#include "estimate/det.h"
#include "estimate/pl.h"
#include "tally/dyads.h"

/* One rate at one threshold. `narrow` holds limits at the level asked for, `corner` at 1 - alpha/3, which
 * the quantities that are made of up to three rates need (methods I: the corner rule). */
struct plb_rate {
  uint64_t errors, trials;
  bool has_people, has_clusters; /* clusters: of people, who are then not independent of each other */
  uint64_t people, clusters;
  struct plb_pl narrow, corner; /* of pl, strict and worst_case; unknown people: all exact binomial */
};

/* How many of what its trials depend on each other by: clusters, or people. */
static inline uint64_t plb_rate_units(const struct plb_rate *rate) {
  return rate->has_clusters ? rate->clusters : rate->people;
}

/* What its trials depend on each other by, as a result names it. Static. */
const char *plb_rate_dependence(const struct plb_rate *rate, enum plb_class class);

struct plb_rates {
  struct plb_rate *at; /* by threshold */
  size_t count;
  bool sampled; /* sums over pairs come from a sample */
};

/* The limits `corner` are found only if asked for. `thresholds` ascending distinct keys, `errors` the errors of the
 * class at each (from the DET). */
plb_status plb_rates_measure(struct plb_tally *tally, const struct plb_system_tally *system, enum plb_class class,
                             const struct plb_det *det, const uint64_t *thresholds, const uint64_t *errors,
                             size_t count, double level, bool corner, unsigned threads, struct plb_rates *rates,
                             struct plb_error *err);
void plb_rates_free(struct plb_rates *rates);

/* Limits of a rate of independent trials (Clopper-Pearson) in the shape of the others. */
void plb_rate_of_independent(uint64_t errors, uint64_t trials, double level, struct plb_rate *rate);

/* A rate whose trials have one person each and no scores (FTA, FTE): trials are those of the places, errors come
 * by person. */
plb_status plb_rate_of_attempts(const struct plb_tally *tally, const struct plb_places *places, const uint64_t *errors,
                                double level, struct plb_rate *rate, struct plb_error *err);

#endif
