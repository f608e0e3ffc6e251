/* SPDX-License-Identifier: Apache-2.0
 *
 * Special functions that intervals are made of. All are pure, reentrant, and accurate to about 1e-13
 * relative (quantiles: 1e-12) over the ranges given, extreme tails included; checked against GSL and R.
 * The beta functions hold for a and b up to 1e9 and beyond; below 0.01 they lose up to two digits.
 */
#ifndef PLB_INTERVAL_SPECIAL_H
#define PLB_INTERVAL_SPECIAL_H

#include "base/probit.h"

/* Regularised incomplete beta I_x(a, b) and 1 - I_x(a, b), a, b > 0, 0 <= x <= 1. */
double plb_beta_lower(double x, double a, double b);
double plb_beta_upper(double x, double a, double b);

/* x with I_x(a, b) = p, and x with 1 - I_x(a, b) = q. */
double plb_beta_quantile(double p, double a, double b);
double plb_beta_upper_quantile(double q, double a, double b);

/* t with P(T > t) = p for Student's t with df > 0 (real) degrees of freedom, 0 < p < 1. */
double plb_student_upper_quantile(double p, double df);

/* L(t, r) = P(Z1 > t, Z2 > t) for correlation 0 <= r < 1 (methods B.7; 40-point Gauss-Legendre). */
double plb_bivariate_upper(double t, double r);

#endif
