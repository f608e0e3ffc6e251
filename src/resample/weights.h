/* SPDX-License-Identifier: Apache-2.0
 *
 * Weights of people in the replicates of a resampling plan, and weighted sums over comparisons.
 *
 * A replicate gives every person a whole weight w; a mated comparison of person i then counts w_i times, a
 * non-mated one of i and j w_i w_j times, so that all comparisons of a person come and go together.
 *   - Double or nothing (Owen and Eckles 2012): w is 0 or 2, by a fair coin for each person. Weights are kept
 *     here as 0 or 1, since only ratios of sums are formed.
 *   - Vertex bootstrap (Snijders and Borgatti 1999): as many people are drawn as there are, with replacement; w is
 *     how often each was drawn. Pairs of copies of one person have no comparison and are left out.
 *
 * Where clusters of people are weighted (families), a comparison inside one counts w times, not w w times: its other
 * side is the number `always`. Double or nothing then keeps its weights as 0 or 2.
 *
 * Replicates come in lanes of 256. A weight is kept as bits, one plane for each power of two, so that 256 products are
 * one AND and their sums are counted in place ("positional population count" with carry-save adders; Harley and
 * Seal, in Warren, Hacker's Delight, 2nd edition, chapter 5). Everything is a whole number: no order matters.
 *
 * Random bits are Philox4x64 (Salmon and others 2011), a function of the seed, the lane or replicate, and the person
 * (double or nothing: the hash of the id, so that any machine that knows a person has that person's weight) or the
 * number of the draw (vertex). Threads: pure, reentrant.
 */
#ifndef PLB_RESAMPLE_WEIGHTS_H
#define PLB_RESAMPLE_WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define PLB_LANE 256 /* replicates at once */

/* One bit a replicate. */
struct plb_lane {
  uint64_t word[PLB_LANE / 64];
};

enum plb_plan { PLB_PLAN_DOUBLE_OR_NOTHING, PLB_PLAN_VERTEX };

/* Who is weighted: `members` are person numbers in an order that depends on the set of ids alone; identity, by
 * person number, is what tells a person from others (a hash of the id). Borrowed. */
struct plb_weighted_people {
  const uint64_t *identity;
  const uint32_t *members;
  size_t member_count;
  size_t people; /* person numbers lie below */
  bool has_always;
  uint32_t always; /* the number of nobody, whose weight is always 1: the other side of a comparison inside a cluster
                    * of people that is weighted as one */
};

/* The weights of one lane of replicates. */
struct plb_weights {
  size_t people;
  unsigned planes;              /* weights lie below 2^planes */
  struct plb_lane *bits;        /* [plane][person number] */
  uint32_t remaining[PLB_LANE]; /* members with a weight above 0 */
};

/* Draws lane `lane`: replicates lane * PLB_LANE and on. Memory of earlier draws is used again. */
plb_status plb_weights_draw(enum plb_plan plan, uint64_t seed, size_t lane, const struct plb_weighted_people *of,
                            struct plb_weights *weights, struct plb_error *err);
void plb_weights_free(struct plb_weights *weights);

/* Adds to sums[r] the weight in replicate r of `count` comparisons. The people of comparison k are first[k * stride]
 * and second[k * stride]; second is NULL where comparisons have one person. */
void plb_weights_add(const struct plb_weights *weights, const uint32_t *first, const uint32_t *second, size_t stride,
                     size_t count, uint64_t sums[PLB_LANE]);

/* The weight of a person in replicate r of the lane. */
static inline uint32_t plb_weight_of(const struct plb_weights *weights, uint32_t person, size_t r) {
  uint32_t weight = 0;
  for (unsigned p = 0; p < weights->planes; p++)
    weight |= (uint32_t)(weights->bits[p * weights->people + person].word[r / 64] >> (r % 64) & 1) << p;
  return weight;
}

#endif
