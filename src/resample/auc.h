/* SPDX-License-Identifier: Apache-2.0
 *
 * An interval for the area under the ROC curve from replicates.
 */
#ifndef PLB_RESAMPLE_AUC_H
#define PLB_RESAMPLE_AUC_H

#include "resample/resample.h"

/* Limits around `value`, the AUC of all comparisons, from the spread of its logit over the replicates, with Student's
 * quantile of `df` degrees of freedom. False where the AUC is 0 or 1, or so near that replicates have no spread. */
bool plb_auc_limits(const struct plb_resample *replicates, double value, double level, double df, double limits[2]);

/* Limits from how much of 1 - AUC each person's mated comparisons make, which hold also where that is a handful of
 * people. Lists of all comparisons. *few: few people make most of it, and the lower limit allows for one who is
 * eight times as bad as the worst of them. */
plb_status plb_auc_few(const struct plb_listing list[2], const struct plb_weighted_people *who, double level,
                       double limits[2], bool *few, struct plb_error *err);

/* The same from these shares: weights[m] is what the mated comparisons of person m make of 1 - AUC. Says whether few
 * people make most of it. */
bool plb_auc_of_makers(const double *weights, size_t count, double level, double limits[2]);

#endif
