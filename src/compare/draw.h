/* SPDX-License-Identifier: Apache-2.0
 *
 * Replicates of the people in which every system finds its thresholds again, with the same weights for all systems: a
 * difference of two systems is then that within each replicate.
 */
#ifndef PLB_COMPARE_DRAW_H
#define PLB_COMPARE_DRAW_H

#include "compare/compare.h"
#include "resample/roster.h"

/* What the replicates of one system gave. */
struct plb_joint_kept {
  double *fnmr; /* [drawn target][replicate] */
  double *eer;  /* [replicate]; NULL: not drawn */
  bool *usable;
};

struct plb_joint {
  struct plb_versus *versus;
  struct plb_roster roster; /* of one system: all have the same comparisons */
  size_t *points;           /* by target: its place among the points of the first system */
  struct plb_fraction *targets;
  size_t target_count;
  uint64_t *keys;              /* [target, then EER][system]: the thresholds as measured */
  const char *why;             /* what is not drawn is not drawn for this reason */
  uint64_t reach;              /* at most so many false matches can be drawn */
  size_t *place;               /* by target: its place among those that were drawn, or SIZE_MAX */
  struct plb_fraction *wanted; /* these */
  size_t wanted_count;
  size_t replicates;
  struct plb_joint_kept *kept; /* by system */
};

/* Finds the targets and draws. The struct is filled but for what nobody asked; free it in any case. */
plb_status plb_joint_draw(struct plb_versus *versus, struct plb_joint *joint, struct plb_error *err);
void plb_joint_free(struct plb_joint *joint);

#endif
