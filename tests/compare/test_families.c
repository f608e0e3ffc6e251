/* SPDX-License-Identifier: Apache-2.0
 *
 * Two systems on families: what replicates of families say, against replicates worked out row by row; and how often
 * the intervals of differences hold the truth when a family counts as its people, and when it counts as one.
 * `test_families 500` runs more tests.
 */
#include <stdlib.h>
#include <string.h>

#include "base/key.h"
#include "close.h"
#include "interval/special.h"
#include "joined.h"
#include "pairs.h"
#include "resample/roster.h"

#define SIZE 3

static int tests = 50;

/* Both classes of one test, mated scores moved by `mean`. */
struct both {
  struct twins of[2];
};

static void draw(struct dice *dice, const struct twin_model models[2], const double mean[2], struct both *both) {
  for (int c = 0; c < 2; c++)
    twins_of_families(dice, &models[c], SIZE, 0.8, &both->of[c]);
  for (size_t k = 0; k < both->of[1].count; k++)
    for (int s = 0; s < 2; s++)
      both->of[1].rows[k].score[s] += mean[s];
}

static struct plb_tally *tally_of(const struct both *both, bool related) {
  struct plb_tally *tally = tally_of_twins(&both->of[0], false);
  add_twins(tally, &both->of[1], true);
  if (related)
    relate_twins(tally, &both->of[0], SIZE);
  return tally;
}

static void free_both(struct both *both) {
  free(both->of[0].rows);
  free(both->of[1].rows);
}

static void defaults(struct plb_options *options, struct plb_comparing *comparing, const double *target) {
  plb_options_init(options, sizeof *options);
  plb_comparing_init(comparing, sizeof *comparing);
  options->fmr_targets = target;
  options->fmr_target_count = 1;
  options->threads = 1;
}

/* ---- against replicates row by row --------------------------------------------------------------------- */

#define REPLICATES ((size_t)2 * PLB_LANE)
#define UNDER 20 /* the target is 1 / 20 */

/* How much each comparison weighs in the replicates: [class][row][replicate]; and whether three families are left. */
struct weighing {
  uint64_t *of[2];
  bool usable[REPLICATES];
};

static void weigh(struct plb_tally *tally, const struct both *both, uint64_t seed, struct weighing *weighing) {
  struct plb_roster roster;
  assert_int_equal(plb_roster_make(tally, &tally->systems[0], &roster, NULL), PLB_OK);
  struct plb_weighted_people who = plb_roster_people(&roster);
  assert_int_equal(who.member_count, both->of[0].people / SIZE);
  for (int c = 0; c < 2; c++)
    weighing->of[c] = calloc(both->of[c].count * REPLICATES, sizeof(uint64_t));
  struct plb_weights weights = {0};
  for (size_t r = 0; r < REPLICATES; r++) {
    if (r % PLB_LANE == 0)
      assert_int_equal(plb_weights_draw(PLB_PLAN_DOUBLE_OR_NOTHING, seed, r / PLB_LANE, &who, &weights, NULL), PLB_OK);
    size_t left = 0;
    for (size_t m = 0; m < who.member_count; m++)
      left += plb_weight_of(&weights, who.members[m], r % PLB_LANE) > 0;
    weighing->usable[r] = left >= 3;
    for (int c = 0; c < 2; c++)
      for (size_t k = 0; k < both->of[c].count; k++) {
        const struct twin *row = &both->of[c].rows[k];
        uint32_t a = plb_unit_of(&roster.units, row->i), b = plb_unit_of(&roster.units, row->j);
        uint64_t w = plb_weight_of(&weights, a, r % PLB_LANE);
        weighing->of[c][k * REPLICATES + r] = a == b ? w : w * plb_weight_of(&weights, b, r % PLB_LANE);
      }
  }
  plb_weights_free(&weights);
  plb_roster_free(&roster);
}

/* The weight of the comparisons of a class that score at least t; all of them for -INFINITY. */
static uint64_t weight_above(const struct both *both, const struct weighing *weighing, int c, int s, size_t r,
                             double t) {
  uint64_t sum = 0;
  for (size_t k = 0; k < both->of[c].count; k++)
    if (both->of[c].rows[k].score[s] >= t)
      sum += weighing->of[c][k * REPLICATES + r];
  return sum;
}

static int rising(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* FNMR at the target, and EER, of one system in one replicate: every score is tried as the threshold. Scores of rows
 * without weight are tried too: they change nothing at the target, and no EER where FMR and FNMR are as before. */
static void measure(const struct both *both, const struct weighing *weighing, int s, size_t r, const double *scores,
                    size_t score_count, double *fnmr, double *eer) {
  double n = (double)weight_above(both, weighing, 0, s, r, -INFINITY);
  double m = (double)weight_above(both, weighing, 1, s, r, -INFINITY), least = 2;
  *fnmr = -1;
  for (size_t k = 0; k < score_count; k++) {
    double fm = (double)weight_above(both, weighing, 0, s, r, scores[k]);
    double fn = m - (double)weight_above(both, weighing, 1, s, r, scores[k]);
    if (*fnmr < 0 && fm * UNDER <= n)
      *fnmr = fn / m;
    if (fabs(fm * m - fn * n) / (m * n) < least) {
      least = fabs(fm * m - fn * n) / (m * n);
      *eer = (fm / n + fn / m) / 2;
    }
  }
}

static void quantiles(double *values, const bool *usable, double limits[2]) {
  size_t n = 0;
  for (size_t r = 0; r < REPLICATES; r++)
    if (usable[r])
      values[n++] = values[r];
  qsort(values, n, sizeof *values, rising);
  double at = 0.025 * (double)(n - 1);
  size_t low = (size_t)at;
  double part = at - (double)low;
  const double *top = &values[n - 1 - low];
  limits[0] = values[low] + part * (values[low + 1] - values[low]);
  limits[1] = top[0] - part * (top[0] - top[-1]);
}

static void replicates_of_families(void **state) {
  (void)state;
  const struct twin_model models[2] = {{false, 45, 1, {.1, .1}, {.2, .2}, {0, 0}, .5},
                                       {true, 45, 3, {.3, .3}, {0, 0}, {0, 0}, .5}};
  const double mean[2] = {1.5, 1.8}, target = 1.0 / UNDER;
  struct dice dice = {.state = 41};
  struct both both;
  struct weighing weighing;
  struct plb_options options;
  struct plb_comparing comparing;
  draw(&dice, models, mean, &both);
  struct plb_tally *tally = tally_of(&both, true);
  defaults(&options, &comparing, &target);
  options.replicates = REPLICATES;
  options.seed = 6;
  struct plb_result *result = compare_tally(tally, 2, &options, &comparing);
  weigh(tally, &both, 6, &weighing);
  size_t count = both.of[0].count + both.of[1].count;
  double *scores = calloc(count, sizeof *scores), *values[2], rates[2][2];
  for (int q = 0; q < 2; q++)
    values[q] = calloc(REPLICATES, sizeof *values[q]);
  for (int s = 0; s < 2; s++) {
    for (size_t k = 0; k < count; k++) {
      size_t first = both.of[0].count;
      scores[k] = k < first ? both.of[0].rows[k].score[s] : both.of[1].rows[k - first].score[s];
    }
    qsort(scores, count, sizeof *scores, rising);
    for (size_t r = 0; r < REPLICATES; r++) {
      measure(&both, &weighing, s, r, scores, count, &rates[s][0], &rates[s][1]);
      for (int q = 0; q < 2; q++)
        values[q][r] += s ? rates[s][q] : -rates[s][q]; /* the second system against the first */
    }
  }
  for (int q = 0; q < 2; q++) {
    const struct plb_estimate *e = found_in(result, q ? "EER_DIFFERENCE" : "FNMR_DIFFERENCE", 0);
    double limits[2];
    quantiles(values[q], weighing.usable, limits);
    assert_string_equal(e->interval.method, "joint double-or-nothing");
    assert_string_equal(e->interval.dependence, "dyadic by cluster");
    assert_true(e->people == 45 && e->has_clusters && e->clusters == 15);
    CLOSE_ABS(e->interval.lower, limits[0], 1e-12);
    CLOSE_ABS(e->interval.upper, limits[1], 1e-12);
    free(values[q]);
    free(weighing.of[q]);
  }
  free(scores);
  plb_result_free(result);
  plb_tally_free(tally);
  free_both(&both);
}

/* ---- how often the truth is held ----------------------------------------------------------------------- */

struct seen {
  int held, made;
};

static void look(const struct plb_result *result, const char *metric, size_t n, double truth, struct seen *seen) {
  const struct plb_estimate *e = found_in(result, metric, n);
  if (!e || !e->interval.exists)
    return;
  seen->made++;
  seen->held += truth >= e->interval.lower && truth <= e->interval.upper;
}

/* The truth is the same for both systems, so that every difference is 0. What they share is little: differences of
 * systems that share all would hardly depend on families. */
static void differences_among_families_are_held(void **state) {
  (void)state;
  static const char *const what[] = {"FMR", "FNMR", "FNMR at FMR 0.03"};
  const struct twin_model models[2] = {{false, 90, 1, {.12, .12}, {.3, .3}, {0, 0}, .3},
                                       {true, 90, 1, {.7, .7}, {0, 0}, {0, 0}, .3}};
  const double mean[2] = {3, 3}, target = 0.03, threshold = plb_probit_upper(target);
  struct seen seen[2][3] = {{{0, 0}}};
  struct dice dice = {.state = 43};
  for (int t = 0; t < tests; t++) {
    struct both both;
    draw(&dice, models, mean, &both);
    for (int related = 0; related < 2; related++) {
      struct plb_options options;
      struct plb_comparing comparing;
      struct plb_tally *tally = tally_of(&both, related);
      defaults(&options, &comparing, &target);
      options.thresholds = &threshold;
      options.threshold_count = 1;
      options.replicates = 400;
      options.seed = (uint64_t)t;
      struct plb_result *result = compare_tally(tally, 2, &options, &comparing);
      look(result, "FMR_DIFFERENCE", 0, 0, &seen[related][0]);
      look(result, "FNMR_DIFFERENCE", 0, 0, &seen[related][1]);
      look(result, "FNMR_DIFFERENCE", 1, 0, &seen[related][2]);
      plb_result_free(result);
      plb_tally_free(tally);
    }
    free_both(&both);
  }
  for (int q = 0; q < 3; q++) {
    double alone = 100.0 * seen[0][q].held / seen[0][q].made, together = 100.0 * seen[1][q].held / seen[1][q].made;
    print_message("%s: by person %.1f %%, by family %.1f %% of %d\n", what[q], alone, together, seen[1][q].made);
    assert_true(seen[0][q].made == tests && seen[1][q].made == tests);
    assert_true(together >= 88 && alone <= together);
  }
  assert_true(seen[0][0].held < 0.9 * tests);
}

int main(int argc, char **argv) {
  if (argc > 1)
    tests = atoi(argv[1]);
  const struct CMUnitTest all[] = {cmocka_unit_test(replicates_of_families),
                                   cmocka_unit_test(differences_among_families_are_held)};
  return cmocka_run_group_tests(all, NULL, NULL);
}
