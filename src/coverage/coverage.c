/* SPDX-License-Identifier: Apache-2.0
 *
 * plb_coverage: plays every scene's tests, asks every method for its limits, and counts how often they hold the
 * truth (methods M).
 *
 * Replicates are shared out among threads; what they find is kept by replicate and added up afterwards, in
 * order. Widths are medians over the tests, compared with Wilson's interval on the design effect that the rate
 * truly had over these tests: the mean squared distance from the truth, times the trials, over p (1 - p).
 * That interval, which nobody has who knows one test only, is listed as the method "true-effect". Tests of both
 * classes are played and measured in whole.c.
 *
 * Cost: of a test a few milliseconds, mostly PL's search for correlations.
 */
#include "coverage/whole.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "interval/method.h"
#include "interval/special.h"

#define EDGES 1024
#define AT_ONCE 64 /* replicates between two reports of progress */
#define MOST_REPLICATES 1000000
#define TRUE_EFFECT "true-effect"

/* What one method says in one test; lower > upper: nothing. */
struct said {
  double lower, upper;
};

struct work {
  const struct plb_coverage_options *options;
  struct plb_result *result;
  struct plb_scenes scenes;
  enum plb_method methods[PLB_METHODS];
  size_t method_count;
  uint64_t replicates;
  unsigned threads;
  double edges[EDGES];
  uint64_t done, all;
  size_t whole_count; /* of the scenes */
  struct plb_whole_study whole;
  /* of the scene in hand */
  struct plb_stage stage;
  struct plb_played *played; /* by thread */
  struct said *said;         /* [rate][method][replicate] */
  uint64_t *errors;          /* [rate][replicate] */
  uint64_t *trials;          /* [replicate] */
  double *widths;            /* [replicate] scratch */
};

void plb_coverage_options_init(struct plb_coverage_options *options, size_t size) {
  struct plb_coverage_options fresh = {.size = size, .level = 0.95, .seed = 1};
  memset(options, 0, size);
  memcpy(options, &fresh, size < sizeof fresh ? size : sizeof fresh);
}

/* ---- what was asked for ------------------------------------------------------------------------------------ */

static plb_status unknown(const char *name, struct plb_error *err) {
  char names[PLB_METHOD_NAMES];
  plb_method_names(names, false);
  return plb_fail(err, PLB_USAGE, "\"%.60s\" is no interval; expected %s or " PLB_WHOLE_DELTA, name, names);
}

/* Trials of one class alone have no use for a method that draws replicates of a test, whole tests for each. */
static plb_status take_method(struct work *work, const char *name, struct plb_error *err) {
  struct plb_whole_way way;
  enum plb_method method;
  if (!plb_whole_way_find(name, &way))
    return unknown(name, err);
  if (plb_method_find(name, &method) && !way.drawn)
    work->methods[work->method_count++] = method;
  work->whole.ways[work->whole.way_count++] = way;
  return PLB_OK;
}

static plb_status take_methods(struct work *work, struct plb_error *err) {
  static const char *const usual[] = {"pl", "wilson", "vertex-bootstrap", "double-or-nothing", PLB_WHOLE_DELTA};
  const struct plb_coverage_options *options = work->options;
  plb_status st = PLB_OK;
  if (options->interval_count > PLB_METHODS + 1)
    return plb_fail(err, PLB_USAGE, "%zu intervals were named; expected each once", options->interval_count);
  for (size_t k = 0; k < options->interval_count && !st; k++)
    st = take_method(work, options->intervals[k], err);
  if (st || options->interval_count)
    return st;
  for (int m = 0; m < PLB_METHODS; m++)
    if (!plb_method_entry((enum plb_method)m)->drawn)
      work->methods[work->method_count++] = (enum plb_method)m;
  for (size_t k = 0; k < sizeof usual / sizeof *usual; k++)
    plb_whole_way_find(usual[k], &work->whole.ways[work->whole.way_count++]);
  return PLB_OK;
}

/* Every scene has a method that can say something of it. */
static plb_status take_scenes(struct work *work, struct plb_error *err) {
  plb_status st = plb_scenes_make(work->options, &work->scenes, err);
  if (st)
    return st;
  for (size_t k = 0; k < work->scenes.count; k++)
    work->whole_count += work->scenes.list[k].whole != NULL;
  if (work->method_count || work->whole_count == work->scenes.count)
    return PLB_OK;
  return plb_fail(
      err, PLB_USAGE,
      "%s is made from whole tests alone; expected the grid whole, models such as whole-mod, or an interval "
      "that draws no replicates",
      work->options->intervals[0]);
}

/* How many tests of each kind are simulated, of one class and whole. */
static plb_status take_replicates(struct work *work, struct plb_error *err) {
  const char *grid = work->options->grid ? work->options->grid : "";
  uint64_t asked = work->options->replicates;
  work->replicates = asked ? asked : strcmp(grid, "full") == 0 ? 2000 : 300;
  work->whole.replicates = asked                         ? asked
                           : strcmp(grid, "groups") == 0 ? 2000
                           : strcmp(grid, "whole") == 0  ? 1000
                           : work->scenes.is_small       ? 40
                                                         : 300;
  if (!asked || (asked >= 2 && asked <= MOST_REPLICATES))
    return PLB_OK;
  return plb_fail(err, PLB_USAGE, "%llu replicates; expected 2 to %d", (unsigned long long)asked, MOST_REPLICATES);
}

static plb_status take_options(const struct plb_coverage_options *given, struct plb_coverage_options *options,
                               struct work *work, struct plb_error *err) {
  if (!given || given->size < sizeof given->size)
    return plb_fail(err, PLB_USAGE, "the options must be filled by plb_coverage_options_init first");
  plb_coverage_options_init(options, sizeof *options);
  memcpy(options, given, given->size < sizeof *options ? given->size : sizeof *options);
  work->options = options;
  if (!(options->level >= 0.5 && options->level <= 0.999999999))
    return plb_fail(err, PLB_USAGE, "a level of %g; expected 0.5 to 0.999999999", options->level);
  work->threads = options->threads ? options->threads : (unsigned)omp_get_num_procs();
  plb_status st = take_methods(work, err);
  if (st || (st = take_scenes(work, err)))
    return st;
  return take_replicates(work, err);
}

/* ---- one test ------------------------------------------------------------------------------------------------ */

/* Both forms of PL come from one call. */
static plb_status ask_methods(struct work *work, const struct plb_played *played, size_t rate, uint32_t replicate,
                              struct plb_error *err) {
  struct plb_pl pl;
  bool has_pl = false;
  for (size_t m = 0; m < work->method_count; m++) {
    enum plb_method method = work->methods[m];
    struct plb_limits limits = {1, 0};
    plb_status st = PLB_OK;
    if (plb_method_is_pl(method)) {
      if (!has_pl)
        st = plb_pl_interval(&played->design, &played->sums, &played->errors[rate], &played->extremes,
                             work->options->level, 0, &pl, err);
      has_pl = true;
      limits = method == PLB_METHOD_PL ? pl.pl : pl.strict;
    } else {
      st = plb_method_limits(method, &played->design, &played->sums, &played->errors[rate], &played->extremes,
                             work->options->level, &limits, err);
    }
    if (st == PLB_UNDEFINED)
      limits = (struct plb_limits){1, 0};
    else if (st)
      return st;
    work->said[(rate * work->method_count + m) * work->replicates + replicate] =
        (struct said){limits.lower, limits.upper};
  }
  return PLB_OK;
}

static plb_status play_one(struct work *work, struct plb_played *played, uint32_t replicate, struct plb_error *err) {
  plb_status st = plb_play(&work->stage, replicate, played, err);
  if (st)
    return st;
  work->trials[replicate] = played->design.trials;
  for (size_t r = 0; r < work->stage.scene->rate_count && !st; r++) {
    work->errors[r * work->replicates + replicate] = played->errors[r].errors;
    st = ask_methods(work, played, r, replicate, err);
  }
  return st;
}

/* The first failure of any thread is the one that is told; none is expected but of memory. */
static plb_status play_some(struct work *work, uint32_t from, uint32_t to, struct plb_error *err) {
  plb_status first = PLB_OK;
#pragma omp parallel for schedule(dynamic, 1) num_threads(work->threads)
  for (uint32_t replicate = from; replicate < to; replicate++) {
    int thread = omp_get_thread_num();
    struct plb_error own = {.status = PLB_OK};
    plb_status st = play_one(work, &work->played[thread], replicate, &own);
    if (st) {
#pragma omp atomic write
      first = st;
    }
  }
  return first ? plb_fail(err, first, "a simulated test could not be counted") : PLB_OK;
}

/* ---- one cell -------------------------------------------------------------------------------------------------- */

static int smaller_first(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

double plb_median(double *values, size_t count) {
  if (!count)
    return 0;
  qsort(values, count, sizeof *values, smaller_first);
  return .5 * (values[(count - 1) / 2] + values[count / 2]);
}

/* Holds what a method said against the truth; `width` is the median one. */
static void judge(struct work *work, const struct said *said, double truth, struct plb_coverage_method *method) {
  size_t count = 0;
  for (uint64_t k = 0; k < work->replicates; k++) {
    if (said[k].lower > said[k].upper)
      continue;
    work->widths[count++] = said[k].upper - said[k].lower;
    method->truth_above += said[k].upper < truth;
    method->truth_below += said[k].lower > truth;
    method->covered += said[k].lower <= truth && truth <= said[k].upper;
  }
  method->width = plb_median(work->widths, count);
}

/* Mean squared distance of the rate from the truth, over that of independent trials. */
static double true_effect(const struct work *work, size_t rate, double truth) {
  double sum = 0;
  for (uint64_t k = 0; k < work->replicates; k++) {
    double trials = (double)work->trials[k];
    double distance = (double)work->errors[rate * work->replicates + k] / trials - truth;
    sum += distance * distance * trials;
  }
  return sum / (double)work->replicates / (truth * (1 - truth));
}

/* What Wilson's interval on the true design effect says in each test; takes the place of `said`. */
static void ask_truth(const struct work *work, size_t rate, double effect, struct said *said) {
  double z = plb_probit_upper(.5 * (1 - work->options->level));
  for (uint64_t k = 0; k < work->replicates; k++) {
    double errors = (double)work->errors[rate * work->replicates + k];
    struct plb_limits limits = plb_wilson(errors / effect, (double)work->trials[k] / effect, z);
    said[k] = (struct said){limits.lower, limits.upper};
  }
}

static double mean_trials(const struct work *work) {
  double trials = 0;
  for (uint64_t k = 0; k < work->replicates; k++)
    trials += (double)work->trials[k];
  return trials / (double)work->replicates;
}

/* How many of the people of a test carry the rate, and how likely fewer than three of them do. */
static plb_status count_holders(const struct work *work, size_t rate, struct plb_coverage_cell *cell,
                                struct plb_error *err) {
  const struct plb_scene *scene = work->stage.scene;
  double share, n = scene->people;
  cell->has_holders = plb_model_has_carriers(scene->model);
  if (!cell->has_holders)
    return PLB_OK;
  plb_status st = plb_model_carriers(scene->model, work->stage.thresholds[rate], cell->rate, &share, err);
  if (st)
    return st;
  cell->holders = n * share;
  double odds = share / (1 - share), none = pow(1 - share, n);
  cell->few_holders = none * (1 + n * odds * (1 + .5 * (n - 1) * odds));
  return PLB_OK;
}

static plb_status write_cell(struct work *work, size_t rate, struct plb_error *err) {
  const struct plb_scene *scene = work->stage.scene;
  struct plb_coverage_cell cell = {.metric = scene->model->mated ? "FNMR" : "FMR",
                                   .model = scene->model->name,
                                   .pairing = plb_pairing_name(scene->pairing),
                                   .people = scene->people,
                                   .samples = (double)work->stage.first[scene->people] / scene->people,
                                   .unequal = scene->samples == 0,
                                   .rate = scene->rates[rate],
                                   .level = work->options->level,
                                   .replicates = work->replicates,
                                   .method_count = work->method_count + 1};
  if (!(cell.methods = plb_alloc(cell.method_count, sizeof *cell.methods)))
    return plb_fail_memory(err);
  cell.trials = mean_trials(work);
  cell.errors = cell.trials * cell.rate;
  plb_status st = count_holders(work, rate, &cell, err);
  if (st) {
    free(cell.methods);
    return st;
  }
  cell.design_effect = true_effect(work, rate, cell.rate);
  for (size_t m = 0; m < work->method_count; m++) {
    cell.methods[m].method = plb_method_entry(work->methods[m])->name;
    judge(work, work->said + (rate * work->method_count + m) * work->replicates, cell.rate, &cell.methods[m]);
  }
  struct plb_coverage_method *truth = &cell.methods[work->method_count];
  truth->method = TRUE_EFFECT;
  ask_truth(work, rate, cell.design_effect, work->said + rate * work->method_count * work->replicates);
  judge(work, work->said + rate * work->method_count * work->replicates, cell.rate, truth);
  double ideal = truth->width;
  for (size_t m = 0; m < cell.method_count; m++)
    cell.methods[m].width /= ideal;
  return plb_result_add_coverage(work->result, &cell, err);
}

/* ---- all scenes -------------------------------------------------------------------------------------------------- */

static plb_status tell(struct work *work, struct plb_error *err) {
  const struct plb_coverage_options *options = work->options;
  if (options->progress && options->progress(options->progress_ctx, "simulating", work->done, work->all))
    return plb_fail(err, PLB_CANCELLED, "cancelled");
  return PLB_OK;
}

static plb_status set_stage(struct work *work, const struct plb_scene *scene, struct plb_error *err) {
  size_t rows = scene->rate_count * work->replicates;
  plb_status st = plb_stage_make(scene, work->options->seed, work->edges, &work->stage, err);
  if (st)
    return st;
  work->said = plb_alloc(rows * work->method_count, sizeof *work->said);
  work->errors = plb_alloc(rows, sizeof *work->errors);
  work->trials = plb_alloc(work->replicates, sizeof *work->trials);
  work->widths = plb_alloc(work->replicates, sizeof *work->widths);
  work->played = plb_alloc(work->threads, sizeof *work->played);
  if (!work->said || !work->errors || !work->trials || !work->widths || !work->played)
    return plb_fail_memory(err);
  for (unsigned t = 0; t < work->threads && !st; t++)
    st = plb_played_make(&work->stage, &work->played[t], err);
  return st;
}

static void clear_stage(struct work *work) {
  for (unsigned t = 0; work->played && t < work->threads; t++)
    plb_played_free(&work->played[t]);
  free(work->played);
  free(work->said);
  free(work->errors);
  free(work->trials);
  free(work->widths);
  work->played = NULL;
  work->said = NULL;
  work->errors = work->trials = NULL;
  work->widths = NULL;
  plb_stage_free(&work->stage);
}

static plb_status tell_whole(void *ctx, uint64_t done, struct plb_error *err) {
  struct work *work = ctx;
  work->done += done;
  return done ? PLB_OK : tell(work, err);
}

static plb_status play_scene(struct work *work, const struct plb_scene *scene, struct plb_error *err) {
  if (scene->whole)
    return plb_whole_scene(&work->whole, scene, err);
  plb_status st = set_stage(work, scene, err);
  for (uint32_t from = 0; !st && from < work->replicates; from += AT_ONCE) {
    uint32_t to = from + AT_ONCE < work->replicates ? from + AT_ONCE : (uint32_t)work->replicates;
    if ((st = tell(work, err)) || (st = play_some(work, from, to, err)))
      break;
    work->done += to - from;
  }
  for (size_t r = 0; !st && r < scene->rate_count; r++)
    st = write_cell(work, r, err);
  clear_stage(work);
  return st;
}

static plb_status say(struct work *work, const char *text, struct plb_error *err) {
  return plb_result_add_statement(work->result, text, err);
}

static plb_status write_first_words(struct work *work, struct plb_error *err) {
  char text[400];
  double level = work->options->level, error = sqrt(level * (1 - level) / (double)work->replicates);
  if (work->whole_count == work->scenes.count)
    return PLB_OK;
  snprintf(text, sizeof text,
           "Every row is %llu simulated tests whose true error rate is known. The coverage is the share of them whose "
           "interval holds the truth; it should be %g %%, and by the luck of these tests it may be off by twice its "
           "standard error, %.1f points.",
           (unsigned long long)work->replicates, 100 * level, 100 * error);
  plb_status st = say(work, text, err);
  if (st || (st = say(work,
                      "A truth above the interval is the dangerous miss: the system errs more often than its interval "
                      "admits.",
                      err)))
    return st;
  return say(work,
             "Widths are compared with the interval of one who knows the true design effect (\"true-effect\"), which "
             "nobody does who has one test only.",
             err);
}

static plb_status write_whole_words(struct work *work, struct plb_error *err) {
  char text[600];
  double level = work->options->level, error = sqrt(level * (1 - level) / (double)work->whole.replicates);
  if (!work->whole_count)
    return PLB_OK;
  snprintf(
      text, sizeof text,
      "Every row of the whole tests is %llu simulated tests with mated and non-mated comparisons of the same "
      "people, each measured as plumbline verification measures a file, with %d replicates of its people where some "
      "are drawn. The coverage is the share of them whose "
      "interval holds the truth; it should be %g %%, and by the luck of these tests it may be off by twice its "
      "standard error, %.1f points.",
      (unsigned long long)work->whole.replicates, PLB_WHOLE_DRAWS, 100 * level, 100 * error);
  plb_status st = say(work, text, err);
  if (st)
    return st;
  return say(work,
             "Widths of whole tests are compared with the interval of one who knows how much the estimate varies from "
             "test to test: its standard deviation over these tests, times the normal quantile, to either side.",
             err);
}

static plb_status write_words(struct work *work, struct plb_error *err) {
  plb_status st;
  if ((st = write_first_words(work, err)) || (st = write_whole_words(work, err)))
    return st;
  return say(work,
             "These are models of scores, not measurements: they show how intervals behave when people differ in these "
             "ways, not that people do.",
             err);
}

static plb_status start(struct work *work, struct plb_error *err) {
  plb_status st = plb_result_new(&work->result, err);
  if (st)
    return st;
  work->result->test.type = "coverage";
  work->result->test.direction = NULL;
  work->result->provenance.seed = work->options->seed;
  work->all = (work->scenes.count - work->whole_count) * work->replicates + work->whole_count * work->whole.replicates;
  for (size_t k = 0; k < EDGES; k++)
    work->edges[k] = plb_probit((double)(k + 1) / EDGES);
  work->whole.options = work->options;
  work->whole.result = work->result;
  work->whole.threads = work->threads;
  work->whole.edges = work->edges;
  work->whole.tell = tell_whole;
  work->whole.tell_ctx = work;
  return PLB_OK;
}

plb_status plb_coverage(const struct plb_coverage_options *given, plb_result **result, struct plb_error *err) {
  struct plb_coverage_options options;
  struct work work = {.method_count = 0};
  *result = NULL;
  plb_status st = take_options(given, &options, &work, err);
  if (!st)
    st = start(&work, err);
  for (size_t k = 0; k < work.scenes.count && !st; k++)
    st = play_scene(&work, &work.scenes.list[k], err);
  if (!st)
    st = write_words(&work, err);
  free(work.scenes.list);
  if (st)
    plb_result_free(work.result);
  else
    *result = work.result;
  return st;
}
