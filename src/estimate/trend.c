/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether false non-matches become more frequent with age, time or another number of a comparison (interval/gee.h). The
 * numbers are those of the comparisons themselves; the bands in which rates are shown are drawn under the trend.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "estimate/groups.h"
#include "estimate/numbers.h"
#include "interval/gee.h"
#include "tally/by_value.h"

#define LINE_POINTS 41
#define LEAST_ERRORS 15 /* below, limits held the truth in 92 to 94 % of tests, mostly missing it on one side */
#define SOME_ERRORS 25  /* from here on they were tested (methods-tested F) */

/* Numbers are taken from their mean, which makes the constant the rate there. */
static void find_means(const struct plb_numbers *values, double *mean) {
  double all = 0;
  for (size_t v = 0; v < values->count; v++)
    all += (double)values->trials[v];
  for (size_t v = 0; v < values->count; v++)
    for (size_t k = 0; k < values->terms; k++)
      mean[k] += values->x[v * values->terms + k] * ((double)values->trials[v] / all);
}

/* ---- one threshold -------------------------------------------------------------------------- */

/* The rows of the regression, for the `at`-th threshold. */
struct regression {
  struct plb_gee_rows rows;
  double *x;
  uint64_t *trials, *errors;
  uint32_t *person;
  double mean[PLB_MOST_TREND_TERMS];
};

static void free_regression(struct regression *regression) {
  free(regression->x);
  free(regression->trials);
  free(regression->errors);
  free(regression->person);
}

static bool fill_regression(const struct plb_numbers *values, const struct plb_by_value *counted, size_t at,
                            struct regression *regression) {
  size_t columns = values->terms + 1, stride = 2 + counted->threshold_count, count = counted->count;
  *regression = (struct regression){.x = plb_alloc(count * columns, sizeof(double)),
                                    .trials = plb_alloc(count, sizeof(uint64_t)),
                                    .errors = plb_alloc(count, sizeof(uint64_t)),
                                    .person = plb_alloc(count, sizeof(uint32_t))};
  if (!regression->x || !regression->trials || !regression->errors || !regression->person)
    return false;
  find_means(values, regression->mean);
  for (size_t i = 0; i < count; i++) {
    const uint64_t *record = counted->records + i * stride;
    const double *from = values->x + plb_by_value_value(record) * values->terms;
    regression->x[i * columns] = 1;
    for (size_t k = 0; k < values->terms; k++)
      regression->x[i * columns + 1 + k] = from[k] - regression->mean[k];
    regression->person[i] = plb_by_value_place(record);
    regression->trials[i] = record[1];
    regression->errors[i] = record[2 + at];
  }
  regression->rows =
      (struct plb_gee_rows){count, columns, regression->x, regression->trials, regression->errors, regression->person};
  return true;
}

static const char *unit_of(const char *name) {
  const char *plain = plb_name_read(name).plain;
  if (strcmp(plain, "elapsed") == 0 || strcmp(plain, "age") == 0)
    return "year";
  return strcmp(plain, "elapsed_months") == 0 || strcmp(plain, "age_months") == 0 ? "month" : NULL;
}

static const char *attribute_name(const struct plb_study *study, const struct plb_numbers *values, size_t term) {
  return plb_name_shown(study->tally->by.names[values->attributes[term]]);
}

/* The rate over each attribute, from its least to its largest number. */
static void draw_line(const struct plb_numbers *values, const double *mean, const struct plb_gee *fit,
                      struct plb_trend *trend) {
  for (size_t k = 0; k < values->terms; k++) {
    double least = INFINITY, most = -INFINITY, x[PLB_GEE_MOST] = {1};
    for (size_t v = 0; v < values->count; v++) {
      least = fmin(least, values->x[v * values->terms + k]);
      most = fmax(most, values->x[v * values->terms + k]);
    }
    for (size_t i = 0; i < LINE_POINTS; i++) {
      struct plb_trend_point *point = &trend->points[trend->point_count++];
      point->attribute = trend->terms[k].attribute;
      point->at = least + (most - least) * (double)i / (LINE_POINTS - 1);
      x[1 + k] = point->at - mean[k];
      plb_gee_at(fit, values->terms + 1, x, trend->level, &point->rate, &point->lower, &point->upper);
    }
  }
}

static bool fill_terms(struct plb_study *study, const struct plb_numbers *values, const struct plb_gee *fit,
                       struct plb_trend *trend, bool *failed) {
  for (size_t k = 0; k < values->terms; k++) {
    const struct plb_gee_term *term = &fit->terms[1 + k];
    const char *name = attribute_name(study, values, k);
    struct plb_trend_term *to = &trend->terms[trend->term_count++];
    *to = (struct plb_trend_term){.attribute = plb_result_text(study->result, name, failed),
                                  .unit = unit_of(name),
                                  .ratio = exp(term->value),
                                  .lower = exp(term->lower),
                                  .upper = exp(term->upper),
                                  .df = term->df};
    if (!isfinite(to->upper))
      return false;
  }
  return true;
}

static const char *note_of(const struct plb_gee *fit, bool found_here) {
  static const char *const notes[2][3] = {
      {NULL, "fewer than 25 errors carry this trend: its limits were tested with more",
       "fewer than 15 errors carry this trend; such limits held the truth in 92 to 94 % of tests, missing it mostly on "
       "one side"},
      {"the threshold was found on this same data; the limits take it as fixed",
       "fewer than 25 errors carry this trend: its limits were tested with more; the threshold was found on this same "
       "data; the limits take it as fixed",
       "fewer than 15 errors carry this trend; such limits held the truth in 92 to 94 % of tests, missing it mostly on "
       "one side; the threshold was found on this same data; the limits take it as fixed"}};
  return notes[found_here][fit->errors < LEAST_ERRORS ? 2 : fit->errors < SOME_ERRORS ? 1 : 0];
}

static plb_status fit_trend(struct plb_study *study, const struct plb_numbers *values, struct regression *regression,
                            bool found_here, struct plb_trend *trend, struct plb_error *err) {
  struct plb_error why;
  struct plb_gee fit;
  bool failed = false;
  plb_status status = plb_gee_fit(&regression->rows, trend->level, &fit, &why);
  if (status && status != PLB_UNDEFINED)
    return plb_fail(err, status, "%s", why.message);
  trend->errors = fit.errors;
  trend->trials = fit.trials;
  trend->people = fit.people;
  trend->in_errors = fit.carriers;
  if (!status) {
    trend->terms = plb_alloc(values->terms, sizeof *trend->terms);
    trend->points = plb_alloc(values->terms * LINE_POINTS, sizeof *trend->points);
    if (!trend->terms || !trend->points)
      return plb_fail_memory(err);
    trend->note = note_of(&fit, found_here);
  }
  if (!status && fill_terms(study, values, &fit, trend, &failed)) {
    draw_line(values, regression->mean, &fit, trend);
    return failed ? plb_fail_memory(err) : PLB_OK;
  }
  trend->term_count = 0;
  trend->note = NULL;
  trend->why = plb_result_text(study->result, status ? why.message : "its limits have no bounds", &failed);
  return failed ? plb_fail_memory(err) : PLB_OK;
}

/* ---- under it ------------------------------------------------------------------------------- */

/* The number of `by` of the attribute in bands. */
static size_t in_bands(const struct plb_by *by, const char *name) {
  size_t a = 0;
  while (strcmp(by->names[a], name) != 0)
    a++;
  return a;
}

/* The mean of the comparisons of a cell; of none, false. `counts` has a place for each number. */
static bool mean_of_cell(const struct plb_study *study, const struct plb_numbers *values, const struct plb_rows *rows,
                         size_t banded, const char *value, uint64_t *counts, double *mean) {
  const struct plb_tally *tally = study->tally;
  uint64_t all = 0;
  double sum = 0;
  memset(counts, 0, values->count * sizeof *counts);
  for (size_t i = 0; i < rows->open_count; i++) {
    uint32_t stratum = rows->open[i].stratum, number = values->of_stratum[stratum];
    uint32_t group = plb_stratum_of(&tally->strata, stratum).reference;
    struct plb_slice text = plb_group_value(&tally->census.groups, group, banded);
    if (number == PLB_NOBODY || text.length != strlen(value) || memcmp(text.text, value, text.length) != 0)
      continue;
    all += rows->open[i].count;
    counts[number] += rows->open[i].count;
  }
  for (size_t v = 0; v < values->count; v++) /* in an order that is not that of the rows */
    sum += values->x[v] * (double)counts[v];
  *mean = all ? sum / (double)all : 0;
  return all != 0;
}

/* Where the cells of the only attribute lie on its axis. */
static plb_status find_cells(struct plb_study *study, const struct plb_numbers *values, const struct plb_rows *rows,
                             struct plb_trend *trend, struct plb_error *err) {
  const struct plb_result *result = study->result;
  if (values->terms > 1)
    return PLB_OK;
  size_t banded = in_bands(&study->tally->by, attribute_name(study, values, 0));
  uint64_t *counts = plb_alloc(values->count, sizeof *counts);
  if (!counts || !(trend->cells = plb_alloc(result->group_count, sizeof *trend->cells))) {
    free(counts);
    return plb_fail_memory(err);
  }
  for (size_t i = 0; i < result->group_count; i++) {
    const struct plb_estimate *e = &result->groups[i];
    const struct plb_trend_cell *last = trend->cell_count ? &trend->cells[trend->cell_count - 1] : NULL;
    if (e->system != trend->system || e->status == PLB_EST_SUPPRESSED || !e->cell || e->cell->count != 1 ||
        strcmp(e->metric, "FNMR") != 0 || strcmp(e->cell->of[0].attribute, trend->by) != 0 ||
        (last && last->value == e->cell->of[0].values[0]))
      continue;
    struct plb_trend_cell *cell = &trend->cells[trend->cell_count];
    cell->value = e->cell->of[0].values[0];
    trend->cell_count += mean_of_cell(study, values, rows, banded, cell->value, counts, &cell->mean);
  }
  free(counts);
  return PLB_OK;
}

/* ---- all of it ------------------------------------------------------------------------------ */

static plb_status write_trend(struct plb_study *study, const struct plb_measured *measured,
                              const struct plb_study_point *point, const struct plb_numbers *values,
                              const struct plb_by_value *counted, const char *by, struct plb_error *err) {
  const struct plb_rows *rows = plb_class_rows(&measured->system->of[PLB_CLASS_MATED]);
  struct plb_estimate frame = {.metric = NULL};
  struct regression regression;
  size_t at = 0;
  plb_threshold_of_point(study, point, &frame);
  while (counted->thresholds[at] != point->point.key)
    at++;
  struct plb_trend trend = {.system = measured->name,
                            .by = by,
                            .relation = "logistic",
                            .has_threshold = frame.has_threshold,
                            .threshold = frame.threshold,
                            .has_target = frame.target_metric != NULL,
                            .target = frame.target_at_most,
                            .left_out = values->left_out,
                            .level = study->options->level};
  plb_status status = fill_regression(values, counted, at, &regression)
                          ? fit_trend(study, values, &regression, point->kind == PLB_POINT_TARGET, &trend, err)
                          : plb_fail_memory(err);
  free_regression(&regression);
  if (!status)
    status = find_cells(study, values, rows, &trend, err);
  if (!status)
    return plb_result_add_trend(study->result, &trend, err);
  plb_trend_free_rows(&trend);
  return status;
}

static const char *names_of(struct plb_study *study, const struct plb_numbers *values) {
  const char *names = attribute_name(study, values, 0);
  for (size_t k = 1; names && k < values->terms; k++)
    names = plb_study_text(study, "%s,%s", names, attribute_name(study, values, k));
  return names ? plb_study_text(study, "%s", names) : NULL;
}

static plb_status write_all(struct plb_study *study, const struct plb_measured *measured,
                            const struct plb_group_points *at, const struct plb_places *places, uint8_t asked,
                            struct plb_error *err) {
  const struct plb_rows *rows = plb_class_rows(&measured->system->of[PLB_CLASS_MATED]);
  struct plb_by_value counted = {.thresholds = at->keys, .threshold_count = at->count};
  struct plb_numbers values;
  const char *by = NULL;
  plb_status status = plb_numbers_find(study->tally, rows, asked, &values, err);
  if (!status) {
    counted.value_of = values.of_stratum;
    status = plb_by_value_count(study->tally, rows, places, study->threads, &counted, err);
  }
  if (!status && !(by = names_of(study, &values)))
    status = plb_fail_memory(err);
  for (size_t p = 0; p < measured->point_count && !status; p++)
    if (plb_group_point(&measured->points[p]))
      status = write_trend(study, measured, &measured->points[p], &values, &counted, by, err);
  plb_by_value_free(&counted);
  plb_numbers_free(&values);
  return status;
}

plb_status plb_trends_write(struct plb_study *study, const struct plb_measured *measured,
                            const struct plb_group_points *at, struct plb_error *err) {
  static const char no_people[] =
      "There is no trend, since the data do not say whose the comparisons are: those of one "
      "person resemble each other, and limits that took them as independent would be too "
      "narrow.";
  const struct plb_by *by = &study->tally->by;
  const struct plb_class_tally *mated = &measured->system->of[PLB_CLASS_MATED];
  struct plb_places places = {0};
  if (!by->trends || !mated->completed)
    return PLB_OK;
  if (!mated->rows.count)
    return plb_result_add_statement(study->result, no_people, err);
  plb_status status = plb_places_make(study->tally, &mated->rows, true, study->threads, &places, err);
  for (size_t t = 0; t < by->trends && !status; t++)
    status = write_all(study, measured, at, &places, by->trend[t], err);
  plb_places_free(&places);
  return status;
}
