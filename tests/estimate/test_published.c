/* SPDX-License-Identifier: Apache-2.0
 *
 * Real scores whose figures other programs and papers have published (the README of the shared data
 * names each source). Every figure must come out to its last printed digit. Skipped, saying so, where the
 * data is absent.
 */
#include "check.h"
#include "measure.h"

struct file {
  const char *name, *mated, *nonmated, *map, *format;
  enum plb_direction direction;
  enum plb_missing missing;
  double threshold;
  bool has_threshold;
};

static char paths[3][4096];

static const char *in_folder(int which, const char *name) {
  if (!name)
    return NULL;
  snprintf(paths[which], sizeof paths[which], "%s/%s", getenv("PLUMBLINE_DATA"), name);
  return paths[which];
}

static plb_status measure(const struct file *file, plb_result **result, struct plb_error *err) {
  struct plb_input input;
  struct plb_options options;
  const char *path = in_folder(0, file->name);
  plb_input_init(&input, sizeof input);
  plb_options_init(&options, sizeof options);
  input.files = &path;
  input.file_count = path != NULL;
  input.mated = in_folder(1, file->mated);
  input.nonmated = in_folder(2, file->nonmated);
  input.map = file->map;
  input.format = file->format;
  input.direction = file->direction;
  input.missing = file->missing;
  options.thresholds = &file->threshold;
  options.threshold_count = file->has_threshold;
  return measure_input(&input, &options, result, err);
}

static plb_result *measured(const struct file *file) {
  plb_result *result;
  struct plb_error err = {0};
  plb_status status = measure(file, &result, &err);
  if (status)
    fprintf(stderr, "%s\n", err.message);
  assert_int_equal(status, PLB_OK);
  return result;
}

/* Equal to the printed text to its last digit; where 16 or more digits were printed, the last one is the
 * rounding of the program that printed it, so three units in the last place of a double are allowed. (The EER of
 * face C is the ratio 12,269,444 / 275,842,248 = 0.04447993042748114...; its source prints ...116.) */
static void check_digits(double value, const char *printed, int line) {
  const char *point = strchr(printed, '.');
  double unit = pow(10, -(double)strlen(point + 1)), wanted = strtod(printed, NULL);
  if (fabs(value - wanted) <= 0.5 * unit + 4.5e-16 * fabs(wanted))
    return;
  fprintf(stderr, "line %d: %.17g is not %s\n", line, value, printed);
  fail();
}
#define assert_digits(value, printed) check_digits((value), (printed), __LINE__)

static void check_target(const plb_result *result, double target, double threshold, uint64_t fmr, uint64_t fnmr,
                         int line) {
  const struct plb_estimate *match = plb_result_find(result, "FMR", "FMR", target);
  const struct plb_estimate *nonmatch = plb_result_find(result, "FNMR", "FMR", target);
  if (match->errors != fmr || nonmatch->errors != fnmr || (!isnan(threshold) && match->threshold != threshold)) {
    fprintf(stderr, "line %d: t=%.17g FMR %llu FNMR %llu\n", line, match->threshold, (unsigned long long)match->errors,
            (unsigned long long)nonmatch->errors);
    fail();
  }
}
#define assert_target(result, target, threshold, fmr, fnmr) check_target(result, target, threshold, fmr, fnmr, __LINE__)

static double value_of(const plb_result *result, const char *metric) {
  const struct plb_estimate *estimate = plb_result_find(result, metric, NULL, 0);
  assert_non_null(estimate);
  return estimate->value;
}

static void check_trials(const plb_result *result, uint64_t mated, uint64_t nonmated) {
  const struct plb_estimate *auc = plb_result_find(result, "AUC", NULL, 0);
  assert_int_equal(auc->mated_trials, mated);
  assert_int_equal(auc->nonmated_trials, nonmated);
}

static void bssr1_face(void **unused) {
  (void)unused;
  plb_result *result = measured(&(struct file){.name = "bssr1_set1_face_C.matrix.csv.gz"});
  check_trials(result, 517, 266772);
  assert_int_equal(plb_result_find(result, "FMR", "FMR", 1e-2)->people, 517);
  assert_target(result, 1e-2, 0.61248, 2665, 44);
  assert_target(result, 1e-3, 0.64386, 266, 83);
  assert_target(result, 1e-4, 0.67278, 26, 133);
  assert_digits(plb_result_find(result, "FNMR", "FMR", 1e-2)->value, "0.0851063829787234");
  assert_digits(plb_result_find(result, "FNMR", "FMR", 1e-3)->value, "0.16054158607350097");
  assert_digits(plb_result_find(result, "FNMR", "FMR", 1e-4)->value, "0.2572533849129594");
  assert_digits(plb_result_find(result, "FMR", "FMR", 1e-2)->value, "0.009989804027409174");
  assert_digits(value_of(result, "EER"), "0.04447993042748116");
  assert_digits(value_of(result, "AUC"), "0.9890885351253373");
  assert_close(value_of(result, "DPRIME"), 2.0492331348365402, 1e-13); /* the peer sums in plain doubles */
  plb_result_free(result);
}

static void bssr1_finger(void **unused) {
  (void)unused;
  plb_result *result = measured(&(struct file){.name = "bssr1_set1_finger_left.matrix.csv.gz"});
  check_trials(result, 517, 266772);
  assert_target(result, 1e-2, 19, 2072, 65);
  assert_target(result, 1e-3, 25, 253, 87);
  assert_target(result, 1e-4, 31, 24, 119);
  assert_digits(plb_result_find(result, "FNMR", "FMR", 1e-2)->value, "0.12572533849129594");
  assert_digits(plb_result_find(result, "FNMR", "FMR", 1e-3)->value, "0.16827852998065765");
  assert_digits(plb_result_find(result, "FNMR", "FMR", 1e-4)->value, "0.23017408123791103");
  assert_digits(value_of(result, "EER"), "0.0851307483544");
  assert_digits(value_of(result, "AUC"), "0.9628289318465819");
  assert_close(value_of(result, "DPRIME"), 1.9039477763343307, 1e-13);
  plb_result_free(result);
}

/* The half-widths of the intervals are about 1.96 standard errors of the published bootstraps over
 * people, which are 2.5 to 11.5 times the binomial ones. */
static void intervals_are_of_the_right_size(void **unused) {
  (void)unused;
  static const struct {
    const char *file;
    double target, bootstrap, naive;
  } cases[] = {{"bssr1_set1_face_C.matrix.csv.gz", 1e-2, 1.25e-3, 1.925e-4},
               {"bssr1_set1_face_C.matrix.csv.gz", 1e-3, 2.34e-4, 6.11e-5},
               {"bssr1_set1_finger_left.matrix.csv.gz", 1e-2, 7.44e-4, 1.70e-4},
               {"bssr1_set1_finger_left.matrix.csv.gz", 1e-3, 1.53e-4, 5.96e-5}};
  for (int i = 0; i < 4; i++) {
    plb_result *result = measured(&(struct file){.name = cases[i].file});
    const struct plb_interval *interval = &plb_result_find(result, "FMR", "FMR", cases[i].target)->interval;
    double error = (interval->upper - interval->lower) / 2 / 1.96;
    assert_string_equal(interval->method, "PL");
    assert_string_equal(interval->dependence, "dyadic");
    assert_true(error > 0.9 * cases[i].bootstrap && error < 1.5 * cases[i].bootstrap);
    assert_true(error > 2 * cases[i].naive);
    plb_result_free(result);
  }
}

static void voxceleb(void **unused) {
  (void)unused;
  plb_result *result = measured(&(struct file){.name = "voxceleb1_o_lda.csv.gz", .map = "score=score_lda"});
  check_trials(result, 18247, 18190);
  assert_int_equal(plb_result_find(result, "FMR", "FMR", 1e-2)->people, 40);
  assert_target(result, 1e-2, 0.40222, 181, 6253);
  assert_target(result, 1e-3, 0.509725, 18, 11056);
  assert_digits(value_of(result, "EER"), "0.0967148568");
  assert_digits(value_of(result, "EER"), "0.09671485681500869");
  assert_digits(value_of(result, "AUC"), "0.9656619915");
  plb_result_free(result);
}

static void bob_measure(void **unused) {
  (void)unused;
  static const struct {
    const char *file, *far_percent, *frr_percent, *hter_percent;
    double threshold;
    uint64_t fmr, nonmated, fnmr, mated;
  } cases[] = {{"bob.measure/dev-1.txt", "5.924", "11.273", "8.599", -8.025286e-03, 31, 495, 28, 451},
               {"bob.measure/test-1.txt", "5.366", "10.637", "8.001", -8.025286e-03, 27, 479, 29, 473},
               {"bob.measure/dev-2.txt", "4.348", "9.547", "6.947", 1.652567e-02, 23, 501, 20, 446},
               {"bob.measure/test-2.txt", "3.170", "11.563", "7.367", 1.652567e-02, 16, 480, 33, 471}};
  for (int i = 0; i < 4; i++) {
    plb_result *result = measured(&(struct file){
        .name = cases[i].file, .missing = PLB_MISSING_FTA, .threshold = cases[i].threshold, .has_threshold = true});
    const struct plb_estimate *fmr = plb_result_find(result, "FMR", NULL, 0),
                              *fnmr = plb_result_find(result, "FNMR", NULL, 0);
    assert_int_equal(fmr->errors, cases[i].fmr);
    assert_int_equal(fmr->trials, cases[i].nonmated);
    assert_int_equal(fnmr->errors, cases[i].fnmr);
    assert_int_equal(fnmr->trials, cases[i].mated);
    assert_digits(100 * value_of(result, "FAR"), cases[i].far_percent);
    assert_digits(100 * value_of(result, "FRR"), cases[i].frr_percent);
    assert_digits(50 * (value_of(result, "FAR") + value_of(result, "FRR")), cases[i].hter_percent);
    if (i == 0) {
      assert_int_equal(plb_result_find(result, "FTA", NULL, 0)->errors, 54);
      assert_int_equal(plb_result_find(result, "FTA", NULL, 0)->trials, 1000);
    }
    assert_string_equal(fmr->interval.method, "clopper-pearson");
    plb_result_free(result);
  }
}

static void bob_measure_without_a_policy(void **unused) {
  (void)unused;
  struct plb_error err = {0};
  plb_result *result;
  assert_int_equal(measure(&(struct file){.name = "bob.measure/dev-1.txt"}, &result, &err), PLB_DATA);
  assert_non_null(strstr(err.message, "--missing"));
}

static void bob_bio_base(void **unused) {
  (void)unused;
  static const char *const files[] = {"bob.bio.base/dev-4col.txt", "bob.bio.base/dev-5col.txt"};
  for (int i = 0; i < 2; i++) {
    plb_result *result = measured(&(struct file){.name = files[i]});
    check_trials(result, 390, 520);
    assert_target(result, 1e-2, NAN, 5, 85);
    assert_digits(value_of(result, "EER"), "0.06698718");
    assert_digits(value_of(result, "AUC"), "0.9804043393");
    plb_result_free(result);
  }
  static const char *const tests[] = {"bob.bio.base/test-4col.txt", "bob.bio.base/test-5col.txt"};
  for (int i = 0; i < 2; i++) {
    plb_result *result = measured(&(struct file){.name = tests[i]});
    check_trials(result, 390, 520);
    plb_result_free(result);
  }
}

static void bob_faces(void **unused) {
  (void)unused;
  static const struct {
    const char *file;
    enum plb_direction direction;
    uint64_t mated, nonmated;
  } cases[] = {{"scores-nonorm-dev", PLB_DISSIMILARITY, 100, 1900},
               {"scores-ztnorm-dev", PLB_DISSIMILARITY, 100, 1900},
               {"scores-nonorm-fivecol-dev", PLB_DISSIMILARITY, 100, 1900},
               {"scores-nonorm-calibrated-dev", PLB_SIMILARITY, 100, 1900},
               {"scores-cmc-4col.txt", PLB_SIMILARITY, 100, 1900},
               {"scores-cmc-5col.txt", PLB_SIMILARITY, 100, 1900}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char name[128];
    snprintf(name, sizeof name, "bob.bio.base/%s", cases[i].file);
    plb_result *result = measured(&(struct file){.name = name, .direction = cases[i].direction});
    check_trials(result, cases[i].mated, cases[i].nonmated);
    if (strstr(name, "cmc-4col")) {
      assert_digits(value_of(result, "EER"), "0.08");
      assert_digits(value_of(result, "AUC"), "0.9760052632");
    }
    if (strcmp(cases[i].file, "scores-nonorm-dev") == 0)
      assert_true(value_of(result, "EER") < 0.2);
    plb_result_free(result);
  }
}

/* Read as similarities, which it is not, the file has an EER of 0.84: refused until someone says so. */
static void distances_are_not_guessed(void **unused) {
  (void)unused;
  struct plb_error err = {0};
  plb_result *result;
  assert_int_equal(measure(&(struct file){.name = "bob.bio.base/scores-nonorm-dev"}, &result, &err), PLB_DATA);
  assert_non_null(strstr(err.message, "--dissimilarity"));
  result = measured(&(struct file){.name = "bob.bio.base/scores-nonorm-dev", .direction = PLB_SIMILARITY});
  assert_digits(value_of(result, "EER"), "0.84");
  plb_result_free(result);
}

static void small_bob_files(void **unused) {
  (void)unused;
  static const char *const files[] = {"scores-cmc-4col-open-set.txt", "scores-cmc-4col-open-set-one-error.txt",
                                      "scores-cmc-4col-open-set-two-errors.txt", "scores-nonorm-openset-dev",
                                      "scores-nonorm-fileset-dev"};
  for (size_t i = 0; i < 5; i++) {
    char name[128];
    snprintf(name, sizeof name, "bob.bio.base/%s", files[i]);
    plb_result *result =
        measured(&(struct file){.name = name, .direction = i < 3 ? PLB_SIMILARITY : PLB_DISSIMILARITY});
    const struct plb_estimate *auc = plb_result_find(result, "AUC", NULL, 0);
    if (i == 3)
      assert_int_equal(auc->mated_trials + auc->nonmated_trials, 1000);
    if (i == 4)
      assert_int_equal(auc->mated_trials + auc->nonmated_trials, 400);
    plb_result_free(result);
  }
}

static void pyeer_scores(void **unused) {
  (void)unused;
  plb_result *result =
      measured(&(struct file){.mated = "pyeer/non_hist_exp1_true.txt", .nonmated = "pyeer/non_hist_exp1_false.txt"});
  check_trials(result, 2793, 4950);
  assert_target(result, 1e-2, NAN, 49, 360);
  assert_digits(value_of(result, "EER"), "0.0809633391");
  assert_digits(value_of(result, "AUC"), "0.9650048642529845");
  assert_close(value_of(result, "DPRIME"), 2.0590573271733996, 1e-13);
  plb_result_free(result);
}

static void pyeer_histogram(void **unused) {
  (void)unused;
  struct file histogram = {
      .mated = "pyeer/hist_exp1_true.txt", .nonmated = "pyeer/hist_exp1_false.txt", .format = "pyeer-histogram"};
  plb_result *result = measured(&histogram);
  check_trials(result, 2786, 66633);
  assert_target(result, 1e-2, 94, 650, 455);
  assert_int_equal(plb_result_find(result, "FNMR", "FMR", 1e-3)->errors, 595);
  assert_digits(value_of(result, "EER"), "0.1170964076");
  assert_digits(value_of(result, "AUC"), "0.9087594583");
  plb_result_free(result);
}

/* The histogram gives what its scores give one by one. */
static void pyeer_histogram_written_out(void **unused) {
  (void)unused;
  char line[64], scores[] = "/tmp/plumbline-written-out-XXXXXX";
  FILE *in = fopen(in_folder(0, "pyeer/hist_exp1_false.txt"), "r");
  int file = mkstemp(scores);
  FILE *out = fdopen(file, "w");
  for (int score = 0; fgets(line, sizeof line, in); score++)
    for (long k = strtol(line, NULL, 10); k > 0; k--)
      fprintf(out, "%d\n", score);
  fclose(in);
  fclose(out);
  struct plb_input input;
  struct plb_options options;
  plb_input_init(&input, sizeof input);
  plb_options_init(&options, sizeof options);
  input.mated = in_folder(1, "pyeer/hist_exp1_true.txt");
  input.nonmated = scores;
  plb_result *one_by_one = measured_input(&input, &options);
  plb_result *histogram = measured(&(struct file){
      .mated = "pyeer/hist_exp1_true.txt", .nonmated = "pyeer/hist_exp1_false.txt", .format = "pyeer-histogram"});
  assert_int_equal(plb_result_count(one_by_one), plb_result_count(histogram));
  for (size_t i = 0; i < plb_result_count(histogram); i++) {
    const struct plb_estimate *a = plb_result_get(one_by_one, i), *b = plb_result_get(histogram, i);
    assert_true(a->errors == b->errors && a->trials == b->trials && a->value == b->value &&
                a->threshold == b->threshold);
    assert_true(a->interval.lower == b->interval.lower && a->interval.upper == b->interval.upper);
  }
  plb_result_free(one_by_one);
  plb_result_free(histogram);
  remove(scores);
}

int main(void) {
  if (!shared_data_folder("published figures"))
    return 77;
  const struct CMUnitTest tests[] = {cmocka_unit_test(bssr1_face),
                                     cmocka_unit_test(bssr1_finger),
                                     cmocka_unit_test(intervals_are_of_the_right_size),
                                     cmocka_unit_test(voxceleb),
                                     cmocka_unit_test(bob_measure),
                                     cmocka_unit_test(bob_measure_without_a_policy),
                                     cmocka_unit_test(bob_bio_base),
                                     cmocka_unit_test(bob_faces),
                                     cmocka_unit_test(distances_are_not_guessed),
                                     cmocka_unit_test(small_bob_files),
                                     cmocka_unit_test(pyeer_scores),
                                     cmocka_unit_test(pyeer_histogram),
                                     cmocka_unit_test(pyeer_histogram_written_out)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
