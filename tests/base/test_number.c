/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading numbers. The reference is strtod (this program never sets a locale, so it is that of C); the
 * table of powers is checked with integers of any length.
 */
#include "base/number.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/decimal.h"
#include "base/powers.h"
#include "base/show.h"
#include "base/wide.h"

static uint64_t state = 88172645463325252u;

static uint64_t any(void) { /* xorshift64 */
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

static uint64_t bits_of(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static double double_of(uint64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static uint64_t usual; /* texts that plb_decimal_double took */

/* Where it takes a text it reads the bits of strtod, whatever lies behind; it reads eight bytes of that at most. */
static void same_or_left(const char *text, size_t length, double expected, bool whole) {
  char *padded = malloc(length + 8);
  assert_non_null(padded);
  memcpy(padded, text, length);
  uint64_t behind = any() % 3 ? any() : UINT64_C(0x3031323334353637);
  memcpy(padded + length, &behind, sizeof behind);
  double value = -1;
  bool taken = length && plb_decimal_double(padded, length, &value);
  if (taken && (!whole || bits_of(value) != bits_of(expected)))
    fail_msg("\"%s\": %a at once, strtod %a", text, value, expected);
  usual += taken;
  free(padded);
}

/* Both read the same bits from the text and end at the same byte. The text lies at the very end of an
 * allocation, so that the sanitizers see a read behind it. */
static void same_as_strtod(const char *text) {
  size_t length = strlen(text);
  char *copy = malloc(length);
  assert_non_null(copy);
  memcpy(copy, text, length);
  char *stop;
  double expected = strtod(text, &stop), value = -1;
  const char *behind = plb_read_double(copy, copy + length, &value);
  if (!behind || behind - copy != stop - text || (bits_of(value) != bits_of(expected) && !isnan(expected)))
    fail_msg("\"%s\": %a, strtod %a", text, value, expected);
  assert_int_equal(plb_whole_double(copy, length, &value), *stop == '\0');
  same_or_left(text, length, expected, length && *stop == '\0');
  free(copy);
}

static double random_double(void) {
  double value;
  do
    value = double_of(any());
  while (!isfinite(value));
  return value;
}

static void test_random_bits(void **ctx) {
  (void)ctx;
  static const char *const formats[] = {"%.17g", "%.15g", "%.6g", "%.16e", "%.18g", "%.19g", "%.20g", "%.25e", "%.3g"};
  char text[400];
  for (int i = 0; i < 40000; i++) {
    double value = random_double();
    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
      snprintf(text, sizeof text, formats[f], value);
      same_as_strtod(text);
    }
  }
}

static void test_scores(void **ctx) {
  (void)ctx;
  char text[400];
  for (int i = 0; i < 100000; i++) {
    double value = ((double)(any() >> 11) * 0x1p-53 - 0.5) * (i % 3 ? 1 : 1000);
    snprintf(text, sizeof text, "%.*f", (int)(any() % 22), value);
    same_as_strtod(text);
    snprintf(text, sizeof text, "%lld", (long long)(any() >> (any() % 64)));
    same_as_strtod(text);
  }
}

/* Decimals as most files have them, of which a byte may be any other: those that are numbers are taken at once, up to
 * 16 digits with a point among the first eight bytes. */
static void test_usual(void **ctx) {
  (void)ctx;
  usual = 0;
  for (int i = 0; i < 300000; i++) {
    char text[24], *at = text;
    size_t digits = 1 + any() % 16, point = any() % (digits + 1);
    point = point > 7 ? 7 : point;
    if (any() % 2)
      *at++ = '-';
    for (size_t d = 0; d < digits + 1; d++)
      *at++ = d == point ? '.' : (char)('0' + any() % 10);
    *at = '\0';
    uint64_t before = usual;
    same_as_strtod(text);
    char *end;
    bool exact = digits < 16 || strtod(text, &end) == 0;
    assert_true(usual > before || !exact);
    text[any() % strlen(text)] = (char)(1 + any() % 255);
    double expected = strtod(text, &end);
    same_or_left(text, strlen(text), expected, *end == '\0');
  }
}

/* Digits and exponents of any shape. */
static void test_random_text(void **ctx) {
  (void)ctx;
  for (int i = 0; i < 200000; i++) {
    char text[120], *at = text;
    size_t whole = any() % 25, fraction = any() % 25;
    if (any() % 2)
      *at++ = any() % 2 ? '-' : '+';
    for (size_t d = 0; d < whole; d++)
      *at++ = (char)('0' + (any() % 3 ? any() % 10 : 0));
    if (any() % 2)
      *at++ = '.';
    for (size_t d = 0; d <= fraction; d++)
      *at++ = (char)('0' + (any() % 3 ? any() % 10 : 0));
    *at = '\0';
    if (any() % 2)
      sprintf(at, "%c%d", any() % 2 ? 'e' : 'E', (int)(any() % 700) - 350);
    same_as_strtod(text);
  }
}

/* Exactly between two doubles, and a little above and below. */
static void test_halfway(void **ctx) {
  (void)ctx;
  if (LDBL_MANT_DIG <= DBL_MANT_DIG)
    skip();
  char text[1400];
  for (int i = 0; i < 4000; i++) {
    double value = i % 4 == 0 ? double_of(any() >> 12) : fabs(random_double()); /* subnormal ones too */
    if (i % 4 == 1)
      value = (double)(any() >> 11);
    if (value >= DBL_MAX || value <= 0)
      continue;
    long double middle = ((long double)value + (long double)nextafter(value, HUGE_VAL)) / 2;
    snprintf(text, sizeof text, "%.800Le", middle);
    same_as_strtod(text);
    char *e = strchr(text, 'e');
    char exponent[16];
    snprintf(exponent, sizeof exponent, "%s", e);
    snprintf(e, sizeof text - (size_t)(e - text), "000001%s", exponent);
    same_as_strtod(text);
    char *digit = e - 1;
    while (*digit == '0')
      digit--;
    --*digit;
    same_as_strtod(text);
    snprintf(text, sizeof text, "%.0Lf", middle < 1e300L ? middle : 0.0L);
    same_as_strtod(text);
  }
}

static const char *const edges[] = {
    "0",
    "-0",
    "+0",
    "0.0",
    "00000000000000000000000000",
    "-0e-999999999999",
    "0e99999999999999999999",
    "1",
    "1.",
    ".5",
    "-.5",
    "+.5e1",
    "5.e3",
    "1e",
    "1e+",
    "1e-",
    "1e5x",
    "1.5.2",
    "0.9.1",
    "1,5",
    "12a",
    "inf",
    "-inf",
    "+INF",
    "Infinity",
    "INFINITY",
    "infinit",
    "infinityx",
    "nan",
    "NaN",
    "-nan",
    "nanx",
    "1e308",
    "1.7976931348623157e308",
    "1.7976931348623158e308",
    "1.7976931348623159e308",
    "1.8e308",
    "2e308",
    "1e309",
    "-1e309",
    "1e400",
    "1e999999999999",
    "4.9406564584124654e-324",
    "4.9e-324",
    "2.4703282292062327208e-324",
    "2.4703282292062328e-324",
    "2.4703282292062327e-324",
    "2e-324",
    "1e-323",
    "1e-330",
    "1e-400",
    "1e-99999999999",
    "2.2250738585072014e-308",
    "2.2250738585072011e-308",
    "2.2250738585072012e-308",
    "9007199254740993",
    "9007199254740992.5",
    "9007199254740993.0000000000000000000000000000001",
    "9007199254740991.5",
    "18446744073709551615",
    "18446744073709551616",
    "18446744073709551617",
    "99999999999999999999",
    "100000000000000000000",
    "9223372036854775807",
    "123456789012345678",
    "1234567890123456789",
    "12345678901234567890",
    "8.5e22",
    "1e22",
    "1e23",
    "9999999999999999999",
    "9999999999999999999e-400",
    "0.000000000000000000000000000000000000000000012345678901234",
    "0.1",
    "0.2",
    "0.3",
    "6.62607015e-34",
    "1090544144181609348671888949248",
    "1090544144181609348835077142190",
    "3e-324",
    "7.4109846876186981626485318930233205854758970392148714663837852375101326090531312779794975454245398856"
    "969484704316857659638998506553390969459816219401617281718945106978546710679176872575177347315553307795408549809"
    "608457500958111373034747658096871009590975442271004757307809711118935784838675653998783503015228055934046593739"
    "791790738723868299395818481660169122019456499931289798411362062484498678713572180352209017023903285791732520220"
    "528974020802906854021606612375549983402671300035812486479041385743401875520901590172592547146296175134159774938"
    "718574737870961645638908718119841271673056017045493004705269590165763776884908267986972573366521765567941072508"
    "764337560846003984904972149117463085539556354188641513168478436313080237596295773983001708984375e-324"};

static void test_edges(void **ctx) {
  (void)ctx;
  for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
    same_as_strtod(edges[i]);
}

static void test_long(void **ctx) {
  (void)ctx;
  enum { LONG = 5000 };
  static char text[LONG + 64];
  for (int i = 0; i < 300; i++) {
    size_t length = 1 + any() % LONG, point = any() % length;
    for (size_t d = 0; d < length; d++)
      text[d] = (char)('0' + (i % 3 ? any() % 10 : (d > 30) ? 0 : any() % 10));
    if (i % 2)
      text[point] = '.';
    if (i % 5 == 0)
      text[length - 1] = '1';
    text[length] = '\0';
    if (length == 1 && text[0] == '.')
      continue;
    if (i % 7)
      sprintf(text + length, "e%d", -(int)(any() % (length + 400)));
    same_as_strtod(text);
  }
  /* many zeros, and an exponent that takes them back */
  memset(text, '0', LONG);
  text[1] = '.';
  strcpy(text + LONG, "123e5000");
  same_as_strtod(text);
  text[0] = '1';
  text[1] = '0';
  strcpy(text + LONG, "e-4990");
  same_as_strtod(text);
}

static void test_what_is_none(void **ctx) {
  (void)ctx;
  static const char *const texts[] = {"",    "-", "+",  ".",  "-.",  "e5",  ".e5", " 1",
                                      "\t1", "x", "na", "in", "--1", "+-1", ",5"};
  double value;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    assert_null(plb_read_double(texts[i], texts[i] + strlen(texts[i]), &value));
  /* no hexadecimal: it ends behind the 0 */
  const char *hex = "0x10";
  assert_ptr_equal(plb_read_double(hex, hex + 4, &value), hex + 1);
  assert_false(plb_whole_double("1 ", 2, &value));
  assert_false(plb_whole_double("", 0, &value));
}

/* The end is respected wherever it falls. */
static void test_every_prefix(void **ctx) {
  (void)ctx;
  static const char text[] = "-12345678.1234567890123456789e-123";
  for (size_t length = 1; length < sizeof text; length++) {
    char copy[sizeof text];
    memcpy(copy, text, length);
    copy[length] = '\0';
    if (length > 1)
      same_as_strtod(copy);
  }
}

static void test_counts(void **ctx) {
  (void)ctx;
  uint64_t value;
  assert_true(plb_whole_count("0", 1, &value) && value == 0);
  assert_true(plb_whole_count("007", 3, &value) && value == 7);
  assert_true(plb_whole_count("18446744073709551615", 20, &value) && value == UINT64_MAX);
  assert_false(plb_whole_count("18446744073709551616", 20, &value));
  assert_false(plb_whole_count("99999999999999999999", 20, &value));
  assert_false(plb_whole_count("", 0, &value));
  assert_false(plb_whole_count("-1", 2, &value));
  assert_false(plb_whole_count("+1", 2, &value));
  assert_false(plb_whole_count("1.0", 3, &value));
  assert_false(plb_whole_count("1 ", 2, &value));
}

/* ---- the table of powers ------------------------------------------------------------------ */

enum { LIMBS = 48 };

struct big {
  uint32_t limb[LIMBS];
};

static void times(struct big *big, uint32_t factor) {
  uint64_t carry = 0;
  for (size_t i = 0; i < LIMBS; i++) {
    carry += (uint64_t)big->limb[i] * factor;
    big->limb[i] = (uint32_t)carry;
    carry >>= 32;
  }
  assert_int_equal(carry, 0);
}

static struct big power_of_five(int exponent) {
  struct big big = {{1}};
  for (int i = 0; i < exponent; i++)
    times(&big, 5);
  return big;
}

static int length_of(const struct big *big) {
  for (int bit = 32 * LIMBS - 1; bit >= 0; bit--)
    if (big->limb[bit / 32] >> (bit % 32) & 1)
      return bit + 1;
  return 0;
}

static int bit_of(const struct big *big, int bit) {
  return bit < 0 ? 0 : (int)(big->limb[bit / 32] >> (bit % 32) & 1);
}

/* big * (128-bit number) */
static struct big product(const struct big *big, plb_wide factor) {
  struct big sum = {{0}};
  for (size_t part = 0; part < 4; part++) {
    struct big step = {{0}};
    memcpy(step.limb + part, big->limb, (LIMBS - part) * sizeof *step.limb);
    times(&step, (uint32_t)(factor >> (32 * part)));
    uint64_t carry = 0;
    for (size_t i = 0; i < LIMBS; i++) {
      carry += (uint64_t)sum.limb[i] + step.limb[i];
      sum.limb[i] = (uint32_t)carry;
      carry >>= 32;
    }
  }
  return sum;
}

/* big <= 2^bit */
static bool at_most_power(const struct big *big, int bit) {
  int length = length_of(big);
  if (length != bit + 1)
    return length <= bit;
  for (int i = 0; i < bit; i++)
    if (bit_of(big, i))
      return false;
  return true;
}

static void test_powers(void **ctx) {
  (void)ctx;
  for (int q = PLB_POWERS_LEAST; q <= PLB_POWERS_MOST; q++) {
    const struct plb_power *power = &plb_powers[q - PLB_POWERS_LEAST];
    plb_wide value = (plb_wide)power->high << 64 | power->low;
    struct big five = power_of_five(abs(q));
    int length = length_of(&five);
    assert_true(power->high >> 63);
    if (q >= 0) {
      for (int i = 0; i < 128; i++)
        assert_int_equal(value >> (127 - i) & 1, bit_of(&five, length - 1 - i));
      continue;
    }
    /* value or value - 1 is floor(2^b / 5^-q) */
    plb_wide lower = q >= -27 ? value - 1 : value;
    struct big below = product(&five, lower), above = product(&five, lower + 1);
    assert_true(at_most_power(&below, 127 + length));
    assert_false(at_most_power(&above, 127 + length));
  }
}

static void shown_is(const char *text, size_t length, const char *expected) {
  char shown[PLB_SHOWN];
  assert_string_equal(plb_show_text(shown, text, length), expected);
}

static void test_show(void **ctx) {
  (void)ctx;
  shown_is("0.9.1", 5, "\"0.9.1\"");
  shown_is("", 0, "\"\"");
  shown_is("a\tb\x7F\"\\", 6, "\"a\\x09b\\x7f\\\"\\\\\"");
  shown_is("1234567890123456789012345678901234567890", 40, "\"1234567890123456789012345678901234567890\"");
  shown_is("12345678901234567890123456789012345678901", 41, "\"1234567890123456789012345678901234567890...\"");
  shown_is("\xC2\xA0"
           "1\xEF\xBB\xBF\xE2\x80\xAE\xC2\x9B",
           11, "\"\\xc2\\xa01\\xef\\xbb\\xbf\\xe2\\x80\\xae\\xc2\\x9b\"");
  shown_is("\xE2\x88\x92\xC3\xA4\xF0\x9F\x98\x80", 9, "\"\xE2\x88\x92\xC3\xA4\xF0\x9F\x98\x80\"");
  shown_is("a\xFF\xC3", 3, "\"a\\xff\\xc3\"");
  shown_is("\xC3\xA4", 1, "\"\\xc3\""); /* what follows is not of the text */
  shown_is("1234567890123456789012345678901234567890\xC2", 41, "\"1234567890123456789012345678901234567890...\"");
  shown_is("123456789012345678901234567890123456789\xC3\xA4", 41, "\"123456789012345678901234567890123456789...\"");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_random_bits), cmocka_unit_test(test_scores),       cmocka_unit_test(test_usual),
      cmocka_unit_test(test_random_text), cmocka_unit_test(test_halfway),      cmocka_unit_test(test_edges),
      cmocka_unit_test(test_long),        cmocka_unit_test(test_what_is_none), cmocka_unit_test(test_every_prefix),
      cmocka_unit_test(test_counts),      cmocka_unit_test(test_powers),       cmocka_unit_test(test_show),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
