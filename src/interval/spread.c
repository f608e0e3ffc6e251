/* SPDX-License-Identifier: Apache-2.0
 *
 * See spread.h. A share is nearly normal by its logit, ln(p / (1 - p)), which also keeps limits between 0 and 1; an
 * error of the share becomes error / (p (1 - p)) there.
 */
#include "interval/spread.h"

#include <math.h>

#include "interval/special.h"

double plb_logit(double share) {
  return log(share) - log1p(-share);
}

void plb_logit_limits(double value, double error, double df, double level, double limits[2]) {
  double centre = plb_logit(value), wide = plb_student_upper_quantile(0.5 * (1 - level), df) * error;
  limits[0] = 1 / (1 + exp(wide - centre));
  limits[1] = 1 / (1 + exp(-wide - centre));
}

bool plb_spread_limits(const struct plb_spread *spread, double level, double limits[2]) {
  if (!(spread->value > 0 && spread->value < 1) || !isfinite(spread->error))
    return false;
  plb_logit_limits(spread->value, spread->error / (spread->value * (1 - spread->value)), spread->df, level, limits);
  return true;
}
