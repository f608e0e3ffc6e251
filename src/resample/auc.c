/* SPDX-License-Identifier: Apache-2.0
 *
 * See auc.h. Percentiles of the AUC itself hold the truth far too seldom where classes hardly overlap (65 to 90 % in
 * doc/methods.md's cells): 1 - AUC is then a small number with a long tail above, and a sample that happens to lack the
 * worst people makes it and its spread too small together. On the logit scale the spread is that of ln(1 - AUC).
 *
 * Where few people make most of 1 - AUC neither will do. It is then a sum of a few weights, one for each person who
 * happened to be drawn, and has the limits of a weighted sum of Poisson counts (Fay and Feuer, Statistics in Medicine
 * 16 (1997), equations 4 and 5): with y the sum of the weights, v that of their squares and m the largest,
 *     lower = (v / y) G(alpha/2; y^2 / v),   upper = ((v + m^2) / (y + m)) G(1 - alpha/2; (y + m)^2 / (v + m^2)),
 * G the quantile of the gamma distribution. With y^2 / v below ten the largest weight seen says little of the largest
 * there is: m is then eight times that, but no more than of a person whose mated scores are no better than non-mated
 * ones. Four times lets the truth escape more often where a handful of people make all of it; without the bound limits
 * were up to seventeen times as wide as need be, and held the truth hardly more often (doc/methods.md).
 */
#include "resample/auc.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "interval/special.h"
#include "interval/spread.h"

#define FEW_MAKERS 10
#define WORSE_UNSEEN 8 /* so many times as bad as the worst maker seen may one be who was not */
#define MOST_LOST 20   /* at most one replicate in so many may have no logit */

bool plb_auc_limits(const struct plb_resample *replicates, double value, double level, double df, double limits[2]) {
  double shift = value - replicates->auc_of_all, mean = 0, squares = 0, n = 0, lost = 0;
  if (!(value > 0 && value < 1))
    return false;
  for (size_t r = 0; r < replicates->replicates; r++) {
    double here = replicates->auc_in[r] + shift;
    if (!replicates->usable[r])
      continue;
    if (!(here > 0 && here < 1)) {
      lost++;
      continue;
    }
    double logit = plb_logit(here), off = logit - mean;
    n++;
    mean += off / n; /* Welford: no spread at all where all are equal */
    squares += off * (logit - mean);
  }
  if (n < 2 || lost * MOST_LOST > n)
    return false;
  double spread = sqrt(squares / (n - 1));
  plb_logit_limits(value, spread, df, level, limits);
  return spread > 0;
}

/* A beta variate x is A / (A + B), A and B gamma variates of its two shapes. B of so large a shape is hardly anything
 * but that shape: x / (1 - x) times it is A. Relative error below 1e-7 up to shapes of 20,000. */
static double gamma_quantile(double p, double shape) {
  const double large = 1e9;
  double x = plb_beta_quantile(p, shape, large);
  return large * x / (1 - x);
}

/* Twice the non-mated comparisons above each mated one, tied ones half, summed by person. */
static void add_misplaced(const struct plb_listing list[2], uint64_t *by_person) {
  const struct plb_listed *nonmated = list[0].rows, *mated = list[1].rows;
  size_t above = 0, to = 0; /* above: with a higher score; to: with one at least as high */
  for (size_t k = 0; k < list[1].count; k++) {
    while (above < list[0].count && nonmated[above].key > mated[k].key)
      above++;
    to = to > above ? to : above;
    while (to < list[0].count && nonmated[to].key >= mated[k].key)
      to++;
    by_person[mated[k].first] += above + to;
  }
}

void plb_auc_of_makers(const double *weights, size_t count, double level, double limits[2]) {
  double sum = 0, squares = 0, most = 0;
  for (size_t m = 0; m < count; m++) {
    sum += weights[m];
    squares += weights[m] * weights[m];
    most = fmax(most, weights[m]);
  }
  limits[0] = 0;
  limits[1] = 1;
  if (!(sum > 0))
    return;
  if (sum * sum < FEW_MAKERS * squares)
    most = fmax(most, fmin(0.5 / (double)count, WORSE_UNSEEN * most));
  double half = 0.5 * (1 - level), more = squares + most * most, upper = sum + most;
  limits[1] = 1 - squares / sum * gamma_quantile(half, sum * sum / squares);
  limits[0] = fmax(1 - more / upper * gamma_quantile(1 - half, upper * upper / more), 0);
}

plb_status plb_auc_few(const struct plb_listing list[2], const struct plb_weighted_people *who, double level,
                       double limits[2], struct plb_error *err) {
  uint64_t *by_person = plb_alloc(who->people, sizeof *by_person);
  double *weights = plb_alloc(who->member_count, sizeof *weights);
  plb_status status = by_person && weights ? PLB_OK : plb_fail_memory(err);
  if (!status) {
    add_misplaced(list, by_person);
    double pairs = 2 * (double)list[0].count * (double)list[1].count;
    for (size_t m = 0; m < who->member_count; m++)
      weights[m] = (double)by_person[who->members[m]] / pairs;
    plb_auc_of_makers(weights, who->member_count, level, limits);
  }
  free(by_person);
  free(weights);
  return status;
}
