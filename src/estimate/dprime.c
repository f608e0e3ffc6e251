/* SPDX-License-Identifier: Apache-2.0
 *
 * An interval for d' by the jackknife over people: d' is made again without each person in turn, with all comparisons
 * of that person left out. With d_i these values, m their mean, n people and d that of all (Efron and Stein, Annals of
 * Statistics 9 (1981); Tukey 1958):
 *
 *   centre = d - (n - 1)(m - d),   se^2 = (n - 1)/n sum (d_i - m)^2,   centre -+ t_df se
 *
 * with Satterthwaite's degrees of freedom for that sum of squares. d' of a few people is too large, since people differ
 * less among themselves than from others; the centre allows for that. What is left out is taken off sums by person of
 * the scores and of their squares, which are whole numbers (powers.h). Cost: one walk over each class.
 */
#include <math.h>
#include <stdlib.h>

#include "base/key.h"
#include "base/memory.h"
#include "estimate/redraw_parts.h"
#include "interval/special.h"
#include "tally/powers.h"

/* Both classes in sums; the unit is the same. */
struct ground {
  const struct plb_det *det;
  double centre[2], unit;
  struct plb_powers of[2];
};

/* Mean and variance without one person, or of all; false where there is no comparison left. */
static bool moments_without(const struct plb_powers *powers, const struct plb_power_sums *without, double *mean,
                            double *variance) {
  double n = (double)(powers->all.count - without->count);
  if (!(n > 0))
    return false;
  *mean = (double)(powers->all.sum - without->sum) / n;
  *variance = fmax((double)(powers->all.squares - without->squares) / n - *mean * *mean, 0);
  return true;
}

/* d' without what a person adds to each class; false where there is none. */
static bool dprime_without(const struct ground *ground, const struct plb_power_sums *mated,
                           const struct plb_power_sums *nonmated, double *dprime) {
  double mean[2], variance[2];
  if (!moments_without(&ground->of[0], nonmated, &mean[0], &variance[0]) ||
      !moments_without(&ground->of[1], mated, &mean[1], &variance[1]))
    return false;
  double spread = sqrt((variance[0] + variance[1]) / 2);
  if (!(spread > 0))
    return false;
  *dprime = ((ground->centre[1] - ground->centre[0]) / ground->unit + (mean[1] - mean[0])) / spread;
  return true;
}

/* Satterthwaite's degrees of freedom, as of a rate (pl.c). */
static double degrees(const struct plb_measured *measured, size_t people, double squares, double fourths) {
  double n = (double)people, most = n - 1;
  size_t side = plb_tally_smaller_side(measured->system);
  if (side > 1 && (double)side - 1 < most)
    most = (double)side - 1;
  double excess = fourths - squares * squares / n;
  return fmin(fmax(excess > 0 ? 2 * squares * squares / excess : most, 2), most);
}

/* `value` is d' itself, `all` the same from whole units. */
static struct plb_redrawn_limits limits_from(const struct plb_measured *measured, const double *without, size_t people,
                                             double value, double all, double level) {
  double n = (double)people, mean = 0, squares = 0, fourths = 0, most = 0;
  for (size_t m = 0; m < people; m++)
    mean += without[m] / n;
  for (size_t m = 0; m < people; m++) {
    double square = (without[m] - mean) * (without[m] - mean);
    squares += square;
    fourths += square * square;
    most = fmax(most, square);
  }
  struct plb_spread spread = {value, sqrt((n - 1) / n * squares), degrees(measured, people, squares, fourths)};
  double centre = value - (n - 1) * (mean - all);
  double wide = plb_student_upper_quantile(0.5 * (1 - level), spread.df) * spread.error;
  return (struct plb_redrawn_limits){.exists = true,
                                     .jackknife = true,
                                     .hangs_on_few = most > squares / 2,
                                     .lower = fmin(centre - wide, value),
                                     .upper = fmax(centre + wide, value),
                                     .spread = spread};
}

static plb_status sum(const struct plb_study *study, const struct plb_measured *measured,
                      const struct plb_roster *roster, struct ground *ground, struct plb_error *err) {
  plb_status status = PLB_OK;
  for (int c = 0; c < 2 && !status; c++) {
    ground->of[c] = (struct plb_powers){.centre = ground->centre[c], .unit = ground->unit};
    status = plb_powers_sum(study->tally, &measured->system->of[c].rows, c == PLB_CLASS_MATED, &roster->units,
                            study->threads, &ground->of[c], err);
  }
  return status;
}

/* A unit such that no score is farther than PLB_MOST_UNITS from the mean of its class. */
static void choose_unit(struct ground *ground) {
  double low = plb_value_of(ground->det->lowest), high = plb_value_of(ground->det->highest), most = 0, variance;
  for (int c = 0; c < 2; c++) {
    plb_moments_of(&ground->det->moments[c], ground->det->trials[c], &ground->centre[c], &variance);
    most = fmax(most, fmax(ground->centre[c] - low, high - ground->centre[c]));
  }
  ground->unit = most / (double)PLB_MOST_UNITS;
}

plb_status plb_dprime_measure(const struct plb_study *study, struct plb_measured *measured,
                              const struct plb_roster *roster, struct plb_error *err) {
  struct ground ground = {.det = &measured->det};
  const struct plb_power_sums nobody = {0};
  double value, all = 0;
  measured->redrawn.dprime_why = "no interval: without one person in it nothing could be said of the others";
  if (!plb_det_dprime(&measured->det, &value))
    return PLB_OK;
  choose_unit(&ground);
  double *without = plb_alloc(roster->member_count, sizeof *without);
  plb_status status = without ? PLB_OK : plb_fail_memory(err);
  if (!status)
    status = sum(study, measured, roster, &ground, err);
  bool any = !status && ground.unit > 0 && dprime_without(&ground, &nobody, &nobody, &all);
  for (size_t m = 0; m < roster->member_count && any; m++) {
    uint32_t who = roster->members[m];
    any = dprime_without(&ground, &ground.of[1].by[who], &ground.of[0].by[who], &without[m]);
  }
  if (any)
    measured->redrawn.dprime = limits_from(measured, without, roster->member_count, value, all, study->options->level);
  for (int c = 0; c < 2; c++)
    plb_powers_free(&ground.of[c]);
  free(without);
  return status;
}
