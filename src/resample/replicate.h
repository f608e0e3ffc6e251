/* SPDX-License-Identifier: Apache-2.0
 *
 * One replicate of a resampled test: running sums over blocks of comparisons, and the operating points in them.
 */
#ifndef PLB_RESAMPLE_REPLICATE_H
#define PLB_RESAMPLE_REPLICATE_H

#include "base/wide.h"
#include "resample/blocks.h"
#include "resample/resample.h"

/* What 256 replicates share. Sums are [block][replicate]: the weight of all blocks before that one. */
struct plb_replicates {
  const struct plb_listing *list; /* by class */
  const struct plb_blocks *blocks;
  bool complete;
  struct plb_weights weights;
  uint64_t *before[PLB_CLASSES]; /* [(blocks + 1) * PLB_LANE] */
  uint64_t total[PLB_CLASSES][PLB_LANE];
};

/* An operating point of a replicate: the weight of comparisons at and above a score. */
struct plb_passed {
  uint64_t weight[PLB_CLASSES];
};

/* Where FMR <= target is met: the weight at and above the threshold found, which is the smallest listed score of
 * either class above the highest one at which FMR is too high. False: that lies below the list. */
bool plb_replicate_target(const struct plb_replicates *of, size_t r, const struct plb_fraction *target,
                          struct plb_passed *passed, uint64_t *key);

/* The two operating points between which FMR - FNMR changes sign, the stricter first; both the same where no score is
 * stricter. False: they lie below the list. */
bool plb_replicate_crossing(const struct plb_replicates *of, size_t r, struct plb_passed points[2]);

/* The weight before a block. */
static inline struct plb_passed plb_passed_before(const struct plb_replicates *of, size_t r, size_t block) {
  return (struct plb_passed){{of->before[0][block * PLB_LANE + r], of->before[1][block * PLB_LANE + r]}};
}

#endif
