/* SPDX-License-Identifier: Apache-2.0
 *
 * The delta method: standard errors against loops over all comparisons of small random tables; slopes and crossings;
 * the same answers for any number of threads and order of rows; and how often its intervals hold the truth of simulated
 * tests (those of test_redraw.c). So few comparisons may be listed here that nothing is drawn.
 *
 * REPLICATES tests a cell, or as many as the environment's PLUMBLINE_REPLICATES says (doc/methods.md has a longer run).
 */
#include "comparisons.h"
#include "simulated_test.h"

#include "base/key.h"
#include "estimate/delta.h"
#include "interval/special.h"
#include "result/result.h"

#define REPLICATES 12
#define PEOPLE 14
#define MOST_ROWS 4000

struct row {
  double score;
  uint32_t i, j;
  bool mated;
};

struct table {
  struct row rows[MOST_ROWS];
  size_t count;
  uint32_t families; /* people i and j are of one family iff equal modulo it; PEOPLE: nobody has relatives */
};

/* People in unequal shares; some pairs never meet. */
static void fill(struct table *table, size_t count, uint32_t distinct, uint32_t families, uint64_t *state) {
  table->count = 0;
  table->families = families;
  while (table->count < count) {
    struct row *row = &table->rows[table->count];
    uint32_t a = draw_below(state, PEOPLE), b = draw_below(state, 3) ? draw_below(state, PEOPLE) : a;
    if ((a * b) % 5 == 4 && a != b)
      continue;
    *row = (struct row){0, a, b, a == b};
    row->score = (double)(draw_below(state, distinct) + (row->mated ? distinct / 2 : 0)) / 7 + (double)(a % 3);
    table->count++;
  }
}

static plb_tally *tally_of(const struct table *table, bool backwards) {
  plb_tally *tally = similarity_tally();
  tally->most_listed = 1;
  tally->cluster = table->families < PEOPLE ? strdup("family") : NULL;
  for (uint32_t i = 0; i < PEOPLE; i++) {
    uint32_t who = backwards ? PEOPLE - 1 - i : i, number = person_called(tally, who);
    char family[8];
    snprintf(family, sizeof family, "f%u", who % table->families);
    if (tally->cluster)
      person_belongs(tally, number, family);
  }
  for (size_t k = 0; k < table->count; k++) {
    const struct row *row = &table->rows[backwards ? table->count - 1 - k : k];
    const struct plb_trial trial = backwards ? comparison(row->score, PEOPLE - 1 - row->i, PEOPLE - 1 - row->j)
                                             : comparison(row->score, row->i, row->j);
    assert_int_equal(plb_tally_add_trials(tally, &trial, 1, NULL), PLB_OK);
  }
  return tally;
}

struct measuring {
  plb_tally *tally;
  struct plb_options options;
  struct plb_study study;
  struct plb_measured measured;
};

static void measure_at(struct measuring *with, double level) {
  static const double targets[] = {0.3, 0.05};
  with->options.fmr_targets = targets;
  with->options.fmr_target_count = 2;
  with->options.level = level;
  with->study = (struct plb_study){.tally = with->tally, .options = &with->options};
  with->measured.system = &with->tally->systems[0];
  assert_int_equal(plb_result_new(&with->study.result, NULL), PLB_OK);
  assert_int_equal(plb_system_measure(&with->study, &with->measured, NULL), PLB_OK);
}

static void measure(struct measuring *with, const struct table *table, bool backwards, unsigned threads) {
  *with = (struct measuring){.tally = tally_of(table, backwards)};
  plb_options_init(&with->options, sizeof with->options);
  with->options.threads = threads;
  measure_at(with, with->options.level);
}

static void done(struct measuring *with) {
  plb_system_free(&with->measured);
  plb_result_free(with->study.result);
  plb_tally_free(with->tally);
}

/* ---- against loops --------------------------------------------------------------------------- */

/* What a comparison adds: an error at a threshold, or the comparisons of the other class on its wrong side, twice. */
static double value_of(const struct table *table, const struct row *row, bool auc, double threshold) {
  double value = 0;
  if (!auc)
    return row->mated ? row->score < threshold : row->score >= threshold;
  for (size_t k = 0; k < table->count; k++) {
    const struct row *other = &table->rows[k];
    double above = row->mated ? other->score - row->score : row->score - other->score;
    if (other->mated != row->mated)
      value += above > 0 ? 2 : above == 0;
  }
  return value;
}

struct naive {
  double psi[PEOPLE];
  double own, less; /* sum of squares were all independent; what is taken off */
};

/* Adds the share of one class. */
static void add_class(const struct table *table, bool mated, bool auc, double threshold, double factor,
                      struct naive *naive) {
  static double value[MOST_ROWS];
  double n = 0, total = 0, squares = 0, inside = 0, inside_sum = 0, most = 0, people = 0;
  double trials_of[PEOPLE] = {0}, sum_of[PEOPLE] = {0};
  for (size_t k = 0; k < table->count; k++) {
    const struct row *row = &table->rows[k];
    uint32_t i = row->i % table->families, j = row->j % table->families;
    if (row->mated != mated)
      continue;
    value[k] = value_of(table, row, auc, threshold);
    n++;
    total += value[k];
    most = fmax(most, value[k]);
    trials_of[i]++;
    sum_of[i] += value[k];
    if (i != j) {
      trials_of[j]++;
      sum_of[j] += value[k];
    } else if (!mated) {
      inside++;
      inside_sum += value[k];
    }
  }
  double mean = total / n;
  for (size_t k = 0; k < table->count; k++)
    squares += table->rows[k].mated == mated ? (value[k] - mean) * (value[k] - mean) : 0;
  for (size_t i = 0; i < PEOPLE; i++)
    people += trials_of[i] > 0;
  double c = mated ? (people - 1) / people : (people - 1) * (people - 2) / (people * (people - 3));
  for (size_t i = 0; i < PEOPLE; i++)
    naive->psi[i] += factor * sqrt(c) / fmax(1 - trials_of[i] / n, 0.1) * (sum_of[i] - mean * trials_of[i]) / n;
  naive->own += factor * factor * squares / n / n;
  if (!mated)
    naive->less += c * factor * factor * fmax(squares - most * inside_sum - mean * mean * inside, 0) / n / n;
}

static void check_spread(const struct table *table, const struct plb_spread *found, bool auc, double threshold,
                         double mated, double nonmated) {
  struct naive naive = {{0}, 0, 0};
  add_class(table, true, auc, threshold, mated, &naive);
  add_class(table, false, auc, threshold, nonmated, &naive);
  double squares = 0, fourths = 0, n = table->families;
  for (size_t i = 0; i < PEOPLE; i++) {
    squares += pow(naive.psi[i], 2);
    fourths += pow(naive.psi[i], 4);
  }
  assert_close(found->error, sqrt(fmax(squares - naive.less, naive.own)), 1e-11);
  double df = 2 * squares * squares / (fourths - squares * squares / n);
  assert_close(found->df, fmin(fmax(df, 2), n - 1), 1e-9);
}

static void check_table(const struct table *table) {
  struct measuring with;
  measure(&with, table, false, 2);
  const struct plb_redrawn *redrawn = &with.measured.redrawn;
  double mated = (double)with.measured.det.trials[1], nonmated = (double)with.measured.det.trials[0], right = 0;
  assert_true(redrawn->any && redrawn->eer.delta && redrawn->auc.delta && !redrawn->replicates && !redrawn->band.count);
  for (size_t p = 0; p < with.measured.point_count; p++) {
    const struct plb_point *point = &with.measured.points[p].point;
    const struct plb_redrawn_limits *fnmr = &redrawn->points[p].fnmr;
    assert_true(fnmr->exists && fnmr->delta);
    assert_close(fnmr->spread.value, (double)point->false_nonmatches / mated, 1e-15);
    double slope = point->false_matches < PLB_FEWEST_FOR_SLOPE ? 0 : plb_det_slope(&with.measured.det, point);
    check_spread(table, &fnmr->spread, false, plb_value_of(point->key), 1, slope);
  }
  double slope = plb_det_slope(&with.measured.det, &with.measured.det.eer);
  check_spread(table, &redrawn->eer.spread, false, plb_value_of(with.measured.det.eer.key), 1 / (1 + slope),
               slope / (1 + slope));
  check_spread(table, &redrawn->auc.spread, true, 0, 0.5 / nonmated, 0.5 / mated);
  for (size_t k = 0; k < table->count; k++)
    right += table->rows[k].mated ? 2 * nonmated - value_of(table, &table->rows[k], true, 0) : 0;
  assert_close(redrawn->auc.spread.value, right / 2 / nonmated / mated, 1e-14);
  assert_true(redrawn->auc.lower < redrawn->auc.spread.value && redrawn->auc.upper > redrawn->auc.spread.value);
  done(&with);
}

static void it_is_what_loops_give(void **unused) {
  (void)unused;
  static struct table table;
  uint64_t state = 5;
  for (int round = 0; round < 12; round++) {
    fill(&table, 300 + draw_below(&state, 900), round % 3 ? 25 : 3000, round % 2 ? PEOPLE : 9, &state);
    check_table(&table);
  }
}

static void nothing_depends_on_order_or_threads(void **unused) {
  (void)unused;
  static struct table table;
  uint64_t state = 6;
  for (int round = 0; round < 4; round++) {
    struct measuring one, other;
    fill(&table, MOST_ROWS, round % 2 ? 40 : 100000, round < 2 ? PEOPLE : 9, &state);
    measure(&one, &table, false, 1);
    measure(&other, &table, true, 3);
    assert_memory_equal(&one.measured.redrawn.eer, &other.measured.redrawn.eer, sizeof one.measured.redrawn.eer);
    assert_memory_equal(&one.measured.redrawn.auc, &other.measured.redrawn.auc, sizeof one.measured.redrawn.auc);
    for (size_t p = 0; p < one.measured.point_count; p++)
      assert_memory_equal(&one.measured.redrawn.points[p].fnmr, &other.measured.redrawn.points[p].fnmr,
                          sizeof one.measured.redrawn.points[p].fnmr);
    done(&one);
    done(&other);
  }
}

/* At 99.9 % of 1,000 replicates none would lie beyond the limits. */
static void it_stands_in_for_too_few_replicates(void **unused) {
  (void)unused;
  static struct table table;
  uint64_t state = 8;
  fill(&table, 1000, 40, PEOPLE, &state);
  for (int listed = 0; listed < 2; listed++) {
    struct measuring with = {.tally = tally_of(&table, false)};
    plb_options_init(&with.options, sizeof with.options);
    with.options.threads = 2;
    with.tally->most_listed = listed ? MOST_ROWS : 1;
    measure_at(&with, 0.999);
    const struct plb_redrawn *redrawn = &with.measured.redrawn;
    assert_true(redrawn->any && redrawn->scant && !redrawn->why && !redrawn->band.count);
    assert_true(redrawn->eer.delta && redrawn->auc.delta && redrawn->points[0].fnmr.delta);
    done(&with);
  }
}

/* With more distinct scores than the curve has points, cells stand for scores. */
static void cells_are_small_enough(void **unused) {
  (void)unused;
  static struct table table;
  struct measuring with;
  uint64_t state = 7;
  double nonmated, mated;
  fill(&table, MOST_ROWS, 100000000, PEOPLE, &state);
  measure(&with, &table, false, 2);
  nonmated = (double)with.measured.det.trials[0];
  mated = (double)with.measured.det.trials[1];
  assert_true(with.measured.det.thinned);
  struct naive naive = {{0}, 0, 0};
  add_class(&table, true, true, 0, 0.5 / nonmated, &naive);
  add_class(&table, false, true, 0, 0.5 / mated, &naive);
  double squares = 0;
  for (size_t i = 0; i < PEOPLE; i++)
    squares += pow(naive.psi[i], 2);
  double wanted = sqrt(fmax(squares - naive.less, naive.own));
  printf("# AUC by %zu cells of %zu scores: standard error %.6g, by all scores %.6g\n", with.measured.det.curve_count,
         table.count, with.measured.redrawn.auc.spread.error, wanted);
  assert_close(with.measured.redrawn.auc.spread.error, wanted, 1e-3);
  done(&with);
}

/* ---- off the curve --------------------------------------------------------------------------- */

/* Normal scores, mated ones 3 above the others: -dFNMR/dFMR is the ratio of two densities. */
static void slopes_are_those_of_the_densities(void **unused) {
  (void)unused;
  struct plb_point curve[600];
  struct plb_det det = {.trials = {100000000, 10000000}, .curve = curve, .curve_count = 600, .thinned = true};
  for (int k = 0; k < 600; k++) {
    double t = -3 + k * 0.015;
    curve[k] = (struct plb_point){plb_key_of(t), false, (uint64_t)(1e8 * plb_normal_tail(t) + 0.5),
                                  (uint64_t)(1e7 * plb_normal_tail(3 - t))};
  }
  for (double t = 0; t < 3.5; t += 0.25) {
    const struct plb_point at = {plb_key_of(t), false, (uint64_t)(1e8 * plb_normal_tail(t)),
                                 (uint64_t)(1e7 * plb_normal_tail(3 - t))};
    double truth = exp(-0.5 * (t - 3) * (t - 3) + 0.5 * t * t), found = plb_det_slope(&det, &at);
    printf("# FMR %.4g: slope %.4g, found %.4g\n", plb_normal_tail(t), truth, found);
    assert_close(found, truth, 0.06);
    struct plb_crossing crossing = plb_det_crossing(&det, 1e8 * plb_normal_tail(t + 0.004), true);
    assert_true(fabs(plb_value_of(crossing.key) - t - 0.004) < 1e-4);
    assert_close(crossing.fnmr, plb_normal_tail(3 - t - 0.004), 1e-3);
  }
  det.thinned = false; /* every score is there: outward */
  struct plb_crossing low = plb_det_crossing(&det, (double)curve[300].false_matches - 1, false),
                      high = plb_det_crossing(&det, (double)curve[300].false_matches - 1, true);
  assert_int_equal(low.key, curve[300].key);
  assert_int_equal(high.key, curve[301].key);
  assert_int_equal(plb_det_crossing(&det, (double)curve[300].false_matches, true).key, curve[300].key);
  assert_int_equal(plb_det_crossing(&det, 1e9, false).key, curve[0].key);
  assert_int_equal(plb_det_crossing(&det, 0, true).key, curve[599].key);
}

/* ---- the truth --------------------------------------------------------------------------------- */

static plb_result *verify(plb_tally *tally, size_t listed, const double *targets, size_t count, const char *claim) {
  struct plb_options options;
  plb_result *result;
  plb_options_init(&options, sizeof options);
  options.fmr_targets = targets;
  options.fmr_target_count = count;
  options.threads = 2;
  options.replicates = 500;
  options.claims = &claim;
  options.claim_count = claim != NULL;
  tally->most_listed = listed;
  assert_int_equal(plb_verification(tally, &options, &result, NULL), PLB_OK);
  return result;
}

static const struct plb_interval *interval_of(const plb_result *result, const char *metric, double target) {
  const struct plb_estimate *found = plb_result_find(result, metric, target > 0 ? "FMR" : NULL, target);
  assert_true(found && found->interval.exists);
  return &found->interval;
}

static double width(const struct plb_interval *interval) {
  return interval->upper - interval->lower;
}

/* Of 19,600 non-mated comparisons 5,000 may be listed, so that 1,000 false matches are the most that are drawn. FNMR at
 * a target is not. */
static void each_quantity_by_itself(void **unused) {
  (void)unused;
  static const double targets[] = {0.1, 0.01};
  static const struct cell cell = {"", 50, 4, 0.06, 0.3, 2.5, 0};
  uint64_t state = 9;
  plb_tally *tally = simulate(&cell, &state);
  plb_result *all = verify(tally, 1 << 23, targets, 2, "FNMR <= 50% at FMR 10%"),
             *some = verify(tally, 5000, targets, 2, "FNMR <= 50% at FMR 10%");
  for (int t = 0; t < 2; t++) {
    const struct plb_interval *one = interval_of(all, "FNMR", targets[t]),
                              *same = interval_of(some, "FNMR", targets[t]);
    assert_string_equal(one->method, "delta");
    assert_true(one->lower == same->lower && one->upper == same->upper);
  }
  static const char *const others[] = {"EER", "AUC"};
  for (int k = 0; k < 2; k++) {
    const struct plb_interval *before = interval_of(all, others[k], 0), *delta = interval_of(some, others[k], 0);
    assert_string_equal(before->method, k ? "double-or-nothing or weighted Poisson" : "double-or-nothing");
    assert_string_equal(delta->method, k ? "delta or weighted Poisson" : "delta");
    printf("# %s: drawn %.4f to %.4f, delta %.4f to %.4f\n", others[k], before->lower, before->upper, delta->lower,
           delta->upper);
    assert_true(width(delta) > 0.6 * width(before) && width(delta) < 1.4 * width(before));
  }
  assert_string_equal(all->claims[0].verdict, "shown");
  assert_string_equal(all->claims[0].why, some->claims[0].why);
  assert_non_null(strstr(some->claims[0].why, "PL-strict and delta"));
  bool said = false;
  for (size_t k = 0; k < some->statement_count; k++)
    said |= strstr(some->statements[k], "The band around the DET curve") &&
            strstr(some->statements[k], " to 5.102 %, beyond");
  assert_true(said);
  plb_result_free(all);
  plb_result_free(some);
  plb_tally_free(tally);
}

/* Half of the comparisons have the highest score, and more than may be listed: a list cannot end among them. */
static void ties_are_not_listed(void **unused) {
  (void)unused;
  static struct table table;
  static const double target = 0.6;
  uint64_t state = 10;
  fill(&table, MOST_ROWS, 2, PEOPLE, &state);
  for (size_t k = 0; k < table.count; k++)
    table.rows[k].score = draw_below(&state, 10) < (table.rows[k].mated ? 8 : 5);
  plb_tally *tally = tally_of(&table, false);
  plb_result *result = verify(tally, 3200, &target, 1, NULL), *none = verify(tally, 1, &target, 1, NULL);
  const struct plb_interval *one = interval_of(result, "FNMR", target), *other = interval_of(none, "FNMR", target);
  assert_true(one->lower < one->upper && other->lower < other->upper);
  assert_string_equal(interval_of(none, "EER", 0)->method, "delta");
  assert_string_equal(interval_of(none, "AUC", 0)->method, "delta or weighted Poisson");
  plb_result_free(result);
  plb_result_free(none);
  plb_tally_free(tally);
}

static void run(const struct cell *cell, uint64_t *state, struct held *held) {
  plb_tally *tally = simulate(cell, state);
  plb_result *result = verify(tally, 1, &cell->target, 1, NULL);
  static const char *const metrics[] = {"FNMR", "EER", "AUC"};
  for (int k = 0; k < 3; k++)
    assert_int_equal(strncmp(interval_of(result, metrics[k], k ? 0 : cell->target)->method, "delta", 5), 0);
  note_intervals(held, result, cell);
  plb_result_free(result);
  plb_tally_free(tally);
}

static void the_truth_is_held(void **unused) {
  (void)unused;
  static const struct cell cells[] = {{"n=50 m=4 r=.06 FMR 1e-1", 50, 4, 0.06, 0.3, 2.5, 1e-1},
                                      {"n=50 m=4 r=.06 FMR 1e-2", 50, 4, 0.06, 0.3, 3.5, 1e-2},
                                      {"n=100 m=3 r=.06 FMR 1e-1", 100, 3, 0.06, 0.3, 2.5, 1e-1},
                                      {"n=100 m=3 r=.12 FMR 5e-2", 100, 3, 0.12, 0.3, 3, 5e-2},
                                      {"n=30 m=4 r=.12 FMR 1e-1", 30, 4, 0.12, 0.6, 2, 1e-1},
                                      {"n=200 m=2 r=.06 FMR 1e-2", 200, 2, 0.06, 0.3, 3, 1e-2},
                                      {"n=50 m=4 r=.00 FMR 1e-1", 50, 4, 0, 0, 2.5, 1e-1},
                                      {"n=50 m=4 r=.06 FMR 1e-3", 50, 4, 0.06, 0.3, 3.5, 1e-3},
                                      {"n=100 m=3 r=.12 FMR 1e-3", 100, 3, 0.12, 0.3, 3.5, 1e-3}};
  measure_cells(cells, sizeof cells / sizeof *cells, REPLICATES, 2000, 0.88, run);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(it_is_what_loops_give),
                                     cmocka_unit_test(nothing_depends_on_order_or_threads),
                                     cmocka_unit_test(it_stands_in_for_too_few_replicates),
                                     cmocka_unit_test(cells_are_small_enough),
                                     cmocka_unit_test(slopes_are_those_of_the_densities),
                                     cmocka_unit_test(each_quantity_by_itself),
                                     cmocka_unit_test(ties_are_not_listed),
                                     cmocka_unit_test(the_truth_is_held)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
