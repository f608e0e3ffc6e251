/* SPDX-License-Identifier: Apache-2.0
 *
 * The vertex bootstrap on real scores against standard errors that an independent program found (517 people, 4,000
 * replicates of its own; shared data README, section 1). Both are random: each is known to about 1 %.
 */
#include "check.h"

#include "base/key.h"
#include "resample/resample.h"

#define REPLICATES 8192

static struct plb_tally *read_matrix(const char *name) {
  char path[4200];
  const char *files[] = {path};
  struct plb_input input;
  struct plb_error err = {0};
  struct plb_tally *tally = NULL;
  snprintf(path, sizeof path, "%s/%s", getenv("PLUMBLINE_DATA"), name);
  plb_input_init(&input, sizeof input);
  input.files = files;
  input.file_count = 1;
  input.direction = PLB_SIMILARITY;
  if (plb_tally_read(&input, &tally, &err))
    fail_msg("%s", err.message);
  return tally;
}

static double deviation(const double *values, const bool *usable) {
  double sum = 0, squares = 0, n = 0;
  for (size_t r = 0; r < REPLICATES; r++) {
    if (!usable[r])
      continue;
    n++;
    sum += values[r];
  }
  for (size_t r = 0; r < REPLICATES; r++)
    squares += usable[r] ? (values[r] - sum / n) * (values[r] - sum / n) : 0;
  return sqrt(squares / (n - 1));
}

/* thresholds fall */
static void check_errors(const char *name, const double thresholds[2], const double published[2]) {
  struct plb_tally *tally = read_matrix(name);
  uint32_t people = tally->census.people.count, *members = calloc(people, sizeof *members);
  uint64_t keys[2] = {plb_key_of(thresholds[0]), plb_key_of(thresholds[1])};
  for (uint32_t i = 0; i < people; i++)
    members[i] = i;
  plb_dict_sort(&tally->census.people, members, people);
  struct plb_resample run = {
      .plan = PLB_PLAN_VERTEX,
      .seed = 1,
      .replicates = REPLICATES,
      .threads = 2,
      .who = {.identity = tally->census.people.hash, .members = members, .member_count = people, .people = people},
      .complete = true,
      .thresholds = keys,
      .threshold_count = 2};
  for (int c = 0; c < 2; c++)
    assert_int_equal(
        plb_listing_make(&(struct plb_listing_asked){.tally = tally, .rows = &tally->systems[0].of[c].rows},
                         &run.list[c], NULL),
        PLB_OK);
  assert_int_equal(plb_resample_run(&run, NULL), PLB_OK);
  for (int t = 0; t < 2; t++) {
    double found = deviation(run.rate_at[0] + t * REPLICATES, run.usable);
    printf("# %s at %g: standard error of FMR %.4g, published %.4g, ratio %.3f\n", name, thresholds[t], found,
           published[t], found / published[t]);
    assert_true(fabs(found / published[t] - 1) < 0.04);
  }
  plb_resample_free(&run);
  plb_listing_free(&run.list[0]);
  plb_listing_free(&run.list[1]);
  free(members);
  plb_tally_free(tally);
}

static void test_face(void **state) {
  (void)state;
  if (!shared_data_folder("vertex-face"))
    skip();
  check_errors("bssr1_set1_face_C.matrix.csv.gz", (const double[]){0.64386, 0.61248},
               (const double[]){2.34e-4, 1.25e-3});
}

static void test_finger(void **state) {
  (void)state;
  if (!shared_data_folder("vertex-finger"))
    skip();
  check_errors("bssr1_set1_finger_left.matrix.csv.gz", (const double[]){25, 19}, (const double[]){1.53e-4, 7.44e-4});
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_face), cmocka_unit_test(test_finger)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
