/* SPDX-License-Identifier: Apache-2.0
 *
 * Escaping: what comes from outside stays text, whatever it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/escape.h"

static char *escaped(const char *text) {
  struct plb_out *out;
  assert_int_equal(plb_out_memory(&out, NULL), PLB_OK);
  plb_escape(out, text);
  char *whole = plb_out_take(out, NULL);
  plb_out_abandon(out);
  assert_non_null(whole);
  return whole;
}

static void check(const char *text, const char *expected) {
  char *seen = escaped(text);
  assert_string_equal(seen, expected);
  free(seen);
}

static void markup(void **state) {
  (void)state;
  check("", "");
  check(NULL, "");
  check("scores.csv", "scores.csv");
  check("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;");
  check("\" onload=\"x", "&quot; onload=&quot;x");
  check("' onload='x", "&#39; onload=&#39;x");
  check("a & b &amp; c", "a &amp; b &amp;amp; c");
  check("]]>", "]]&gt;");
  check("FMR \xE2\x89\xA4 1 %", "FMR \xE2\x89\xA4 1 %");
  check("\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80");
}

#define BAD "\xEF\xBF\xBD"

static void malformed(void **state) {
  (void)state;
  check("a\xFFz", "a" BAD "z");
  check("\xC0\xBCscript", BAD BAD "script");  /* overlong < */
  check("\xE0\x80\xBC", BAD BAD BAD);         /* overlong < in three bytes */
  check("\xED\xA0\x80", BAD BAD BAD);         /* a surrogate */
  check("\xF4\x90\x80\x80", BAD BAD BAD BAD); /* past U+10FFFF */
  check("\xE2\x89", BAD BAD);                 /* cut short */
  check("\xE2<b", BAD "&lt;b");               /* what follows is still looked at */
}

static void unfit(void **state) {
  (void)state;
  check("a\x01\x1F\x7Fz", "a" BAD BAD BAD "z");
  check("a\tb\nc", "a\tb\nc");
  check("a\rb", "a" BAD "b");
  check("\xC2\x85", BAD); /* C1 control */
  check("\xE2\x80\xAE"
        "gpj.exe",
        BAD "gpj.exe");                                                          /* right-to-left override */
  check("\xE2\x80\xA8\xE2\x80\xA9", BAD BAD);                                    /* ends of line and paragraph */
  check("\xE2\x81\xA6", BAD);                                                    /* left-to-right isolate */
  check("\xEF\xBF\xBE\xEF\xB7\x90", BAD BAD);                                    /* non-characters */
  check("\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D", "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D"); /* Hebrew stays */
}

static void shortening(void **state) {
  (void)state;
  char text[64];
  assert_string_equal(plb_shorten(text, sizeof text, "short", 5), "short");
  assert_string_equal(plb_shorten(text, sizeof text, "abcdefghij", 5), "ab\xE2\x80\xA6ij");
  assert_string_equal(plb_shorten(text, sizeof text, "\xC3\xA4\xC3\xB6\xC3\xBC\xC3\x9F", 3),
                      "\xC3\xA4\xE2\x80\xA6\xC3\x9F");
  assert_string_equal(plb_shorten(text, sizeof text,
                                  "a\xFF"
                                  "b",
                                  9),
                      "a" BAD "b");
  assert_string_equal(plb_shorten(text, 4, "\xC3\xA4\xC3\xB6", 9), "\xC3\xA4"); /* never half a character */
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(markup), cmocka_unit_test(malformed), cmocka_unit_test(unfit),
                                     cmocka_unit_test(shortening)};
  return cmocka_run_group_tests_name("report/escape", tests, NULL, NULL);
}
