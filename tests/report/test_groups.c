/* SPDX-License-Identifier: Apache-2.0
 *
 * Groups: in which order they and their cells stand, what they are called, and how what is said of them is worded; and
 * their drawings, against golden/ (UPDATE_GOLDEN=1 writes them anew: look at them before they are kept).
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../result/sample.h"
#include "lifelike.h"
#include "report/series.h"

static const char *golden; /* the folder */

static void expect_name(const struct plb_grouping *grouping, size_t group, const char *wanted) {
  char name[PLB_WORDS];
  plb_word_group(name, sizeof name, grouping, group, 40);
  assert_string_equal(name, wanted);
}

/* Numbers by their size, then texts, then what is not said; pairs once, in this order. */
static void test_order(void **state) {
  (void)state;
  struct plb_result *result = sample_make(SAMPLE_GROUPS);
  struct plb_groupings groupings = {0};
  assert_int_equal(plb_groupings_add(&groupings, result, NULL), PLB_OK);
  assert_int_equal(groupings.count, 2);
  const struct plb_grouping *sex = &groupings.at[0], *both = &groupings.at[1];
  static const char *const sexes[] = {"F", "M", "not said"};
  static const char *const pairs[] = {"F, 9",
                                      "F, 10",
                                      "F, =cmd|' /C calc'!A0",
                                      "sex not said, 9",
                                      "sex not said, 10",
                                      "sex not said, =cmd|' /C calc'!A0"};
  assert_int_equal(sex->group_count, 3);
  assert_int_equal(both->group_count, 6);
  for (size_t k = 0; k < 3; k++)
    expect_name(sex, k, sexes[k]);
  for (size_t k = 0; k < 6; k++)
    expect_name(both, k, pairs[k]);
  assert_int_equal(sex->point_count, 1);
  size_t counts[PLB_GROUP_KINDS];
  for (int kind = 0; kind < PLB_GROUP_KINDS; kind++) {
    const struct plb_group_cell *cells = plb_group_cells(sex, 0, (enum plb_group_kind)kind, &counts[kind]);
    for (size_t k = 0; k < counts[kind]; k++) {
      assert_int_equal(cells[k].kind, kind);
      assert_true(kind == PLB_GROUP_APART || cells[k].one <= cells[k].two);
      if (kind != PLB_GROUP_APART)
        assert_ptr_equal(plb_group_find(cells, counts[kind], cells[k].one, cells[k].two), &cells[k]);
    }
    assert_null(plb_group_find(cells, counts[kind], 7, 8));
  }
  static const size_t wanted[PLB_GROUP_KINDS] = {4, 3, 3, 0, 6};
  assert_memory_equal(counts, wanted, sizeof wanted);
  assert_int_equal(plb_group_everybody(sex, 0, "FNMR")->trials, 700);
  plb_groupings_free(&groupings);
  plb_result_free(result);
}

/* Estimates may come in any order, and of any system: each finds its own. */
static void test_any_order(void **state) {
  (void)state;
  struct plb_result *result = sample_make(SAMPLE_GROUPS);
  struct plb_groupings groupings = {0}, turned = {0};
  assert_int_equal(plb_groupings_add(&groupings, result, NULL), PLB_OK);
  for (size_t i = 0, j = result->group_count - 1; i < j; i++, j--) {
    struct plb_estimate swap = result->groups[i];
    result->groups[i] = result->groups[j];
    result->groups[j] = swap;
  }
  assert_int_equal(plb_groupings_add(&turned, result, NULL), PLB_OK);
  assert_int_equal(turned.count, 2);
  for (size_t k = 0; k < 2; k++) {
    const struct plb_grouping *one = &groupings.at[k], *other = &turned.at[1 - k];
    assert_int_equal(one->group_count, other->group_count);
    assert_int_equal(one->cell_count, other->cell_count);
    for (size_t i = 0; i < one->cell_count; i++)
      if (one->cells[i].kind != PLB_GROUP_APART)
        assert_true(one->cells[i].one == other->cells[i].one && one->cells[i].two == other->cells[i].two);
  }
  plb_groupings_free(&groupings);
  plb_groupings_free(&turned);
  plb_result_free(result);
}

static void test_names(void **state) {
  (void)state;
  struct plb_result *result = sample_make(SAMPLE_GROUPS);
  struct plb_groupings groupings = {0};
  char text[PLB_LIMIT];
  for (size_t k = 0; k < result->cell_count; k++)
    for (int v = 0; v < 2; v++)
      if (*result->cells[k]->of[0].values[v] == 'F')
        result->cells[k]->of[0].values[v] = "F\xC3\xA4 who has a name that is long, and longer than any table";
  assert_int_equal(plb_groupings_add(&groupings, result, NULL), PLB_OK);
  expect_name(&groupings.at[0], 0, "F\xC3\xA4 who has a name \xE2\x80\xA6ger than any table #1");
  plb_word_by(text, &groupings.at[0]);
  assert_string_equal(text, "sex");
  plb_word_by(text, &groupings.at[1]);
  assert_string_equal(text, "sex and region");
  plb_groupings_free(&groupings);
  plb_result_free(result);
}

static void test_differences(void **state) {
  (void)state;
  char text[PLB_LIMIT];
  struct plb_estimate e = {.metric = "MAX_MIN_DIFFERENCE",
                           .has_value = true,
                           .value = 0.0125,
                           .over = {.metric = "FNMR",
                                    .by = "sex",
                                    .groups = 1,
                                    .has_equal = true,
                                    .equal_median = 0.001,
                                    .equal_upper = 0.02,
                                    .has_p_value = true,
                                    .p_value = 0.00001}};
  plb_word_apart(text, &e);
  assert_string_equal(text, "1.250 points");
  plb_word_apart_interval(text, &e);
  assert_string_equal(text, "no interval");
  plb_word_equal(text, &e);
  assert_string_equal(text, "0.1000 to 2.000 points");
  plb_word_over(text, &e);
  assert_string_equal(text, "FNMR, 1 group; p of no difference: below 0.0001");
  e.metric = "MAX_MIN_RATIO";
  e.value = 1;
  e.interval = (struct plb_interval){.exists = true, .has_upper = true, .upper = 7.25};
  e.over.metric = NULL;
  e.over.has_p_value = false;
  e.over.equal_upper = HUGE_VAL;
  plb_word_apart(text, &e);
  assert_string_equal(text, "1.000");
  plb_word_apart_interval(text, &e);
  assert_string_equal(text, "at most 7.250");
  plb_word_equal(text, &e);
  assert_string_equal(text, "0.001000 to without limit");
  plb_word_over(text, &e);
  assert_string_equal(text, "FMR within groups and FNMR together, 1 group");
  e.over.equal_median = HUGE_VAL;
  plb_word_equal(text, &e);
  assert_string_equal(text, "without limit");
  e.has_least_seen = true;
  e.least_seen = HUGE_VAL;
  plb_word_least_seen(text, &e);
  assert_string_equal(text, "none");
  e.least_seen = 2.5;
  plb_word_least_seen(text, &e);
  assert_string_equal(text, "2.50 times");
  assert_true(plb_word_more(text, PLB_GROUP_ACROSS, PLB_MOST_CELLS + 1));
  assert_string_equal(text, "FMR across groups: 1 more is not listed here; the CSV and the result file have all");
  assert_false(plb_word_more(text, PLB_GROUP_ACROSS, PLB_MOST_CELLS));
}

static void compare(const char *name, const char *text) {
  static char wanted[100000];
  char path[512];
  snprintf(path, sizeof path, "%s/%s", golden, name);
  if (getenv("UPDATE_GOLDEN")) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
  }
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  wanted[fread(wanted, 1, sizeof wanted - 1, file)] = '\0';
  assert_int_equal(fclose(file), 0);
  assert_string_equal(text, wanted);
}

static void test_drawings(void **state) {
  (void)state;
  static const char *const names[] = {"heat-1", "forest-1", "heat-2", "forest-2"};
  struct plb_result *result = sample_make(SAMPLE_GROUPS);
  const struct plb_result *const results[] = {result};
  struct plb_figures figures;
  char name[PLB_FIGURE_NAME], file[128];
  assert_int_equal(plb_figures_make(results, 1, &figures, NULL), PLB_OK);
  for (size_t k = 0; k < 4; k++) {
    assert_true(plb_figure_name(&figures, k, name));
    assert_string_equal(name, names[k]);
    char *text = lifelike_render(results, 1, k);
    snprintf(file, sizeof file, "groups-%s.svg", name);
    compare(file, text);
    free(text);
  }
  assert_false(plb_figure_name(&figures, 4, name));
  plb_figures_free(&figures);
  plb_result_free(result);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_order), cmocka_unit_test(test_any_order),
                                     cmocka_unit_test(test_names), cmocka_unit_test(test_differences),
                                     cmocka_unit_test(test_drawings)};
  golden = argc > 1 ? argv[1] : "golden";
  return cmocka_run_group_tests_name("report/groups", tests, NULL, NULL);
}
