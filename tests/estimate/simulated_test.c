/* SPDX-License-Identifier: Apache-2.0
 *
 * See simulated_test.h.
 */
#include "simulated_test.h"

#include "base/probit.h"
#include "comparisons.h"
#include "result/result.h"

static const char *const names[TRUTHS] = {"FNMR at target", "threshold", "EER", "AUC", "d'", "band"};

static double normal(uint64_t *state) {
  double u = ((double)(draw(state) >> 11) + 0.5) * 0x1p-53, v = (double)(draw(state) >> 11) * 0x1p-53;
  return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

static void add(plb_tally *tally, double score, uint32_t i, uint32_t j) {
  char reference[12], probe[12];
  snprintf(reference, sizeof reference, "p%u", i);
  snprintf(probe, sizeof probe, "p%u", j);
  const struct plb_comparison row = {score, i == j, reference, probe};
  assert_int_equal(plb_tally_add(tally, &row, 1, NULL), PLB_OK);
}

plb_tally *simulate(const struct cell *cell, uint64_t *state) {
  plb_tally *tally = similarity_tally();
  double *u = calloc(cell->people, sizeof *u), *v = calloc(cell->people, sizeof *v);
  for (uint32_t i = 0; i < cell->people; i++) {
    u[i] = normal(state);
    v[i] = normal(state);
  }
  double rest = sqrt(1 - 2 * cell->person), own = sqrt(cell->person), mated = sqrt(cell->icc);
  for (uint32_t i = 0; i < cell->people; i++) {
    for (uint32_t a = 0; a < cell->samples * (cell->samples - 1) / 2; a++)
      add(tally, cell->mean + mated * (0.5 * u[i] + sqrt(0.75) * v[i]) + sqrt(1 - cell->icc) * normal(state), i, i);
    for (uint32_t j = i + 1; j < cell->people; j++)
      for (uint32_t a = 0; a < cell->samples * cell->samples; a++)
        add(tally, own * (u[i] + u[j]) + rest * normal(state), i, j);
  }
  free(u);
  free(v);
  return tally;
}

void note(struct held *held, enum truth what, bool holds) {
  held->given[what]++;
  held->held[what] += holds;
}

static void note_limits(struct held *held, enum truth what, double lower, double upper, double truth) {
  note(held, what, lower <= truth && truth <= upper);
  held->width[what] += (upper - lower) / truth;
}

static void note_interval(struct held *held, enum truth what, const struct plb_interval *interval, double truth) {
  assert_true(interval->exists);
  note_limits(held, what, interval->lower, interval->upper, truth);
}

static double fnmr_at(const struct cell *cell, double threshold) {
  return plb_normal_tail(cell->mean - threshold);
}

bool holds_curve(const struct cell *cell, double fmr, const double limits[2]) {
  double truth = fnmr_at(cell, plb_probit_upper(fmr));
  return limits[0] <= truth && truth <= limits[1];
}

void note_intervals(struct held *held, const plb_result *result, const struct cell *cell) {
  const struct plb_estimate *fnmr = plb_result_find(result, "FNMR", "FMR", cell->target);
  const struct plb_estimate *eer = plb_result_find(result, "EER", NULL, 0),
                            *auc = plb_result_find(result, "AUC", NULL, 0),
                            *dprime = plb_result_find(result, "DPRIME", NULL, 0);
  double at = plb_probit_upper(cell->target);
  note_interval(held, TRUTH_FNMR, &fnmr->interval, fnmr_at(cell, at));
  if (fnmr->has_threshold_interval) /* ten false matches carry it */
    note_limits(held, TRUTH_THRESHOLD, fnmr->threshold_interval[0], fnmr->threshold_interval[1], at);
  note_interval(held, TRUTH_EER, &eer->interval, fnmr_at(cell, cell->mean / 2));
  note_interval(held, TRUTH_AUC, &auc->interval, plb_normal_tail(-cell->mean / sqrt(2)));
  note_interval(held, TRUTH_DPRIME, &dprime->interval, cell->mean);
}

static void print_cell(const struct cell *cell, const struct held *held) {
  printf("# %-26s", cell->name);
  for (int w = 0; w < TRUTHS; w++)
    if (held->given[w])
      printf("  %s %.1f %% (%.2f)", names[w], 100.0 * held->held[w] / held->given[w], held->width[w] / held->given[w]);
  printf("\n");
  fflush(stdout);
}

void measure_cells(const struct cell *cells, size_t count, unsigned replicates, uint64_t seed, double least,
                   void (*run)(const struct cell *cell, uint64_t *state, struct held *held)) {
  const char *asked = getenv("PLUMBLINE_REPLICATES");
  struct held all = {{0}, {0}, {0}};
  if (asked)
    replicates = (unsigned)atoi(asked);
  for (size_t k = 0; k < count; k++) {
    struct held held = {{0}, {0}, {0}};
    uint64_t state = seed + k;
    for (unsigned r = 0; r < replicates; r++)
      run(&cells[k], &state, &held);
    print_cell(&cells[k], &held);
    for (int w = 0; w < TRUTHS; w++) {
      all.given[w] += held.given[w];
      all.held[w] += held.held[w];
    }
  }
  for (int w = 0; w < TRUTHS; w++) {
    if (!all.given[w] && w == TRUTH_BAND) /* not every test asks for it */
      continue;
    double share = (double)all.held[w] / all.given[w];
    printf("# all: %s %.1f %% of %u\n", names[w], 100 * share, all.given[w]);
    assert_true(share > least);
  }
}
