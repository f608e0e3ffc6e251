/* SPDX-License-Identifier: Apache-2.0
 *
 * The result as a list: what is put in comes out, look-ups find the first, memory that runs out anywhere
 * leaves a result that can be freed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "fault.h"
#include "result/result.h"
#include "sample.h"

static void test_empty(void **state) {
  (void)state;
  struct plb_result *result = sample_make(SAMPLE_SPARE);
  assert_non_null(result);
  assert_int_equal(plb_result_count(result), 0);
  assert_null(plb_result_get(result, 0));
  assert_null(plb_result_find(result, "FMR", NULL, 0));
  size_t shown = 9;
  assert_int_equal(plb_result_claims(result, &shown), 0);
  assert_int_equal(shown, 0);
  plb_result_free(result);
  plb_result_free(NULL);
  assert_int_equal(plb_result_count(NULL), 0);
  assert_null(plb_result_get(NULL, 0));
  assert_null(plb_result_find(NULL, "FMR", NULL, 0));
  assert_int_equal(plb_result_claims(NULL, NULL), 0);
}

static void test_defaults(void **state) {
  (void)state;
  struct plb_result *result;
  assert_int_equal(plb_result_new(&result, NULL), PLB_OK);
  assert_string_equal(result->provenance.version, plb_version());
  assert_string_equal(result->provenance.conventions, "plumbline");
  assert_string_equal(result->test.type, "verification");
  assert_string_equal(result->test.evaluation, "unknown");
  plb_result_free(result);
}

static void test_find(void **state) {
  (void)state;
  struct plb_result *result = sample_make(SAMPLE_FULL);
  size_t count = plb_result_count(result);
  assert_int_equal(count, 15);
  assert_null(plb_result_get(result, count));
  assert_null(plb_result_get(result, SIZE_MAX));
  const struct plb_estimate *found = plb_result_find(result, "FNMR", "FMR", 1e-4);
  assert_ptr_equal(found, plb_result_get(result, 3));
  assert_int_equal(found->errors, 24);
  assert_ptr_equal(plb_result_find(result, "FNMR", NULL, 5), plb_result_get(result, 1));
  assert_ptr_equal(plb_result_find(result, "EER", NULL, 0), plb_result_get(result, 6));
  assert_null(plb_result_find(result, "EER", "FMR", 0.01));
  assert_null(plb_result_find(result, "FNMR", "FMR", 0.02));
  assert_null(plb_result_find(result, "FNIR", NULL, 0));
  assert_null(plb_result_find(result, NULL, NULL, 0));
  size_t shown;
  assert_int_equal(plb_result_claims(result, &shown), 3);
  assert_int_equal(shown, 1);
  assert_string_equal(plb_result_verdict(result), "refuted");
  result->claim_count = 2;
  assert_string_equal(plb_result_verdict(result), "not shown");
  result->claim_count = 1;
  assert_string_equal(plb_result_verdict(result), "shown");
  result->claim_count = 0;
  assert_null(plb_result_verdict(result));
  plb_result_free(result);
}

static void test_texts_are_copies(void **state) {
  (void)state;
  struct plb_result *result = sample_make(SAMPLE_SPARE);
  char command[] = "plumbline verification a.csv";
  assert_int_equal(plb_result_set_command(result, command, NULL), PLB_OK);
  command[0] = 'X';
  assert_string_equal(result->provenance.command, "plumbline verification a.csv");
  assert_int_equal(plb_result_set_command(result, NULL, NULL), PLB_OK);
  assert_null(result->provenance.command);
  struct plb_error err;
  assert_int_equal(plb_result_set_command(NULL, "x", &err), PLB_USAGE);
  bool failed = false;
  assert_null(plb_result_text(result, NULL, &failed));
  assert_false(failed);
  plb_result_free(result);
}

static void test_many(void **state) {
  (void)state;
  struct plb_result *result = sample_make(SAMPLE_SPARE);
  for (uint64_t i = 0; i < 5000; i++) {
    struct plb_estimate estimate = {.metric = "FMR", .has_counts = true, .errors = i, .trials = 5000};
    assert_int_equal(plb_result_add_estimate(result, &estimate, NULL), PLB_OK);
  }
  for (size_t i = 0; i < 5000; i++)
    assert_int_equal(plb_result_get(result, i)->errors, i);
  plb_result_free(result);
}

/* Everything that a builder does, until the first failure. */
static plb_status build(struct plb_result **result) {
  struct plb_error err;
  plb_status st = plb_result_new(result, &err);
  for (int i = 0; !st && i < 20; i++) {
    struct plb_curve curve = {.kind = PLB_CURVE_DET, .points = plb_alloc(2, sizeof *curve.points), .point_count = 2};
    struct plb_claim claim = {.text = "FMR <= 1", .verdict = "shown"};
    struct plb_estimate estimate = {.metric = "FMR",
                                    .system = i % 3 ? "one" : "another",
                                    .target_metric = i % 2 ? "FMR" : NULL,
                                    .has_threshold = true,
                                    .threshold = i % 5};
    st = curve.points ? plb_result_add_curve(*result, &curve, &err) : PLB_NOMEM;
    if (!st)
      st = plb_result_add_claim(*result, &claim, &err);
    if (!st)
      st = plb_result_add_estimate(*result, &estimate, &err);
    if (!st)
      st = plb_result_add_statement(*result, "A sentence.", &err);
    if (!st)
      st = plb_result_set_command(*result, "command", &err);
  }
  return st;
}

static void test_memory_runs_out(void **state) {
  (void)state;
  for (long n = 0;; n++) {
    struct plb_result *result = NULL;
    fault_after = n;
    plb_status st = build(&result);
    fault_after = -1;
    if (st)
      assert_int_equal(st, PLB_NOMEM);
    else
      assert_int_equal(result->claim_count, 20);
    plb_result_free(result);
    if (!st)
      return;
    assert_true(n < 1000);
  }
}

static bool same_text(const char *one, const char *other) {
  return one == other || (one && other && strcmp(one, other) == 0);
}

/* The definition, word for word: two estimates of one operating point. */
static bool same_point(const struct plb_estimate *one, const struct plb_estimate *other) {
  if (!plb_has_point(one) || !plb_has_point(other) || !same_text(one->system, other->system) ||
      !same_text(one->target_metric, other->target_metric))
    return false;
  return one->target_metric ? one->target_at_most == other->target_at_most : one->threshold == other->threshold;
}

/* One system of the index against a search through all estimates. */
static void expect_system(const struct plb_result *result, const struct plb_index_system *system) {
  size_t estimates = 0, points = 0;
  assert_ptr_equal(plb_index_find(&result->index, system->name), system);
  for (size_t i = 0; i < result->estimate_count; i++) {
    const struct plb_estimate *e = &result->estimates[i];
    size_t before = 0, next = i + 1;
    if (!same_text(e->system, system->name))
      continue;
    assert_int_equal(system->estimates.at[estimates++], i);
    while (before < i && !same_point(&result->estimates[before], e))
      before++;
    if (plb_has_point(e) && before == i)
      assert_int_equal(system->points.at[points++], i);
    while (next < result->estimate_count && !same_point(e, &result->estimates[next]))
      next++;
    assert_int_equal(result->index.next[i], next < result->estimate_count ? next : SIZE_MAX);
  }
  assert_int_equal(system->estimates.count, estimates);
  assert_int_equal(system->points.count, points);
}

/* Estimates in any order, as a file made by hand may have them. */
static void test_index(void **state) {
  (void)state;
  static const char *const systems[] = {"b", "a", NULL, "", "a name of more than sixteen bytes", "c"};
  static const char *const metrics[] = {"FMR", "FNMR", "EER", "FAR"};
  static const double places[] = {0.0, -0.0, 1.5, 1e-3};
  for (uint32_t seed = 1; seed < 60; seed++) {
    struct plb_result *result = sample_make(SAMPLE_SPARE);
    uint32_t random = seed;
    for (size_t i = 0; i < 80; i++) {
      random = random * 1664525u + 1013904223u;
      struct plb_estimate e = {.metric = metrics[random >> 30],
                               .system = systems[(random >> 8) % 6],
                               .has_threshold = random >> 12 & 1,
                               .threshold = places[random >> 14 & 3],
                               .target_at_most = places[random >> 16 & 3]};
      static const char *const targets[] = {NULL, "FMR", "FNMR", NULL};
      e.target_metric = targets[random >> 18 & 3];
      assert_int_equal(plb_result_add_estimate(result, &e, NULL), PLB_OK);
    }
    assert_int_equal(result->index.system_count, 6);
    for (size_t s = 0; s < 6; s++) {
      expect_system(result, &result->index.systems[s]);
      assert_true(!s || result->index.systems[s].estimates.at[0] > result->index.systems[s - 1].estimates.at[0]);
    }
    assert_null(plb_index_find(&result->index, "d"));
    struct plb_curve curve = {.kind = PLB_CURVE_DET, .system = "d"};
    assert_int_equal(plb_result_add_curve(result, &curve, NULL), PLB_OK);
    assert_string_equal(result->index.systems[6].name, "d");
    assert_int_equal(plb_index_find(&result->index, "d")->estimates.count, 0);
    plb_result_free(result);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_empty), cmocka_unit_test(test_defaults),
      cmocka_unit_test(test_find),  cmocka_unit_test(test_texts_are_copies),
      cmocka_unit_test(test_many),  cmocka_unit_test(test_memory_runs_out),
      cmocka_unit_test(test_index),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
