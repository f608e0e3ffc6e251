/* SPDX-License-Identifier: Apache-2.0
 *
 * The walk over the scores against loops over all rows: mean and variance with two passes in wider numbers, bins, the
 * most error-like scores of each class, operating points at thresholds and targets; scores of all sizes, subnormal ones
 * and infinite ones too.
 */
#include "check.h"
#include "comparisons.h"

#include "base/key.h"
#include "estimate/det.h"
#include "estimate/study.h"

#include <float.h>

#define MOST 6000

struct rows {
  double score[MOST];
  bool mated[MOST];
  size_t count;
};

enum kind { WHOLE, FINE, WIDE, SUBNORMAL, FAR_AWAY, INFINITE, KINDS };

static double draw_score(enum kind kind, bool mated, uint64_t *state) {
  double fine = draw_below(state, 1 << 20) * 0x1p-20 + mated;
  switch (kind) {
  case WHOLE: return (int)draw_below(state, 31) - 10 + 3 * mated;
  case WIDE: return ldexp(fine - 0.7, (int)draw_below(state, 400) - 200);
  case SUBNORMAL: return (double)draw_below(state, 4000) * 0x1p-1074;
  case FAR_AWAY: return 1e9 + fine * 1e-3;
  case INFINITE: return draw_below(state, 50) ? fine : draw_below(state, 2) ? HUGE_VAL : -HUGE_VAL;
  default: return fine;
  }
}

/* Few rows, many of which most are non-mated, many of which most are mated. */
static plb_tally *fill(struct rows *rows, enum kind kind, int round, uint64_t *state) {
  plb_tally *tally = similarity_tally();
  rows->count = round ? MOST : 400;
  for (size_t r = 0; r < rows->count; r++) {
    rows->mated[r] = draw_below(state, 4) < (round == 2 ? 3 : 1);
    rows->score[r] = draw_score(kind, rows->mated[r], state);
    const struct plb_comparison row = {rows->score[r], rows->mated[r], NULL, NULL};
    assert_int_equal(plb_tally_add(tally, &row, 1, NULL), PLB_OK);
  }
  return tally;
}

static size_t trials_of(const struct rows *rows, bool mated) {
  size_t n = 0;
  for (size_t r = 0; r < rows->count; r++)
    n += rows->mated[r] == mated;
  return n;
}

static uint64_t errors_at(const struct rows *rows, bool mated, double threshold) {
  uint64_t n = 0;
  for (size_t r = 0; r < rows->count; r++)
    n += rows->mated[r] == mated && (mated ? rows->score[r] < threshold : rows->score[r] >= threshold);
  return n;
}

static void check_moments(const struct rows *rows, const struct plb_det *det, bool mated) {
  long double n = (long double)trials_of(rows, mated), sum = 0, squares = 0;
  double mean, variance, size = 0;
  for (size_t r = 0; r < rows->count; r++)
    sum += rows->mated[r] == mated ? (long double)rows->score[r] : 0;
  for (size_t r = 0; r < rows->count; r++) {
    long double off = (long double)rows->score[r] - sum / n;
    squares += rows->mated[r] == mated ? off * off : 0;
    size = rows->mated[r] == mated ? fmax(size, fabs(rows->score[r])) : size;
  }
  plb_moments_of(&det->moments[mated], (uint64_t)n, &mean, &variance);
  assert_true(fabs(mean - (double)(sum / n)) <= 1e-14 * size);
  assert_close(variance, (double)(squares / n), 1e-6);
}

/* Each bin holds its lower end, the last one both. */
static void check_bins(const struct rows *rows, const struct plb_det *det) {
  uint64_t below = 0, above = 0;
  for (size_t b = 0; b < det->bin_count; b++) {
    const struct plb_score_bin *bin = &det->bins[b];
    uint64_t count[2] = {0, 0};
    for (size_t r = 0; r < rows->count; r++) {
      double score = rows->score[r];
      bool high = b + 1 == det->bin_count || score < bin->to, low = b == 0 || score >= bin->from;
      count[rows->mated[r]] += low && high && isfinite(score);
    }
    assert_int_equal(bin->nonmated, count[0]);
    assert_int_equal(bin->mated, count[1]);
  }
  for (size_t r = 0; r < rows->count; r++) {
    below += rows->score[r] < -DBL_MAX;
    above += rows->score[r] > DBL_MAX;
  }
  assert_true(det->below == below && det->above == above);
}

/* The lowest non-mated score at and above which no more than PLB_EXTREMES lie; the highest mated one likewise. */
static void check_extremes(const struct rows *rows, const struct plb_det *det) {
  double lowest = INFINITY, highest = -INFINITY;
  bool any[2] = {false, false};
  for (size_t r = 0; r < rows->count; r++) {
    double score = rows->score[r];
    uint64_t beyond =
        rows->mated[r] ? errors_at(rows, true, nextafter(score, INFINITY)) : errors_at(rows, false, score);
    if (beyond > PLB_EXTREMES)
      continue;
    any[rows->mated[r]] = true;
    if (rows->mated[r])
      highest = fmax(highest, score);
    else
      lowest = fmin(lowest, score);
  }
  for (int c = 0; c < 2; c++)
    assert_int_equal(det->any_extreme[c], any[c]);
  assert_true(!any[0] || det->nonmated_extreme == plb_key_of(lowest));
  assert_true(!any[1] || det->mated_extreme == plb_key_of(highest));
}

static void check_asked(const struct rows *rows, const struct plb_det *det) {
  for (size_t k = 0; k < det->threshold_count; k++) {
    double at = plb_value_of(det->thresholds[k]);
    assert_int_equal(det->at_threshold[k].false_matches, errors_at(rows, false, at));
    assert_int_equal(det->at_threshold[k].false_nonmatches, errors_at(rows, true, at));
  }
  for (size_t k = 0; k < det->target_count; k++) {
    double least = INFINITY;
    bool met = false;
    for (size_t r = 0; r < rows->count; r++)
      if (errors_at(rows, false, rows->score[r]) <= det->most_errors[k]) {
        least = fmin(least, rows->score[r]);
        met = true;
      }
    assert_int_equal(det->at_target[k].above, !met);
    assert_true(!met || det->at_target[k].key == plb_key_of(least));
  }
}

/* The EER's threshold is the score at which the rates are nearest, the lower one of two; AUC pair by pair. */
static void check_whole(const struct rows *rows, const struct plb_det *det) {
  double mated = (double)det->trials[1], nonmated = (double)det->trials[0], least = INFINITY, at = INFINITY, twice = 0;
  for (size_t r = 0; r < rows->count; r++) {
    double score = rows->score[r];
    double gap = fabs((double)errors_at(rows, false, score) * mated - (double)errors_at(rows, true, score) * nonmated);
    at = gap < least || (gap <= least && score < at) ? score : at;
    least = fmin(gap, least);
  }
  assert_int_equal(det->eer.key, plb_key_of(at));
  for (size_t m = 0; m < rows->count; m++)
    for (size_t n = 0; n < rows->count && rows->mated[m]; n++)
      if (!rows->mated[n])
        twice += (rows->score[m] > rows->score[n]) + (rows->score[m] >= rows->score[n]);
  assert_close(plb_det_auc(det), twice / 2 / mated / nonmated, 1e-14);
}

/* FMR and FNMR are 2/3 and 1/2 at 3, and 1/3 and 1/2 at 4: as near to each other, and 3 is the lower one. */
static void equal_gaps(void **unused) {
  (void)unused;
  static struct rows rows = {{1, 2, 3, 4, 5}, {false, true, false, false, true}, 5};
  plb_tally *tally = similarity_tally();
  for (size_t r = 0; r < rows.count; r++) {
    const struct plb_comparison row = {rows.score[r], rows.mated[r], NULL, NULL};
    assert_int_equal(plb_tally_add(tally, &row, 1, NULL), PLB_OK);
  }
  struct plb_det det = {0};
  assert_int_equal(plb_det_measure(tally, &tally->systems[0], 1, &det, NULL), PLB_OK);
  check_whole(&rows, &det);
  assert_int_equal(det.eer.key, plb_key_of(3));
  plb_det_free(&det);
  plb_tally_free(tally);
}

static void check_kind(enum kind kind, int round, uint64_t *state) {
  static struct rows rows;
  plb_tally *tally = fill(&rows, kind, round, state);
  uint64_t thresholds[3] = {plb_key_of(rows.score[0]), plb_key_of(rows.score[1]), plb_key_of(rows.score[2])};
  const uint64_t most[] = {100, 7, 1, 0};
  struct plb_point at[3], targets[4];
  for (int k = 0; k < 2; k++)
    for (int i = 0; i < 2; i++)
      if (thresholds[i] > thresholds[i + 1]) {
        uint64_t key = thresholds[i];
        thresholds[i] = thresholds[i + 1];
        thresholds[i + 1] = key;
      }
  struct plb_det det = {.thresholds = thresholds,
                        .threshold_count = 3,
                        .at_threshold = at,
                        .most_errors = most,
                        .target_count = 4,
                        .at_target = targets};
  assert_int_equal(plb_det_measure(tally, &tally->systems[0], 2, &det, NULL), PLB_OK);
  for (int c = 0; c < 2; c++) {
    assert_int_equal(det.trials[c], trials_of(&rows, c));
    if (kind != INFINITE)
      check_moments(&rows, &det, c);
  }
  if (kind == WHOLE) /* -10 to 23: a bin for each number */
    assert_true(det.bin_count == 34 && det.bins[0].from == -10 && det.bins[33].from == 23);
  check_bins(&rows, &det);
  check_extremes(&rows, &det);
  check_asked(&rows, &det);
  check_whole(&rows, &det);
  plb_det_free(&det);
  plb_tally_free(tally);
}

static void all_kinds_of_scores(void **unused) {
  (void)unused;
  uint64_t state = 3;
  for (int kind = 0; kind < KINDS; kind++)
    for (int round = 0; round < 3; round++)
      check_kind((enum kind)kind, round, &state);
}

/* A target is supported where one false match meets it: 1 in 250 by 250 comparisons, not by 249. */
static void one_false_match_supports(void **unused) {
  (void)unused;
  static const double target = 0.004;
  for (int count = 249; count <= 250; count++) {
    plb_tally *tally = similarity_tally();
    struct plb_options options;
    plb_result *result;
    for (int k = 0; k < count + 20; k++) {
      const struct plb_comparison row = {k, k >= count, NULL, NULL};
      assert_int_equal(plb_tally_add(tally, &row, 1, NULL), PLB_OK);
    }
    plb_options_init(&options, sizeof options);
    options.fmr_targets = &target;
    options.fmr_target_count = 1;
    assert_int_equal(plb_verification(tally, &options, &result, NULL), PLB_OK);
    const struct plb_estimate *fmr = plb_result_find(result, "FMR", "FMR", target);
    assert_int_equal(fmr->status, count == 250 ? PLB_EST_OK : PLB_EST_UNSUPPORTED);
    assert_int_equal(fmr->errors, count == 250);
    plb_result_free(result);
    plb_tally_free(tally);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(all_kinds_of_scores), cmocka_unit_test(equal_gaps),
                                     cmocka_unit_test(one_false_match_supports)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
