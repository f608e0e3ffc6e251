/* SPDX-License-Identifier: Apache-2.0
 *
 * An estimated share with its standard error, and limits from the two.
 */
#ifndef PLB_INTERVAL_SPREAD_H
#define PLB_INTERVAL_SPREAD_H

#include <stdbool.h>

struct plb_spread {
  double value, error; /* standard error */
  double df;           /* of the squares that the error is made of */
};

/* Limits around a share between 0 and 1 whose logit has this standard error, with Student's quantile. */
void plb_logit_limits(double value, double error, double df, double level, double limits[2]);
double plb_logit(double share);

/* Limits on the logit scale with Student's quantile. False where the value is 0 or 1, or the error no number. */
bool plb_spread_limits(const struct plb_spread *spread, double level, double limits[2]);

#endif
