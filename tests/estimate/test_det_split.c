/* SPDX-License-Identifier: Apache-2.0
 *
 * What is measured of many rows, which are counted by span and gathered in part, against the same rows sorted: every
 * field, whatever the scores, the number of threads, how many fit at once, and where the rows lie.
 */
#include "check.h"
#include "comparisons.h"

#include "base/key.h"
#include "estimate/det.h"

#define ROWS 40000
#define PEOPLE 50
#define TARGETS 6
#define THRESHOLDS 5

enum kind { ORDINARY, APART, COARSE, GRADES, TOO_MANY, HEAVY, CLOSE, WIDE, INFINITE, SWAPPED, ALL_TIED, KINDS };

static double bell(uint64_t *state) {
  double sum = -3;
  for (int k = 0; k < 6; k++)
    sum += draw_below(state, 1 << 24) * 0x1p-24;
  return sum * 1.4;
}

static double draw_score(enum kind kind, bool mated, uint64_t *state) {
  double score = bell(state) + (kind == APART ? 8 : 2.5) * mated;
  switch (kind) {
  case COARSE: return floor(score * 700);
  case GRADES: return floor(score * 100);
  case TOO_MANY:
    return draw_below(state, 7) ? floor(score * 50) : score; /* more than in a sample that is mostly tied */
  case HEAVY: return draw_below(state, 3) ? 0.5 : score;
  case CLOSE: return 0.999 + score * 1e-6;
  case WIDE: return score * exp2((int)draw_below(state, 600) - 300);
  case INFINITE: return draw_below(state, 90) ? score : draw_below(state, 2) ? HUGE_VAL : -HUGE_VAL;
  case SWAPPED: return -score;
  case ALL_TIED: return 3;
  default: return score;
  }
}

static plb_tally *fill(enum kind kind, int rarer, uint64_t memory) {
  struct plb_input input = {.size = sizeof input, .memory = memory, .direction = PLB_SIMILARITY};
  plb_tally *tally;
  uint64_t state = 17 + kind;
  assert_int_equal(plb_tally_new(&input, &tally, NULL), PLB_OK);
  for (uint32_t i = 0; i < PEOPLE; i++)
    person_called(tally, i);
  for (size_t r = 0; r < ROWS; r++) {
    bool mated = rarer == 2 ? false : rarer ? draw_below(&state, 100) == 0 : draw_below(&state, 2);
    uint32_t a = draw_below(&state, PEOPLE), b = (a + 1 + draw_below(&state, PEOPLE - 1)) % PEOPLE;
    struct plb_trial row = comparison(draw_score(kind, mated, &state), a, mated ? a : b);
    assert_int_equal(plb_tally_add_trials(tally, &row, 1, NULL), PLB_OK);
  }
  return tally;
}

struct measured {
  struct plb_det det;
  uint64_t thresholds[THRESHOLDS];
  struct plb_point at_threshold[THRESHOLDS], at_target[TARGETS];
};

static const uint64_t most_errors[TARGETS] = {20000, 4000, 400, 40, 4, 0};

static void measure(plb_tally *tally, unsigned threads, struct measured *measured) {
  static const double thresholds[THRESHOLDS] = {-1e9, 0.1, 0.999, 1.5, 1e9};
  *measured = (struct measured){.det = {.thresholds = measured->thresholds,
                                        .threshold_count = THRESHOLDS,
                                        .at_threshold = measured->at_threshold,
                                        .most_errors = most_errors,
                                        .target_count = TARGETS,
                                        .at_target = measured->at_target}};
  for (int t = 0; t < THRESHOLDS; t++)
    measured->thresholds[t] = plb_key_of(thresholds[t]);
  assert_int_equal(plb_det_measure(tally, &tally->systems[0], threads, &measured->det, NULL), PLB_OK);
}

static void check_point(const struct plb_point *one, const struct plb_point *other) {
  assert_true(one->key == other->key && one->above == other->above);
  assert_true(one->false_matches == other->false_matches && one->false_nonmatches == other->false_nonmatches);
}

static void check_same(const struct measured *one, const struct measured *other) {
  const struct plb_det *a = &one->det, *b = &other->det;
  for (int t = 0; t < THRESHOLDS; t++)
    check_point(&one->at_threshold[t], &other->at_threshold[t]);
  for (int t = 0; t < TARGETS; t++)
    check_point(&one->at_target[t], &other->at_target[t]);
  assert_true(a->auc_twice == b->auc_twice);
  assert_memory_equal(a->moments, b->moments, sizeof a->moments);
  assert_memory_equal(a->infinite, b->infinite, sizeof a->infinite);
  check_point(&a->eer, &b->eer);
  assert_true(a->lowest == b->lowest && a->highest == b->highest);
  for (int c = 0; c < 2; c++)
    assert_int_equal(a->any_extreme[c], b->any_extreme[c]);
  assert_true(!a->any_extreme[0] || a->nonmated_extreme == b->nonmated_extreme);
  assert_true(!a->any_extreme[1] || a->mated_extreme == b->mated_extreme);
  assert_true(a->thinned == b->thinned && a->curve_count == b->curve_count);
  for (size_t k = 0; k < a->curve_count; k++)
    check_point(&a->curve[k], &b->curve[k]);
  assert_true(a->bin_count == b->bin_count && a->below == b->below && a->above == b->above);
  assert_memory_equal(a->bins, b->bins, a->bin_count * sizeof *a->bins);
}

/* The two classes as many, one rare, one missing. */
static void check_kind(enum kind kind, int rarer) {
  struct measured sorted, split;
  plb_tally *tally = fill(kind, rarer, 1 << 30);
  measure(tally, 2, &sorted);
  plb_tally_free(tally);
  assert_true(sorted.det.curve_count <= PLB_CURVE_POINTS);
  for (unsigned threads = 1; threads <= 3; threads++) {
    tally = fill(kind, rarer, threads == 2 ? 0 : 1 << 30);
    tally->most_sorted = 1000;
    tally->most_gathered = threads == 3 ? 3000 : 1 << 20;
    measure(tally, threads, &split);
    check_same(&sorted, &split);
    plb_det_free(&split.det);
    plb_tally_free(tally);
  }
  plb_det_free(&sorted.det);
}

static void as_if_sorted(void **unused) {
  (void)unused;
  for (int kind = 0; kind < KINDS; kind++)
    for (int rarer = 0; rarer < 3; rarer++)
      check_kind(kind, rarer);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(as_if_sorted)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
