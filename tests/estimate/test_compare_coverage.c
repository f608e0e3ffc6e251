/* SPDX-License-Identifier: Apache-2.0
 *
 * How often the interval of a difference holds the truth, with fixed seeds, in a few of the cells by which the method
 * was chosen (doc/methods.md): systems that share part of the effects of people, pairs and samples. McNemar's interval,
 * which takes comparisons as independent, is the contrast. `test_compare_coverage 2000` runs more replicates.
 */
#include <stdlib.h>

#include "base/key.h"
#include "close.h"
#include "estimate/contrast.h"
#include "estimate/rates.h"
#include "estimate/special.h"
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
    assert_int_equal(
        plb_rates_measure(tally, &tally->systems[s], class, &det, &keys[s], &errors, 1, 0.95, false, PLB_METHOD_PL, 1, &found, NULL),
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

int main(int argc, char **argv) {
  if (argc > 1)
    replicates = atoi(argv[1]);
  const struct CMUnitTest tests[] = {cmocka_unit_test(differences_are_held)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
