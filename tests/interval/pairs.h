/* SPDX-License-Identifier: Apache-2.0
 *
 * Two systems on the same comparisons, for the tests: scores with effects of people, pairs and samples that the systems
 * share to a degree.
 */
#ifndef TESTS_ESTIMATE_PAIRS_H
#define TESTS_ESTIMATE_PAIRS_H

#include "table.h"
#include "tally/tally.h"

/* A comparison that two systems made. */
struct twin {
  double score[2];
  uint32_t i, j;
};

struct twins {
  struct twin *rows;
  size_t count;
  uint32_t people;
};

/* Every sample of a person with every one of another (dyadic), or so many comparisons of each person with themselves.
 * Variances of a score due to each person and to the pair, by system; `common`: correlation of the effects of the two
 * systems. Scores are standard normal; mated ones errors when low. */
struct twin_model {
  bool mated;
  uint32_t people, samples;
  double person[2], pair[2], sample[2], common;
};
void twins_of_model(struct dice *dice, const struct twin_model *model, struct twins *twins);

/* The same in families of `size`, which have the share `kin` of the effects of their people, and of pairs of them, in
 * common. Person i is of family i / size. */
void twins_of_families(struct dice *dice, const struct twin_model *model, uint32_t size, double kin,
                       struct twins *twins);

/* Makes people `size` by `size` one cluster each, in the tally. */
void relate_twins(struct plb_tally *tally, const struct twins *twins, uint32_t size);

/* The same as two systems, number 0 and 1, of a tally; and added to one that holds the same people. */
struct plb_tally *tally_of_twins(const struct twins *twins, bool mated);
void add_twins(struct plb_tally *tally, const struct twins *twins, bool mated);

#endif
