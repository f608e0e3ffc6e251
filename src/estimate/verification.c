/* SPDX-License-Identifier: Apache-2.0
 *
 * Measuring a 1:1 test: for each system one walk over the scores, then the rates of each class at all
 * thresholds at once, then estimates, curves, claims and sentences, in a fixed order.
 */
#include <math.h>
#include <omp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/key.h"
#include "base/memory.h"
#include "estimate/groups.h"
#include "estimate/study.h"
#include "tally/team.h"

#define SMALL_SYSTEM 100000 /* comparisons */
#define MANY_SYSTEMS 8
#define FEWEST_REPLICATES 100
#define MOST_REPLICATES 1000000

static const double default_targets[] = {1e-2, 1e-3, 1e-4, 1e-5, 1e-6};

void plb_options_init(struct plb_options *options, size_t size) {
  memset(options, 0, size);
  options->size = size;
  options->fmr_targets = default_targets;
  options->fmr_target_count = sizeof default_targets / sizeof *default_targets;
  options->level = 0.95;
  options->min_people = 10;
  options->seed = 1;
  options->replicates = 1000;
}

size_t plb_target_count(const struct plb_study *study) {
  const struct plb_options *options = study->options;
  return options->threshold_from && options->fmr_targets == default_targets ? 0 : options->fmr_target_count;
}

const char *plb_study_text(struct plb_study *study, const char *format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  bool failed = false;
  const char *copy = plb_result_text(study->result, text, &failed);
  return failed ? NULL : copy;
}

const char *plb_study_join(struct plb_study *study, const char *one, const char *other) {
  return other ? plb_study_text(study, "%s; %s", one, other) : one;
}

struct plb_words plb_say_rate(double rate) {
  struct plb_words words;
  plb_word_rate(words.text, rate);
  return words;
}

struct plb_words plb_say_level(double level) {
  struct plb_words words;
  plb_word_level(words.text, level);
  return words;
}

struct plb_words plb_say_count(uint64_t count) {
  struct plb_words words;
  plb_word_count(words.text, count);
  return words;
}

struct plb_words plb_say_one_in(double rate) {
  struct plb_words words;
  plb_word_one_in(words.text, rate);
  return words;
}

static plb_status find_convention(struct plb_study *study, struct plb_error *err) {
  const char *name = study->options->as;
  char names[120];
  if (!name || (study->as = plb_convention_find(name)))
    return PLB_OK;
  plb_convention_names(names, sizeof names);
  return plb_fail(err, PLB_USAGE, "the rules of \"%.40s\" are not known; expected %s", name, names);
}

static plb_status find_method(struct plb_study *study, struct plb_error *err) {
  const char *name = study->options->interval;
  char names[PLB_METHOD_NAMES];
  if (!name || plb_method_find(name, &study->method))
    return PLB_OK;
  plb_method_names(names, false);
  return plb_fail(err, PLB_USAGE, "the interval \"%.40s\" is not known; expected %s", name, names);
}

/* A method that is made from who took part has nothing to say where nobody knows. */
static plb_status check_method(const struct plb_study *study, struct plb_error *err) {
  const struct plb_method_entry *entry = plb_method_entry(study->method);
  char names[PLB_METHOD_NAMES];
  if (study->result->test.has_people || !entry->people || plb_method_is_pl(study->method))
    return PLB_OK;
  plb_method_names(names, true);
  return plb_fail(err, PLB_USAGE,
                  "the interval \"%s\" is made from who took part, which the data do not say; expected %s", entry->name,
                  names);
}

plb_status plb_study_check(const struct plb_options *options, struct plb_error *err) {
  if (options->size != sizeof *options)
    return plb_fail(err, PLB_USAGE, "plb_options: size is not set; call plb_options_init");
  if (!(options->level >= 0.5 && options->level <= HIGHEST_LEVEL))
    return plb_fail(err, PLB_USAGE, "the level of the intervals must lie from 0.5 to 0.999999999");
  if (options->replicates < FEWEST_REPLICATES || options->replicates > MOST_REPLICATES)
    return plb_fail(err, PLB_USAGE, "%zu replicates; expected 100 to 1000000", options->replicates);
  return PLB_OK;
}

/* Whether trials are independent is measured where people are known, and declared only where they are not. */
static plb_status check_declared(const struct plb_study *study, struct plb_error *err) {
  if (!study->options->independent_trials || !study->tally->traits.people)
    return PLB_OK;
  return plb_fail(err, PLB_USAGE,
                  "--independent-trials is for data that name no people; this data names them, and how far their "
                  "trials depend on each other is measured");
}

/* The distinct thresholds of all points, ascending, with the errors of each class at them. */
struct thresholds {
  uint64_t *keys, *errors[2];
  size_t count;
};

static bool distinct_thresholds(struct plb_measured *measured, struct thresholds *thresholds) {
  size_t n = measured->point_count;
  *thresholds = (struct thresholds){.keys = plb_alloc(n, sizeof *thresholds->keys),
                                    .errors = {plb_alloc(n, sizeof(uint64_t)), plb_alloc(n, sizeof(uint64_t))}};
  if (!thresholds->keys || !thresholds->errors[0] || !thresholds->errors[1])
    return false;
  for (size_t taken = 0; taken < n;) {
    const struct plb_point *least = NULL;
    for (size_t p = 0; p < n; p++) {
      const struct plb_point *point = &measured->points[p].point;
      bool later = !thresholds->count || point->key > thresholds->keys[thresholds->count - 1];
      if (later && (!least || point->key < least->key))
        least = point;
    }
    for (size_t p = 0; p < n; p++) {
      if (measured->points[p].point.key != least->key)
        continue;
      measured->points[p].at = thresholds->count;
      taken++;
    }
    thresholds->keys[thresholds->count] = least->key;
    thresholds->errors[PLB_CLASS_NONMATED][thresholds->count] = least->false_matches;
    thresholds->errors[PLB_CLASS_MATED][thresholds->count++] = least->false_nonmatches;
  }
  return true;
}

static plb_status measure_rates(struct plb_study *study, struct plb_measured *measured, struct plb_error *err) {
  struct thresholds thresholds = {0};
  plb_status status = distinct_thresholds(measured, &thresholds) ? PLB_OK : plb_fail_memory(err);
  for (int c = 0; c < 2 && !status; c++)
    status = plb_rates_measure(study->tally, measured->system, (enum plb_class)c, &measured->det, thresholds.keys,
                               thresholds.errors[c], thresholds.count, study->options->level, measured->has_fta,
                               study->method, study->threads, &measured->rates[c], err);
  free(thresholds.keys);
  free(thresholds.errors[0]);
  free(thresholds.errors[1]);
  return status ? status : plb_left_out_find(measured, err);
}

/* A file whose mated scores lie clearly below its non-mated ones was read the wrong way round, unless
 * its owner said which way it is (design 3a). */
static plb_status check_direction(const struct plb_study *study, const struct plb_measured *measured,
                                  struct plb_error *err) {
  double mated = (double)measured->det.trials[PLB_CLASS_MATED],
         nonmated = (double)measured->det.trials[PLB_CLASS_NONMATED];
  if (study->tally->traits.direction_declared || mated == 0 || nonmated == 0)
    return PLB_OK;
  double auc = (double)measured->det.auc_twice / 2 / mated / nonmated;
  double standard_error = 0.5 / sqrt(mated < nonmated ? mated : nonmated);
  if (auc >= 0.5 - 4 * standard_error)
    return PLB_OK;
  const char *name = study->tally->account_count ? study->tally->accounts[study->account].name : "the scores";
  return plb_fail(err, PLB_DATA,
                  "%.180s: the mated scores lie below the non-mated ones (AUC %.3f); expected similarities: "
                  "declare --dissimilarity if these are distances, or --similarity if it is meant so",
                  name, auc);
}

/* Threads that are woken again and again for one small system of many spend the time waiting for each other. */
static unsigned threads_for(const struct plb_study *study, const struct plb_system_tally *system) {
  const struct plb_options *options = study->options;
  bool small = system->of[0].completed + system->of[1].completed < SMALL_SYSTEM;
  if (small && study->tally->system_count > MANY_SYSTEMS)
    return 1;
  return options->threads ? options->threads : (unsigned)omp_get_num_procs();
}

plb_status plb_system_measure(struct plb_study *study, struct plb_measured *measured, struct plb_error *err) {
  bool failed = false;
  study->threads = threads_for(study, measured->system);
  char *name = plb_tally_system_name(study->tally, measured->system, &failed);
  measured->name = plb_result_text(study->result, name, &failed);
  free(name);
  if (failed)
    return plb_fail_memory(err);
  plb_status status = plb_presets_check(study, measured, err);
  if (status)
    return status;
  status = plb_failures_measure(study, measured, err);
  if (status || (status = plb_points_measure(study, measured, err)))
    return status;
  if ((status = check_direction(study, measured, err)))
    return status;
  status = measure_rates(study, measured, err);
  return status ? status : plb_redraw_measure(study, measured, err);
}

void plb_system_free(struct plb_measured *measured) {
  plb_det_free(&measured->det);
  plb_rates_free(&measured->rates[0]);
  plb_rates_free(&measured->rates[1]);
  plb_redraw_free(&measured->redrawn);
  free(measured->points);
}

/* Systems in the order of their names, so that the order of rows does not matter. */
static int compare_systems(const void *a, const void *b) {
  const struct plb_measured *x = a, *y = b;
  if (!x->name || !y->name)
    return (x->name != NULL) - (y->name != NULL);
  return strcmp(x->name, y->name);
}

/* PLB_UNDEFINED with the first reason when nothing that was asked for exists on this data. */
static plb_status check_computed(const struct plb_result *result, struct plb_error *err) {
  const char *why = NULL;
  for (size_t i = 0; i < result->estimate_count; i++) {
    if (result->estimates[i].status != PLB_EST_UNDEFINED)
      return PLB_OK;
    why = why ? why : result->estimates[i].note;
  }
  return plb_fail(err, PLB_UNDEFINED, "nothing that was asked for can be computed: %s",
                  why ? why : "there are no completed comparisons");
}

static plb_status write_all(struct plb_study *study, struct plb_measured *measured, size_t count,
                            struct plb_error *err) {
  plb_status status = PLB_OK;
  qsort(measured, count, sizeof *measured, compare_systems);
  for (size_t s = 0; s < count && !status; s++)
    if (!(status = plb_estimates_write(study, &measured[s], err)))
      status = plb_presets_compare(study, &measured[s], err);
  for (size_t s = 0; s < count && !status; s++)
    status = plb_groups_write(study, &measured[s], err);
  if (!status)
    status = plb_claims_judge(study, measured, count, err);
  if (!status)
    status = plb_statements_write(study, measured, count, err);
  return status ? status : check_computed(study->result, err);
}

/* One of the steps of measuring is done; the caller may cancel here. */
static plb_status tell(const struct plb_study *study, size_t done, size_t all, struct plb_error *err) {
  const struct plb_options *options = study->options;
  if (options->progress && options->progress(options->progress_ctx, "estimating", done, all))
    return plb_fail(err, PLB_CANCELLED, "cancelled");
  return PLB_OK;
}

static plb_status measure(struct plb_study *study, struct plb_error *err) {
  size_t count = study->tally->system_count;
  struct plb_measured *measured = plb_alloc(count, sizeof *measured);
  plb_status status = measured ? PLB_OK : plb_fail_memory(err);
  if (!status)
    status = plb_describe_test(study, err);
  if (!status)
    status = check_method(study, err);
  if (!status)
    status = plb_describe_provenance(study, err);
  if (!status)
    status = plb_describe_attributes(study, err);
  for (size_t s = 0; s < count && !status; s++) {
    measured[s].system = &study->tally->systems[s];
    if (!(status = tell(study, s, count, err)))
      status = plb_system_measure(study, &measured[s], err);
  }
  if (!status)
    status = write_all(study, measured, count, err);
  for (size_t s = 0; measured && s < count; s++)
    plb_system_free(&measured[s]);
  free(measured);
  return status;
}

static plb_status verify(struct plb_tally *tally, const struct plb_options *options, struct plb_result **result,
                         struct plb_error *err) {
  struct plb_study study = {.tally = tally, .options = options};
  plb_status status = plb_study_check(options, err);
  if (status || (status = find_convention(&study, err)) || (status = find_method(&study, err)) ||
      (status = plb_tally_check_whole(tally, err)))
    return status;
  if ((status = plb_result_new(&study.result, err)))
    return status;
  if (!(status = check_declared(&study, err)) && !(status = plb_presets_take(&study, err)))
    status = plb_claims_parse(&study, err);
  if (!status && !tally->system_count && tally->asked.where)
    status = plb_fail(err, PLB_UNDEFINED, "no comparison meets --where \"%.200s\"; expected conditions that some meet",
                      tally->asked.where);
  else if (!status && !tally->system_count)
    status = plb_fail(err, PLB_UNDEFINED, "nothing can be computed: there are no comparisons");
  if (!status)
    status = measure(&study, err);
  free(study.claims);
  free(study.presets);
  if (status)
    plb_result_free(study.result);
  else
    *result = study.result;
  return status;
}

plb_status plb_verification(struct plb_tally *tally, const struct plb_options *options, struct plb_result **result,
                            struct plb_error *err) {
  *result = NULL;
  plb_status status = plb_team_agree(tally->team, verify(tally, options, result, err), err);
  if (status) {
    plb_result_free(*result);
    *result = NULL;
  }
  return status;
}
