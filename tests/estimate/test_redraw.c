/* SPDX-License-Identifier: Apache-2.0
 *
 * How often the intervals hold the truth of what depends on a threshold that the data chose: FNMR at an FMR target, the
 * threshold itself, EER, AUC, d', and the whole DET by its band. Simulated tests of known truth:
 *
 *   non-mated  sqrt(r)(u_i + u_j) + sqrt(1 - 2r) e                          so that FMR(t) = Q(t)
 *   mated      mean + sqrt(icc)(0.5 u_i + sqrt(.75) v_i) + sqrt(1 - icc) e  so that FNMR(t) = Q(mean - t)
 *
 * Behind each share is the mean width of the limits, of what they hold. REPLICATES tests a cell, or as many as the
 * environment's PLUMBLINE_REPLICATES says (doc/methods.md has a longer run).
 */
#include "check.h"

#include "interval/special.h"
#include "plumbline.h"
#include "result/result.h"

#define FEW_REPLICATES 12
#define MOST_PEOPLE 400
#define TRUTHS 6

struct cell {
  const char *name;
  uint32_t people, samples;
  double person, icc, mean, target;
};

/* what is held: FNMR at the target, its threshold, EER, AUC, the whole band, d' */
static const char *const names[TRUTHS] = {"FNMR at target", "threshold", "EER", "AUC", "band", "d'"};

struct held {
  unsigned held[TRUTHS], given[TRUTHS];
  double width[TRUTHS]; /* sums, of the truth; not of the band */
};

static double normal(uint64_t *state) {
  double u = ((double)(draw(state) >> 11) + 0.5) * 0x1p-53, v = (double)(draw(state) >> 11) * 0x1p-53;
  return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

static double tail(double t) {
  return 0.5 * erfc(t / 1.4142135623730951);
}

static void add(plb_tally *tally, double score, bool mated, char ids[][8], uint32_t i, uint32_t j) {
  const struct plb_comparison row = {score, mated, ids[i], ids[j]};
  assert_int_equal(plb_tally_add(tally, &row, 1, NULL), PLB_OK);
}

static plb_tally *simulate(const struct cell *cell, uint64_t *state) {
  static char ids[MOST_PEOPLE][8];
  double u[MOST_PEOPLE], v[MOST_PEOPLE];
  struct plb_input input;
  plb_tally *tally;
  plb_input_init(&input, sizeof input);
  input.direction = PLB_SIMILARITY;
  assert_int_equal(plb_tally_new(&input, &tally, NULL), PLB_OK);
  for (uint32_t i = 0; i < cell->people; i++) {
    snprintf(ids[i], sizeof ids[i], "p%u", i);
    u[i] = normal(state);
    v[i] = normal(state);
  }
  double rest = sqrt(1 - 2 * cell->person), own = sqrt(cell->person), mated = sqrt(cell->icc);
  for (uint32_t i = 0; i < cell->people; i++) {
    for (uint32_t a = 0; a < cell->samples * (cell->samples - 1) / 2; a++)
      add(tally, cell->mean + mated * (0.5 * u[i] + sqrt(0.75) * v[i]) + sqrt(1 - cell->icc) * normal(state), true, ids,
          i, i);
    for (uint32_t j = i + 1; j < cell->people; j++)
      for (uint32_t a = 0; a < cell->samples * cell->samples; a++)
        add(tally, own * (u[i] + u[j]) + rest * normal(state), false, ids, i, j);
  }
  return tally;
}

static void note(struct held *held, int what, double lower, double upper, double truth) {
  held->given[what]++;
  held->held[what] += lower <= truth && truth <= upper;
  held->width[what] += (upper - lower) / truth;
}

/* The true curve at all points that have a band. */
static void note_band(struct held *held, const plb_result *result, const struct cell *cell) {
  bool any = false, inside = true;
  for (size_t c = 0; c < result->curve_count; c++)
    for (size_t k = 0; k < result->curves[c].point_count && result->curves[c].kind == PLB_CURVE_DET; k++) {
      const struct plb_det_point *point = &result->curves[c].points[k];
      if (!point->has_fnmr_band)
        continue;
      double fmr = (double)point->fmr_errors / (double)point->fmr_trials;
      double truth = tail(cell->mean - plb_probit_upper(fmr));
      any = true;
      inside &= point->fnmr_band[0] <= truth && truth <= point->fnmr_band[1];
    }
  held->given[4] += any;
  held->held[4] += any && inside;
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
  const struct plb_estimate *fnmr = plb_result_find(result, "FNMR", "FMR", cell->target);
  const struct plb_estimate *eer = plb_result_find(result, "EER", NULL, 0),
                            *auc = plb_result_find(result, "AUC", NULL, 0),
                            *dprime = plb_result_find(result, "DPRIME", NULL, 0);
  double at = plb_probit_upper(cell->target);
  note(held, 0, fnmr->interval.lower, fnmr->interval.upper, tail(cell->mean - at));
  if (fnmr->has_threshold_interval) /* ten false matches carry it */
    note(held, 1, fnmr->threshold_interval[0], fnmr->threshold_interval[1], at);
  note(held, 2, eer->interval.lower, eer->interval.upper, tail(cell->mean / 2));
  note(held, 3, auc->interval.lower, auc->interval.upper, tail(-cell->mean / sqrt(2)));
  note_band(held, result, cell);
  note(held, 5, dprime->interval.lower, dprime->interval.upper, cell->mean);
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
  const char *asked = getenv("PLUMBLINE_REPLICATES");
  unsigned replicates = asked ? (unsigned)atoi(asked) : FEW_REPLICATES;
  struct held all = {{0}, {0}, {0}};
  for (size_t k = 0; k < sizeof cells / sizeof *cells; k++) {
    struct held held = {{0}, {0}, {0}};
    uint64_t state = 1000 + k;
    for (unsigned r = 0; r < replicates; r++)
      measure(&cells[k], &state, &held);
    printf("# %-26s", cells[k].name);
    for (int w = 0; w < TRUTHS; w++) {
      if (held.given[w])
        printf("  %s %.1f %% (%.2f)", names[w], 100.0 * held.held[w] / held.given[w], held.width[w] / held.given[w]);
      all.given[w] += held.given[w];
      all.held[w] += held.held[w];
    }
    printf("\n");
    fflush(stdout);
  }
  for (int w = 0; w < TRUTHS; w++) {
    double share = (double)all.held[w] / all.given[w];
    printf("# all: %s %.1f %% of %u\n", names[w], 100 * share, all.given[w]);
    assert_true(share > 0.9);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_truth_is_held)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
