/* SPDX-License-Identifier: Apache-2.0
 *
 * Ordered keys: the bits of a double turned so that unsigned comparison of keys is comparison of
 * numbers. Ties stay ties, -0 is +0, infinities are kept; NaN has no key and must not come here.
 */
#ifndef PLB_BASE_KEY_H
#define PLB_BASE_KEY_H

#include <stdint.h>
#include <string.h>

static inline uint64_t plb_key_of(double value) {
  value += 0.0; /* -0 becomes +0 */
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits ^ ((bits >> 63) ? UINT64_MAX : UINT64_C(1) << 63);
}

static inline double plb_value_of(uint64_t key) {
  uint64_t bits = key ^ ((key >> 63) ? UINT64_C(1) << 63 : UINT64_MAX);
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

#endif
