/* SPDX-License-Identifier: Apache-2.0
 *
 * The decimals that score files are made of, without a loop: up to 16 digits with a point among the first nine bytes,
 * as "-0.197948". Of the eight bytes at the first digit and the eight behind that, the first give the digits before the
 * point and the others those behind it: eight digits in a row, which three multiplications turn into a number.
 */
#ifndef PLB_BASE_DECIMAL_H
#define PLB_BASE_DECIMAL_H

#include <endian.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t plb_decimal_load(const char *at) {
  uint64_t word;
  memcpy(&word, at, sizeof word);
  return le64toh(word);
}

/* Eight digits as bytes 0 to 9, the first one lowest: each step adds neighbours, weighted by 10, 100 and 10000. */
static inline uint64_t plb_decimal_eight(uint64_t digits) {
  digits = (digits * 10 + (digits >> 8)) & UINT64_C(0x00FF00FF00FF00FF);
  digits = (digits * 100 + (digits >> 16)) & UINT64_C(0x0000FFFF0000FFFF);
  return (digits * 10000 + (digits >> 32)) & UINT32_MAX;
}

/* The first `count` bytes of a word of text (1 to 8) as digits behind zeros; *odd gets bits where one is none. */
static inline uint64_t plb_decimal_digits(uint64_t text, size_t count, uint64_t *odd) {
  uint64_t digits = (text ^ UINT64_C(0x3030303030303030)) << 8 * (8 - count);
  *odd |= (digits | (digits + UINT64_C(0x7676767676767676))) & UINT64_C(0x8080808080808080);
  return plb_decimal_eight(digits);
}

/* What plb_whole_double makes of such a decimal; false leaves any other text to that. Up to 8 bytes behind the text
 * are read. */
static inline bool plb_decimal_double(const char *text, size_t length, double *value) {
  static const uint64_t tens[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
  static const double powers[] = {1e0, 1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7, 1e8,
                                  1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16};
  bool minus = *text == '-';
  const char *at = text + minus;
  size_t count = length - minus - 1; /* digits: all but the point */
  uint64_t first = plb_decimal_load(at), odd = 0;
  uint64_t points = first ^ UINT64_C(0x2E2E2E2E2E2E2E2E);
  points = (points - UINT64_C(0x0101010101010101)) & ~points & UINT64_C(0x8080808080808080);
  if (count - 1 > 15 || !points || FLT_EVAL_METHOD != 0) /* none, or more than 16, digits */
    return false;
  unsigned before = (unsigned)__builtin_ctzll(points) & ~7u;
  uint64_t mask = (UINT64_C(1) << before) - 1;
  uint64_t word = (first & mask) | (plb_decimal_load(at + 1) & ~mask);
  uint64_t digits = plb_decimal_digits(word, count < 8 ? count : 8, &odd);
  if (count > 8)
    digits = digits * tens[count - 8] + plb_decimal_digits(plb_decimal_load(at + 9), count - 8, &odd);
  size_t behind = count - before / 8;
  if (odd || behind > count || digits >> 53)
    return false;
  double size = (double)(int64_t)digits / powers[behind];
  static const double signs[] = {1, -1};
  *value = copysign(size, signs[minus]);
  return true;
}

#endif
