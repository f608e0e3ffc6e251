/* SPDX-License-Identifier: Apache-2.0
 *
 * The normal distribution: its tail and its quantile. Pure, reentrant; relative error about 1e-15 over
 * all of double's range, both tails included.
 */
#ifndef PLB_BASE_PROBIT_H
#define PLB_BASE_PROBIT_H

#include <stdint.h>

/* P(Z > t), Z standard normal. */
double plb_normal_tail(double t);

/* x with P(Z <= x) = p; -inf at p <= 0, +inf at p >= 1. For a quantile of the upper tail use
 * -plb_probit(tail), which keeps its digits where 1 - tail would lose them. */
double plb_probit(double p);

/* A normal draw from 64 random bits: the quantile of the middle of one of 2^52 equal cells of (0, 1),
 * without the refining step of plb_probit. Never more than 8.3 from zero. */
double plb_normal_of_bits(uint64_t bits);

#endif
