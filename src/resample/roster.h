/* SPDX-License-Identifier: Apache-2.0
 *
 * Who takes part in the test of one system, for whoever weights people anew, and the weight of all of its non-mated
 * comparisons in each replicate.
 *
 * Where everybody's samples were compared with everybody else's, n_ij = each m_i m_j, the weight is a square of sums
 * over people, and needs no look at the comparisons. Whether it is so is decided once: the trials of each person must
 * be what such a design gives, and the sum of h_i h_j over all comparisons must be that of the design, for a hash h in
 * the field of 2^61 - 1 elements. Two different designs agree in that with a chance of about 2^-60 (Schwartz 1980).
 */
#ifndef PLB_RESAMPLE_ROSTER_H
#define PLB_RESAMPLE_ROSTER_H

#include "resample/weights.h"
#include "tally/units.h"

struct plb_roster_head; /* what is counted of a person */

struct plb_roster {
  const struct plb_tally *tally;
  const struct plb_system_tally *system;
  struct plb_units units; /* clusters of people count as people here */
  uint32_t *members; /* people with a completed comparison, in an order that depends on the set of their ids alone */
  size_t member_count;
  bool complete; /* everybody with everybody else */
  uint64_t each; /* then n_ij = each * samples[i] * samples[j], by member */
  uint64_t *samples;
  struct plb_roster_head *heads; /* by number */
};

/* With people known. */
plb_status plb_roster_make(const struct plb_tally *tally, const struct plb_system_tally *system,
                           struct plb_roster *roster, struct plb_error *err);
void plb_roster_free(struct plb_roster *roster);

/* Whom weights are drawn for; borrows from the roster. */
struct plb_weighted_people plb_roster_people(const struct plb_roster *roster);

/* Decides whether the design is complete, for those who will ask for weights of all comparisons: without it the answer
 * is the same, and every row is looked at. Once; not while somebody asks. */
plb_status plb_roster_find_design(struct plb_roster *roster, struct plb_error *err);

/* Adds the weight of all non-mated comparisons to sums (plb_total_fn of resample.h, with the roster as ctx). */
plb_status plb_roster_total(void *roster, const struct plb_weights *weights, uint64_t sums[PLB_LANE],
                            struct plb_error *err);

#endif
