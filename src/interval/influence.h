/* SPDX-License-Identifier: Apache-2.0
 *
 * How few people the errors of one threshold come from, and what is needed to leave one of them out. Where people
 * have clusters a cluster stands for all of its people, here and below.
 */
#ifndef PLB_INTERVAL_INFLUENCE_H
#define PLB_INTERVAL_INFLUENCE_H

#include "interval/pl.h"
#include "tally/people.h"

/* People in the errors at one threshold. Counts alone decide who is meant, never an order of people. */
struct plb_involved {
  uint64_t people;  /* in at least one error */
  uint64_t half;    /* fewest people who fill half of the places in errors; 0 where there are none */
  uint64_t most;    /* errors of the most involved person */
  bool has_without; /* false where nothing is left without that person */
  uint64_t without_errors, without_trials; /* without the person whose absence moves the rate most */
};

plb_status plb_involved_find(const struct plb_design *design, const struct plb_error_sums *errors,
                             struct plb_involved *involved, struct plb_error *err);

/* The place of the person who is in most errors, of several the one with fewest trials; design->people where there
 * are no errors. */
size_t plb_most_involved(const struct plb_design *design, const struct plb_error_sums *errors);

/* The most error-like rows of a class, as they were kept for its intervals. */
struct plb_kept {
  struct plb_kept_row *rows; /* most error-like first */
  size_t count;
  uint64_t *identity; /* by place: the same in both classes */
  uint64_t *trials;   /* by place */
  size_t people;
  uint64_t completed; /* rows of the class; all of them are kept where count is equal */
};

/* Takes the arrays over. */
void plb_kept_take(struct plb_places *places, struct plb_person_sums *sums, uint64_t completed, struct plb_kept *kept);
void plb_kept_free(struct plb_kept *kept);

/* FNMR at an FMR target without one person: the one whose absence moves it most when the threshold is set anew. */
struct plb_left_out {
  bool exists;
  uint64_t errors, trials;
};

/* The smallest and the largest rate that x errors in n trials (n > 0) of one class can be when up to k rows carry the
 * label of the wrong class. Of the other class `would_err` rows would be errors of this one, `would_not` would not. */
struct plb_limits plb_wrong_labels(uint64_t x, uint64_t n, uint64_t would_err, uint64_t would_not, uint64_t k);

#endif
