/* SPDX-License-Identifier: Apache-2.0
 *
 * The shortest decimal text of a double. Fifteen digits always survive the way to a normal double and
 * back, so they are tried first, then sixteen, then seventeen, which always suffice; numbers below the
 * normal range have fewer bits and may need a single digit. snprintf rounds to nearest; the gap below a
 * power of two is half the gap above it, so there the next digit string up may read back where the nearest
 * one does not, and it is tried as well.
 *
 * The C library prints and reads with the caller's locale. Both calls see the same one, and only the
 * digits and the exponent are taken from its text: the layout, with its point, is made here.
 */
#include "base/number.h"

#include <ctype.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Adds one to the last digit. A nine is left alone: with a carry the text would have been found with
 * fewer digits. */
static bool raise_last_digit(char *raw) {
  char *e = strchr(raw, 'e');
  if (!e || e == raw || e[-1] < '0' || e[-1] > '8')
    return false;
  e[-1]++;
  return true;
}

/* The text of a positive finite value in the form d.ddde+xx that needs the fewest digits. */
static void shortest(char *raw, size_t size, double value) {
  int exponent;
  bool power_of_two = frexp(value, &exponent) == 0.5;
  int least = value < DBL_MIN ? 1 : 15;
  for (int digits = least; digits < 17; digits++) {
    snprintf(raw, size, "%.*e", digits - 1, value);
    if (strtod(raw, NULL) == value)
      return;
    if (power_of_two && raise_last_digit(raw) && strtod(raw, NULL) == value)
      return;
  }
  snprintf(raw, size, "%.16e", value);
}

/* Lays out digits d1 d2 ... with the point after the first one moved by `exponent`. */
static size_t lay_out(char *text, const char *digits, int count, int exponent) {
  size_t n = 0;
  if (exponent < -4 || exponent > 15) {
    text[n++] = digits[0];
    if (count > 1)
      text[n++] = '.';
    for (int i = 1; i < count; i++)
      text[n++] = digits[i];
    return n + (size_t)snprintf(text + n, 8, "e%d", exponent);
  }
  if (exponent < 0)
    text[n++] = '0';
  for (int i = exponent < 0 ? exponent + 1 : 0; i < count || i <= exponent; i++) {
    if (i == exponent + 1)
      text[n++] = '.';
    text[n++] = i < 0 || i >= count ? '0' : digits[i];
  }
  text[n] = '\0';
  return n;
}

size_t plb_format_double(char text[PLB_DOUBLE_TEXT], double value) {
  size_t n = 0;
  if (isnan(value))
    return (size_t)snprintf(text, PLB_DOUBLE_TEXT, "nan");
  if (signbit(value))
    text[n++] = '-';
  value = fabs(value);
  if (isinf(value) || value == 0)
    return n + (size_t)snprintf(text + n, PLB_DOUBLE_TEXT - n, value == 0 ? "0" : "inf");
  char raw[64], digits[24];
  shortest(raw, sizeof raw, value);
  int count = 0;
  const char *at = raw;
  for (; *at != 'e'; at++) /* the point may be any byte or bytes but a digit */
    if (isdigit((unsigned char)*at) && count < 20)
      digits[count++] = *at;
  while (count > 1 && digits[count - 1] == '0')
    count--;
  return n + lay_out(text + n, digits, count, (int)strtol(at + 1, NULL, 10));
}
