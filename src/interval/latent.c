/* SPDX-License-Identifier: Apache-2.0
 *
 * See latent.h. deff = 1 + sum over the others that a trial is alike to of (kappa - p) / (1 - p), with kappa =
 * P(both err) / p = L(t, r) / p (methods B.6). Cost: 60 bivariate tails, or one.
 */
#include "interval/latent.h"

#include <math.h>

#include "interval/special.h"

double plb_latent_correlation(double t, double joint) {
  double tail = plb_normal_tail(t);
  if (joint <= tail * tail)
    return 0.0;
  double low = 0.0, high = PLB_MOST_CORRELATION;
  for (int k = 0; k < 60; k++) {
    double middle = 0.5 * (low + high);
    if (plb_bivariate_upper(t, middle) < joint)
      low = middle;
    else
      high = middle;
  }
  return 0.5 * (low + high);
}

double plb_latent_part(double count, double t, double r, double p) {
  if (count < PLB_NEGLIGIBLE || r <= 0.0) /* not by rounding either */
    return 0.0;
  return count * fmax(plb_bivariate_upper(t, r) / p - p, 0.0) / (1.0 - p);
}
