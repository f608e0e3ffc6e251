/* SPDX-License-Identifier: Apache-2.0
 *
 * The leading 128 bits of the powers of five that reading a double needs.
 */
#ifndef PLB_BASE_POWERS_H
#define PLB_BASE_POWERS_H

#include <stdint.h>

#define PLB_POWERS_LEAST (-342)
#define PLB_POWERS_MOST 308

/* 5^q scaled by a power of two to [2^127, 2^128), rounded down; for -27 <= q < 0 the next integer above. */
struct plb_power {
  uint64_t high, low;
};

extern const struct plb_power plb_powers[PLB_POWERS_MOST - PLB_POWERS_LEAST + 1];

#endif
