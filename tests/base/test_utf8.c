/* SPDX-License-Identifier: Apache-2.0
 *
 * UTF-8 against its definition: decode, then encode again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"

static size_t encoded(uint32_t point, unsigned char out[4]) {
  if (point < 0x80)
    return out[0] = (unsigned char)point, 1;
  if (point < 0x800)
    return out[0] = (unsigned char)(0xC0 | point >> 6), out[1] = (unsigned char)(0x80 | (point & 63)), 2;
  if (point < 0x10000) {
    out[0] = (unsigned char)(0xE0 | point >> 12);
    out[1] = (unsigned char)(0x80 | (point >> 6 & 63));
    out[2] = (unsigned char)(0x80 | (point & 63));
    return 3;
  }
  out[0] = (unsigned char)(0xF0 | point >> 18);
  out[1] = (unsigned char)(0x80 | (point >> 12 & 63));
  out[2] = (unsigned char)(0x80 | (point >> 6 & 63));
  out[3] = (unsigned char)(0x80 | (point & 63));
  return 4;
}

static void test_points(void **ctx) {
  (void)ctx;
  for (uint32_t point = 0; point < 0x120000; point++) {
    unsigned char text[40] = "0123456789012345678901234567890123";
    size_t length = encoded(point, text + 30), good;
    bool fine = point && point < 0x110000 && (point < 0xD800 || point > 0xDFFF);
    enum plb_text_fault fault = plb_text_check((const char *)text, 30 + length, &good);
    enum plb_text_fault expected = fine ? PLB_TEXT_FINE : point ? PLB_TEXT_NOT_UTF8 : PLB_TEXT_NUL;
    if (fault != expected || good != (fine ? 30 + length : 30))
      fail_msg("U+%X: %d at %zu", point, fault, good);
    assert_int_equal(plb_utf8_length((const char *)text + 30), fine ? length : !point);
    for (size_t part = 1; fine && part < length; part++) {
      assert_int_equal(plb_text_check((const char *)text, 30 + part, &good), PLB_TEXT_FINE);
      assert_int_equal(good, 30); /* waits for the rest */
    }
  }
}

/* Is this character spelled as its code point is encoded? */
static bool well_formed(const unsigned char *text, size_t length, size_t *used) {
  for (size_t size = 1; size <= 4 && size <= length; size++) {
    uint32_t point = size == 1 ? text[0] : text[0] & (0x7Fu >> size);
    for (size_t i = 1; i < size; i++)
      point = point << 6 | (text[i] & 63u);
    unsigned char again[4];
    if (encoded(point, again) == size && memcmp(again, text, size) == 0) {
      *used = size;
      return point && point < 0x110000 && (point < 0xD800 || point > 0xDFFF);
    }
  }
  return false;
}

static void test_random(void **ctx) {
  (void)ctx;
  uint32_t seed = 1;
  for (int round = 0; round < 200000; round++) {
    unsigned char text[24];
    for (size_t i = 0; i < sizeof text; i++) {
      seed = seed * 1664525 + 1013904223;
      static const unsigned char some[] = {0xC2, 0xE0, 0xED, 0xF0, 0xF4, 0x80, 0x90,
                                           0x9F, 0xA0, 0xBF, 0xC0, 0xF5, 'a',  'b'};
      text[i] = seed >> 28 ? some[(seed >> 20) % sizeof some] : (unsigned char)(seed >> 16);
    }
    memcpy(text + 20, "xxx", 4); /* no character is cut off; the end is a NUL */
    size_t at = 0, used = 0, good;
    while (at < sizeof text && well_formed(text + at, sizeof text - at, &used))
      at += used;
    text[sizeof text - 1] = '\0'; /* reads nothing behind it */
    for (size_t i = 0; i + 1 < sizeof text; i++) {
      size_t expected = well_formed(text + i, sizeof text - i, &used) ? used : !text[i];
      assert_int_equal(plb_utf8_length((const char *)text + i), expected);
      for (size_t length = 1; length <= 4 && i + length < sizeof text; length++)
        assert_int_equal(plb_utf8_within((const char *)text + i, length), expected <= length ? expected : 0);
    }
    text[sizeof text - 1] = 'x';
    enum plb_text_fault fault = plb_text_check((const char *)text, sizeof text, &good);
    assert_int_equal(good, at);
    assert_int_equal(fault, text[at] ? PLB_TEXT_NOT_UTF8 : PLB_TEXT_NUL);
  }
}

static void expect_tame(const char *text, const char *expected) {
  char copy[64];
  assert_true(strlen(text) < sizeof copy);
  strcpy(copy, text);
  plb_utf8_tame(copy);
  assert_string_equal(copy, expected);
}

static void test_tame(void **ctx) {
  (void)ctx;
  expect_tame("", "");
  expect_tame("scores.csv", "scores.csv");
  expect_tame("a\x1B[31m\nb\x7F", "a?[31m?b?");
  expect_tame("\xC2\x9B\xE2\x80\xA8\xE2\x80\xAE\xE2\x81\xA6\xE2\x80\x8F\xD8\x9C.", "??????.");
  expect_tame("\xFF\xC3(\xE2\x82", "?\?(?\?");
  expect_tame("\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80", "\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80");
  for (uint32_t point = 1; point < 0x110000; point++) {
    unsigned char text[5] = {0};
    size_t length = encoded(point, text);
    if (plb_utf8_length((const char *)text) != 0)
      assert_int_equal(plb_utf8_point((const char *)text, length), point);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_points), cmocka_unit_test(test_random),
                                     cmocka_unit_test(test_tame)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
