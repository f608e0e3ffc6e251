/* SPDX-License-Identifier: Apache-2.0
 *
 * The simulated tests of `plumbline coverage`: their true rates are true, they are counted as a table of their
 * rows is counted the slow way, scores that were skipped would have been too low, and the study is the same with
 * any number of threads. The last test is methods' acceptance test 6 on new seeds.
 */
#include <stdlib.h>
#include <string.h>

#include "base/key.h"
#include "base/probit.h"
#include "close.h"
#include "coverage/coverage.h"
#include "interval/special.h"
#include "result/coverage.h"
#include "result/store.h"
#include "table.h"

#define EDGES 1024

static double edges[EDGES];

static int fill_edges(void **state) {
  (void)state;
  for (size_t k = 0; k < EDGES; k++)
    edges[k] = plb_probit((double)(k + 1) / EDGES);
  return 0;
}

static struct plb_scene scene_of(const char *model, uint32_t people, uint32_t samples, enum plb_pairing pairing) {
  struct plb_scene scene = {.model = plb_model_find(model), .people = people, .samples = samples, .pairing = pairing};
  scene.rate_count = 2;
  scene.rates[0] = .1;
  scene.rates[1] = .01;
  assert_non_null(scene.model);
  return scene;
}

/* Mean rates over many tests against the truth, five standard errors at most; people are few, so that the
 * effects of each matter, and tests many. */
static void check_truth(const struct plb_scene *scene, uint32_t replicates) {
  struct plb_stage stage;
  struct plb_played played;
  double sum[2] = {0}, squares[2] = {0};
  assert_int_equal(plb_stage_make(scene, 5, edges, &stage, NULL), PLB_OK);
  assert_int_equal(plb_played_make(&stage, &played, NULL), PLB_OK);
  for (uint32_t k = 0; k < replicates; k++) {
    assert_int_equal(plb_play(&stage, k, &played, NULL), PLB_OK);
    for (size_t r = 0; r < 2; r++) {
      double rate = (double)played.errors[r].errors / (double)played.design.trials;
      sum[r] += rate;
      squares[r] += rate * rate;
    }
  }
  for (size_t r = 0; r < 2; r++) {
    double mean = sum[r] / replicates, error = sqrt((squares[r] / replicates - mean * mean) / (replicates - 1));
    if (fabs(mean - scene->rates[r]) > 5 * error + .006 * scene->rates[r] * (scene->model->world == PLB_WORLD_ANCHOR))
      fail_msg("%s: true rate %g, mean %g, standard error %g", scene->model->name, scene->rates[r], mean, error);
  }
  plb_played_free(&played);
  plb_stage_free(&stage);
}

static void truths(void **state) {
  (void)state;
  const struct plb_model *model;
  for (size_t k = 0; (model = plb_model_get(k)); k++) {
    struct plb_scene scene = scene_of(model->name, 12, 3, PLB_PAIR_ALL);
    check_truth(&scene, model->dimensions > 100 ? 250 : 1000);
  }
  struct plb_scene others[] = {scene_of("mod", 14, 2, PLB_PAIR_RANDOM), scene_of("wolves", 12, 0, PLB_PAIR_ALL),
                               scene_of("roles", 12, 3, PLB_PAIR_BIPARTITE), scene_of("mod", 12, 1, PLB_PAIR_ALL),
                               scene_of("goats", 30, 0, PLB_PAIR_ALL)};
  for (size_t k = 0; k < sizeof others / sizeof *others; k++)
    check_truth(&others[k], 1000);
}

/* Where a rate has another form: halves at 0, normal tails, a quarter of the beta distribution. */
static void thresholds(void **state) {
  (void)state;
  double mod, heavy, cosine;
  assert_true(plb_model_threshold(plb_model_find("heavy"), .5, &heavy));
  CLOSE_ABS(heavy, 0, 1e-9);
  assert_true(plb_model_threshold(plb_model_find("mod"), 1e-3, &mod));
  CLOSE(mod, plb_probit_upper(1e-3), 1e-12);
  assert_true(plb_model_threshold(plb_model_find("heavy"), 1e-6, &heavy));
  assert_true(plb_model_threshold(plb_model_find("mod"), 1e-6, &mod));
  assert_true(heavy > mod);
  assert_true(plb_model_threshold(plb_model_find("cosine"), .25, &cosine));
  CLOSE(plb_beta_upper(.5 * (1 + cosine), 7.5, 7.5), .25, 1e-9);
  assert_false(plb_model_threshold(plb_model_find("anchor"), 3e-3, &mod));
}

/* The test as a table of rows, from all its scores; they must have been kept. */
static void table_of(const struct plb_played *played, bool dyadic, struct table *table) {
  *table = (struct table){.dyadic = dyadic, .count = played->kept_count, .people = played->design.people};
  table->rows = calloc(table->count, sizeof *table->rows);
  assert_non_null(table->rows);
  for (size_t k = 0; k < table->count; k++)
    table->rows[k] = (struct row){played->kept[k].score, played->kept[k].i, played->kept[k].j};
}

static void check_counts(const struct plb_scene *scene) {
  struct plb_stage stage;
  struct plb_played played;
  struct table table;
  struct inputs inputs;
  assert_int_equal(plb_stage_make(scene, 9, edges, &stage, NULL), PLB_OK);
  stage.keep = -HUGE_VAL;
  assert_int_equal(plb_played_make(&stage, &played, NULL), PLB_OK);
  for (uint32_t k = 0; k < 3; k++) {
    assert_int_equal(plb_play(&stage, k, &played, NULL), PLB_OK);
    assert_int_equal(played.kept_count, played.design.trials);
    table_of(&played, played.design.dyadic, &table);
    inputs_of(&table, 3000, &inputs);
    inputs.design.side = played.design.side;
    CLOSE(played.design.sum_squares, inputs.design.sum_squares, 1e-12);
    CLOSE(played.design.sum_weighted, inputs.design.sum_weighted, 1e-12);
    for (size_t r = 0; r < 2; r++) {
      struct plb_error_sums errors;
      struct plb_pl fast, slow;
      errors_of(&table, &inputs, nextafter(stage.thresholds[r], HUGE_VAL), &errors);
      assert_int_equal(played.errors[r].errors, errors.errors);
      assert_memory_equal(played.errors[r].per_person, errors.per_person, played.design.people * sizeof(uint64_t));
      CLOSE(played.errors[r].weighted_squares, errors.weighted_squares, 1e-12);
      CLOSE(played.errors[r].weighted_products, errors.weighted_products, 1e-12);
      assert_int_equal(
          plb_pl_interval(&played.design, &played.sums, &played.errors[r], &played.extremes, .95, 0, &fast, NULL),
          PLB_OK);
      assert_int_equal(plb_pl_interval(&inputs.design, &inputs.sums, &errors, &inputs.extremes, .95, 0, &slow, NULL),
                       PLB_OK);
      CLOSE(fast.pl.lower, slow.pl.lower, 1e-9);
      CLOSE(fast.pl.upper, slow.pl.upper, 1e-9);
      errors_free(&errors);
    }
    inputs_free(&inputs);
    table_free(&table);
  }
  plb_played_free(&played);
  plb_stage_free(&stage);
}

static void counts(void **state) {
  (void)state;
  struct plb_scene scenes[] = {
      scene_of("mod", 20, 3, PLB_PAIR_ALL),          scene_of("wolves", 20, 0, PLB_PAIR_ALL),
      scene_of("strong", 30, 2, PLB_PAIR_RANDOM),    scene_of("roles", 16, 3, PLB_PAIR_BIPARTITE),
      scene_of("noisy", 40, 1, PLB_PAIR_ALL),        scene_of("cosine", 14, 3, PLB_PAIR_ALL),
      scene_of("mated-strong", 60, 0, PLB_PAIR_ALL),
  };
  for (size_t k = 0; k < sizeof scenes / sizeof *scenes; k++)
    check_counts(&scenes[k]);
}

/* What is not looked at closely is what would not have been kept. */
static void skipped(void **state) {
  (void)state;
  const char *models[] = {"strong", "heavy", "noisy", "communities", "roles"};
  for (size_t k = 0; k < sizeof models / sizeof *models; k++) {
    struct plb_scene scene = scene_of(models[k], 60, 6, PLB_PAIR_ALL);
    struct plb_stage stage;
    struct plb_played some, all;
    assert_int_equal(plb_stage_make(&scene, 3, edges, &stage, NULL), PLB_OK);
    assert_true(isfinite(stage.keep));
    assert_int_equal(plb_played_make(&stage, &some, NULL), PLB_OK);
    assert_int_equal(plb_played_make(&stage, &all, NULL), PLB_OK);
    for (uint32_t replicate = 0; replicate < 4; replicate++) {
      double keep = stage.keep;
      assert_int_equal(plb_play(&stage, replicate, &some, NULL), PLB_OK);
      stage.keep = -HUGE_VAL;
      assert_int_equal(plb_play(&stage, replicate, &all, NULL), PLB_OK);
      stage.keep = keep;
      assert_int_equal(some.extremes.count, all.extremes.count);
      for (size_t r = 0; r < some.extremes.count; r++)
        assert_int_equal(some.extremes.rows[r].rank_key, all.extremes.rows[r].rank_key);
      assert_int_equal(some.errors[1].errors, all.errors[1].errors);
    }
    plb_played_free(&some);
    plb_played_free(&all);
    plb_stage_free(&stage);
  }
}

/* Those who carry the rate: all alike, half of them take part in three quarters of the errors; where a kind of
 * person causes nearly all errors, half of its people do. */
static void carriers(void **state) {
  (void)state;
  double share, t;
  const struct plb_model *indep = plb_model_find("indep"), *mated = plb_model_find("mated-indep");
  assert_int_equal(plb_model_carriers(indep, 2, plb_normal_tail(2), &share, NULL), PLB_OK);
  CLOSE(share, 1 - sqrt(.5), 3e-3);
  assert_int_equal(plb_model_carriers(mated, 2, plb_normal_tail(2), &share, NULL), PLB_OK);
  CLOSE(share, .5, 1e-9);
  struct plb_model wolves = {.pair = .2, .kinds = 2, .share = {.96, .04}, .shift = {-9, 11}};
  double rate = .04 * .04 + 2 * .04 * .96 * plb_normal_tail(-2);
  assert_int_equal(plb_model_carriers(&wolves, 0, rate, &share, NULL), PLB_OK);
  CLOSE(share, .02, .05);
  double before = 1;
  for (rate = .1; rate > 1e-7; rate /= 10) {
    assert_true(plb_model_threshold(plb_model_find("strong"), rate, &t));
    assert_int_equal(plb_model_carriers(plb_model_find("strong"), t, rate, &share, NULL), PLB_OK);
    assert_true(share < before);
    before = share;
  }
  assert_true(plb_model_threshold(plb_model_find("heavy"), 1e-6, &t)); /* by people whom nobody samples */
  assert_int_equal(plb_model_carriers(plb_model_find("heavy"), t, 1e-6, &share, NULL), PLB_OK);
  CLOSE_ABS(share, 0, 1e-12);
}

/* ---- the study -------------------------------------------------------------------------------------------------- */

static struct plb_result *study(const struct plb_coverage_options *options) {
  struct plb_error err = {.status = PLB_OK};
  struct plb_result *result;
  if (plb_coverage(options, &result, &err))
    fail_msg("%s", err.message);
  return result;
}

static char *json_of(const struct plb_coverage_options *options, size_t *length) {
  struct plb_out *out;
  struct plb_result *result = study(options);
  assert_int_equal(plb_out_memory(&out, NULL), PLB_OK);
  plb_result_store(result, out);
  char *text = plb_out_take(out, length);
  assert_non_null(text);
  plb_out_abandon(out);
  plb_result_free(result);
  return text;
}

static void same_bytes(void **state) {
  (void)state;
  struct plb_coverage_options options;
  plb_coverage_options_init(&options, sizeof options);
  const char *models[] = {"mod", "roles"}, *pairings[] = {"all", "random", "bipartite"};
  const uint64_t people[] = {30}, samples[] = {2};
  options.models = models;
  options.model_count = 2;
  options.pairings = pairings;
  options.pairing_count = 3;
  options.people = people;
  options.samples = samples;
  options.people_count = options.sample_count = 1;
  options.replicates = 140; /* some are reported on, and shared out anew, before others are begun */
  options.threads = 1;
  size_t length, other;
  char *one = json_of(&options, &length);
  for (unsigned threads = 2; threads <= 3; threads++) {
    options.threads = threads;
    char *again = json_of(&options, &other);
    assert_int_equal(length, other);
    assert_memory_equal(one, again, length);
    free(again);
  }
  struct plb_result *read;
  struct plb_out *out;
  assert_int_equal(plb_result_parse("study", one, length, &read, NULL), PLB_OK);
  assert_int_equal(plb_out_memory(&out, NULL), PLB_OK);
  plb_result_store(read, out);
  char *again = plb_out_take(out, &other);
  assert_int_equal(length, other);
  assert_memory_equal(one, again, length);
  free(again);
  free(one);
  plb_out_abandon(out);
  plb_result_free(read);
}

/* The small grid has kinds of tests of both rates, and all are counted. */
static void small_grid(void **state) {
  (void)state;
  struct plb_coverage_options options;
  struct plb_coverage_summary summary;
  plb_coverage_options_init(&options, sizeof options);
  options.replicates = 4;
  struct plb_result *result = study(&options);
  const struct plb_coverage_choice fmr = {.metric = "FMR"}, fnmr = {.metric = "FNMR"};
  assert_true(plb_coverage_summary(result, "pl", &fmr, &summary) && summary.cells > 20);
  assert_true(plb_coverage_summary(result, "pl", &fnmr, &summary) && summary.cells > 4);
  for (size_t c = 0; c < result->coverage_count; c++)
    for (size_t m = 0; m < result->coverage[c].method_count; m++) {
      const struct plb_coverage_method *method = &result->coverage[c].methods[m];
      assert_int_equal(method->covered + method->truth_above + method->truth_below, 4);
    }
  plb_result_free(result);
}

/* A cell is the same in whatever study it stands. */
static void same_cell(void **state) {
  (void)state;
  const char *models[] = {"mild", "strong"}, *intervals[] = {"pl", "wilson"};
  const uint64_t people[] = {20, 30}, samples[] = {2};
  struct plb_coverage_options options;
  plb_coverage_options_init(&options, sizeof options);
  options.models = models;
  options.model_count = 2;
  options.people = people;
  options.people_count = 2;
  options.samples = samples;
  options.sample_count = 1;
  options.intervals = intervals;
  options.interval_count = 2;
  options.replicates = 40;
  struct plb_result *all = study(&options);
  options.models++;
  options.model_count = 1;
  options.people++;
  options.people_count = 1;
  struct plb_result *one = study(&options);
  const struct plb_coverage_cell *a = &all->coverage[all->coverage_count - 1],
                                 *b = &one->coverage[one->coverage_count - 1];
  assert_int_equal(all->coverage_count, 4 * one->coverage_count);
  CLOSE(a->design_effect, b->design_effect, 0);
  for (size_t m = 0; m < 3; m++)
    assert_int_equal(a->methods[m].covered, b->methods[m].covered);
  plb_result_free(all);
  plb_result_free(one);
}

static double mean_of(const struct plb_result *result, const char *method, const struct plb_coverage_choice *choice) {
  struct plb_coverage_summary summary;
  assert_true(plb_coverage_summary(result, method, choice, &summary));
  print_message("%s: %zu kinds of test, mean %.1f %%, least %.1f %%, width %.2f\n", method, summary.cells,
                100 * summary.mean, 100 * summary.least, summary.width);
  return summary.mean;
}

/* Methods, acceptance test 6. */
static void acceptance(void **state) {
  (void)state;
  const char *models[] = {"mod", "strong"}, *wolves[] = {"wolves"};
  const char *intervals[] = {"pl", "wilson", "cimat"};
  const uint64_t people[] = {50, 100}, samples[] = {3}, hundred[] = {100};
  const double rates[] = {1e-1, 1e-2, 1e-3};
  struct plb_coverage_options options;
  plb_coverage_options_init(&options, sizeof options);
  options.models = models;
  options.model_count = 2;
  options.people = people;
  options.people_count = 2;
  options.samples = samples;
  options.sample_count = 1;
  options.rates = rates;
  options.rate_count = 3;
  options.intervals = intervals;
  options.interval_count = 3;
  options.replicates = 300;
  options.seed = 20261123;
  const struct plb_coverage_choice enough = {.metric = "FMR", .people_from = 50, .errors_from = 10};
  struct plb_result *result = study(&options);
  double pl = mean_of(result, "pl", &enough), naive = mean_of(result, "wilson", &enough);
  double cimat = mean_of(result, "cimat", &enough), ideal = mean_of(result, "true-effect", &enough);
  assert_true(pl >= .955 && pl <= .98);
  assert_true(naive < .60);
  assert_true(cimat < pl - .02 && cimat > .85);
  assert_true(ideal > .94 && ideal < .965);
  plb_result_free(result);
  options.models = wolves;
  options.model_count = 1;
  options.people = hundred;
  options.people_count = 1;
  result = study(&options);
  assert_true(mean_of(result, "pl", &enough) >= .92);
  plb_result_free(result);
}

static void refused(const struct plb_coverage_options *options, const char *word) {
  struct plb_error err = {.status = PLB_OK};
  struct plb_result *result;
  assert_int_equal(plb_coverage(options, &result, &err), PLB_USAGE);
  assert_null(result);
  if (!strstr(err.message, word))
    fail_msg("\"%s\" does not say \"%s\"", err.message, word);
}

static int stop(void *ctx, const char *stage, uint64_t done, uint64_t total) {
  (void)ctx, (void)stage, (void)done, (void)total;
  return 1;
}

static void refusals(void **state) {
  (void)state;
  struct plb_coverage_options plain, options;
  const char *name = "sheep", *roles = "roles", *goats = "goats", *random = "random", *drawn = "vertex-bootstrap";
  const uint64_t few = 7, one = 1, eight = 8;
  const double rate = .6, tiny = 1e-9;
  struct plb_result *result;
  plb_coverage_options_init(&plain, sizeof plain);
  options = plain, options.grid = "large";
  refused(&options, "no grid");
  options = plain, options.grid = "full", options.models = &name, options.model_count = 1;
  refused(&options, "either a grid");
  options = plain, options.models = &name, options.model_count = 1;
  refused(&options, "no model");
  options = plain, options.intervals = &name, options.interval_count = 1;
  refused(&options, "no interval");
  options = plain, options.intervals = &drawn, options.interval_count = 1;
  refused(&options, "replicates");
  options = plain, options.pairings = &name, options.pairing_count = 1;
  refused(&options, "pair people");
  options = plain, options.people = &few, options.people_count = 1;
  refused(&options, "8 to 5000");
  options = plain, options.rates = &rate, options.rate_count = 1;
  refused(&options, "0.5");
  options = plain, options.rates = &tiny, options.rate_count = 1, options.people = &eight, options.people_count = 1;
  refused(&options, "quarter of an error");
  options = plain, options.models = &roles, options.model_count = 1, options.samples = &one, options.sample_count = 1;
  refused(&options, "2 samples");
  options = plain, options.models = &goats, options.model_count = 1, options.pairings = &random,
  options.pairing_count = 1;
  refused(&options, "mated");
  options = plain, options.replicates = 1;
  refused(&options, "replicates");
  options = plain, options.level = 1;
  refused(&options, "level");
  options = plain, options.progress = stop;
  assert_int_equal(plb_coverage(&options, &result, NULL), PLB_CANCELLED);
  assert_null(result);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(truths),    cmocka_unit_test(thresholds), cmocka_unit_test(counts),
      cmocka_unit_test(skipped),   cmocka_unit_test(carriers),   cmocka_unit_test(same_bytes),
      cmocka_unit_test(same_cell), cmocka_unit_test(small_grid), cmocka_unit_test(acceptance),
      cmocka_unit_test(refusals),
  };
  return cmocka_run_group_tests(tests, fill_edges, NULL);
}
