/* SPDX-License-Identifier: Apache-2.0
 *
 * The truth of a whole test. The scores of either class are mixtures of normal distributions (plb_model_parts), so
 * that with parts of weight w, mean m and variance v
 *
 *   FMR(t)  = sum w Q((t - m) / sqrt v)           Q the normal tail
 *   FNMR(t) = sum w Q((apart - t - m) / sqrt v)   a mated score being `apart` less its model's
 *   AUC     = sum sum w w' Q((m + m' - apart) / sqrt(v + v'))   a pair of scores in the wrong order is a sum above
 * apart d'      = difference of the means over the root of the mean of the variances
 *
 * `apart` is chosen so that FNMR is 5 % where FMR is the scene's; the EER is found by bisection. Cost: at most 2 * 10^7
 * normal tails where tails are heavy, else a few thousand.
 */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/probit.h"
#include "coverage/whole.h"

static double tail_of(const struct plb_part *parts, size_t count, double t) {
  double sum = 0;
  for (size_t k = 0; k < count; k++)
    sum += parts[k].weight * plb_normal_tail((t - parts[k].mean) / sqrt(parts[k].variance));
  return sum;
}

double plb_whole_fmr(const struct plb_whole_truth *truth, double threshold) {
  return tail_of(truth->parts[PLB_CLASS_NONMATED], truth->part_count[PLB_CLASS_NONMATED], threshold);
}

double plb_whole_fnmr(const struct plb_whole_truth *truth, double threshold) {
  return tail_of(truth->parts[PLB_CLASS_MATED], truth->part_count[PLB_CLASS_MATED], truth->apart - threshold);
}

double plb_whole_det(const struct plb_whole_truth *truth, double fmr) {
  double wanted = log(fmr);
  size_t low = 0, high = PLB_WHOLE_TABLE - 1;
  while (high - low > 1) {
    size_t middle = (low + high) / 2;
    if (truth->log_fmr[middle] >= wanted)
      low = middle;
    else
      high = middle;
  }
  double share = (truth->log_fmr[low] - wanted) / (truth->log_fmr[low] - truth->log_fmr[high]);
  share = fmin(fmax(share, 0), 1);
  return plb_whole_fnmr(truth, truth->from + truth->step * ((double)low + share));
}

/* ---- what depends on all scores -------------------------------------------------------------------- */

static double find_eer(const struct plb_whole_truth *truth) {
  double low = -50, high = 50 + truth->apart;
  for (int k = 0; k < 70; k++) {
    double middle = .5 * (low + high);
    if (plb_whole_fmr(truth, middle) > plb_whole_fnmr(truth, middle))
      low = middle;
    else
      high = middle;
  }
  return .5 * (plb_whole_fmr(truth, low) + plb_whole_fnmr(truth, low));
}

static double find_auc(const struct plb_whole_truth *truth) {
  double wrong = 0;
  for (size_t k = 0; k < truth->part_count[PLB_CLASS_NONMATED]; k++) {
    const struct plb_part *one = &truth->parts[PLB_CLASS_NONMATED][k];
    double inner = 0;
    for (size_t l = 0; l < truth->part_count[PLB_CLASS_MATED]; l++) {
      const struct plb_part *other = &truth->parts[PLB_CLASS_MATED][l];
      inner += other->weight *
               plb_normal_tail((truth->apart - one->mean - other->mean) / sqrt(one->variance + other->variance));
    }
    wrong += one->weight * inner;
  }
  return 1 - wrong;
}

static void moments(const struct plb_part *parts, size_t count, double *mean, double *variance) {
  double squares = 0;
  *mean = 0;
  for (size_t k = 0; k < count; k++) {
    *mean += parts[k].weight * parts[k].mean;
    squares += parts[k].weight * (parts[k].variance + parts[k].mean * parts[k].mean);
  }
  *variance = squares - *mean * *mean;
}

static double find_dprime(const struct plb_whole_truth *truth) {
  double mean[2], variance[2];
  for (int c = 0; c < 2; c++)
    moments(truth->parts[c], truth->part_count[c], &mean[c], &variance[c]);
  return (truth->apart - mean[PLB_CLASS_MATED] - mean[PLB_CLASS_NONMATED]) /
         sqrt(.5 * (variance[PLB_CLASS_MATED] + variance[PLB_CLASS_NONMATED]));
}

static void fill_table(const struct plb_model *nonmated, struct plb_whole_truth *truth) {
  double to;
  plb_model_threshold(nonmated, .5, &truth->from);
  plb_model_threshold(nonmated, 1e-8, &to);
  truth->step = (to - truth->from) / (PLB_WHOLE_TABLE - 1);
  for (size_t k = 0; k < PLB_WHOLE_TABLE; k++)
    truth->log_fmr[k] = log(plb_whole_fmr(truth, truth->from + truth->step * (double)k));
}

plb_status plb_whole_truth_make(const struct plb_whole_model *model, double fmr, struct plb_whole_truth *truth,
                                struct plb_error *err) {
  const struct plb_model *of[2] = {plb_model_find(model->nonmated), plb_model_find(model->mated)};
  double beyond;
  *truth = (struct plb_whole_truth){.fmr = fmr, .fnmr = PLB_WHOLE_FNMR};
  for (int c = 0; c < 2; c++)
    if (!(truth->parts[c] = plb_model_parts(of[c], &truth->part_count[c])))
      return plb_fail_memory(err);
  plb_model_threshold(of[PLB_CLASS_NONMATED], fmr, &truth->threshold);
  plb_model_threshold(of[PLB_CLASS_MATED], truth->fnmr, &beyond);
  truth->apart = truth->threshold + beyond;
  truth->eer = find_eer(truth);
  truth->auc = find_auc(truth);
  truth->dprime = find_dprime(truth);
  fill_table(of[PLB_CLASS_NONMATED], truth);
  return PLB_OK;
}

void plb_whole_truth_free(struct plb_whole_truth *truth) {
  free(truth->parts[0]);
  free(truth->parts[1]);
  truth->parts[0] = truth->parts[1] = NULL;
}
