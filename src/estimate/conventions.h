/* SPDX-License-Identifier: Apache-2.0
 *
 * The rules by which other tools choose thresholds and read off the EER, by name, so that an old report can be
 * reconciled. Counts, intervals, failures and claims stay plumbline's own. Threads: a gather is used by one.
 */
#ifndef PLB_ESTIMATE_CONVENTIONS_H
#define PLB_ESTIMATE_CONVENTIONS_H

#include "base/number.h"
#include "estimate/det.h"

enum plb_eer_rule {
  PLB_EER_OWN,    /* the observed score where FMR and FNMR differ least, the smaller of two */
  PLB_EER_GAP,    /* the same, the greater of two; threshold half way to the score below */
  PLB_EER_SUM,    /* of the two scores around the crossing the one with the smaller FMR + FNMR */
  PLB_EER_LINE,   /* straight line between the two operating points around the crossing */
  PLB_EER_HULL,   /* the same on the lower convex hull */
  PLB_EER_ROWS,   /* straight line between the two rows around the crossing, mated rows first where scores tie */
  PLB_EER_SHARES, /* a mated score and the non-mated score that cut off the same share at either end */
};

enum plb_target_rule {
  PLB_TARGET_OWN,      /* the smallest observed score with FMR <= target, above all if none */
  PLB_TARGET_NONMATED, /* the same among non-mated scores, just above these if none */
  PLB_TARGET_NEAREST,  /* the smallest of the observed scores with FMR nearest to the target */
  PLB_TARGET_LINE,     /* straight line between the operating points around the target */
};

/* One tool. A sentence is NULL where the tool has no rule of its own, and plumbline's is kept. */
struct plb_convention {
  const char *name;
  enum plb_eer_rule eer;
  const char *eer_says;
  enum plb_target_rule target;
  const char *target_says;
  const char *above_says; /* a score at a given threshold is not accepted */
  const char *auc_says;   /* AUC without the piece beyond the strictest observed score */
};

/* NULL for a name that is not known. */
const struct plb_convention *plb_convention_find(const char *name);

/* "bob, pyeer, ..." */
void plb_convention_names(char *text, size_t size);

/* A target to be met by the rule of a tool. On the straight line the point is the one that meets the target, and
 * `milder` the one before it; elsewhere they are equal. */
struct plb_ruled_target {
  struct plb_fraction target;
  struct plb_point point, milder;
};

/* Mated scores of one float32 value. */
struct plb_single {
  float score;
  struct plb_point point; /* at it */
  uint64_t mated;
};

/* What the rules need of the walk over the distinct scores. Zeroed, then the first three fields set. */
struct plb_gather {
  const struct plb_convention *as;
  const struct plb_det *det;        /* its trials before the walk, all of it behind */
  struct plb_ruled_target *targets; /* as in det; owned by the caller */

  size_t answered; /* targets */
  bool any, crossed, failed;
  struct plb_point last, level;   /* the latest point, and the first one with its FMR */
  struct plb_point behind;        /* just above the highest non-mated score so far */
  struct plb_point before, after; /* around the crossing: the last with FMR > FNMR and the next */
  uint64_t below;                 /* key of the score below `before` */
  struct plb_point *hull;         /* owned by the struct */
  size_t hull_count, hull_capacity;
  struct plb_single single;
  bool found; /* the EER by shares */
  uint64_t position;
  double score;
};

/* Takes the distinct scores in ascending order with the operating point at each, then the point above them all.
 * `failed` is set when memory ran out. */
void plb_gather_take(struct plb_gather *gather, const struct plb_step *step, const struct plb_point *point);
void plb_gather_finish(struct plb_gather *gather, const struct plb_point *end);
void plb_gather_free(struct plb_gather *gather);

/* An EER: the mean of the rates at a point, or a value of its own. `why` says why there is none, else NULL; the
 * threshold is a similarity. */
struct plb_ruled_eer {
  const char *why;
  bool has_point, has_threshold;
  struct plb_point point;
  double value, threshold;
};

struct plb_ruled {
  struct plb_ruled_eer eer;
  plb_wide auc_twice; /* as in struct plb_det */
};

/* Needs trials of both classes. */
struct plb_ruled plb_gather_summary(const struct plb_gather *gather);

/* FNMR on the straight line at the target. */
double plb_ruled_fnmr(const struct plb_det *det, const struct plb_point *milder, const struct plb_point *point,
                      double target);

#endif
