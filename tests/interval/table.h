/* SPDX-License-Identifier: Apache-2.0
 *
 * Small tables of comparisons for the tests of the interval engine: made at random, and turned into the
 * engine's inputs the slow way.
 */
#ifndef TESTS_ESTIMATE_TABLE_H
#define TESTS_ESTIMATE_TABLE_H

#include "interval/pl.h"

/* A small generator with 64 bits of state (splitmix64): the same numbers everywhere. */
struct dice {
  uint64_t state;
  double spare;
  bool has_spare;
};
uint64_t dice_bits(struct dice *dice);
double dice_uniform(struct dice *dice); /* in (0, 1) */
double dice_normal(struct dice *dice);
uint64_t dice_below(struct dice *dice, uint64_t n);

/* One comparison; larger score = more error-like, an error iff score >= threshold. One-way, and inside a cluster: j
 * == i. */
struct row {
  double score;
  uint32_t i, j;
};

struct table {
  bool dyadic;
  struct row *rows;
  size_t count, people; /* people are 0 .. people-1, each in at least one row */
};

void table_free(struct table *table);

/* Models of methods M. share_*: of the variance of a score. */
struct model {
  bool dyadic;
  size_t people, samples; /* one-way: samples = trials of a person */
  double share_person, share_pair, share_sample;
};
void table_of_model(struct dice *dice, const struct model *model, struct table *table);

/* Unbalanced, with missing pairs, repeats in both directions and, for step > 0, scores rounded to it. */
void table_at_random(struct dice *dice, bool dyadic, size_t people, size_t rows, double step, struct table *table);

/* Puts the people of a table into `clusters` clusters at random, which take their place. */
void table_in_clusters(struct dice *dice, size_t clusters, struct table *table);

/* The engine's inputs. `capacity` = how many extremes are kept. */
struct inputs {
  struct plb_design design;
  struct plb_design_sums sums;
  struct plb_extremes extremes;
  uint64_t *trials_of, *pair_trials;
  uint32_t *pair_of; /* [people * people] number of the pair, UINT32_MAX = never compared */
  struct plb_extreme *extreme_rows;
};
void inputs_of(const struct table *table, size_t capacity, struct inputs *inputs);
void inputs_free(struct inputs *inputs);

/* Errors at a threshold; free errors->per_person with errors_free. */
void errors_of(const struct table *table, const struct inputs *inputs, double threshold, struct plb_error_sums *errors);
void errors_free(struct plb_error_sums *errors);

#endif
