/* SPDX-License-Identifier: Apache-2.0
 *
 * The normal distribution: its tail and its quantile. Pure, reentrant. Relative error about 1e-15, down to
 * the smallest double.
 */
#ifndef PLB_BASE_PROBIT_H
#define PLB_BASE_PROBIT_H

#include <stdint.h>

/* P(Z > t), Z standard normal. */
double plb_normal_tail(double t);

/* x with P(Z <= x) = p; -inf at p <= 0, +inf at p >= 1. */
double plb_probit(double p);

/* t with P(Z > t) = p: keeps the digits of a small tail, where 1 - p would lose them. */
double plb_probit_upper(double p);

/* A normal draw from 64 random bits: the quantile of the middle of one of 2^52 equal cells of (0, 1),
 * without the refining step of plb_probit. Never more than 8.3 from zero. */
double plb_normal_of_bits(uint64_t bits);

#endif
