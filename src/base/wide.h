/* SPDX-License-Identifier: Apache-2.0
 *
 * 128-bit counts, and the integer weights by which sums over pairs of people do not depend on order.
 */
#ifndef PLB_BASE_WIDE_H
#define PLB_BASE_WIDE_H

#include <stdint.h>

__extension__ typedef unsigned __int128 plb_wide;
__extension__ typedef __int128 plb_wide_signed;

#define PLB_WEIGHT_BITS 45

/* g_i g_j as an integer weight; both lie between 1 and 10. */
static inline uint64_t plb_pair_weight(double gi, double gj) {
  return (uint64_t)(gi * gj * (double)(UINT64_C(1) << PLB_WEIGHT_BITS) + 0.5);
}

/* A sum of such weights as a number. */
static inline double plb_wide_value(plb_wide sum) {
  return (double)sum / (double)(UINT64_C(1) << PLB_WEIGHT_BITS);
}

/* The ratio of two counts; correctly rounded while both are below 2^53. */
static inline double plb_wide_ratio(plb_wide over, plb_wide under) {
  return (double)over / (double)under;
}

#endif
