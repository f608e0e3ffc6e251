/* SPDX-License-Identifier: Apache-2.0
 *
 * How often the interval of a difference holds the truth, with fixed seeds, in a few of the cells by which the method
 * was chosen (doc/methods.md): systems that share part of the effects of people, pairs and samples. McNemar's interval,
 * which takes comparisons as independent, is the contrast. `test_compare_coverage 2000` runs more replicates.
 */
#include <stdlib.h>
#include <string.h>

#include "base/key.h"
#include "close.h"
#include "estimate/rates.h"
#include "interval/contrast.h"
#include "interval/special.h"
#include "joined.h"
#include "pairs.h"

static int replicates = 150;

struct cell {
  const char *name;
  struct twin_model model;
  double rate[2]; /* the truth */
  double least;   /* coverage */
};

struct seen {
  int held, above, below, naive, ratio; /* above: the truth lies above the interval */
};

static double threshold_of(const struct cell *cell, int s) {
  double t = plb_probit_upper(cell->rate[s]);
  return cell->model.mated ? -t : t;
}

static void measure(struct plb_tally *tally, const struct cell *cell, struct plb_rate rates[2],
                    const uint64_t keys[2]) {
  enum plb_class class = cell->model.mated ? PLB_CLASS_MATED : PLB_CLASS_NONMATED;
  for (int s = 0; s < 2; s++) {
    struct plb_det det = {.thresholds = &keys[s], .threshold_count = 1};
    struct plb_point point;
    struct plb_rates found = {0};
    det.at_threshold = &point;
    assert_int_equal(plb_det_measure(tally, &tally->systems[s], 1, &det, NULL), PLB_OK);
    uint64_t errors = cell->model.mated ? point.false_nonmatches : point.false_matches;
    assert_int_equal(plb_rates_measure(tally, &tally->systems[s], class, &det, &keys[s], &errors, 1, 0.95, false,
                                       PLB_METHOD_PL, 1, &found, NULL),
                     PLB_OK);
    rates[s] = found.at[0];
    plb_rates_free(&found);
    plb_det_free(&det);
  }
}

static double rho_of(struct plb_tally *tally, const struct cell *cell, const uint64_t keys[2]) {
  bool mated = cell->model.mated;
  uint64_t both[4] = {keys[0], keys[1]};
  const struct plb_rows *rows[2] = {&tally->systems[0].of[mated].rows, &tally->systems[1].of[mated].rows};
  size_t most = (size_t)(rows[0]->count * 3 / 10);
  const struct plb_duel duel = {0, 1};
  for (int s = 0; s < 2 && !mated; s++)
    assert_int_equal(plb_kth_largest(tally, rows[s], most < 3000 ? most : 3000, &both[2 + s], NULL), PLB_OK);
  struct plb_contrasts contrasts = {.tally = tally,
                                    .mated = mated,
                                    .keys = both,
                                    .point_count = mated ? 1 : 2,
                                    .duels = &duel,
                                    .duel_count = 1,
                                    .threads = 1};
  assert_int_equal(plb_contrasts_measure(&contrasts, NULL), PLB_OK);
  double rho = plb_contrast_rho(&contrasts.at[0], mated ? NULL : &contrasts.at[1]);
  plb_contrasts_free(&contrasts);
  return rho;
}

/* Wald's interval of a difference of paired shares. */
static bool naive_holds(const struct twins *twins, const struct cell *cell, double truth) {
  double sum = 0, squares = 0, n = (double)twins->count;
  for (size_t k = 0; k < twins->count; k++) {
    bool error[2];
    for (int s = 0; s < 2; s++)
      error[s] = (twins->rows[k].score[s] >= threshold_of(cell, s)) != cell->model.mated;
    int d = error[0] - error[1];
    sum += d;
    squares += d * d;
  }
  double mean = sum / n, spread = 1.96 * sqrt((squares / n - mean * mean) / n);
  return fabs(mean - truth) <= spread;
}

static void one_replicate(struct dice *dice, const struct cell *cell, struct seen *seen) {
  struct twins twins;
  struct plb_rate rates[2];
  uint64_t keys[2];
  twins_of_model(dice, &cell->model, &twins);
  struct plb_tally *tally = tally_of_twins(&twins, cell->model.mated);
  for (int s = 0; s < 2; s++)
    keys[s] = plb_key_of(threshold_of(cell, s));
  measure(tally, cell, rates, keys);
  const struct plb_side a = {&rates[0].narrow, rates[0].errors, rates[0].trials},
                        b = {&rates[1].narrow, rates[1].errors, rates[1].trials};
  double truth = cell->rate[0] - cell->rate[1], ratio = cell->rate[0] / cell->rate[1];
  double rho = rho_of(tally, cell, keys);
  struct plb_limits limits = plb_mover_difference(&a, &b, rho, 0.95), log_scale = plb_mover_ratio(&a, &b, rho, 0.95);
  seen->above += truth > limits.upper;
  seen->below += truth < limits.lower;
  seen->held += truth >= limits.lower && truth <= limits.upper;
  seen->ratio += ratio >= log_scale.lower && ratio <= log_scale.upper;
  seen->naive += naive_holds(&twins, cell, truth);
  plb_tally_free(tally);
  free(twins.rows);
}

static const struct cell cells[] = {
    {"FMR, equal", {false, 40, 3, {.06, .06}, {.2, .2}, {.05, .05}, .5}, {.03, .03}, .90},
    {"FMR, person effects differ", {false, 40, 3, {.12, .03}, {.2, .2}, {.05, .05}, .5}, {.03, .03}, .90},
    {"FMR, twice as many", {false, 40, 3, {.06, .06}, {.2, .2}, {.05, .05}, .5}, {.02, .01}, .90},
    {"FNMR, equal", {true, 60, 6, {.3, .3}, {0, 0}, {0, 0}, .5}, {.05, .05}, .90},
    {"FNMR, person effects differ", {true, 60, 6, {.6, .1}, {0, 0}, {0, 0}, .5}, {.05, .05}, .90},
};

static void differences_are_held(void **state) {
  (void)state;
  for (size_t c = 0; c < sizeof cells / sizeof *cells; c++) {
    struct dice dice = {.state = 77 + c};
    struct seen seen = {0};
    for (int r = 0; r < replicates; r++)
      one_replicate(&dice, &cells[c], &seen);
    double share = 100.0 / replicates;
    print_message("%s: %.1f %% (truth above %.1f, below %.1f), ratio %.1f %%, McNemar %.1f %%\n", cells[c].name,
                  share * seen.held, share * seen.above, share * seen.below, share * seen.ratio, share * seen.naive);
    assert_true(seen.held >= cells[c].least * replicates && seen.naive < seen.held);
  }
}

/* ---- thresholds found in the data -------------------------------------------------------------------- */

struct found_cell {
  const char *name;
  struct twin_model nonmated, mated;
  double mean[2], target; /* of mated scores; FMR */
};

static const struct found_cell found_cells[] = {
    {"thresholds found, equal",
     {false, 50, 3, {.06, .06}, {.2, .2}, {.05, .05}, .5},
     {true, 50, 6, {.3, .3}, {0, 0}, {0, 0}, .5},
     {3, 3},
     .01},
    {"thresholds found, person effects differ",
     {false, 50, 3, {.12, .03}, {.2, .2}, {.05, .05}, .5},
     {true, 50, 6, {.5, .1}, {0, 0}, {0, 0}, .5},
     {2.6, 3},
     .01},
};

/* The truth: FNMR where FMR is the target, and the EER, of normal scores. */
static double fnmr_of(const struct found_cell *cell, int s) {
  return plb_normal_tail(cell->mean[s] - plb_probit_upper(cell->target));
}

static double eer_of(const struct found_cell *cell, int s) {
  return plb_normal_tail(cell->mean[s] / 2);
}

static struct plb_result *compared(struct dice *dice, const struct found_cell *cell, uint64_t seed) {
  struct twins nonmated, mated;
  struct plb_options options;
  struct plb_comparing comparing;
  twins_of_model(dice, &cell->nonmated, &nonmated);
  twins_of_model(dice, &cell->mated, &mated);
  for (size_t k = 0; k < mated.count; k++)
    for (int s = 0; s < 2; s++)
      mated.rows[k].score[s] += cell->mean[s];
  struct plb_tally *tally = tally_of_twins(&nonmated, false);
  add_twins(tally, &mated, true);
  plb_options_init(&options, sizeof options);
  plb_comparing_init(&comparing, sizeof comparing);
  options.fmr_targets = &cell->target;
  options.fmr_target_count = 1;
  options.threads = 1;
  options.replicates = 400;
  options.seed = seed;
  struct plb_result *result = compare_tally(tally, 2, &options, &comparing);
  plb_tally_free(tally);
  free(nonmated.rows);
  free(mated.rows);
  return result;
}

static void look(const struct plb_result *result, const char *metric, double truth, struct seen *seen) {
  for (size_t i = 0; i < plb_result_count(result); i++) {
    const struct plb_estimate *e = plb_result_get(result, i);
    if (strcmp(e->metric, metric) != 0)
      continue;
    assert_true(e->has_value);
    seen->held += e->interval.exists && truth >= e->interval.lower && truth <= e->interval.upper;
    seen->above += e->interval.exists && truth > e->interval.upper;
    seen->below += e->interval.exists && truth < e->interval.lower;
  }
}

static void differences_at_targets_are_held(void **state) {
  (void)state;
  int times = replicates / 3;
  for (size_t c = 0; c < sizeof found_cells / sizeof *found_cells; c++) {
    const struct found_cell *cell = &found_cells[c];
    struct dice dice = {.state = 1077 + c};
    struct seen fnmr = {0}, eer = {0}, ratio = {0};
    for (int r = 0; r < times; r++) {
      struct plb_result *result = compared(&dice, cell, (uint64_t)r);
      look(result, "FNMR_DIFFERENCE", fnmr_of(cell, 1) - fnmr_of(cell, 0), &fnmr);
      look(result, "FNMR_RATIO", fnmr_of(cell, 1) / fnmr_of(cell, 0), &ratio);
      look(result, "EER_DIFFERENCE", eer_of(cell, 1) - eer_of(cell, 0), &eer);
      plb_result_free(result);
    }
    double share = 100.0 / times;
    print_message("%s: FNMR at FMR %.1f %% (truth above %.1f, below %.1f), ratio %.1f %%, EER %.1f %% (%.1f, %.1f)\n",
                  cell->name, share * fnmr.held, share * fnmr.above, share * fnmr.below, share * ratio.held,
                  share * eer.held, share * eer.above, share * eer.below);
    assert_true(fnmr.held >= 0.88 * times && eer.held >= 0.85 * (eer.held + eer.above + eer.below));
  }
}

int main(int argc, char **argv) {
  if (argc > 1)
    replicates = atoi(argv[1]);
  const struct CMUnitTest tests[] = {cmocka_unit_test(differences_are_held),
                                     cmocka_unit_test(differences_at_targets_are_held)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
