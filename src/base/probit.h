/* SPDX-License-Identifier: Apache-2.0
 *
 * The inverse of the normal distribution: what the axes of a DET and the limits of an interval share.
 */
#ifndef PLB_BASE_PROBIT_H
#define PLB_BASE_PROBIT_H

/* t with P(Z > t) = p, Z standard normal; relative error about 1e-15 for p down to the smallest double.
 * Infinities at 0 and 1; p outside [0, 1] is the caller's fault. */
double plb_probit_upper(double p);

/* t with P(Z <= t) = p: the place of a rate on a probit axis. */
double plb_probit(double p);

#endif
