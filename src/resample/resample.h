/* SPDX-License-Identifier: Apache-2.0
 *
 * The rates of a test in replicates in which people count anew (weights.h), with every threshold that depends on the
 * data found again in each: FNMR at an FMR target, the equal error rate, AUC, rates at fixed thresholds (methods C.2,
 * C.3; methods-tested C.4, D.2).
 *
 * A replicate is never a walk over the data. The comparisons from the highest score down to somewhat below the lowest
 * threshold that can be wanted are listed once in order of score and cut into blocks at changes of score. For 256
 * replicates at once each block is summed; a threshold is then found in the running sums by halving, and inside one
 * block by looking at its rows. Only the sums over all comparisons, which rates are divided by, need every row.
 * All decisions are on whole numbers, so results depend on nothing but the seed, the people and their scores.
 */
#ifndef PLB_RESAMPLE_RESAMPLE_H
#define PLB_RESAMPLE_RESAMPLE_H

#include "base/number.h"
#include "resample/weights.h"
#include "tally/listing.h"

#define PLB_CLASSES 2 /* by enum plb_class */

/* The weights of all comparisons of a class, added to sums. */
typedef plb_status (*plb_total_fn)(void *ctx, const struct plb_weights *weights, uint64_t sums[PLB_LANE],
                                   struct plb_error *err);

struct plb_resample {
  /* asked for; borrowed */
  enum plb_plan plan;
  uint64_t seed;
  size_t replicates;
  unsigned threads;
  struct plb_weighted_people who;
  struct plb_listing list[PLB_CLASSES]; /* of mated comparisons all */
  bool complete;                        /* of non-mated comparisons all too */
  plb_total_fn nonmated_total;          /* NULL where the list is complete */
  void *total_ctx;
  struct plb_team *team;              /* who draws a share of the replicates each, or NULL */
  bool total_in_parts;                /* each member's nonmated_total knows its own rows alone */
  const struct plb_fraction *targets; /* of FMR */
  size_t target_count;
  const uint64_t
      *thresholds; /* falling keys, distinct, not below the lowest listed non-mated score but where complete */
  size_t threshold_count;
  bool eer, auc;         /* auc: only where the list is complete */
  plb_progress progress; /* stage "resampling", in replicates; may be NULL */
  void *progress_ctx;
  size_t progress_from, progress_of; /* replicates done before, and in all */

  /* answered, by replicate; owned by the struct */
  bool *usable;                 /* at least 3 people have weight, and each class that has comparisons has some */
  double *fnmr_at_target;       /* [target][replicate] */
  uint64_t *key_at_target;      /* [target][replicate]: the threshold that was found */
  double *rate_at[PLB_CLASSES]; /* FMR and FNMR, [threshold][replicate] */
  double *eer_in;               /* [replicate] */
  double *auc_in;               /* [replicate], pairs of scores in one block taken as tied */
  double auc_of_all;            /* the same with every weight 1, to compare them with */
  bool too_short;               /* in some replicate a threshold lies below the list: list more and ask again */
};

/* On PLB_OK the answers are there unless too_short. Cancelling is PLB_CANCELLED. */
plb_status plb_resample_run(struct plb_resample *resample, struct plb_error *err);
void plb_resample_free(struct plb_resample *resample);

/* Ascending. */
void plb_sort_values(double *values, size_t count);

/* The quantile of type 7 of sorted values (count > 0). */
double plb_quantile(const double *sorted, size_t count, double at);

/* Limits that hold `level` of the usable values: quantiles of type 7 (Hyndman and Fan 1996). False where fewer than two
 * are usable. `scratch` has room for all. */
bool plb_percentiles(const double *values, const bool *usable, size_t count, double level, double *scratch,
                     double limits[2]);

#endif
