/* SPDX-License-Identifier: Apache-2.0
 *
 * How numbers are worded for people, the same in sentences, tables and figures.
 *
 * A rate has four digits that count and is worded per cent, however small: numbers in one column must be
 * comparable by eye. Rounding never turns a rate into one that it is not (100 % with an error, 0 with one
 * seen). Machine formats do not come through here: they hold the shortest text of the double itself.
 */
#include "base/words.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"

#define MOST_DECIMALS 9
#define RATE_DIGITS 4
#define PLAIN_DIGITS 5

/* ---- numbers ------------------------------------------------------------------------------ */

static double power_of_ten(int exponent) {
  double power = 1;
  for (int i = 0; i < exponent; i++)
    power *= 10;
  return power;
}

/* value >= 0 with `decimals` digits behind a point that no locale changes. */
static size_t write_fixed(char *text, size_t size, double value, int decimals) {
  double power = power_of_ten(decimals);
  uint64_t scaled = (uint64_t)(value * power + 0.5), whole = (uint64_t)power;
  if (!decimals)
    return (size_t)snprintf(text, size, "%" PRIu64, scaled);
  return (size_t)snprintf(text, size, "%" PRIu64 ".%0*" PRIu64, scaled / whole, decimals, scaled % whole);
}

/* A value too small for decimals: "1.234e-11". */
static size_t write_tiny(char *text, size_t size, double value, int digits) {
  int exponent = 0;
  for (; value < 1; exponent--)
    value *= 10;
  if (floor(value * power_of_ten(digits - 1) + 0.5) >= power_of_ten(digits)) {
    value /= 10;
    exponent++;
  }
  size_t n = write_fixed(text, size, value, digits - 1);
  return n + (size_t)snprintf(text + n, size - n, "e%d", exponent);
}

/* value >= 0 with as many of `digits` digits that count as nine decimals hold. A value below `ceiling` is
 * not rounded up to it. */
static size_t write_rounded(char *text, size_t size, double value, int digits, double ceiling) {
  if (value == 0)
    return (size_t)snprintf(text, size, "0");
  if (value < 1e-6)
    return write_tiny(text, size, value, digits);
  if (value >= 1e9) {
    char exact[PLB_DOUBLE_TEXT];
    plb_format_double(exact, value);
    return (size_t)snprintf(text, size, "%s", exact);
  }
  int decimals = MOST_DECIMALS;
  while (decimals && floor(value * power_of_ten(decimals) + 0.5) >= power_of_ten(digits))
    decimals--;
  while (decimals < MOST_DECIMALS && value < ceiling &&
         floor(value * power_of_ten(decimals) + 0.5) >= ceiling * power_of_ten(decimals))
    decimals++;
  if (value < ceiling && floor(value * power_of_ten(decimals) + 0.5) >= ceiling * power_of_ten(decimals))
    decimals = 0; /* nearer to it than any decimals show */
  return write_fixed(text, size, value, decimals);
}

size_t plb_word_per_cent(char *text, size_t size, double rate) {
  if (rate == 1)
    return (size_t)snprintf(text, size, "100");
  return write_rounded(text, size, rate * 100, RATE_DIGITS, 100);
}

size_t plb_word_rate(char text[PLB_WORDS], double rate) {
  size_t n = plb_word_per_cent(text, PLB_WORDS, rate);
  return n + (size_t)snprintf(text + n, PLB_WORDS - n, " %%");
}

size_t plb_word_about(char text[PLB_WORDS], double rate) {
  text[0] = '\0';
  if (!(rate >= 1e-15 && rate < 0.01))
    return 0;
  double inverse = 1 / rate, unit = 1;
  while (inverse / unit >= 1000)
    unit *= 10;
  char count[PLB_WORDS];
  plb_word_count(count, (uint64_t)(floor(inverse / unit + 0.5) * unit));
  return (size_t)snprintf(text, PLB_WORDS, "about 1 in %.40s", count);
}

/* The point moves by two places in the text itself: 100 * level would round. */
size_t plb_word_level(char text[PLB_WORDS], double level) {
  char exact[PLB_DOUBLE_TEXT];
  size_t length = plb_format_double(exact, level);
  if (strncmp(exact, "0.", 2) != 0 || strchr(exact, 'e'))
    return plb_word_number(text, 100 * level);
  const char *digits = exact + 2, *rest = length > 4 ? digits + 2 : "";
  size_t n = 0;
  if (digits[0] != '0')
    text[n++] = digits[0];
  text[n++] = length > 3 ? digits[1] : '0';
  return n + (size_t)snprintf(text + n, PLB_WORDS - n, "%s%s", *rest ? "." : "", rest);
}

size_t plb_word_count(char text[PLB_WORDS], uint64_t count) {
  char plain[24];
  int digits = snprintf(plain, sizeof plain, "%" PRIu64, count);
  size_t n = 0;
  for (int i = 0; i < digits; i++) {
    if (i && (digits - i) % 3 == 0)
      text[n++] = ',';
    text[n++] = plain[i];
  }
  text[n] = '\0';
  return n;
}

size_t plb_word_fraction(char text[PLB_WORDS], uint64_t errors, uint64_t trials) {
  size_t n = plb_word_count(text, errors);
  n += (size_t)snprintf(text + n, PLB_WORDS - n, " / ");
  char under[PLB_WORDS];
  plb_word_count(under, trials);
  return n + (size_t)snprintf(text + n, PLB_WORDS - n, "%.40s", under);
}

size_t plb_word_plain(char *text, size_t size, double value, int digits) {
  size_t n = value < 0 ? (size_t)snprintf(text, size, "-") : 0;
  return n + write_rounded(text + n, size - n, fabs(value), digits, HUGE_VAL);
}

size_t plb_word_rounded(char text[PLB_WORDS], double number, int digits) {
  size_t n = plb_word_plain(text, PLB_WORDS, number, digits);
  if (!strchr(text, '.') || strchr(text, 'e'))
    return n;
  while (text[n - 1] == '0')
    n--;
  n -= text[n - 1] == '.';
  text[n] = '\0';
  return n;
}

size_t plb_word_number(char text[PLB_WORDS], double number) {
  return plb_word_rounded(text, number, PLAIN_DIGITS);
}

size_t plb_word_one_in(char text[PLB_WORDS], double rate) {
  double inverse = floor(1 / rate + 0.5);
  if (!(rate > 0 && inverse >= 2 && inverse <= 1e15 && 1 / inverse == rate))
    return plb_word_rate(text, rate);
  char count[PLB_WORDS];
  plb_word_count(count, (uint64_t)inverse);
  return (size_t)snprintf(text, PLB_WORDS, "1 in %.40s", count);
}
