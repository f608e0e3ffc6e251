/* SPDX-License-Identifier: Apache-2.0
 *
 * Error rates of one class at several thresholds with their intervals: FMR with dependence by pair of
 * people, FNMR with dependence by person, exact binomial where the data does not say who took part.
 */
#ifndef PLB_ESTIMATE_RATES_H
#define PLB_ESTIMATE_RATES_H

#include "estimate/det.h"
#include "estimate/influence.h"
#include "estimate/pl.h"
#include "tally/dyads.h"

/* One rate at one threshold. `narrow` holds limits at the level asked for, `corner` at 1 - alpha/3, which
 * the quantities that are made of up to three rates need (methods I: the corner rule). */
struct plb_rate {
  uint64_t errors, trials;
  bool has_people;
  uint64_t people;
  struct plb_involved involved;
  struct plb_pl narrow, corner; /* of pl, strict and worst_case; unknown people: all exact binomial */
};

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
                             size_t count, double level, bool corner, unsigned threads, struct plb_rates *rates,
                             struct plb_error *err);
void plb_rates_free(struct plb_rates *rates);

/* Limits of a rate of independent trials (Clopper-Pearson) in the shape of the others. */
void plb_rate_of_independent(uint64_t errors, uint64_t trials, double level, struct plb_rate *rate);

/* A rate whose trials have one person each and no scores (FTA, FTE). errors and trials by person, in any
 * order that depends on the ids alone. */
plb_status plb_rate_of_attempts(const uint64_t *trials, const uint64_t *errors, size_t people, double level,
                                struct plb_rate *rate, struct plb_error *err);

#endif
