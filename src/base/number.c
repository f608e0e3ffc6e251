/* SPDX-License-Identifier: Apache-2.0
 *
 * Decimal text to double, with the bits that strtod gives in the C locale. Three ways, tried in order:
 *
 *   1. The digits as an integer up to 2^53 and a power of ten up to 10^22 are both exact doubles, so
 *      one multiplication or division rounds once (Clinger 1990).
 *   2. Up to 19 digits: the digits times a power of five of 128 bits gives the leading bits of the
 *      result, and with them the rounding, but for a few cases that are recognised (Eisel and Lemire:
 *      Number parsing at a gigabyte per second, 2021). More digits: if the first 19 and their
 *      successor round to the same double, so does what lies between.
 *   3. strtod_l, on a canonical copy of at most 800 digits; one more digit stands for all that were cut
 *      off, which is enough since no halfway point between doubles has more than 767 digits.
 *
 * Cost: 5 to 10 ns for the numbers that score files hold.
 */
#include "base/number.h"

#include <endian.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/powers.h"
#include "base/wide.h"

#define KEPT_DIGITS 800
#define FAR INT64_C(1000000000) /* exponents are cut here: all numbers beyond are 0 or infinite */

/* A decimal as it stands in the text. */
struct decimal {
  const char *first, *last; /* its digits and point, [first, last) */
  int64_t exponent;         /* what is written behind the e */
};

static inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* Reads eight digits at once: each step adds neighbours, weighted by 10, 100 and 10000. */
static inline bool eight_digits(const char *at, uint32_t *value) {
  uint64_t word;
  memcpy(&word, at, sizeof word);
  word = le64toh(word);
  uint64_t high = UINT64_C(0xF0F0F0F0F0F0F0F0);
  if ((word & high) != UINT64_C(0x3030303030303030) ||
      ((word + UINT64_C(0x0606060606060606)) & high) != UINT64_C(0x3030303030303030))
    return false;
  word &= UINT64_C(0x0F0F0F0F0F0F0F0F);
  word = (word * 10 + (word >> 8)) & UINT64_C(0x00FF00FF00FF00FF);
  word = (word * 100 + (word >> 16)) & UINT64_C(0x0000FFFF0000FFFF);
  *value = (uint32_t)(word * 10000 + (word >> 32));
  return true;
}

/* Digits appended to *digits (modulo 2^64); the first byte that is none. */
static inline const char *read_digits(const char *at, const char *end, uint64_t *digits) {
  uint32_t eight;
  while (end - at >= 8 && eight_digits(at, &eight)) {
    *digits = *digits * 100000000 + eight;
    at += 8;
  }
  while (at < end && is_digit(*at))
    *digits = *digits * 10 + (uint64_t)(*at++ - '0');
  return at;
}

/* The e and what follows; unchanged where no exponent follows. */
static inline const char *read_exponent(const char *at, const char *end, int64_t *exponent) {
  const char *behind = at + 1;
  bool minus = false;
  if (behind < end && (*behind == '-' || *behind == '+'))
    minus = *behind++ == '-';
  if (behind == end || !is_digit(*behind))
    return at;
  int64_t value = 0;
  for (; behind < end && is_digit(*behind); behind++)
    if (value < FAR)
      value = value * 10 + (*behind - '0');
  *exponent = minus ? -value : value;
  return behind;
}

static double from_parts(uint64_t mantissa, int exponent) {
  uint64_t bits = mantissa | (uint64_t)exponent << 52;
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static double rounded_subnormal(uint64_t mantissa, int exponent) {
  if (1 - exponent >= 64)
    return 0;
  mantissa >>= 1 - exponent;
  mantissa = (mantissa + (mantissa & 1)) >> 1;
  return from_parts(mantissa, 0); /* a carry into bit 52 is the exponent of the least normal number */
}

/* digits * 10^ten for digits != 0; false where the 128 bits do not decide. */
static bool multiply(uint64_t digits, int64_t ten, double *value) {
  if (ten < PLB_POWERS_LEAST || ten > PLB_POWERS_MOST) {
    *value = ten < 0 ? 0 : HUGE_VAL;
    return true;
  }
  const struct plb_power *power = &plb_powers[ten - PLB_POWERS_LEAST];
  int shift = __builtin_clzll(digits);
  plb_wide product = (plb_wide)(digits << shift) * power->high;
  if (((uint64_t)(product >> 64) & 0x1FF) == 0x1FF) /* the bits below the rounding bit could still carry */
    product += ((plb_wide)(digits << shift) * power->low) >> 64;
  uint64_t high = (uint64_t)(product >> 64), low = (uint64_t)product;
  if (low == UINT64_MAX && (ten < -27 || ten > 55))
    return false;
  int top = (int)(high >> 63);
  uint64_t mantissa = high >> (top + 9); /* 53 bits and the rounding bit */
  /* floor(log2(10) * ten), good for all exponents of the table */
  int exponent = (int)((217706 * ten) >> 16) + 63 + top - shift + 1023;
  if (exponent <= 0) {
    *value = rounded_subnormal(mantissa, exponent);
    return true;
  }
  bool halfway = low <= 1 && ten >= -4 && ten <= 23 && (mantissa & 3) == 1 && mantissa << (top + 9) == high;
  mantissa = ((halfway ? mantissa & ~UINT64_C(1) : mantissa + (mantissa & 1))) >> 1;
  if (mantissa >> 53) {
    mantissa >>= 1;
    exponent++;
  }
  *value = exponent >= 0x7FF ? HUGE_VAL : from_parts(mantissa & (UINT64_MAX >> 12), exponent);
  return true;
}

/* The last resort. */
static double by_strtod(const struct decimal *decimal) {
  char copy[KEPT_DIGITS + 40];
  size_t kept = 0;
  int64_t exponent = decimal->exponent;
  bool point = false, more = false;
  for (const char *at = decimal->first; at < decimal->last; at++) {
    if (*at == '.') {
      point = true;
      continue;
    }
    exponent -= point;
    if (kept == KEPT_DIGITS) {
      more = more || *at != '0';
      exponent++;
    } else if (kept || *at != '0') {
      copy[kept++] = *at;
    }
  }
  if (!kept)
    return 0;
  if (more) {
    copy[kept++] = '1';
    exponent--;
  }
  exponent = exponent > FAR ? FAR : exponent < -FAR ? -FAR : exponent;
  copy[kept++] = 'e';
  if (exponent < 0)
    copy[kept++] = '-';
  uint64_t left = (uint64_t)(exponent < 0 ? -exponent : exponent);
  for (uint64_t unit = 1000000000; unit; unit /= 10)
    copy[kept++] = (char)('0' + left / unit % 10);
  copy[kept] = '\0';
  locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  double value = c_locale ? strtod_l(copy, NULL, c_locale) : strtod(copy, NULL);
  if (c_locale)
    freelocale(c_locale);
  return value;
}

/* More digits than 64 bits hold, or so many zeros: looks for the first 19 that count. */
static double from_long(const struct decimal *decimal) {
  uint64_t digits = 0;
  int kept = 0;
  int64_t exponent = decimal->exponent;
  bool point = false, more = false;
  for (const char *at = decimal->first; at < decimal->last; at++) {
    if (*at == '.') {
      point = true;
      continue;
    }
    exponent -= point;
    if (kept == 19) {
      more = more || *at != '0';
      exponent++;
    } else if (kept || *at != '0') {
      digits = digits * 10 + (uint64_t)(*at - '0');
      kept++;
    }
  }
  double value, next;
  if (!digits)
    return 0;
  if (multiply(digits, exponent, &value) && (!more || (multiply(digits + 1, exponent, &next) && next == value)))
    return value;
  return by_strtod(decimal);
}

static inline double from_decimal(uint64_t digits, int64_t exponent, const struct decimal *decimal) {
  static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  bool exact = FLT_EVAL_METHOD == 0 && digits >> 53 == 0;
  if (exact && exponent <= 0 && exponent >= -22)
    return (double)digits / tens[-exponent];
  if (exact && exponent > 0 && exponent <= 22)
    return (double)digits * tens[exponent];
  double value;
  if (!digits)
    return 0;
  return multiply(digits, exponent, &value) ? value : by_strtod(decimal);
}

/* `word` in any case at the start of the text. */
static bool starts(const char *text, const char *end, const char *word) {
  for (; *word; word++, text++)
    if (text >= end || (*text | 0x20) != *word)
      return false;
  return true;
}

static const char *read_word(const char *at, const char *end, double *value) {
  if (starts(at, end, "nan")) {
    *value = (double)NAN;
    return at + 3;
  }
  if (!starts(at, end, "inf"))
    return NULL;
  *value = HUGE_VAL;
  return at + (starts(at, end, "infinity") ? 8 : 3);
}

/* Signs fall like coins in scores, so they are set without a branch. */
static inline double with_sign(double size, bool minus) {
  static const double signs[] = {1, -1};
  return copysign(size, signs[minus]);
}

const char *plb_read_double(const char *text, const char *end, double *value) {
  if (text >= end)
    return NULL;
  bool minus = *text == '-';
  const char *at = text + (minus | (*text == '+'));
  struct decimal decimal = {.first = at};
  uint64_t digits = 0;
  at = read_digits(at, end, &digits);
  ptrdiff_t count = at - decimal.first;
  int64_t exponent = 0;
  if (at < end && *at == '.') {
    const char *behind = at + 1;
    at = read_digits(behind, end, &digits);
    exponent = behind - at;
    count += at - behind;
  }
  if (!count) {
    at = read_word(decimal.first, end, value);
    if (at)
      *value = with_sign(*value, minus);
    return at;
  }
  decimal.last = at;
  if (at < end && (*at | 0x20) == 'e')
    at = read_exponent(at, end, &decimal.exponent);
  double size = count <= 19 ? from_decimal(digits, exponent + decimal.exponent, &decimal) : from_long(&decimal);
  *value = with_sign(size, minus);
  return at;
}

bool plb_whole_double(const char *text, size_t length, double *value) {
  const char *end = text + length;
  return length && plb_read_double(text, end, value) == end;
}

bool plb_whole_count(const char *text, size_t length, uint64_t *value) {
  uint64_t sum = 0;
  for (size_t i = 0; i < length; i++) {
    if (!is_digit(text[i]) || __builtin_mul_overflow(sum, UINT64_C(10), &sum) ||
        __builtin_add_overflow(sum, (uint64_t)(text[i] - '0'), &sum))
      return false;
  }
  *value = sum;
  return length > 0;
}
