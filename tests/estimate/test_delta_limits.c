/* SPDX-License-Identifier: Apache-2.0
 *
 * What the delta method makes of its standard errors (these: test_delta.c): limits of FNMR at FMR targets, those of the
 * threshold read off all scores, the corners for rates that are put together, AUC joined with the limits of a weighted
 * sum of counts, and fewer degrees of freedom where one side of the comparisons has few people.
 */
#include "check.h"
#include "comparisons.h"

#include "base/key.h"
#include "estimate/delta.h"
#include "interval/pl_parts.h"
#include "interval/special.h"
#include "interval/spread.h"
#include "resample/auc.h"

#define PEOPLE 30
#define SIDE 5
#define NONMATED 20000
#define MATED 1500
#define TARGETS 5

/* 2,000, 999, 200, 10 and 9 false matches of 20,000. */
static const double targets[TARGETS] = {0.1, 0.04995, 0.01, 0.0005, 0.00045};

struct table {
  struct plb_trial rows[NONMATED + MATED];
  bool sided; /* the first SIDE people with the others only */
  plb_tally *tally;
};

static void fill(struct table *table, bool sided, double lift, uint64_t seed) {
  table->sided = sided;
  table->tally = similarity_tally();
  table->tally->most_listed = 1;
  for (uint32_t i = 0; i < PEOPLE; i++)
    person_called(table->tally, i);
  for (size_t r = 0; r < NONMATED + MATED; r++) {
    uint32_t a = draw_below(&seed, sided ? SIDE : PEOPLE), b = draw_below(&seed, PEOPLE - 1);
    b = sided ? SIDE + b % (PEOPLE - SIDE) : b + (b >= a);
    double score = draw_below(&seed, 1 << 24) * 0x1p-20 + draw_below(&seed, 1 << 24) * 0x1p-20 + a % 3 + b % 3;
    table->rows[r] = r < NONMATED ? comparison(score, a, b) : comparison(score + lift, b, b);
  }
  assert_int_equal(plb_tally_add_trials(table->tally, table->rows, NONMATED + MATED, NULL), PLB_OK);
}

struct measuring {
  struct plb_options options;
  struct plb_study study;
  struct plb_measured measured;
};

static void measure(struct measuring *with, const struct table *table, double level) {
  *with = (struct measuring){.study = {.tally = table->tally, .options = &with->options}};
  plb_options_init(&with->options, sizeof with->options);
  with->options.fmr_targets = targets;
  with->options.fmr_target_count = TARGETS;
  with->options.level = level;
  with->options.threads = 1;
  with->measured.system = &table->tally->systems[0];
  assert_int_equal(plb_result_new(&with->study.result, NULL), PLB_OK);
  assert_int_equal(plb_system_measure(&with->study, &with->measured, NULL), PLB_OK);
}

static void done(struct measuring *with) {
  plb_system_free(&with->measured);
  plb_result_free(with->study.result);
}

static uint64_t matches_from(const struct table *table, double score) {
  uint64_t count = 0;
  for (size_t r = 0; r < NONMATED; r++)
    count += table->rows[r].score >= score;
  return count;
}

static double fnmr_below(const struct table *table, double score) {
  double count = 0;
  for (size_t r = NONMATED; r < NONMATED + MATED; r++)
    count += table->rows[r].score < score;
  return count / MATED;
}

/* The highest score with at least so many false matches, or the lowest with no more. */
static double score_for(const struct table *table, double matches, bool up) {
  double found = up ? INFINITY : -INFINITY;
  for (size_t r = 0; r < NONMATED + MATED; r++) {
    double score = table->rows[r].score;
    if ((up ? score >= found : score <= found))
      continue;
    double here = (double)matches_from(table, score);
    if (up ? here <= matches : here >= matches)
      found = score;
  }
  return found;
}

/* How many other non-mated comparisons share a comparison's pair of people, and one of its people: on average. */
static void count_sharing(const struct table *table, double *pair, double *person) {
  static double pairs[PEOPLE][PEOPLE];
  double people[PEOPLE] = {0};
  memset(pairs, 0, sizeof pairs);
  for (size_t r = 0; r < NONMATED; r++) {
    uint32_t a = table->rows[r].reference, b = table->rows[r].probe;
    pairs[a < b ? a : b][a < b ? b : a]++;
    people[a]++;
    people[b]++;
  }
  *pair = *person = 0;
  for (int a = 0; a < PEOPLE; a++)
    for (int b = a + 1; b < PEOPLE; b++) {
      *pair += pairs[a][b] * (pairs[a][b] - 1) / NONMATED;
      *person += pairs[a][b] * (people[a] - pairs[a][b] + people[b] - pairs[a][b]) / NONMATED;
    }
}

/* What the correlations beside a rate add to the design effect where x of the comparisons are errors. */
static double alike_at(const struct table *table, const struct plb_pl *pl, double x) {
  double p = fmin(fmax(x, 1) / NONMATED, 0.5), t = plb_probit_upper(p), pair, person;
  count_sharing(table, &pair, &person);
  return pair * fmax(plb_bivariate_upper(t, pl->pair_correlation) / p - p, 0) / (1 - p) +
         person * fmax(plb_bivariate_upper(t, pl->person_correlation) / p - p, 0) / (1 - p);
}

/* The farthest of the counts that PL's interval tells from the target, by trying one after the other from the target
 * on, an eighth apart. */
static double count_told_apart(const struct table *table, const struct plb_rate *fmr, double target, double level,
                               double step) {
  const struct plb_pl *pl = &fmr->narrow;
  double x = target * NONMATED, here = alike_at(table, pl, (double)fmr->errors);
  for (; x > 0 && x < NONMATED; x += step) {
    struct plb_known known = {.ne = pl->effective, .deff = pl->design_effect, .df = pl->df, .skewness = pl->skewness};
    if (here > 0)
      known.deff = 1 + (pl->design_effect - 1) * alike_at(table, pl, x) / here;
    struct plb_limits limits = plb_pl_limits(x, NONMATED, &known, level, false);
    if (step < 0 ? limits.upper < target : limits.lower > target)
      return x;
  }
  return -1;
}

/* As many distinct scores as rows, of which the curve does not have all: its scores between are on straight lines. */
static void check_threshold(const struct table *table, const struct measuring *with, size_t p) {
  const struct plb_study_point *point = &with->measured.points[p];
  const struct plb_redrawn_point *redrawn = &with->measured.redrawn.points[p];
  const struct plb_rate *fmr = &with->measured.rates[PLB_CLASS_NONMATED].at[point->at];
  double target = point->asked, level = with->options.level;
  double most = count_told_apart(table, fmr, target, level, 0.125),
         least = count_told_apart(table, fmr, target, level, -0.125);
  assert_int_equal(redrawn->has_keys, point->point.false_matches >= 10 && most > 0 && least > 0);
  if (!redrawn->has_keys)
    return;
  assert_true(redrawn->keys[0] < point->point.key && redrawn->keys[1] > point->point.key);
  double low = score_for(table, most, false), high = score_for(table, least, true);
  assert_true(fabs(plb_value_of(redrawn->keys[0]) - low) < 0.05);
  assert_true(fabs(plb_value_of(redrawn->keys[1]) - high) < (point->point.false_matches > 50 ? 0.1 : 0.8));
}

static void check_fnmr(const struct table *table, const struct measuring *with, size_t p) {
  const struct plb_study_point *point = &with->measured.points[p];
  const struct plb_redrawn_limits *fnmr = &with->measured.redrawn.points[p].fnmr;
  const struct plb_rate *rate = &with->measured.rates[PLB_CLASS_MATED].at[point->at];
  uint64_t matches = point->point.false_matches;
  double own[2];
  assert_true(fnmr->exists && fnmr->delta);
  bool has = plb_spread_limits(&fnmr->spread, with->options.level, own), few = rate->errors < 10 || matches < 10;
  assert_int_equal(fnmr->joined, few || !has);
  if (has && !few && matches >= 1000)
    assert_true(fnmr->lower == own[0] && fnmr->upper == own[1]);
  assert_true(!has || (fnmr->lower <= own[0] && fnmr->upper >= own[1]));
  assert_true(!few || (fnmr->lower <= rate->narrow.pl.lower && fnmr->upper >= rate->narrow.pl.upper));
  if (matches >= 1000 || matches < 50 || !with->measured.redrawn.points[p].has_keys)
    return;
  const uint64_t *keys = with->measured.redrawn.points[p].keys;
  assert_true(fnmr->lower <= fnmr_below(table, plb_value_of(keys[0])) + 1.5 / MATED);
  /* straight between points of the curve */
  assert_true(fnmr->upper >= fnmr_below(table, plb_value_of(keys[1])) - 3.0 / MATED);
}

static void check_auc(const struct table *table, const struct measuring *with) {
  const struct plb_redrawn_limits *auc = &with->measured.redrawn.auc;
  double weights[PEOPLE] = {0}, makers[2], own[2];
  for (size_t m = NONMATED; m < NONMATED + MATED; m++)
    for (size_t n = 0; n < NONMATED; n++) {
      double above = table->rows[n].score - table->rows[m].score;
      weights[table->rows[m].probe] += (above > 0 ? 1 : above == 0 ? 0.5 : 0) / NONMATED / MATED;
    }
  bool few = plb_auc_of_makers(weights, PEOPLE, with->options.level, makers);
  assert_true(plb_spread_limits(&auc->spread, with->options.level, own));
  /* a cell of the curve is taken as tied: see test_delta.c */
  assert_true(1 - auc->lower > (1 - fmin(own[0], makers[0])) * (1 - 5e-3));
  if (!few) /* else the largest share counts eight times, and so does what the cell adds to it */
    assert_close(1 - auc->lower, 1 - fmin(own[0], makers[0]), 5e-3);
  assert_close(1 - auc->upper, 1 - fmax(own[1], makers[1]), 5e-3);
}

static void check_table(bool sided, double lift, uint64_t seed) {
  static struct table table;
  struct measuring with, corner;
  fill(&table, sided, lift, seed);
  measure(&with, &table, 0.9);
  measure(&corner, &table, (2 + 0.9) / 3);
  assert_int_equal(with.measured.point_count, TARGETS);
  static const uint64_t wanted[TARGETS] = {2000, 999, 200, 10, 9};
  for (size_t p = 0; p < TARGETS; p++) {
    const struct plb_redrawn_limits *here = &with.measured.redrawn.points[p].corner,
                                    *there = &corner.measured.redrawn.points[p].fnmr;
    assert_int_equal(with.measured.points[p].point.false_matches, wanted[p]);
    assert_true(here->lower == there->lower && here->upper == there->upper);
    check_threshold(&table, &with, p);
    check_fnmr(&table, &with, p);
    double df = with.measured.redrawn.points[p].fnmr.spread.df;
    assert_true(df >= 2 && df <= (sided ? SIDE : PEOPLE) - 1);
  }
  check_auc(&table, &with);
  done(&with);
  done(&corner);
  plb_tally_free(table.tally);
}

static void limits_are_what_they_are_made_of(void **unused) {
  (void)unused;
  check_table(false, 14, 3);
  check_table(false, 24, 4);
  check_table(true, 14, 5);
  check_table(false, 33, 6);
}

/* The list that starts at a score: the highest one with so many comparisons at or above it. */
static void keys_for_lengths(void **unused) {
  (void)unused;
  struct plb_point curve[] = {{.key = 5, .false_matches = 40},
                              {.key = 6, .false_matches = 12},
                              {.key = 9, .false_matches = 12},
                              {.key = 11, .false_matches = 3},
                              {.key = 12, .above = true}};
  const struct plb_det det = {.trials = {50, 7}, .curve = curve, .curve_count = 5};
  static const struct {
    size_t length, count;
    uint64_t key;
  } wanted[] = {{1, 3, 11}, {3, 3, 11}, {4, 12, 9}, {12, 12, 9}, {13, 40, 5}, {40, 40, 5}, {41, 50, 0}, {0, 0, 12}};
  for (size_t k = 0; k < sizeof wanted / sizeof *wanted; k++) {
    size_t count;
    assert_int_equal(plb_det_key_for(&det, wanted[k].length, &count), wanted[k].key);
    assert_int_equal(count, wanted[k].count);
  }
}

static double logit(double errors, double trials) {
  return log(errors / (trials - errors));
}

/* Between the points around half and twice the false matches; those with fewer than 30 are no part of it. */
static void slopes_of_few_points(void **unused) {
  (void)unused;
  static const uint64_t matches[] = {400, 200, 100, 60, 40, 30, 29}, nonmatches[] = {10, 20, 40, 70, 100, 150, 900};
  struct plb_point curve[7];
  const struct plb_det det = {.trials = {100000, 1000}, .curve = curve, .curve_count = 7};
  for (int k = 0; k < 7; k++)
    curve[k] =
        (struct plb_point){.key = 5 + (uint64_t)k, .false_matches = matches[k], .false_nonmatches = nonmatches[k]};
  double run = logit(200, 1e5) - logit(40, 1e5), rise = logit(100, 1000) - logit(20, 1000);
  assert_close(plb_det_slope(&det, &curve[2]), rise / run * (0.04 * 0.96) / (0.001 * 0.999), 1e-12);
  run = logit(200, 1e5) - logit(30, 1e5); /* at least 120 false matches at the milder one */
  rise = logit(150, 1000) - logit(20, 1000);
  assert_close(plb_det_slope(&det, &curve[4]), rise / run * (0.1 * 0.9) / (0.0004 * 0.9996), 1e-12);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(limits_are_what_they_are_made_of),
                                     cmocka_unit_test(keys_for_lengths), cmocka_unit_test(slopes_of_few_points)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
