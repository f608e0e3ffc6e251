/* SPDX-License-Identifier: Apache-2.0
 *
 * Whole tests of `plumbline coverage`: their truths are true, by closed forms, by quadrature and by many tests; people
 * and relatives have in common what they are said to; what is counted is what verification says of each test by itself;
 * the study is the same with any number of threads, can be stopped, and refuses what makes no sense.
 */
#include <stdlib.h>
#include <string.h>

#include "base/key.h"
#include "base/probit.h"
#include "close.h"
#include "coverage/whole.h"
#include "result/coverage.h"
#include "result/store.h"
#include "tally/listing.h"

#define EDGES 1024
#define MOST_PEOPLE 12

static double edges[EDGES];

static int fill_edges(void **state) {
  (void)state;
  for (size_t k = 0; k < EDGES; k++)
    edges[k] = plb_probit((double)(k + 1) / EDGES);
  return 0;
}

static struct plb_scene scene_of(const char *model, uint32_t people, uint32_t samples, double fmr) {
  struct plb_scene scene = {.whole = plb_whole_find(model), .people = people, .samples = samples, .rate_count = 1};
  assert_non_null(scene.whole);
  scene.model = plb_model_find(scene.whole->nonmated);
  scene.rates[0] = fmr;
  return scene;
}

/* ---- the truth ------------------------------------------------------------------------------------------- */

/* Where all scores are standard normal everything is a normal tail. */
static void closed_forms(void **state) {
  (void)state;
  const char *models[] = {"whole-indep", "whole-mild", "whole-strong", "whole-opposed", "whole-families"};
  for (size_t k = 0; k < sizeof models / sizeof *models; k++) {
    struct plb_whole_truth truth;
    assert_int_equal(plb_whole_truth_make(plb_whole_find(models[k]), 1e-2, &truth, NULL), PLB_OK);
    CLOSE(truth.threshold, plb_probit_upper(1e-2), 1e-12);
    CLOSE(truth.apart, plb_probit_upper(1e-2) + plb_probit_upper(.05), 1e-12);
    CLOSE(truth.eer, plb_normal_tail(truth.apart / 2), 1e-12);
    CLOSE(1 - truth.auc, plb_normal_tail(truth.apart / sqrt(2)), 1e-9);
    CLOSE(truth.dprime, truth.apart, 1e-12);
    plb_whole_truth_free(&truth);
  }
}

/* Against the other formulas for the same rates; 1 - AUC as a sum over thresholds of FNMR times the FMR lost; d' from
 * sums of the same kind; and the EER is where both rates are the same. */
static void quadrature(void **state) {
  (void)state;
  const struct plb_whole_model *model;
  for (size_t k = 0; (model = plb_whole_get(k)); k++) {
    struct plb_whole_truth truth;
    double t, wrong = 0, step = .05, before = 1, last = 1, sums[2] = {0}, squares[2] = {0};
    assert_int_equal(plb_whole_truth_make(model, 1e-2, &truth, NULL), PLB_OK);
    for (double rate = .3; rate > 1e-5; rate /= 7) {
      assert_true(plb_model_threshold(plb_model_find(model->nonmated), rate, &t));
      CLOSE(plb_whole_fmr(&truth, t), rate, 1e-9);
      CLOSE(plb_whole_det(&truth, rate), plb_whole_fnmr(&truth, t), 1e-4);
      assert_true(plb_model_threshold(plb_model_find(model->mated), rate, &t));
      CLOSE(plb_whole_fnmr(&truth, truth.apart - t), rate, 1e-9);
    }
    CLOSE(plb_whole_fnmr(&truth, truth.threshold), PLB_WHOLE_FNMR, 1e-9);
    for (t = -12; t < 12; t += step) {
      double middle = t + step / 2, after = plb_whole_fmr(&truth, t + step);
      double mated = plb_whole_fnmr(&truth, truth.apart - t - step); /* the model's scores of t + step and above */
      wrong += plb_whole_fnmr(&truth, middle) * (before - after);
      sums[0] += middle * (before - after);
      squares[0] += middle * middle * (before - after);
      sums[1] += middle * (last - mated);
      squares[1] += middle * middle * (last - mated);
      before = after;
      last = mated;
    }
    double spread = sqrt(.5 * (squares[0] - sums[0] * sums[0] + squares[1] - sums[1] * sums[1]));
    CLOSE(1 - truth.auc, wrong, 2e-3);
    CLOSE(truth.dprime, (truth.apart - sums[0] - sums[1]) / spread, 2e-3);
    CLOSE(plb_whole_det(&truth, truth.eer), truth.eer, 1e-4);
    plb_whole_truth_free(&truth);
  }
}

/* A mean over tests, and how well it is known. */
struct mean {
  double sum, squares;
  uint64_t count;
};

static void add(struct mean *mean, double value) {
  mean->sum += value;
  mean->squares += value * value;
  mean->count++;
}

/* Five standard errors at most. */
static void check_mean(const char *what, const char *of, const struct mean *mean, double truth) {
  double n = (double)mean->count, at = mean->sum / n, error = sqrt((mean->squares / n - at * at) / (n - 1));
  if (fabs(at - truth) > 5 * error)
    fail_msg("%s of %s: %g expected, mean %g, standard error %g", what, of, truth, at, error);
}

static void measure(const struct plb_whole_stage *whole, struct plb_tally *tally, const char *name,
                    struct plb_whole_said said[PLB_WHOLE_MOST]) {
  struct plb_whole_way way;
  struct plb_error err = {.status = PLB_OK};
  assert_true(plb_whole_way_find(name, &way));
  if (plb_whole_measure(whole, tally, &way, .95, 7, said, &err))
    fail_msg("%s", err.message);
}

/* Rates at the true threshold and AUC are right on average over many small tests. */
/* Of tests of groups: what is said of each rate of each. */
static void check_groups(const struct plb_whole_stage *whole) {
  struct plb_whole_quantity list[PLB_WHOLE_MOST];
  struct mean means[PLB_WHOLE_MOST] = {{0}};
  size_t count = plb_whole_quantities(whole, list);
  for (uint32_t replicate = 0; replicate < 30; replicate++) {
    struct plb_whole_said said[PLB_WHOLE_MOST];
    struct plb_tally *tally;
    assert_int_equal(plb_whole_play(whole, replicate, false, &tally, NULL), PLB_OK);
    measure(whole, tally, "pl", said);
    for (size_t what = 0; what < count; what++)
      if (said[what].has_value)
        add(&means[what], said[what].value);
    plb_tally_free(tally);
  }
  for (size_t what = 0; what < count; what++)
    if (list[what].at && strncmp(list[what].at, "group", 5) == 0)
      check_mean(list[what].statistic, list[what].at, &means[what], list[what].truth);
}

static void many_tests(void **state) {
  (void)state;
  const struct plb_whole_model *model;
  for (size_t k = 0; (model = plb_whole_get(k)); k++) {
    struct plb_scene scene = scene_of(model->name, model->groups ? 80 : 12, k % 2 ? 2 : 3, .1);
    struct plb_whole_stage whole;
    struct mean fmr = {0}, fnmr = {0}, auc = {0};
    assert_int_equal(plb_whole_stage_make(&scene, 11, edges, &whole, NULL), PLB_OK);
    for (uint32_t replicate = 0; replicate < 80 && !model->groups; replicate++) {
      struct plb_whole_said said[PLB_WHOLE_MOST];
      struct plb_tally *tally;
      assert_int_equal(plb_whole_play(&whole, replicate, false, &tally, NULL), PLB_OK);
      measure(&whole, tally, "wilson", said);
      add(&fmr, said[PLB_WHOLE_FMR_FIXED].value);
      add(&fnmr, said[PLB_WHOLE_FNMR_FIXED].value);
      measure(&whole, tally, PLB_WHOLE_DELTA, said);
      add(&auc, said[PLB_WHOLE_AUC].value);
      plb_tally_free(tally);
    }
    if (model->groups) {
      check_groups(&whole);
    } else {
      check_mean("FMR", model->name, &fmr, whole.truth.fmr);
      check_mean("FNMR", model->name, &fnmr, whole.truth.fnmr);
      check_mean("AUC", model->name, &auc, whole.truth.auc);
    }
    plb_whole_stage_free(&whole);
  }
}

/* ---- what people have in common --------------------------------------------------------------------------- */

/* Mean scores of each pair, of each person's mated comparisons, and the mean square of those inside a family. */
struct scores {
  double pair[MOST_PEOPLE][MOST_PEOPLE], mated[MOST_PEOPLE], inside;
};

static void take_scores(const struct plb_tally *tally, struct scores *scores) {
  static double count[MOST_PEOPLE][MOST_PEOPLE];
  memset(count, 0, sizeof count);
  *scores = (struct scores){.inside = 0};
  for (int c = 0; c < 2; c++) {
    const struct plb_rows *rows = &tally->systems[0].of[c].rows;
    struct plb_listing listing;
    assert_int_equal(
        plb_listing_make(&(struct plb_listing_asked){.tally = tally, .rows = rows, .expected = rows->count}, &listing,
                         NULL),
        PLB_OK);
    assert_int_equal(listing.count, rows->count);
    for (size_t k = 0; k < listing.count; k++) {
      uint32_t i = listing.rows[k].first, j = listing.rows[k].second;
      double score = plb_value_of(listing.rows[k].key);
      assert_true((i == j) == (c == 1));
      scores->pair[i][j] += score;
      count[i][j]++;
      if (i == 0 && j == 1)
        scores->inside += score * score;
    }
    plb_listing_free(&listing);
  }
  scores->inside /= count[0][1];
  for (size_t i = 0; i < MOST_PEOPLE; i++) {
    scores->mated[i] = count[i][i] > 0 ? scores->pair[i][i] / count[i][i] : 0;
    for (size_t j = i + 1; j < MOST_PEOPLE; j++)
      scores->pair[i][j] = scores->pair[j][i] = count[i][j] > 0 ? scores->pair[i][j] / count[i][j] : 0;
  }
}

struct common {
  struct mean person, relatives, families, both, kin_both, kin_mated, inside;
};

/* People 0 to 3, 4 to 7 and 8 to 11 would be families. */
static void add_common(const struct scores *s, double mean, double apart, struct common *common) {
  add(&common->person, (s->pair[0][4] - mean) * (s->pair[0][8] - mean));
  add(&common->relatives, (s->pair[0][4] - mean) * (s->pair[1][8] - mean));
  add(&common->families, (s->pair[0][4] - mean) * (s->pair[1][5] - mean));
  add(&common->both, (s->mated[2] - apart) * (s->pair[2][9] - mean));
  add(&common->kin_both, (s->mated[2] - apart) * (s->pair[3][9] - mean));
  add(&common->kin_mated, (s->mated[6] - apart) * (s->mated[7] - apart));
  add(&common->inside, s->inside);
}

static void play_common(const char *model, double mean, double mated_mean, struct common *common) {
  struct plb_scene scene = scene_of(model, 12, 2, .1);
  struct plb_whole_stage whole;
  struct scores scores;
  *common = (struct common){.inside = {0}};
  assert_int_equal(plb_whole_stage_make(&scene, 12, edges, &whole, NULL), PLB_OK);
  for (uint32_t replicate = 0; replicate < 1500; replicate++) {
    struct plb_tally *tally;
    assert_int_equal(plb_whole_play(&whole, replicate, false, &tally, NULL), PLB_OK);
    take_scores(tally, &scores);
    add_common(&scores, mean, whole.truth.apart - mated_mean, common);
    plb_tally_free(tally);
  }
  plb_whole_stage_free(&whole);
}

/* Of mod and mated-mod: variance .06 of a person, .2 of a pair, .05 of a sample (there are two), .3 mated; a
 * correlation of .5, and half of it all in families. */
static void what_is_common(void **state) {
  (void)state;
  struct common families, people, opposed, wolves;
  play_common("whole-families", 0, 0, &families);
  check_mean("what one person brings", "whole-families", &families.person, .06 + .05 / 2);
  check_mean("what relatives bring", "whole-families", &families.relatives, .06 / 2);
  check_mean("what two families bring", "whole-families", &families.families, 2 * .06 / 2 + .2 / 2);
  check_mean("what both classes have", "whole-families", &families.both, -.5 * sqrt(.06 * .3));
  check_mean("what both have by relatives", "whole-families", &families.kin_both, -.5 * sqrt(.06 * .3) / 2);
  check_mean("what relatives bring to mated scores", "whole-families", &families.kin_mated, .3 / 2);
  check_mean("variance inside a family", "whole-families", &families.inside, 1);
  play_common("whole-mod", 0, 0, &people);
  check_mean("what one person brings", "whole-mod", &people.person, .06 + .05 / 2);
  check_mean("what strangers bring", "whole-mod", &people.relatives, 0);
  check_mean("what two pairs have", "whole-mod", &people.families, 0);
  check_mean("what strangers bring to mated scores", "whole-mod", &people.kin_mated, 0);
  play_common("whole-opposed", 0, 0, &opposed);
  check_mean("what both classes have", "whole-opposed", &opposed.both, .5 * sqrt(.12 * .6));
  play_common("whole-wolves", 2 * .05 * .8, .08 * 1.2, &wolves);
  check_mean("what both classes have", "whole-wolves", &wolves.both,
             -.5 * sqrt(.03 * .2) - .8 * 1.2 * (.05 - .05 * .08));
}

/* ---- the study ---------------------------------------------------------------------------------------------- */

static struct plb_result *study(const struct plb_coverage_options *options) {
  struct plb_error err = {.status = PLB_OK};
  struct plb_result *result;
  if (plb_coverage(options, &result, &err))
    fail_msg("%s", err.message);
  return result;
}

static const struct plb_whole_cell *cell_of(const struct plb_result *result, const char *statistic, const char *at) {
  const struct plb_whole_cell wanted = {.statistic = statistic, .at = at};
  for (size_t c = 0; c < result->whole_count; c++)
    if (plb_whole_same_quantity(&result->wholes[c], &wanted))
      return &result->wholes[c];
  fail_msg("there is no %s", statistic);
  return NULL;
}

/* What verification says with its own defaults, held against the truth by hand. */
struct by_hand {
  uint64_t held[PLB_WHOLE_STATISTICS], given[PLB_WHOLE_STATISTICS];
};

static void note(struct by_hand *hand, enum plb_whole_statistic what, double lower, double upper, double truth) {
  hand->given[what]++;
  hand->held[what] += lower <= truth && truth <= upper;
}

static void note_estimate(struct by_hand *hand, enum plb_whole_statistic what, const struct plb_estimate *e,
                          double truth) {
  if (e && e->interval.exists)
    note(hand, what, e->interval.lower, e->interval.upper, truth);
}

/* The true curve by bisection. */
static double fnmr_at(const struct plb_whole_truth *truth, double fmr) {
  double low = -50, high = 50;
  for (int k = 0; k < 80; k++) {
    double middle = (low + high) / 2;
    if (plb_whole_fmr(truth, middle) > fmr)
      low = middle;
    else
      high = middle;
  }
  return plb_whole_fnmr(truth, low);
}

static void note_band(struct by_hand *hand, const struct plb_result *result, const struct plb_whole_truth *truth) {
  bool any = false, inside = true;
  for (size_t c = 0; c < result->curve_count; c++)
    for (size_t k = 0; k < result->curves[c].point_count && result->curves[c].kind == PLB_CURVE_DET; k++) {
      const struct plb_det_point *point = &result->curves[c].points[k];
      double here = fnmr_at(truth, (double)point->fmr_errors / (double)point->fmr_trials);
      any |= point->has_fnmr_band;
      inside &= !point->has_fnmr_band || (point->fnmr_band[0] <= here && here <= point->fnmr_band[1]);
    }
  hand->given[PLB_WHOLE_DET] += any;
  hand->held[PLB_WHOLE_DET] += any && inside;
}

static void hold(const struct plb_whole_stage *whole, uint32_t replicate, bool clustered, struct by_hand *hand) {
  const struct plb_whole_truth *truth = &whole->truth;
  struct plb_tally *tally;
  struct plb_options options;
  struct plb_result *result;
  assert_int_equal(plb_whole_play(whole, replicate, clustered, &tally, NULL), PLB_OK);
  plb_options_init(&options, sizeof options);
  options.thresholds = &truth->threshold;
  options.threshold_count = 1;
  options.fmr_targets = &truth->fmr;
  options.fmr_target_count = 1;
  options.replicates = PLB_WHOLE_DRAWS;
  options.threads = 1;
  options.seed = plb_throw_bits(whole->stage.key, PLB_THROW_ENGINE, replicate, 0).first;
  assert_int_equal(plb_verification(tally, &options, &result, NULL), PLB_OK);
  const struct plb_estimate *found = plb_result_find(result, "FNMR", "FMR", truth->fmr);
  const struct plb_estimate *fmr = plb_result_find(result, "FMR", "FMR", truth->fmr);
  note_estimate(hand, PLB_WHOLE_FNMR_FOUND, found, truth->fnmr);
  if (found->has_threshold_interval)
    note(hand, PLB_WHOLE_THRESHOLD, found->threshold_interval[0], found->threshold_interval[1], truth->threshold);
  note_estimate(hand, PLB_WHOLE_FMR_FOUND, fmr, plb_whole_fmr(truth, fmr->threshold));
  note_estimate(hand, PLB_WHOLE_EER, plb_result_find(result, "EER", NULL, 0), truth->eer);
  note_estimate(hand, PLB_WHOLE_AUC, plb_result_find(result, "AUC", NULL, 0), truth->auc);
  note_band(hand, result, truth);
  plb_result_free(result);
  plb_tally_free(tally);
}

static void check_hand(const struct plb_result *result, const struct by_hand *hand) {
  static const struct {
    const char *statistic, *at;
    enum plb_whole_statistic what;
  } all[] = {{"FNMR", "target", PLB_WHOLE_FNMR_FOUND},
             {"THRESHOLD", "target", PLB_WHOLE_THRESHOLD},
             {"FMR", "target", PLB_WHOLE_FMR_FOUND},
             {"EER", NULL, PLB_WHOLE_EER},
             {"AUC", NULL, PLB_WHOLE_AUC},
             {"DET", NULL, PLB_WHOLE_DET}};
  for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
    const struct plb_whole_cell *cell = cell_of(result, all[k].statistic, all[k].at);
    const struct plb_coverage_method *pl = plb_whole_method(cell, "pl");
    assert_non_null(pl);
    assert_int_equal(plb_whole_given(pl), hand->given[all[k].what]);
    assert_int_equal(pl->covered, hand->held[all[k].what]);
    print_message("%s: %llu of %llu, width %.2f\n", all[k].statistic, (unsigned long long)pl->covered,
                  (unsigned long long)plb_whole_given(pl), pl->width);
  }
}

static void options_of(struct plb_coverage_options *options, const char *const *model, const uint64_t *people,
                       const uint64_t *samples, const double *rate) {
  plb_coverage_options_init(options, sizeof *options);
  options->models = model;
  options->people = people;
  options->samples = samples;
  options->rates = rate;
  options->model_count = options->people_count = options->sample_count = options->rate_count = 1;
}

static void as_verification_says(void **state) {
  (void)state;
  const char *model = "whole-strong", *interval = "pl";
  const uint64_t people = 24, samples = 3;
  const double rate = .05;
  struct plb_coverage_options options;
  struct plb_whole_stage whole;
  struct plb_scene scene = scene_of(model, 24, 3, rate);
  struct by_hand hand = {{0}, {0}};
  options_of(&options, &model, &people, &samples, &rate);
  options.intervals = &interval;
  options.interval_count = 1;
  options.replicates = 30;
  options.seed = 31;
  struct plb_result *result = study(&options);
  assert_int_equal(plb_whole_stage_make(&scene, 31, edges, &whole, NULL), PLB_OK);
  for (uint32_t replicate = 0; replicate < 30; replicate++)
    hold(&whole, replicate, false, &hand);
  check_hand(result, &hand);
  plb_whole_stage_free(&whole);
  plb_result_free(result);
}

static char *json_of(const struct plb_result *result, size_t *length) {
  struct plb_out *out;
  assert_int_equal(plb_out_memory(&out, NULL), PLB_OK);
  plb_result_store(result, out);
  char *text = plb_out_take(out, length);
  assert_non_null(text);
  plb_out_abandon(out);
  return text;
}

/* With families, with and without their clusters; and what is read back is what was written. */
static void same_bytes(void **state) {
  (void)state;
  const char *models[] = {"whole-families", "whole-mod"}, *pairings[] = {"random", "bipartite"};
  const char *intervals[] = {"pl", "vertex-bootstrap"};
  const uint64_t people = 36, samples = 2;
  const double rate = .1;
  struct plb_coverage_options options;
  size_t length, other;
  options_of(&options, models, &people, &samples, &rate);
  options.model_count = 2;
  options.pairings = pairings;
  options.pairing_count = 2;
  options.intervals = intervals;
  options.interval_count = 2;
  options.replicates = 9; /* some are reported on before others are begun */
  options.threads = 1;
  struct plb_result *result = study(&options), *read;
  char *one = json_of(result, &length);
  plb_result_free(result);
  for (options.threads = 2; options.threads <= 3; options.threads++) {
    result = study(&options);
    char *again = json_of(result, &other);
    assert_int_equal(length, other);
    assert_memory_equal(one, again, length);
    free(again);
    plb_result_free(result);
  }
  assert_int_equal(plb_result_parse("study", one, length, &read, NULL), PLB_OK);
  char *again = json_of(read, &other);
  assert_int_equal(length, other);
  assert_memory_equal(one, again, length);
  free(again);
  free(one);
  plb_result_free(read);
}

/* A cell is the same in whatever study it stands; relatives who are not named make intervals too narrow. */
static void same_cell(void **state) {
  (void)state;
  const char *models[] = {"whole-mod", "whole-families"}, *intervals[] = {"wilson", "pl-strict", "delta"};
  const uint64_t people[] = {24, 48}, samples = 2;
  const double rates[] = {.1, .01};
  struct plb_coverage_options options;
  options_of(&options, models, people, &samples, rates);
  options.model_count = options.people_count = options.rate_count = 2;
  options.intervals = intervals;
  options.interval_count = 3;
  options.replicates = 24;
  struct plb_result *all = study(&options);
  options.models++, options.people++, options.rates++;
  options.model_count = options.people_count = options.rate_count = 1;
  options.intervals++, options.interval_count = 1;
  struct plb_result *one = study(&options);
  assert_true(one->whole_count >= 4 && !one->coverage_count);
  for (size_t c = 0; c < one->whole_count; c++) {
    const struct plb_whole_cell *cell = &one->wholes[c], *same = NULL;
    for (size_t k = 0; k < all->whole_count && !same; k++)
      if (plb_whole_same_tests(cell, &all->wholes[k]) && plb_whole_same_quantity(cell, &all->wholes[k]))
        same = &all->wholes[k];
    assert_non_null(same);
    assert_int_equal(plb_whole_method(cell, "pl-strict")->covered, plb_whole_method(same, "pl-strict")->covered);
    if (cell->has_spread)
      CLOSE(cell->deviation, same->deviation, 0);
  }
  const struct plb_whole_cell *alone = &one->wholes[0], *named = alone;
  while (!named->clustered)
    named++;
  assert_true(plb_whole_same_quantity(alone, named));
  assert_true(alone->methods[0].width < .8 * named->methods[0].width);
  plb_result_free(all);
  plb_result_free(one);
}

/* ---- what cannot be -------------------------------------------------------------------------------------------- */

static void refused(const struct plb_coverage_options *options, const char *word) {
  struct plb_error err = {.status = PLB_OK};
  struct plb_result *result;
  assert_int_equal(plb_coverage(options, &result, &err), PLB_USAGE);
  assert_null(result);
  if (!strstr(err.message, word))
    fail_msg("\"%s\" does not say \"%s\"", err.message, word);
}

static int stop(void *ctx, const char *stage, uint64_t done, uint64_t total) {
  uint64_t *most = ctx;
  assert_string_equal(stage, "simulating");
  assert_true(done <= total);
  return done >= *most;
}

static void refusals(void **state) {
  (void)state;
  const char *model = "whole-mod", *drawn[] = {"vertex-bootstrap", "delta", "pl"}, *unknown = "bootstrap";
  const uint64_t people = 20, samples = 2, one = 1, many = 2000;
  const double rate = .1, tiny = 1e-6;
  struct plb_coverage_options plain, options;
  struct plb_result *result;
  uint64_t most = 20;
  options_of(&plain, &model, &people, &samples, &rate);
  plain.replicates = 60;
  plain.intervals = &drawn[1];
  plain.interval_count = 1;
  options = plain, options.samples = &one;
  refused(&options, "2 samples");
  options = plain, options.people = &many;
  refused(&options, "2e+06");
  options = plain, options.rates = &tiny;
  refused(&options, "a false match");
  options = plain, options.intervals = &unknown;
  refused(&options, "delta");
  options = plain, options.model_count = 0;
  refused(&options, "whole tests alone");
  options = plain, options.threads = 1, options.progress = stop, options.progress_ctx = &most;
  assert_int_equal(plb_coverage(&options, &result, NULL), PLB_CANCELLED);
  assert_null(result);
  options = plain, options.model_count = 0, options.intervals = drawn, options.interval_count = 3;
  options.replicates = 2; /* of one class: what draws is left out */
  result = study(&options);
  assert_true(result->coverage_count > 0 && !result->whole_count);
  assert_int_equal(result->coverage[0].method_count, 2);
  plb_result_free(result);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(closed_forms),
      cmocka_unit_test(quadrature),
      cmocka_unit_test(many_tests),
      cmocka_unit_test(what_is_common),
      cmocka_unit_test(as_verification_says),
      cmocka_unit_test(same_bytes),
      cmocka_unit_test(same_cell),
      cmocka_unit_test(refusals),
  };
  return cmocka_run_group_tests(tests, fill_edges, NULL);
}
