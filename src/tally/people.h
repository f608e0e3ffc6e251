/* SPDX-License-Identifier: Apache-2.0
 *
 * Counts by person, in an order of people that depends on the set of ids alone: comparisons of each
 * person, errors of each person at given thresholds, and the most error-like rows themselves.
 */
#ifndef PLB_TALLY_PEOPLE_H
#define PLB_TALLY_PEOPLE_H

#include "tally/tally.h"

/* The most error-like rows that are kept whole (methods B.7). */
#define PLB_EXTREMES 3000

/* The people of one class of one system: place[number] is a person's place, PLB_NOBODY for people
 * without a completed comparison in the class. Where people have clusters (families), all of a cluster share
 * one place, and whatever is counted by place is counted by cluster; a person without one has a place alone.
 *
 * A non-mated comparison of two people of one cluster (an inner one) has one place on both sides. It counts
 * once for that place, and it belongs to no pair of places. */
struct plb_places {
  uint32_t *place;    /* by person number */
  uint32_t *person;   /* by place: the person there; of a cluster the first one in the order of ids */
  uint64_t *identity; /* by place: the hash of the person's id, or one of the cluster's name; the same in every
                         class and system, so that it may name random numbers */
  uint64_t *trials;   /* by place: N_i or k_i */
  size_t people;      /* places */
  size_t persons;     /* people in them: more than places where several share one */
  uint64_t inner;     /* non-mated comparisons inside a cluster */
};

/* The identity of a cluster from the hash of its name: not that of a person who is called the same. */
uint64_t plb_cluster_identity(uint64_t hash);

/* Places for whoever has trials, by person number. `inner`, by number of the cluster, are those of them that are
 * in the counts of two people of one cluster; NULL: none. */
plb_status plb_places_assign(const struct plb_census *census, const uint64_t *trials, const uint64_t *inner,
                             struct plb_places *places, struct plb_error *err);

plb_status plb_places_make(struct plb_tally *tally, const struct plb_rows *rows, bool mated, unsigned threads,
                           struct plb_places *places, struct plb_error *err);
void plb_places_free(struct plb_places *places);

/* One row kept whole; i <= j are places, key the score's. */
struct plb_kept_row {
  uint64_t key;
  uint32_t i, j;
};

/* What to count in one walk over the rows of a class. */
struct plb_person_sums {
  /* asked for: */
  const uint64_t *thresholds; /* ascending keys */
  size_t threshold_count;
  uint64_t keep_from, keep_to; /* keys of the rows to keep, both included; from > to: none */
  /* answered: */
  uint64_t *errors;          /* [threshold][place]: X_i, non-mated key >= t, mated key < t */
  struct plb_kept_row *kept; /* most error-like first, then by place: an order free of row order */
  size_t kept_count;
};

plb_status plb_person_sums_count(const struct plb_tally *tally, const struct plb_rows *rows, bool mated,
                                 const struct plb_places *places, unsigned threads, struct plb_person_sums *sums,
                                 struct plb_error *err);
void plb_person_sums_free(struct plb_person_sums *sums);

#endif
