/* SPDX-License-Identifier: Apache-2.0
 *
 * Ordered keys: the bits of a double turned so that unsigned comparison of keys is comparison of
 * numbers. Ties stay ties, -0 is +0, infinities are kept; NaN has no key and must not come here. Short keys are the
 * same of single-precision numbers, but -0, and compared with their sign: there are instructions for that.
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

static inline int32_t plb_short_key_of(float value) {
  int32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits ^ (int32_t)((uint32_t)(bits >> 31) >> 1);
}

static inline float plb_single_of(int32_t short_key) {
  int32_t bits = short_key ^ (int32_t)((uint32_t)(short_key >> 31) >> 1);
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

#endif
