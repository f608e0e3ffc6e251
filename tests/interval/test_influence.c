/* SPDX-License-Identifier: Apache-2.0
 *
 * How much a rate hangs on few people and on labels, against the plainest way to find it: take the rows of each
 * person out and measure again, add up who is in which error, and try every way in which labels may be wrong.
 */
#include "check.h"
#include "comparisons.h"

#include "interval/influence.h"
#include "result/result.h"

#define MOST 2500
#define PEOPLE 26

struct rows {
  struct plb_comparison row[MOST];
  int a[MOST], b[MOST];
  char ids[PEOPLE][8];
  size_t count;
};

/* Some people score high with everybody, some low with themselves; some are in few comparisons. */
static struct rows *make_rows(size_t count, int people, uint32_t distinct, uint64_t seed) {
  struct rows *rows = calloc(1, sizeof *rows);
  rows->count = count;
  for (int i = 0; i < people; i++)
    snprintf(rows->ids[i], sizeof rows->ids[i], "p%d", i);
  for (size_t r = 0; r < count; r++) {
    int a = (int)draw_below(&seed, (uint32_t)people), b = (int)draw_below(&seed, (uint32_t)people);
    if (!draw_below(&seed, 3))
      b = a;
    else if (a % 4 == 0)
      a = (a + 1) % people;
    double score = (double)draw_below(&seed, distinct) / (double)distinct * 8 + (a == b ? 5 - 3 * (a % 11 == 0) : 0) +
                   2 * (a % 13 == 1) + 2 * (b % 13 == 1);
    rows->a[r] = a;
    rows->b[r] = b;
    rows->row[r] = (struct plb_comparison){score, a == b, rows->ids[a], rows->ids[b]};
  }
  return rows;
}

static plb_result *measure(const struct rows *rows, int without, const struct plb_options *options) {
  plb_tally *tally = similarity_tally();
  plb_result *result = NULL;
  for (size_t r = 0; r < rows->count; r++)
    if (rows->a[r] != without && rows->b[r] != without)
      assert_int_equal(plb_tally_add(tally, &rows->row[r], 1, NULL), PLB_OK);
  assert_int_equal(plb_verification(tally, options, &result, NULL), PLB_OK);
  plb_tally_free(tally);
  return result;
}

static struct plb_options options_of(const double *target, const double *threshold) {
  struct plb_options options;
  plb_options_init(&options, sizeof options);
  options.fmr_targets = target;
  options.fmr_target_count = target != NULL;
  options.thresholds = threshold;
  options.threshold_count = threshold != NULL;
  options.replicates = 100; /* nothing here depends on them */
  return options;
}

static uint64_t naive_half(const struct rows *rows, const struct plb_estimate *e, bool mated, uint64_t *involved,
                           uint64_t *most) {
  uint64_t theirs[PEOPLE] = {0}, places = 0, filled = 0, half = 0;
  for (size_t r = 0; r < rows->count; r++) {
    double score = rows->row[r].score;
    if (rows->row[r].mated != mated || !(mated ? score < e->threshold : score >= e->threshold))
      continue;
    theirs[rows->a[r]]++;
    places++;
    if (!mated) {
      theirs[rows->b[r]]++;
      places++;
    }
  }
  *involved = *most = 0;
  for (int i = 0; i < PEOPLE; i++) {
    *involved += theirs[i] > 0;
    *most = theirs[i] > *most ? theirs[i] : *most;
  }
  while (2 * filled < places) {
    int top = 0;
    for (int i = 1; i < PEOPLE; i++)
      top = theirs[i] > theirs[top] ? i : top;
    filled += theirs[top];
    theirs[top] = 0;
    half++;
  }
  return half;
}

/* Measured again without each person, at a target with the threshold that it then has. */
static void check_without(const struct rows *rows, const struct plb_estimate *e, const struct plb_options *options,
                          int people) {
  double furthest = -1, told = 0;
  bool found = false;
  for (int i = 0; i < people; i++) {
    plb_result *left = measure(rows, i, options);
    const struct plb_estimate *other = plb_result_find(left, e->metric, NULL, 0);
    double move = fabs((double)other->errors / (double)other->trials - e->value);
    furthest = fmax(furthest, move);
    found |= other->errors == e->influence.without_errors && other->trials == e->influence.without_trials;
    plb_result_free(left);
  }
  told = fabs((double)e->influence.without_errors / (double)e->influence.without_trials - e->value);
  assert_true(found && e->influence.has_without);
  assert_close(told, furthest, 1e-9);
}

static void check_estimate(const struct rows *rows, const struct plb_estimate *e, const struct plb_options *options,
                           bool reset, int people) {
  const struct plb_influence *influence = &e->influence;
  uint64_t involved, most;
  assert_int_equal(e->status, PLB_EST_OK);
  assert_true(e->has_influence && influence->has_people);
  assert_int_equal(influence->half, naive_half(rows, e, strcmp(e->metric, "FNMR") == 0, &involved, &most));
  assert_int_equal(influence->involved, involved);
  assert_int_equal(influence->most, most);
  assert_int_equal(influence->reset, reset);
  check_without(rows, e, options, people);
}

static void test_people(void **state) {
  (void)state;
  static const double targets[] = {0.3, 0.05, 0.01};
  size_t resets = 0;
  for (uint64_t seed = 1; seed <= 3; seed++) {
    int people = seed % 2 ? PEOPLE : 14;
    struct rows *rows = make_rows(500 * (size_t)seed, people, seed % 3 ? 40 : 4000, seed * 31);
    for (size_t t = 0; t < 3; t++) {
      struct plb_options at_target = options_of(&targets[t], NULL);
      plb_result *result = measure(rows, -1, &at_target);
      const struct plb_estimate *fmr = plb_result_find(result, "FMR", NULL, 0);
      const struct plb_estimate *fnmr = plb_result_find(result, "FNMR", NULL, 0);
      struct plb_options held = options_of(NULL, &fmr->threshold);
      held.fmr_target_count = 0;
      if (fmr->status == PLB_EST_OK) {
        bool reset = fnmr->influence.reset; /* without somebody the target may be beyond the others */
        resets += reset;
        check_estimate(rows, fnmr, reset ? &at_target : &held, reset, people);
        check_estimate(rows, fmr, &held, false, people);
      }
      plb_result_free(result);
    }
    free(rows);
  }
  assert_in_range(resets, 7, 9);
}

/* Every split of k rows over the four kinds that can be wrong: errors, other trials, and the same of the other class.
 */
static struct plb_limits naive_labels(uint64_t x, uint64_t n, uint64_t would_err, uint64_t would_not, uint64_t k) {
  struct plb_limits limits = {1, 0};
  for (uint64_t split = 0; split < (k + 1) * (k + 1) * (k + 1) * (k + 1); split++) {
    uint64_t a = split % (k + 1), b = split / (k + 1) % (k + 1), c = split / (k + 1) / (k + 1) % (k + 1),
             d = split / (k + 1) / (k + 1) / (k + 1);
    if (a + b + c + d > k || a > x || b > n - x || c > would_err || d > would_not || n + c + d == a + b)
      continue;
    double rate = (double)(x - a + c) / (double)(n - a - b + c + d);
    limits.lower = fmin(limits.lower, rate);
    limits.upper = fmax(limits.upper, rate);
  }
  return limits;
}

static void test_labels(void **state) {
  (void)state;
  uint64_t seed = 7;
  for (int round = 0; round < 3000; round++) {
    uint64_t n = 1 + draw_below(&seed, 12), x = draw_below(&seed, (uint32_t)n + 1), k = draw_below(&seed, 7);
    uint64_t err = draw_below(&seed, 6), not = draw_below(&seed, 6);
    struct plb_limits wanted = naive_labels(x, n, err, not, k), got = plb_wrong_labels(x, n, err, not, k);
    assert_close(got.lower, wanted.lower, 1e-14);
    assert_close(got.upper, wanted.upper, 1e-14);
  }
  /* three mated comparisons among a million non-mated ones can be all the false matches there are */
  struct plb_limits limits = plb_wrong_labels(3, 1000000, 990, 10, 3);
  assert_true(limits.lower == 0);
  assert_close(limits.upper, 6.0 / 1000003, 1e-14);
}

/* Few people: what is said of labels stays, what is said of people goes. */
static void test_withheld(void **state) {
  (void)state;
  static const double target = 0.05;
  struct rows *rows = make_rows(600, 14, 40, 3);
  struct plb_options options = options_of(&target, NULL);
  for (uint64_t least = 14; least <= 15; least++) {
    options.min_people = least;
    plb_result *result = measure(rows, -1, &options);
    const struct plb_estimate *fmr = plb_result_find(result, "FMR", NULL, 0);
    assert_int_equal(fmr->people, 14);
    assert_true(fmr->has_influence && fmr->influence.label_count > 0);
    assert_int_equal(fmr->influence.has_people, least == 14);
    plb_result_free(result);
  }
  free(rows);
}

/* One person in every comparison: nothing is left without them. */
static void test_nothing_left(void **state) {
  (void)state;
  const uint64_t trials[] = {3, 1, 2}, errors[] = {1, 0, 1};
  struct plb_design design = {.dyadic = true, .people = 3, .trials = 3, .per_person = trials};
  struct plb_error_sums sums = {.errors = 1, .per_person = errors};
  struct plb_involved involved;
  assert_int_equal(plb_involved_find(&design, &sums, &involved, NULL), PLB_OK);
  assert_false(involved.has_without);
  assert_int_equal(involved.half, 1);
  assert_int_equal(plb_most_involved(&design, &sums), 2); /* of two with one error the one with fewer trials */
  const uint64_t none[] = {0, 0, 0};
  sums = (struct plb_error_sums){.per_person = none};
  assert_int_equal(plb_most_involved(&design, &sums), 3);
  assert_int_equal(plb_involved_find(&design, &sums, &involved, NULL), PLB_OK);
  assert_true(involved.half == 0 && involved.people == 0 && involved.most == 0);
}

static struct plb_involved involved_of(const uint64_t *trials, const uint64_t *errors, size_t people) {
  struct plb_design design = {.people = people, .per_person = trials};
  struct plb_error_sums sums = {.per_person = errors};
  struct plb_involved involved;
  for (size_t i = 0; i < people; i++) {
    design.trials += trials[i];
    sums.errors += errors[i];
  }
  assert_int_equal(plb_involved_find(&design, &sums, &involved, NULL), PLB_OK);
  return involved;
}

/* Without either of two people the rate moves equally far: fewer errors that are left decide, then fewer trials, in
 * whatever order people come. Rates of 4 in 8, and without them 2 and 4 in 6; of 6 in 15, and 3 in 6 and in 10. */
static void test_equal_moves(void **state) {
  (void)state;
  for (int turned = 0; turned < 2; turned++) {
    const uint64_t equal[] = {2, 2, 4}, some[] = {turned ? 0 : 2, turned ? 2 : 0, 2};
    struct plb_involved found = involved_of(equal, some, 3);
    assert_true(found.has_without && found.without_errors == 2 && found.without_trials == 6);
    const uint64_t unequal[] = {turned ? 5 : 9, turned ? 9 : 5, 1}, same[] = {3, 3, 0};
    found = involved_of(unequal, same, 3);
    assert_true(found.has_without && found.without_errors == 3 && found.without_trials == 6);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_people), cmocka_unit_test(test_labels),
                                     cmocka_unit_test(test_withheld), cmocka_unit_test(test_nothing_left),
                                     cmocka_unit_test(test_equal_moves)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
