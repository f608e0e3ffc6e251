/* SPDX-License-Identifier: Apache-2.0
 *
 * Result files: writing what was read gives the same bytes, whatever the result holds; and what is no
 * result file is refused in one line that says where.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/number.h"
#include "fault.h"
#include "sample.h"

static uint64_t seed = 7;

static uint64_t next_random(void) {
  uint64_t z = seed += UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

static void expect_stable(const struct plb_result *result) {
  struct plb_error err = {0};
  size_t length, again_length;
  char *text = sample_json(result, &length);
  assert_non_null(text);
  struct plb_result *again;
  if (plb_result_parse("stored", text, length, &again, &err))
    fail_msg("%s\n%s", err.message, text);
  char *again_text = sample_json(again, &again_length);
  assert_int_equal(length, again_length);
  assert_string_equal(text, again_text);
  assert_int_equal(text[length - 1], '\n');
  free(text);
  free(again_text);
  plb_result_free(again);
}

static void test_round_trip(void **state) {
  (void)state;
  for (int which = 0; which < SAMPLES; which++) {
    struct plb_result *result = sample_make((enum sample)which);
    expect_stable(result);
    plb_result_free(result);
  }
}

static void test_all_is_kept(void **state) {
  (void)state;
  struct plb_result *made = sample_make(SAMPLE_FULL), *read;
  size_t length;
  char *text = sample_json(made, &length);
  assert_int_equal(plb_result_parse("stored", text, length, &read, NULL), PLB_OK);
  assert_int_equal(read->provenance.seed, UINT64_MAX);
  assert_int_equal(read->provenance.inputs[0].bytes, UINT64_MAX);
  assert_int_equal(read->provenance.inputs[0].dropped[1].rows, 2);
  assert_null(read->provenance.inputs[1].digest);
  assert_true(read->test.has_duplicates);
  assert_int_equal(read->estimate_count, made->estimate_count);
  for (size_t i = 0; i < read->estimate_count; i++) {
    const struct plb_estimate *a = &made->estimates[i], *b = &read->estimates[i];
    assert_string_equal(a->metric, b->metric);
    assert_int_equal(a->status, b->status);
    assert_int_equal(a->errors, b->errors);
    assert_int_equal(a->trials, b->trials);
    assert_int_equal(a->has_value, b->has_value);
    assert_true(!a->has_value || a->value == b->value);
    assert_int_equal(a->interval.exists, b->interval.exists);
    assert_int_equal(a->interval.has_lower, b->interval.has_lower);
    assert_int_equal(a->interval.has_upper, b->interval.has_upper);
    assert_true(!a->interval.has_upper || a->interval.upper == b->interval.upper);
    assert_true(a->interval.worst_case[1] == b->interval.worst_case[1]);
    assert_true(a->bracket[1] == b->bracket[1]);
  }
  assert_int_equal(read->curve_count, 2);
  assert_false(read->curves[0].points[3].has_threshold);
  assert_true(read->curves[0].points[1].has_fnmr_band);
  assert_true(read->curves[0].points[1].fnmr_band[1] == 0.01);
  assert_int_equal(read->curves[1].bins[1].nonmated, 66772);
  assert_int_equal(read->curves[1].above, 2);
  assert_string_equal(read->statements[1], made->statements[1]);
  free(text);
  plb_result_free(read);
  plb_result_free(made);
}

static double random_double(void) {
  double value;
  do {
    uint64_t bits = next_random();
    memcpy(&value, &bits, sizeof value);
  } while (!isfinite(value));
  return value;
}

/* Any bytes but NUL; most of it is no UTF-8. */
static const char *random_text(struct plb_result *result) {
  char text[40];
  size_t length = next_random() % sizeof text;
  for (size_t i = 0; i < length; i++)
    text[i] = (char)(1 + next_random() % 255);
  text[length ? length - 1 : 0] = '\0';
  bool failed = false;
  return plb_result_text(result, text, &failed);
}

static void test_any_numbers_and_texts(void **state) {
  (void)state;
  for (int round = 0; round < 300; round++) {
    struct plb_result *result = sample_make(SAMPLE_SPARE);
    for (int i = 0; i < 5; i++) {
      struct plb_estimate e = {
          .metric = "DPRIME", .unit = random_text(result), .note = random_text(result), .has_counts = true};
      e.status = PLB_EST_SUPPRESSED; /* or the value would have to be that of the counts */
      e.trials = next_random();
      e.errors = next_random() % (e.trials + !e.trials);
      e.has_value = e.has_threshold = e.has_bracket = true;
      e.value = random_double();
      e.threshold = random_double();
      e.bracket[0] = -0.0;
      e.interval = (struct plb_interval){.exists = true, .has_lower = true, .lower = random_double(), .level = 0.5};
      e.interval.method = random_text(result);
      assert_int_equal(plb_result_add_estimate(result, &e, NULL), PLB_OK);
      assert_int_equal(plb_result_add_statement(result, random_text(result), NULL), PLB_OK);
    }
    expect_stable(result);
    plb_result_free(result);
  }
}

static void expect_in(const struct plb_result *result, const char *wanted) {
  char *text = sample_json(result, NULL);
  assert_non_null(text);
  if (!strstr(text, wanted))
    fail_msg("%s is not in %s", wanted, text);
  free(text);
}

static void test_text_forms(void **state) {
  (void)state;
  struct plb_result *result = sample_make(SAMPLE_FULL);
  expect_in(result, "\"bytes\": 18446744073709551615,\n");
  expect_in(result, "\"A \\\"quoted\\\" sentence, with a\\ttab, a\\nnew line and a back\\\\slash.\"");
  expect_in(result, "\n      \"cell\": {},\n");
  expect_in(result, "\"target\": {\"metric\": \"FMR\", \"at_most\": 1e-6},\n");
  expect_in(result,
            "{\"threshold\": null, \"fmr\": [2, 266772], \"fnmr\": [9, 517], \"fmr_band\": null, \"fnmr_band\": null}");
  expect_in(result, "{\"from\": -1.5, \"to\": 0.1, \"mated\": 3, \"nonmated\": 200000},\n");
  assert_int_equal(plb_result_set_command(result, "bad \xFF\xC3( byte, \x1B[31m and \xE2\x82\xAC", NULL), PLB_OK);
  expect_in(result, "\"bad \xEF\xBF\xBD\xEF\xBF\xBD( byte, \\u001b[31m and \xE2\x82\xAC\"");
  plb_result_free(result);
}

/* ---- what is no result file ------------------------------------------------------------------- */

static void expect_refused(const char *text, size_t length, const char *message) {
  struct plb_error err = {0};
  struct plb_result *result = (struct plb_result *)&err;
  plb_status st = plb_result_parse("f.json", text, length, &result, &err);
  assert_null(result);
  if (st != PLB_DATA || strcmp(err.message, message) != 0)
    fail_msg("%s\n  gave   %s\n  wanted %s", text, err.message, message);
}

static void test_bad_json(void **state) {
  (void)state;
  static const struct {
    const char *text, *message;
  } cases[] = {
      {"", "f.json:1:1: the text ends too early; expected a result file in JSON"},
      {"{\n  \"schema\": ", "f.json:2:13: the text ends too early; expected a result file in JSON"},
      {"{}\n{}", "f.json:2:1: unexpected character; expected a result file in JSON"},
      {"{\"a\": 1,}", "f.json:1:9: unexpected character; expected a result file in JSON"},
      {"{\"a\": NaN}", "f.json:1:7: a byte that starts no JSON value; expected a result file in JSON"},
      {"{\"a\": -Infinity}", "f.json:1:8: a byte that starts no JSON value; expected a result file in JSON"},
      {"{'a': 1}", "f.json:1:2: a byte that starts no JSON value; expected a result file in JSON"},
      {"{\"a\": 1.}", "f.json:1:8: a point without digits behind it; expected a result file in JSON"},
      {"{\"a\":\n18446744073709551616}", "f.json:2:1: a whole number beyond 64 bits; expected a result file in JSON"},
      {"{\"a\": -9223372036854775809}", "f.json:1:8: a whole number beyond 64 bits; expected a result file in JSON"},
      {"{\"a\": \"b\nc\"}", "f.json:1:9: a control byte in a text; expected a result file in JSON"},
      {"{\"a\": \"\x01\"}", "f.json:1:8: a control byte in a text; expected a result file in JSON"},
      {"{\"a\": \"\\\"\x01\"}", "f.json:1:10: a control byte in a text; expected a result file in JSON"},
      {"{\"a\": \"\xFF\"}", "f.json:1:8: invalid utf-8 string; expected a result file in JSON"},
      {"score,mated\n0.5,1\n", "f.json:1:1: unexpected character; expected a result file in JSON"},
      {"[]", "f.json: the whole file is an array; expected an object"},
      {"null\n", "f.json: the whole file is null; expected an object"},
      {"{}", "f.json: schema is missing; expected the text plumbline-result/1"},
      {"{\"schema\": 3}", "f.json: schema is a whole number; expected the text plumbline-result/1"},
      {"{\"schema\": \"plumbline-result/2\"}",
       "f.json: schema is \"plumbline-result/2\"; expected \"plumbline-result/1\""},
      {"{\"schema\": \"a\\u001b[31m\"}", "f.json: schema is \"a\\x1b[31m\"; expected \"plumbline-result/1\""},
      {"{\"schema\": \"plumbline-result/1\\u0000\"}",
       "f.json: schema is something that standard JSON has no value for; expected the text plumbline-result/1"},
      {"{\"schema\": \"plumbline-result/1\"}", "f.json: provenance is missing; expected an object"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    expect_refused(cases[i].text, strlen(cases[i].text), cases[i].message);
  expect_refused("{\"a\": \0}", 8, "f.json:1:7: a byte that starts no JSON value; expected a result file in JSON");
  static char deep[100000];
  memset(deep, '[', sizeof deep);
  expect_refused(deep, sizeof deep, "f.json:1:33: nesting too deep; expected a result file in JSON");
}

/* The full sample with the first `old` replaced by `fresh`. */
static char *edited(const char *old, const char *fresh) {
  struct plb_result *result = sample_make(SAMPLE_FULL);
  size_t length;
  char *text = sample_json(result, &length);
  plb_result_free(result);
  char *at = text ? strstr(text, old) : NULL;
  if (!at)
    fail_msg("%s is not in the sample", old);
  char *copy = plb_alloc(length + strlen(fresh) + 1, 1);
  assert_non_null(copy);
  memcpy(copy, text, (size_t)(at - text));
  strcat(copy, fresh);
  strcat(copy, at + strlen(old));
  free(text);
  return copy;
}

static void test_bad_results(void **state) {
  (void)state;
  static const struct {
    const char *old, *fresh, *message;
  } cases[] = {
      {"\"people\": 517", "\"people\": -1", "f.json: test.people is a number; expected a count or null"},
      {"\"people\": 517", "\"people\": 517.0", "f.json: test.people is a number; expected a count or null"},
      {"\"people\": 517", "\"folk\": 517", "f.json: test.people is missing; expected a count"},
      {"\"name\": \"people.csv\"", "\"name\": null", "f.json: provenance.inputs[1].name is null; expected a text"},
      {"\"why\": \"no score\"", "\"why\": {}",
       "f.json: provenance.inputs[0].dropped[0].why is an object; expected a text"},
      {"\"estimates\": [", "\"estimates\": [3, ", "f.json: estimates[0] is a whole number; expected an object"},
      {"\"errors\": 2667", "\"errors\": 266773", "f.json: estimates[0] is an object; expected errors <= trials"},
      {"\"errors\": 2667", "\"errors\": null",
       "f.json: estimates[0] is an object; expected errors and trials, or null for both"},
      {"\"level\": 0.95", "\"level\": 95",
       "f.json: estimates[0].interval.level is a whole number; expected a level between 0 and 1"},
      {"\"lower\": ", "\"lower\": 1e999, \"l\": ",
       "f.json: estimates[0].interval.lower is something that standard JSON has no value for; expected a number or "
       "null"},
      {"\"lower\": ", "\"lower\": 9, \"l\": ", "f.json: estimates[0].interval is an object; expected lower <= upper"},
      {"\"status\": \"ok\"", "\"status\": \"fine\"",
       "f.json: estimates[0].status is a text; expected ok, suppressed, unsupported or undefined"},
      {"\"bracket\": [0.0423, 0.0425]", "\"bracket\": [0.0423]",
       "f.json: estimates[6].bracket is an array; expected two numbers"},
      {"\"errors\": 2667", "\"errors\": 2668", "f.json: estimates[0].value is a number; expected errors / trials"},
      {"\"metric\": \"AUC\"", "\"metric\": \"AUK\"",
       "f.json: estimates[7].metric is a text; expected a metric that is known: FMR, FNMR, EER, ..."},
      {"\"value\": 0.998734567", "\"value\": 99.8734567",
       "f.json: estimates[7].value is a number; expected a number from 0 to 1"},
      {"\"direction\": \"similarity\"", "\"direction\": \"up\"",
       "f.json: test.direction is a text; expected similarity, dissimilarity or null"},
      {"\"kind\": \"DET\"", "\"kind\": \"ROC\"", "f.json: curves[0].kind is a text; expected DET or SCORES"},
      {"\"fmr\": [90000, 266772]", "\"fmr\": [1, 0]",
       "f.json: curves[0].points[0].fmr is an array; expected [errors, trials] with errors <= trials and trials > 0"},
      {"{\"threshold\": 50.1", "{\"threshold\": 40",
       "f.json: curves[0].points[1] is an object; expected ascending thresholds"},
      {"\"to\": 0.1", "\"to\": 0.2", "f.json: curves[1].bins[1] is an object; expected bins in ascending order"},
      {"\"verdict\": \"refuted\"", "\"verdict\": \"maybe\"",
       "f.json: claims[2].verdict is a text; expected shown, not shown or refuted"},
      {"\"curves\": [", "\"attributes\": [{\"name\": []}], \"curves\": [",
       "f.json: attributes[0].name is an array; expected a text"},
      {"\"curves\": [",
       "\"attributes\": [{\"name\": \"a\", \"values\": 1, \"unknown\": 1, \"people_with_several\": null, "
       "\"reasons\": [{\"why\": \"w\", \"comparisons\": 1, \"file\": null, \"line\": 3}]}], \"curves\": [",
       "f.json: attributes[0].reasons[0] is an object; expected a file and a line, or null for both"},
      {"\"curves\": [", "\"attributes\": [{}, {}, {}, {}, {}, {}, {}, {}, {}], \"curves\": [",
       "f.json: attributes is an array; expected at most 8 attributes"},
      {"\"statements\": [", "\"statements\": [null, ", "f.json: statements[0] is null; expected a text"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char *text = edited(cases[i].old, cases[i].fresh);
    expect_refused(text, strlen(text), cases[i].message);
    free(text);
  }
}

static void test_later_versions(void **state) {
  (void)state;
  struct plb_error err = {0};
  struct plb_result *result;
  char *text = edited("\"metric\": \"EER\"", "\"metric\": \"EER\", \"rank\": 1");
  assert_int_equal(plb_result_parse("f.json", text, strlen(text), &result, &err), PLB_UNSUPPORTED);
  assert_string_equal(err.message, "f.json: estimates[6].rank is set: this version does not read estimates by rank");
  free(text);
  text = edited("\"metric\": \"EER\"", "\"metric\": \"EER\", \"rank\": null, \"new\": [{\"x\": 1}]");
  assert_int_equal(plb_result_parse("f.json", text, strlen(text), &result, &err), PLB_OK);
  plb_result_free(result);
  free(text);
  text = edited("\"design_effect\": 6.917,", "");
  assert_int_equal(plb_result_parse("f.json", text, strlen(text), &result, &err), PLB_OK);
  assert_false(result->estimates[0].interval.has_design_effect);
  plb_result_free(result);
  free(text);
}

/* ---- files ------------------------------------------------------------------------------------ */

static void test_files(void **state) {
  (void)state;
  struct plb_error err = {0};
  struct plb_result *result;
  char path[] = "/tmp/plb-result-XXXXXX";
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  struct plb_result *made = sample_make(SAMPLE_FULL);
  size_t length;
  char *text = sample_json(made, &length);
  assert_int_equal(write(fd, text, length), (ssize_t)length);
  assert_int_equal(plb_result_read(path, &result, &err), PLB_OK);
  assert_int_equal(plb_result_count(result), plb_result_count(made));
  assert_string_equal(result->file, path + strlen("/tmp/"));
  plb_result_free(result);

  int kept = dup(STDIN_FILENO);
  assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
  assert_true(dup2(fd, STDIN_FILENO) >= 0);
  assert_int_equal(plb_result_read("-", &result, &err), PLB_OK);
  assert_null(result->file);
  plb_result_free(result);
  assert_int_equal(plb_result_read("-", &result, &err), PLB_DATA);
  assert_string_equal(err.message, "standard input:1:1: the text ends too early; expected a result file in JSON");
  dup2(kept, STDIN_FILENO);
  close(kept);
  close(fd);
  unlink(path);

  assert_int_equal(plb_result_read(path, &result, &err), PLB_IO);
  assert_int_equal(err.os_errno, ENOENT);
  assert_null(result);
  assert_int_equal(plb_result_read("/tmp", &result, &err), PLB_IO);
  assert_int_equal(err.os_errno, EISDIR);
  assert_int_equal(plb_result_read("/dev/zero", &result, &err), PLB_DATA);
  assert_int_equal(plb_result_read("/dev/null", &result, NULL), PLB_DATA);
  assert_int_equal(plb_result_read(NULL, &result, &err), PLB_USAGE);
  free(text);
  plb_result_free(made);
}

static void test_memory_runs_out(void **state) {
  (void)state;
  struct plb_result *made = sample_make(SAMPLE_FULL);
  size_t length;
  char *text = sample_json(made, &length);
  plb_result_free(made);
  for (long n = 0;; n++) {
    struct plb_error err = {0};
    struct plb_result *result;
    fault_after = n;
    plb_status st = plb_result_parse("f.json", text, length, &result, &err);
    fault_after = -1;
    plb_result_free(result);
    if (!st)
      break;
    assert_int_equal(st, PLB_NOMEM);
    assert_null(result);
    assert_true(n < 10000);
  }
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_round_trip),
      cmocka_unit_test(test_all_is_kept),
      cmocka_unit_test(test_any_numbers_and_texts),
      cmocka_unit_test(test_text_forms),
      cmocka_unit_test(test_bad_json),
      cmocka_unit_test(test_bad_results),
      cmocka_unit_test(test_later_versions),
      cmocka_unit_test(test_files),
      cmocka_unit_test(test_memory_runs_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
