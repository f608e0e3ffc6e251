/* SPDX-License-Identifier: Apache-2.0
 *
 * Text and CSV of results made by hand, against the files in golden/ (read them: they are what a person
 * sees). UPDATE_GOLDEN=1 writes them anew. No line of text is wider than the page, whatever a result
 * holds, and nothing from outside reaches a terminal as a control character.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../result/fault.h"
#include "../result/sample.h"
#include "report/page.h"

typedef plb_status renderer(const struct plb_result *const *results, size_t count, struct plb_out *out,
                            struct plb_error *err);

static const char *golden; /* the folder */

static char *rendered(renderer *render, const struct plb_result *const *results, size_t count) {
  struct plb_out *out;
  assert_int_equal(plb_out_memory(&out, NULL), PLB_OK);
  assert_int_equal(render(results, count, out, NULL), PLB_OK);
  char *text = plb_out_take(out, NULL);
  assert_non_null(text);
  assert_int_equal(plb_out_close(out, NULL), PLB_OK);
  return text;
}

static void update(const char *path, const char *text) {
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs(text, file);
  assert_int_equal(fclose(file), 0);
}

static void expect_golden(const char *name, const char *text) {
  static char wanted[200000];
  char path[1024];
  snprintf(path, sizeof path, "%s/%s", golden, name);
  if (getenv("UPDATE_GOLDEN"))
    update(path, text);
  FILE *file = fopen(path, "r");
  if (!file)
    fail_msg("%s is missing", path);
  size_t length = fread(wanted, 1, sizeof wanted - 1, file);
  wanted[length] = '\0';
  fclose(file);
  if (strcmp(text, wanted) != 0)
    fail_msg("%s differs from\n%s", path, text);
}

static size_t characters(const char *from, const char *to) {
  size_t count = 0;
  for (; from < to; from++)
    count += ((unsigned char)*from & 0xC0) != 0x80;
  return count;
}

static void expect_page(const char *text) {
  for (const char *end; (end = strchr(text, '\n')); text = end + 1) {
    if (characters(text, end) > PLB_PAGE_WIDTH)
      fail_msg("%zu columns: %.*s", characters(text, end), (int)(end - text), text);
    assert_true(end == text || end[-1] != ' ');
    for (const char *at = text; at < end; at++)
      assert_true((unsigned char)*at >= 0x20 && *at != 0x7F);
  }
  assert_int_equal(*text, '\0');
}

static void check_sample(enum sample which, const char *name) {
  char file[64];
  struct plb_result *result = sample_make(which);
  const struct plb_result *const results[] = {result};
  char *text = rendered(plb_render_text, results, 1);
  expect_page(text);
  snprintf(file, sizeof file, "%s.txt", name);
  expect_golden(file, text);
  free(text);
  text = rendered(plb_render_csv, results, 1);
  snprintf(file, sizeof file, "%s.csv", name);
  expect_golden(file, text);
  free(text);
  plb_result_free(result);
}

static void test_full(void **state) {
  (void)state;
  check_sample(SAMPLE_FULL, "full");
}

static void test_spare(void **state) {
  (void)state;
  check_sample(SAMPLE_SPARE, "spare");
}

static void test_two_systems(void **state) {
  (void)state;
  check_sample(SAMPLE_TWO, "two");
}

static void test_given_thresholds(void **state) {
  (void)state;
  check_sample(SAMPLE_GIVEN, "given");
}

static void test_groups(void **state) {
  (void)state;
  check_sample(SAMPLE_GROUPS, "groups");
}

static void test_side_by_side(void **state) {
  (void)state;
  struct plb_result *made[] = {sample_make(SAMPLE_FULL), sample_make(SAMPLE_TWO), sample_make(SAMPLE_SPARE)};
  const struct plb_result *const results[] = {made[0], made[1], made[2]};
  char *text = rendered(plb_render_text, results, 3);
  expect_page(text);
  expect_golden("three.txt", text);
  free(text);
  text = rendered(plb_render_csv, results, 3);
  expect_golden("three.csv", text);
  free(text);
  text = rendered(plb_render_text, &results[2], 1);
  free(text);
  for (size_t i = 0; i < 3; i++)
    plb_result_free(made[i]);
}

/* Texts as a hostile result file could hold them, in every place. */
static void test_hostile_texts(void **state) {
  (void)state;
  char hostile[700];
  for (size_t i = 0; i < sizeof hostile - 1; i++)
    hostile[i] = "\x1B[31m\xFF\x01\xC2\x9B\xE2\x82\xAC\x7Fx"[i % 14];
  hostile[sizeof hostile - 1] = '\0';
  struct plb_result *result = sample_make(SAMPLE_FULL);
  result->test.type = result->test.evaluation = hostile;
  result->provenance.command = result->provenance.version = result->provenance.conventions = hostile;
  result->provenance.inputs[0].name = result->provenance.inputs[0].digest = result->provenance.inputs[0].format =
      hostile;
  result->provenance.inputs[0].dropped[0].why = hostile;
  for (size_t i = 0; i < result->estimate_count; i++) {
    struct plb_estimate *e = &result->estimates[i];
    e->system = e->unit = e->note = e->interval.method = e->interval.dependence = hostile;
    if (i % 2)
      e->metric = hostile;
    if (i % 3)
      e->target_metric = hostile;
    e->threshold = -1.2345678901234567e-300;
    e->has_counts = e->has_class_trials = true;
    e->trials = e->mated_trials = e->nonmated_trials = UINT64_MAX;
    e->interval.lower = 1.2345678901234567e-300;
    e->interval.upper = e->value = 1.2345678901234567e300;
  }
  plb_index_free(&result->index); /* it knew them by their old names */
  for (size_t i = 0; i < result->estimate_count; i++)
    assert_true(plb_index_estimate(&result->index, &result->estimates[i], i));
  for (size_t i = 0; i < result->claim_count; i++)
    result->claims[i].text = result->claims[i].why = hostile;
  result->statements[0] = hostile;
  const struct plb_result *const results[] = {result, result};
  char *text = rendered(plb_render_text, results, 2);
  expect_page(text);
  free(text);
  free(rendered(plb_render_csv, results, 2));
  plb_result_free(result);
}

/* Every line has as many cells as the first; how many. */
static size_t cells_of(const char *text) {
  size_t wanted = 0, cells = 1;
  bool quoted = false;
  for (const char *at = text; *at; at++) {
    quoted ^= *at == '"';
    cells += *at == ',' && !quoted;
    if (*at != '\n' || quoted)
      continue;
    wanted = wanted ? wanted : cells;
    assert_int_equal(cells, wanted);
    cells = 1;
  }
  assert_false(quoted);
  return wanted;
}

static void test_csv_is_rectangular(void **state) {
  (void)state;
  struct plb_result *made[] = {sample_make(SAMPLE_FULL), sample_make(SAMPLE_TWO), sample_make(SAMPLE_GROUPS)};
  const struct plb_result *const results[] = {made[0], made[1], made[2]};
  static const size_t wanted[] = {48, 50 + 7, 50 + 7 + 2 * 2 + 10}; /* differences of systems; two attributes, groups */
  for (size_t count = 1; count <= 3; count++) {
    char *text = rendered(plb_render_csv, results, count);
    assert_int_equal(cells_of(text), wanted[count - 1]);
    free(text);
  }
  for (size_t k = 0; k < made[2]->cell_count; k++)
    made[2]->cells[k]->of[0].attribute = "of \"a\", \x1B[31m\n|";
  char *text = rendered(plb_render_csv, results + 2, 1);
  assert_int_equal(cells_of(text), 48 + 2 * 2 + 10);
  assert_non_null(strstr(text, ",\"by_of \"\"a\"\", \\u{1b}[31m\\u{a}|_1\","));
  free(text);
  for (size_t k = 0; k < 3; k++)
    plb_result_free(made[k]);
}

/* Names and values that are none. */
static void test_hostile_groups(void **state) {
  (void)state;
  static const char *const hostile[] = {"\x1B[2J\xE2\x80\xAE\n\r\t\x9B evil \xFF\xC3", "</table><script>",
                                        "%s%n\\u{41}", ""};
  struct plb_result *result = sample_make(SAMPLE_GROUPS);
  char endless[4000];
  memset(endless, 'x', sizeof endless - 1);
  endless[sizeof endless - 1] = '\0';
  for (size_t k = 0; k < result->cell_count; k++)
    for (size_t a = 0; a < result->cells[k]->count; a++) {
      result->cells[k]->of[a].attribute = a ? "x" : endless;
      for (int v = 0; v < 2; v++)
        result->cells[k]->of[a].values[v] = (k + a + v) % 5 == 4 ? endless : hostile[(k + a + v) % 5];
    }
  for (size_t k = 0; k < result->group_count; k++)
    result->groups[k].over.by = result->groups[k].over.by ? ",,\x1B[2J," : NULL;
  const struct plb_result *const results[] = {result};
  char *text = rendered(plb_render_text, results, 1);
  expect_page(text);
  free(text);
  text = rendered(plb_render_csv, results, 1);
  cells_of(text);
  free(text);
  plb_result_free(result);
}

static void test_paragraphs(void **state) {
  (void)state;
  struct plb_out *out;
  char cut[16];
  assert_int_equal(plb_out_memory(&out, NULL), PLB_OK);
  char word[131];
  memset(word, 'w', sizeof word - 1);
  word[sizeof word - 1] = '\0';
  plb_page_paragraph(out, 2, 4, "  one\n two\t ");
  plb_page_paragraph(out, 2, 4, word);
  plb_page_line(out, "label", "text");
  char *text = plb_out_take(out, NULL);
  assert_int_equal(plb_out_close(out, NULL), PLB_OK);
  expect_page(text);
  assert_memory_equal(text, "  one two\n  ww", 14);
  assert_non_null(strstr(text, "w\n    ww"));
  assert_non_null(strstr(text, "\n  label           text\n"));
  free(text);
  plb_cut(cut, sizeof cut, "abcdef", 6);
  assert_string_equal(cut, "abcdef");
  plb_cut(cut, sizeof cut, "abcdefg", 6);
  assert_string_equal(cut, "abc...");
  plb_cut(cut, sizeof cut, "\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC", 6);
  assert_string_equal(cut, "\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC...");
}

static void expect_no_memory(renderer *render, const struct plb_result *const *results, size_t count) {
  for (long n = 0; n < 10000; n++) {
    struct plb_error err;
    struct plb_out *out;
    fault_after = n;
    plb_status st = plb_out_memory(&out, &err);
    if (!st) {
      st = render(results, count, out, &err);
      plb_status closed = plb_out_close(out, &err);
      st = st ? st : closed;
    }
    fault_after = -1;
    if (!st)
      break;
    assert_int_equal(st, PLB_NOMEM);
  }
}

static void test_memory_runs_out(void **state) {
  (void)state;
  struct plb_result *made[] = {sample_make(SAMPLE_FULL), sample_make(SAMPLE_TWO), sample_make(SAMPLE_GROUPS)};
  const struct plb_result *const results[] = {made[0], made[1], made[2]};
  expect_no_memory(plb_render_text, results, 2);
  expect_no_memory(plb_render_text, results + 2, 1);
  expect_no_memory(plb_render_csv, results, 3);
  expect_no_memory(plb_render_html, results + 2, 1);
  for (size_t k = 0; k < 3; k++)
    plb_result_free(made[k]);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_full),
      cmocka_unit_test(test_spare),
      cmocka_unit_test(test_two_systems),
      cmocka_unit_test(test_given_thresholds),
      cmocka_unit_test(test_groups),
      cmocka_unit_test(test_side_by_side),
      cmocka_unit_test(test_hostile_texts),
      cmocka_unit_test(test_hostile_groups),
      cmocka_unit_test(test_csv_is_rectangular),
      cmocka_unit_test(test_paragraphs),
      cmocka_unit_test(test_memory_runs_out),
  };
  if (argc < 2)
    return 2;
  golden = argv[1];
  return cmocka_run_group_tests(tests, NULL, NULL);
}
