/* SPDX-License-Identifier: Apache-2.0
 *
 * The shortest text of doubles, against strtod and against every shorter text that printf can make.
 */
#include <float.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/number.h"

static double of_bits(uint64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static uint64_t bits_of(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/* splitmix64 */
static uint64_t next_random(uint64_t *state) {
  uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

static int significant_digits(const char *text) {
  int count = 0, zeros = 0;
  for (; *text && *text != 'e'; text++) {
    if (*text < '0' || *text > '9' || (*text == '0' && !count))
      continue;
    count++;
    zeros = *text == '0' ? zeros + 1 : 0;
  }
  return count - zeros;
}

/* The least number of digits with which printf makes a text that reads back; the shortest may be one
 * less, never more. */
static int printf_digits(double value) {
  char text[64];
  for (int digits = 1; digits <= 17; digits++) {
    snprintf(text, sizeof text, "%.*e", digits - 1, value);
    if (strtod(text, NULL) == value)
      return significant_digits(text);
  }
  return 0;
}

static void check(double value) {
  char text[PLB_DOUBLE_TEXT];
  size_t length = plb_format_double(text, value);
  assert_int_equal(length, strlen(text));
  assert_true(length < PLB_DOUBLE_TEXT);
  char *end;
  char point = *localeconv()->decimal_point, read[PLB_DOUBLE_TEXT];
  memcpy(read, text, length + 1);
  if (strchr(read, '.'))
    *strchr(read, '.') = point;
  double back = strtod(read, &end);
  assert_int_equal(*end, '\0');
  if (bits_of(back) != bits_of(value))
    fail_msg("%a became %s", value, text);
  if (value != 0 && significant_digits(text) > printf_digits(value))
    fail_msg("%s is not the shortest text of %a", text, value);
}

static void expect(double value, const char *wanted) {
  char text[PLB_DOUBLE_TEXT];
  plb_format_double(text, value);
  assert_string_equal(text, wanted);
}

static void test_known(void **state) {
  (void)state;
  expect(0, "0");
  expect(-0.0, "-0");
  expect(1, "1");
  expect(-100, "-100");
  expect(0.1, "0.1");
  expect(0.1 + 0.2, "0.30000000000000004");
  expect(1e-4, "0.0001");
  expect(1e-5, "1e-5");
  expect(1.5e-5, "1.5e-5");
  expect(0.00998980402740917, "0.00998980402740917");
  expect(1e15, "1000000000000000");
  expect(9007199254740992, "9007199254740992");
  expect(1e16, "1e16");
  expect(1.25e300, "1.25e300");
  expect(5e-324, "5e-324");
  expect(DBL_MIN, "2.2250738585072014e-308");
  expect(DBL_MAX, "1.7976931348623157e308");
  expect(0x1p-44, "5.684341886080802e-14"); /* one more digit without the step up */
  expect(123456.789, "123456.789");
  expect(HUGE_VAL, "inf");
  expect(-HUGE_VAL, "-inf");
  expect(nan(""), "nan");
}

static void test_random_bits(void **state) {
  (void)state;
  uint64_t seed = 1;
  for (int i = 0; i < 100000; i++) {
    double value = of_bits(next_random(&seed));
    if (isfinite(value))
      check(value);
  }
}

static void test_scores_and_rates(void **state) {
  (void)state;
  uint64_t seed = 2;
  for (int i = 0; i < 20000; i++) {
    check((double)(next_random(&seed) % 1000000) / 1000);
    check((double)(next_random(&seed) % 1000) / (double)(1 + next_random(&seed) % 1000000));
    check((double)(float)(next_random(&seed) >> 11) * 0x1p-53);
    check(of_bits(next_random(&seed) >> 12)); /* below the normal range */
  }
}

static void test_powers_of_two(void **state) {
  (void)state;
  for (int exponent = -1074; exponent < 1024; exponent++) {
    double value = ldexp(1, exponent);
    check(value);
    check(nextafter(value, 0));
    check(nextafter(value, HUGE_VAL));
  }
}

static bool set_comma(void) {
  static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (setlocale(LC_NUMERIC, names[i]))
      return true;
  return false;
}

/* The caller may have set a locale with a comma. Where none is installed one is made, if its source is. */
static void test_locale(void **state) {
  (void)state;
  char folder[] = "/tmp/plb-locale-XXXXXX", command[256];
  bool set = set_comma();
  if (!set && mkdtemp(folder)) {
    snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8 >%s/log 2>&1", folder, folder);
    setenv("LOCPATH", folder, 1);
    set = system(command) == 0 && set_comma();
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
  }
  if (!set) {
    print_message("SKIPPED: no locale with a decimal comma is installed here, nor can one be made\n");
    skip();
  }
  char comma[8];
  snprintf(comma, sizeof comma, "%.1f", 0.5);
  assert_string_equal(comma, "0,5");
  expect(1234.5, "1234.5");
  expect(1.5e-7, "1.5e-7");
  check(0.1 + 0.2);
  setlocale(LC_NUMERIC, "C");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_known),         cmocka_unit_test(test_random_bits), cmocka_unit_test(test_scores_and_rates),
      cmocka_unit_test(test_powers_of_two), cmocka_unit_test(test_locale),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
