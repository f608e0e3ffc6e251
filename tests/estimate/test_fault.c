/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory that runs out at the n-th request, for every n until the whole way from a file to a report
 * succeeds: each failure is PLB_NOMEM, leaves no file behind, and (under the sanitizers) leaks nothing.
 */
#include "check.h"
#include "measure.h"

#include <unistd.h>

static long requests_left = -1; /* -1: all succeed */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

static bool runs_out(void) {
  if (requests_left < 0)
    return false;
  if (requests_left == 0)
    return true;
  requests_left--;
  return false;
}

void *__wrap_malloc(size_t size) {
  return runs_out() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
  return runs_out() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size) {
  return runs_out() ? NULL : __real_realloc(old, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size) {
  return runs_out() ? NULL : __real_aligned_alloc(alignment, size);
}

static char folder[] = "/tmp/plumbline-fault-XXXXXX";
static char scores[64], report[64];

static void write_scores(bool people) {
  uint64_t seed = 5;
  FILE *out = fopen(scores, "w");
  fprintf(out, people ? "score,mated,status,probe_subject,reference_subject,probe_sample,reference_sample\n"
                      : "score,mated\n");
  for (int r = 0; r < 400; r++) {
    unsigned a = draw_below(&seed, 15), b = r % 5 ? draw_below(&seed, 15) : a;
    if (people)
      fprintf(out, "%u.%u,%d,%s,p%u,p%u,s%u-1,s%u-%d\n", draw_below(&seed, 5) + (a == b) * 3, draw_below(&seed, 100),
              a == b, r % 50 ? "ok" : "failed-to-acquire", a, b, a, b, r % 50 ? 2 + r % 3 : 9);
    else
      fprintf(out, "%u.%u,%d\n", draw_below(&seed, 5) + (a == b) * 3, draw_below(&seed, 100), a == b);
  }
  fclose(out);
}

static plb_status whole_way(bool people) {
  struct plb_input input;
  struct plb_options options;
  struct plb_error err = {0};
  plb_result *result;
  const char *file = scores, *claims[] = {"FMR <= 10% at threshold 4", "FNMR <= 20% at FMR 10%"};
  plb_input_init(&input, sizeof input);
  plb_options_init(&options, sizeof options);
  input.files = &file;
  input.file_count = 1;
  options.threads = 1;
  options.claims = claims;
  options.claim_count = 2;
  options.as = people ? "bosaris" : "cimat"; /* with memory of its own, and with the longest notes */
  plb_status status = measure_input(&input, &options, &result, &err);
  for (int format = PLB_TEXT; format <= PLB_HTML && !status; format++)
    status = plb_write(result, (enum plb_format)format, report, &err);
  plb_result_free(result);
  return status;
}

/* Every person with every other one, once, by three systems; two of them are of one family. */
static void write_pairs(void) {
  uint64_t seed = 6;
  FILE *out = fopen(scores, "w");
  fprintf(out, "score,probe_subject,reference_subject,probe_family,reference_family,status,system\n");
  for (int r = 0; r < 3 * 12 * 12; r++) {
    int a = r / 3 % 12, b = r / 36;
    fprintf(out, "%u,p%d,p%d,%s,%s,%s,%c\n", draw_below(&seed, 50) + (a == b) * 30, a, b, a < 2 ? "f" : "",
            b < 2 ? "f" : "", r == 5 ? "failed-to-compare" : "ok", 'a' + r % 3);
  }
  fclose(out);
}

static plb_status compared(void) {
  struct plb_input input;
  struct plb_options options;
  struct plb_comparing comparing;
  struct plb_error err = {0};
  plb_result *result = NULL;
  const char *file = scores;
  const double thresholds[] = {30, 31, 32}, target = 0.2;
  plb_input_init(&input, sizeof input);
  plb_options_init(&options, sizeof options);
  plb_comparing_init(&comparing, sizeof comparing);
  input.files = &file;
  input.file_count = 1;
  options.threads = 1;
  options.replicates = 100;
  options.thresholds = thresholds;
  options.threshold_count = 3;
  options.fmr_targets = &target;
  options.fmr_target_count = 1;
  input.cluster = "family";
  options.level = 0.6; /* few replicates will do */
  comparing.fnmr_margin = 0.05;
  comparing.aim = PLB_NON_INFERIORITY;
  plb_status status = plb_compare(&input, 1, &options, &comparing, &result, &err);
  for (int format = PLB_TEXT; format <= PLB_HTML && !status; format++)
    status = plb_write(result, (enum plb_format)format, report, &err);
  plb_result_free(result);
  return status;
}

/* A plan that is soon made, from a file and into every format. */
static plb_status plan_way(const plb_result *pilot) {
  struct plb_plan_options options;
  struct plb_error err = {0};
  plb_result *result = NULL;
  const char *claims[] = {"FMR <= 50%", "FNMR <= 50%"};
  const double expected[] = {0.05, 0.05};
  plb_plan_options_init(&options, sizeof options);
  options.claims = claims;
  options.expected = expected;
  options.claim_count = options.expected_count = 2;
  options.pilot = pilot;
  options.dependence = "none";
  plb_status status = plb_plan(&options, &result, &err);
  for (int format = PLB_TEXT; format <= PLB_HTML && !status; format++)
    status = plb_write(result, (enum plb_format)format, report, &err);
  plb_result_free(result);
  return status;
}

/* Each request of memory on the way fails in turn, and nothing is left over. */
static void fail_each(plb_status (*way)(void)) {
  assert_int_equal(way(), PLB_OK);
  long n = 0;
  plb_status status;
  do {
    remove(report);
    requests_left = n++;
    status = way();
    requests_left = -1;
    assert_true(status == PLB_OK || status == PLB_NOMEM);
  } while (status);
  assert_true(n > 50);
  printf("# %ld requests of memory failed in turn\n", n - 1);
  remove(report);
}

static plb_status planned(void) {
  return plan_way(NULL);
}

static void every_request_of_a_plan_may_fail(void **unused) {
  (void)unused;
  fail_each(planned);
}

static void every_request_of_a_comparison_may_fail(void **unused) {
  (void)unused;
  write_pairs();
  fail_each(compared);
}

static void every_request_may_fail(void **unused) {
  (void)unused;
  for (int people = 0; people < 2; people++) {
    write_scores(people);
    assert_int_equal(whole_way(people), PLB_OK); /* what libraries allocate once has been allocated */
    long n = 0;
    plb_status status;
    do {
      remove(report);
      requests_left = n++;
      status = whole_way(people);
      requests_left = -1;
      if (status != PLB_OK && status != PLB_NOMEM)
        fprintf(stderr, "request %ld: %s\n", n, plb_status_name(status));
      assert_true(status == PLB_OK || status == PLB_NOMEM);
    } while (status);
    assert_true(n > 100);
    printf("# %ld requests of memory failed in turn\n", n - 1);
  }
  remove(report);
  remove(scores);
  assert_int_equal(rmdir(folder), 0); /* nothing half written is left */
}

int main(void) {
  if (!mkdtemp(folder))
    return 1;
  snprintf(scores, sizeof scores, "%s/scores.csv", folder);
  snprintf(report, sizeof report, "%s/report", folder);
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_request_of_a_comparison_may_fail),
                                     cmocka_unit_test(every_request_of_a_plan_may_fail),
                                     cmocka_unit_test(every_request_may_fail)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
