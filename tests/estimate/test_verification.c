/* SPDX-License-Identifier: Apache-2.0
 *
 * The whole way from comparisons to estimates against the plainest counting, and the laws that any such
 * instrument keeps: row order, threads, memory, direction and the scale of scores change nothing.
 */
#include "check.h"
#include "measure.h"

#define MOST 4000
#define PEOPLE 30

struct test {
  struct plb_comparison rows[MOST];
  char ids[PEOPLE][8];
  size_t count;
};

static struct test *random_test(size_t count, uint32_t distinct, bool infinities, bool people, uint64_t seed) {
  struct test *test = calloc(1, sizeof *test);
  for (int i = 0; i < PEOPLE; i++)
    snprintf(test->ids[i], sizeof test->ids[i], "p%d", i);
  test->count = count;
  for (size_t r = 0; r < count; r++) {
    uint32_t a = draw_below(&seed, PEOPLE), b = draw_below(&seed, 4) ? draw_below(&seed, PEOPLE) : a;
    double score = (double)draw_below(&seed, distinct) / 8 + (a == b ? (double)distinct / 12 : 0) + 0.03 * (a + b);
    if (infinities && draw_below(&seed, 40) == 0)
      score = draw_below(&seed, 2) ? INFINITY : -INFINITY;
    test->rows[r] = (struct plb_comparison){score, a == b, people ? test->ids[a] : NULL, people ? test->ids[b] : NULL};
  }
  return test;
}

struct run {
  enum plb_direction direction;
  unsigned threads;
  uint64_t memory;
  const double *thresholds;
  size_t threshold_count;
};

static plb_result *measure(const struct test *test, const struct run *run) {
  struct plb_input input;
  struct plb_options options;
  struct plb_error err = {0};
  plb_tally *tally;
  plb_result *result;
  plb_input_init(&input, sizeof input);
  plb_options_init(&options, sizeof options);
  input.direction = run->direction;
  input.memory = run->memory;
  options.threads = run->threads;
  options.thresholds = run->thresholds;
  options.threshold_count = run->threshold_count;
  static const double targets[] = {0.3, 0.1, 1e-2, 1e-3, 1e-6};
  options.fmr_targets = targets;
  options.fmr_target_count = 5;
  assert_int_equal(plb_tally_new(&input, &tally, &err), PLB_OK);
  assert_int_equal(plb_tally_add(tally, test->rows, test->count, &err), PLB_OK);
  plb_status status = plb_verification(tally, &options, &result, &err);
  if (status)
    fprintf(stderr, "%s\n", err.message);
  assert_int_equal(status, PLB_OK);
  plb_tally_free(tally);
  return result;
}

struct naive {
  uint64_t trials[2];
};

static uint64_t errors_at(const struct test *test, bool mated, double threshold) {
  uint64_t errors = 0;
  for (size_t r = 0; r < test->count; r++)
    if (test->rows[r].mated == mated)
      errors += mated ? test->rows[r].score < threshold : test->rows[r].score >= threshold;
  return errors;
}

static uint64_t trials_of(const struct test *test, bool mated) {
  uint64_t trials = 0;
  for (size_t r = 0; r < test->count; r++)
    trials += test->rows[r].mated == mated;
  return trials;
}

/* The smallest observed score of either class with FMR <= 1/under; false when only "above all" will do. */
static bool naive_threshold(const struct test *test, uint64_t over, uint64_t under, double *threshold) {
  bool found = false;
  for (size_t r = 0; r < test->count; r++) {
    double t = test->rows[r].score;
    if (errors_at(test, false, t) * under <= over * trials_of(test, false) && (!found || t < *threshold)) {
      *threshold = t;
      found = true;
    }
  }
  return found;
}

static void check_targets(const struct test *test, const plb_result *result) {
  static const struct {
    double target;
    uint64_t over, under;
  } targets[] = {{0.3, 3, 10}, {0.1, 1, 10}, {1e-2, 1, 100}, {1e-3, 1, 1000}, {1e-6, 1, 1000000}};
  for (int i = 0; i < 5; i++) {
    const struct plb_estimate *fmr = plb_result_find(result, "FMR", "FMR", targets[i].target);
    const struct plb_estimate *fnmr = plb_result_find(result, "FNMR", "FMR", targets[i].target);
    double threshold = 0;
    bool found = naive_threshold(test, targets[i].over, targets[i].under, &threshold);
    assert_non_null(fmr);
    assert_non_null(fnmr);
    assert_int_equal(fmr->trials, trials_of(test, false));
    assert_int_equal(fmr->errors, found ? errors_at(test, false, threshold) : 0);
    assert_int_equal(fnmr->errors, found ? errors_at(test, true, threshold) : trials_of(test, true));
    if (found && isfinite(threshold))
      assert_true(fmr->threshold == threshold);
    bool supported = targets[i].over * fmr->trials >= targets[i].under;
    assert_int_equal(fmr->status, supported ? PLB_EST_OK : PLB_EST_UNSUPPORTED);
    assert_int_equal(fmr->has_value, supported);
    assert_true(fmr->interval.exists && fmr->interval.has_upper);
    double rate = (double)fmr->errors / (double)fmr->trials;
    assert_true(fmr->interval.lower <= rate && rate <= fmr->interval.upper);
  }
}

static void check_eer(const struct test *test, const plb_result *result) {
  const struct plb_estimate *eer = plb_result_find(result, "EER", NULL, 0);
  double n = (double)trials_of(test, false), m = (double)trials_of(test, true), least = INFINITY, at = 0, value = 0;
  for (size_t r = 0; r < test->count; r++) {
    double t = test->rows[r].score, fmr = (double)errors_at(test, false, t) / n,
           fnmr = (double)errors_at(test, true, t) / m;
    double gap = fabs(fmr - fnmr);
    if (gap < least - 1e-13 || (gap < least + 1e-13 && t < at)) {
      least = gap;
      at = t;
      value = (fmr + fnmr) / 2;
    }
  }
  assert_close(eer->value, value, 1e-12);
  assert_true(!isfinite(at) || eer->threshold == at);
  assert_close(eer->bracket[1] - eer->bracket[0], least, 1e-9);
}

static void check_auc(const struct test *test, const plb_result *result) {
  double twice = 0;
  for (size_t i = 0; i < test->count; i++)
    for (size_t j = 0; test->rows[i].mated && j < test->count; j++)
      if (!test->rows[j].mated)
        twice += test->rows[i].score > test->rows[j].score ? 2 : test->rows[i].score == test->rows[j].score;
  double pairs = (double)trials_of(test, false) * (double)trials_of(test, true);
  assert_close(plb_result_find(result, "AUC", NULL, 0)->value, twice / 2 / pairs, 1e-14);
}

static void check_dprime(const struct test *test, const plb_result *result, bool infinities) {
  const struct plb_estimate *dprime = plb_result_find(result, "DPRIME", NULL, 0);
  double mean[2] = {0, 0}, variance[2] = {0, 0};
  assert_int_equal(dprime->status, infinities ? PLB_EST_UNDEFINED : PLB_EST_OK);
  if (infinities)
    return;
  for (size_t r = 0; r < test->count; r++)
    mean[test->rows[r].mated] += test->rows[r].score / (double)trials_of(test, test->rows[r].mated);
  for (size_t r = 0; r < test->count; r++)
    variance[test->rows[r].mated] +=
        pow(test->rows[r].score - mean[test->rows[r].mated], 2) / (double)trials_of(test, test->rows[r].mated);
  assert_close(dprime->value, (mean[1] - mean[0]) / sqrt((variance[0] + variance[1]) / 2), 1e-11);
}

static void rates_equal_plain_counting(void **unused) {
  (void)unused;
  static const uint32_t distinct[] = {3, 10, 400};
  for (uint64_t seed = 1; seed <= 12; seed++) {
    bool infinities = seed % 3 == 0, people = seed % 2;
    struct test *test = random_test(300, distinct[seed % 3], infinities, people, seed);
    plb_result *result = measure(test, &(struct run){.memory = 1 << 30, .threads = 2, .direction = PLB_SIMILARITY});
    check_targets(test, result);
    check_eer(test, result);
    check_auc(test, result);
    check_dprime(test, result, infinities);
    plb_result_free(result);
    free(test);
  }
}

/* The file that a result becomes, to compare whole results. */
static char *text_of(const plb_result *result) {
  char path[] = "/tmp/plumbline-test-XXXXXX";
  int file = mkstemp(path);
  assert_true(file >= 0);
  assert_int_equal(plb_write(result, PLB_JSON, path, NULL), PLB_OK);
  FILE *in = fopen(path, "r");
  char *text = calloc(1, 1 << 22);
  assert_true(fread(text, 1, (1 << 22) - 1, in) > 0);
  fclose(in);
  remove(path);
  fclose(fdopen(file, "r"));
  return text;
}

static void assert_same(const struct test *a, const struct run *run_a, const struct test *b, const struct run *run_b) {
  plb_result *first = measure(a, run_a), *second = measure(b, run_b);
  char *left = text_of(first), *right = text_of(second);
  assert_string_equal(left, right);
  free(left);
  free(right);
  plb_result_free(first);
  plb_result_free(second);
}

static void order_threads_and_memory_change_nothing(void **unused) {
  (void)unused;
  static const double thresholds[] = {1, 5, 20};
  struct run run = {.memory = 1 << 30, .threads = 1, .thresholds = thresholds, .threshold_count = 3}, other = run;
  uint64_t seed = 99;
  for (int people = 0; people < 2; people++) {
    struct test *test = random_test(MOST, 400, true, people, 5), *shuffled = malloc(sizeof *shuffled);
    other.threads = 3;
    other.memory = 0;
    assert_same(test, &run, test, &other);
    memcpy(shuffled, test, sizeof *test);
    for (size_t r = MOST - 1; r > 0; r--) {
      size_t k = draw_below(&seed, (uint32_t)r + 1);
      struct plb_comparison swap = shuffled->rows[r];
      shuffled->rows[r] = shuffled->rows[k];
      shuffled->rows[k] = swap;
    }
    for (size_t r = 0; r < MOST; r += 2) { /* which of the two people comes first does not matter either */
      const char *swap = shuffled->rows[r].probe;
      shuffled->rows[r].probe = shuffled->rows[r].reference;
      shuffled->rows[r].reference = swap;
    }
    assert_same(test, &run, shuffled, &other);
    free(test);
    free(shuffled);
  }
}

/* Estimates but for thresholds must agree. */
static void assert_same_rates(const plb_result *a, const plb_result *b) {
  assert_int_equal(plb_result_count(a), plb_result_count(b));
  for (size_t i = 0; i < plb_result_count(a); i++) {
    const struct plb_estimate *x = plb_result_get(a, i), *y = plb_result_get(b, i);
    assert_string_equal(x->metric, y->metric);
    if (strcmp(x->metric, "DPRIME") == 0)
      continue;
    assert_true(x->errors == y->errors && x->trials == y->trials && x->value == y->value);
    assert_true(x->interval.lower == y->interval.lower && x->interval.upper == y->interval.upper);
  }
}

static void increasing_maps_keep_rates(void **unused) {
  (void)unused;
  struct test *test = random_test(2000, 200, false, true, 8), *mapped = malloc(sizeof *mapped);
  struct run run = {.memory = 1 << 30, .threads = 2};
  memcpy(mapped, test, sizeof *test);
  for (size_t r = 0; r < test->count; r++)
    mapped->rows[r].score = exp(test->rows[r].score / 10) - 1e4;
  plb_result *a = measure(test, &run), *b = measure(mapped, &run);
  assert_same_rates(a, b);
  plb_result_free(a);
  plb_result_free(b);
  free(test);
  free(mapped);
}

static void distances_mirror_similarities(void **unused) {
  (void)unused;
  struct test *test = random_test(2000, 200, false, true, 9), *mirrored = malloc(sizeof *mirrored);
  memcpy(mirrored, test, sizeof *test);
  for (size_t r = 0; r < test->count; r++)
    mirrored->rows[r].score = -test->rows[r].score;
  plb_result *a = measure(test, &(struct run){.memory = 1 << 30, .threads = 1, .direction = PLB_SIMILARITY});
  plb_result *b = measure(mirrored, &(struct run){.memory = 1 << 30, .threads = 1, .direction = PLB_DISSIMILARITY});
  assert_same_rates(a, b);
  for (size_t i = 0; i < plb_result_count(a); i++)
    assert_true(plb_result_get(a, i)->threshold == -plb_result_get(b, i)->threshold ||
                !plb_result_get(a, i)->has_threshold);
  plb_result_free(a);
  plb_result_free(b);
  free(test);
  free(mirrored);
}

/* All rows twice: rates stay, and so does what people carry; only the counts double. */
static void doubling_keeps_rates(void **unused) {
  (void)unused;
  struct test *test = random_test(1500, 200, false, true, 10), *twice = malloc(sizeof *twice);
  struct run run = {.memory = 1 << 30, .threads = 1};
  memcpy(twice, test, sizeof *test);
  memcpy(twice->rows + test->count, test->rows, test->count * sizeof *test->rows);
  twice->count = 2 * test->count;
  plb_result *a = measure(test, &run), *b = measure(twice, &run);
  for (size_t i = 0; i < plb_result_count(a); i++) {
    const struct plb_estimate *x = plb_result_get(a, i), *y = plb_result_get(b, i);
    if (strcmp(x->metric, "FMR") != 0 || x->target_at_most < 1e-2)
      continue;
    assert_true(y->errors == 2 * x->errors && y->trials == 2 * x->trials && x->value == y->value);
    assert_true(y->interval.design_effect > 1.5 * x->interval.design_effect);
  }
  plb_result_free(a);
  plb_result_free(b);
  free(test);
  free(twice);
}

static void reversed_scores_are_refused(void **unused) {
  (void)unused;
  struct test *test = random_test(2000, 200, false, true, 11);
  struct plb_input input;
  struct plb_options options;
  struct plb_error err = {0};
  plb_tally *tally;
  plb_result *result;
  for (size_t r = 0; r < test->count; r++)
    test->rows[r].score = -test->rows[r].score;
  plb_input_init(&input, sizeof input);
  plb_options_init(&options, sizeof options);
  assert_int_equal(plb_tally_new(&input, &tally, &err), PLB_OK);
  assert_int_equal(plb_tally_add(tally, test->rows, test->count, &err), PLB_OK);
  assert_int_equal(plb_verification(tally, &options, &result, &err), PLB_DATA);
  assert_null(result);
  assert_non_null(strstr(err.message, "--dissimilarity"));
  plb_tally_free(tally);
  free(test);
}

static void one_class_only(void **unused) {
  (void)unused;
  for (int mated = 0; mated < 2; mated++) {
    struct test *test = random_test(2000, 200, false, true, 12);
    size_t kept = 0;
    for (size_t r = 0; r < test->count; r++)
      if (test->rows[r].mated == mated)
        test->rows[kept++] = test->rows[r];
    test->count = kept;
    static const double threshold = 10;
    plb_result *result =
        measure(test, &(struct run){.memory = 1 << 30, .thresholds = &threshold, .threshold_count = 1});
    size_t defined = 0;
    for (size_t i = 0; i < plb_result_count(result); i++) {
      const struct plb_estimate *estimate = plb_result_get(result, i);
      bool computable = strcmp(estimate->metric, mated ? "FNMR" : "FMR") == 0 && (!mated || !estimate->target_metric);
      assert_int_equal(estimate->status == PLB_EST_UNDEFINED, !computable);
      if (estimate->status == PLB_EST_UNDEFINED)
        assert_non_null(estimate->note);
      defined += computable;
    }
    assert_true(defined >= 1);
    plb_result_free(result);
    free(test);
  }
}

/* Failures to acquire and to enrol of named people without sample ids, at numbers of people around the
 * powers of two by which arrays grow. One reference in nine is never enrolled. */
struct failed_counts {
  uint64_t rows, acquired, enrolled;
};

static struct failed_counts write_failures(const char *path, int people) {
  struct failed_counts counts = {0};
  FILE *out = fopen(path, "w");
  fprintf(out, "score,mated,status,probe_subject,reference_subject\n");
  for (int pair = 0; pair < people * people; pair++) {
    int a = pair / people, b = pair % people;
    bool refused = b % 9 == 8, fails = !refused && (a + b) % 7 == 3;
    const char *status = refused ? "failed-to-enrol" : fails ? "failed-to-acquire" : "ok";
    fprintf(out, "%d,%d,%s,p%d,p%d\n", a == b ? 5 + a % 3 : (a * b) % 5, a == b, status, a, b);
    counts.rows++;
    counts.acquired += fails;
    counts.enrolled += a == b && refused;
  }
  fclose(out);
  return counts;
}

static void check_failures(const plb_result *result, const struct failed_counts *counts, int people) {
  const struct plb_estimate *fta = plb_result_find(result, "FTA", NULL, 0);
  const struct plb_estimate *fte = plb_result_find(result, "FTE", NULL, 0);
  assert_int_equal(fta->errors, counts->acquired);
  assert_int_equal(fta->trials, counts->rows);
  assert_int_equal(fte != NULL, counts->enrolled > 0);
  if (!fte)
    return;
  assert_int_equal(fte->errors, counts->enrolled);
  assert_int_equal(fte->trials, (uint64_t)people);
}

static void failures_are_counted(void **unused) {
  (void)unused;
  char path[] = "/tmp/plumbline-failures-XXXXXX";
  fclose(fdopen(mkstemp(path), "w"));
  for (int people = 2; people < 70; people++) {
    struct failed_counts counts = write_failures(path, people);
    struct plb_input input;
    struct plb_options options;
    const char *file = path;
    plb_input_init(&input, sizeof input);
    plb_options_init(&options, sizeof options);
    input.files = &file;
    input.file_count = 1;
    plb_result *result = measured_input(&input, &options);
    check_failures(result, &counts, people);
    plb_result_free(result);
  }
  remove(path);
}

static void contradictions_are_refused(void **unused) {
  (void)unused;
  struct plb_input input;
  struct plb_error err;
  plb_tally *tally;
  plb_input_init(&input, sizeof input);
  assert_int_equal(plb_tally_new(&input, &tally, &err), PLB_OK);
  struct plb_comparison wrong[] = {
      {1, true, "a", "b"}, {1, false, "a", "a"}, {NAN, true, "a", "a"}, {1, true, "a", NULL}};
  for (int i = 0; i < 4; i++)
    assert_int_equal(plb_tally_add(tally, &wrong[i], 1, &err), PLB_DATA);
  plb_tally_free(tally);
}

/* Levels that the intervals have no meaning at, or that a double does not tell from 1 well enough. */
static void levels_out_of_range_are_refused(void **state) {
  (void)state;
  static const double bad[] = {0, 0.4999, 0.99999999901, 1, 1.5, -0.95, 95, NAN, INFINITY}, good[] = {0.5, 0.999999999};
  static const struct plb_comparison rows[] = {{.score = 1, .mated = true}, {.score = 0, .mated = false}};
  struct plb_input input;
  struct plb_options options;
  struct plb_error err = {0};
  plb_tally *tally;
  plb_result *result = NULL;
  plb_input_init(&input, sizeof input);
  plb_options_init(&options, sizeof options);
  assert_int_equal(plb_tally_new(&input, &tally, &err), PLB_OK);
  assert_int_equal(plb_tally_add(tally, rows, 2, &err), PLB_OK);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    options.level = bad[i];
    assert_int_equal(plb_verification(tally, &options, &result, &err), PLB_USAGE);
    assert_string_equal(err.message, "the level of the intervals must lie from 0.5 to 0.999999999");
  }
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    options.level = good[i];
    assert_int_equal(plb_verification(tally, &options, &result, &err), PLB_OK);
    plb_result_free(result);
  }
  plb_tally_free(tally);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(rates_equal_plain_counting),
                                     cmocka_unit_test(order_threads_and_memory_change_nothing),
                                     cmocka_unit_test(increasing_maps_keep_rates),
                                     cmocka_unit_test(distances_mirror_similarities),
                                     cmocka_unit_test(doubling_keeps_rates),
                                     cmocka_unit_test(reversed_scores_are_refused),
                                     cmocka_unit_test(one_class_only),
                                     cmocka_unit_test(contradictions_are_refused),
                                     cmocka_unit_test(failures_are_counted),
                                     cmocka_unit_test(levels_out_of_range_are_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
