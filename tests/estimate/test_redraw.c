/* SPDX-License-Identifier: Apache-2.0
 *
 * How often the intervals hold the truth of what depends on a threshold that the data chose: FNMR at an FMR target, the
 * threshold itself, EER, AUC, d', and the whole DET by its band, in simulated tests of known truth.
 *
 * REPLICATES tests a cell, or as many as the environment's PLUMBLINE_REPLICATES says (doc/methods.md has a longer run).
 */
#include "simulated_test.h"

#include "result/result.h"

#define REPLICATES 12

/* The true curve at all points that have a band. */
static void note_band(struct held *held, const plb_result *result, const struct cell *cell) {
  bool any = false, inside = true;
  for (size_t c = 0; c < result->curve_count; c++)
    for (size_t k = 0; k < result->curves[c].point_count && result->curves[c].kind == PLB_CURVE_DET; k++) {
      const struct plb_det_point *point = &result->curves[c].points[k];
      if (!point->has_fnmr_band)
        continue;
      any = true;
      inside &= holds_curve(cell, (double)point->fmr_errors / (double)point->fmr_trials, point->fnmr_band);
    }
  assert_true(any);
  note(held, TRUTH_BAND, inside);
}

static void measure(const struct cell *cell, uint64_t *state, struct held *held) {
  struct plb_options options;
  plb_result *result;
  plb_tally *tally = simulate(cell, state);
  plb_options_init(&options, sizeof options);
  options.fmr_targets = &cell->target;
  options.fmr_target_count = 1;
  options.replicates = 400;
  options.threads = 1;
  options.seed = draw(state);
  assert_int_equal(plb_verification(tally, &options, &result, NULL), PLB_OK);
  note_intervals(held, result, cell);
  note_band(held, result, cell);
  plb_result_free(result);
  plb_tally_free(tally);
}

static void test_the_truth_is_held(void **unused) {
  (void)unused;
  static const struct cell cells[] = {{"n=50 m=4 r=.06 FMR 1e-2", 50, 4, 0.06, 0.3, 3.5, 1e-2},
                                      {"n=50 m=4 r=.06 FMR 1e-3", 50, 4, 0.06, 0.3, 4.2, 1e-3},
                                      {"n=100 m=3 r=.06 FMR 1e-3", 100, 3, 0.06, 0.3, 4, 1e-3},
                                      {"n=100 m=3 r=.12 FMR 1e-3", 100, 3, 0.12, 0.3, 4, 1e-3},
                                      {"n=30 m=4 r=.12 FMR 1e-2", 30, 4, 0.12, 0.6, 3, 1e-2},
                                      {"n=200 m=2 r=.06 FMR 1e-4", 200, 2, 0.06, 0.3, 5, 1e-4},
                                      {"n=20 m=4 r=.12 FMR 1e-2", 20, 4, 0.12, 0.6, 3, 1e-2},
                                      {"n=50 m=4 r=.06 FMR 1e-4", 50, 4, 0.06, 0.3, 5, 1e-4},
                                      {"n=50 m=2 r=.06 FMR 1e-2", 50, 2, 0.06, 0.3, 4, 1e-2}};
  measure_cells(cells, sizeof cells / sizeof *cells, REPLICATES, 1000, 0.9, measure);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_truth_is_held)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
