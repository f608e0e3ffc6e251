/* SPDX-License-Identifier: Apache-2.0
 *
 * See groups.h. The comparisons of a cell are measured as those of a test are, at the thresholds of the whole test:
 * a threshold that is set for everybody is that of a programme.
 */
#include "estimate/groups.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static int smaller_first(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

bool plb_group_point(const struct plb_study_point *point) {
  return point->listed && !point->unsupported && !plb_point_on_line(point);
}

static bool find_thresholds(const struct plb_measured *measured, struct plb_group_points *at) {
  size_t n = measured->point_count, distinct = 0;
  *at =
      (struct plb_group_points){.keys = plb_alloc(n, sizeof *at->keys), .of_point = plb_alloc(n, sizeof *at->of_point)};
  if (!at->keys || !at->of_point)
    return false;
  for (size_t p = 0; p < n; p++)
    if (plb_group_point(&measured->points[p]))
      at->keys[at->count++] = measured->points[p].point.key;
  if (at->count)
    qsort(at->keys, at->count, sizeof *at->keys, smaller_first);
  for (size_t k = 0; k < at->count; k++)
    if (!distinct || at->keys[k] != at->keys[distinct - 1])
      at->keys[distinct++] = at->keys[k];
  at->count = distinct;
  for (size_t p = 0; p < n; p++)
    while (plb_group_point(&measured->points[p]) && at->keys[at->of_point[p]] != measured->points[p].point.key)
      at->of_point[p]++;
  return true;
}

/* The values of a cell as results have them. */
static const struct plb_cell *name_cell(struct plb_study *study, const struct plb_breakdown *breakdown,
                                        const struct plb_breakdown_cell *cell, bool mated, bool *failed) {
  const struct plb_by *by = &study->tally->by;
  struct plb_cell named = {0};
  char texts[2][PLB_MOST_GROUP];
  size_t used[2] = {0, 0};
  const uint32_t sides[2] = {cell->one, cell->other};
  for (size_t a = 0; a < by->count; a++) {
    if (!(breakdown->attributes >> a & 1))
      continue;
    size_t at = named.count++;
    named.of[at].attribute = by->names[a];
    for (int s = 0; s < 2; s++) {
      struct plb_slice value = plb_group_value(&breakdown->values, sides[s], at);
      named.of[at].values[s] = memcpy(texts[s] + used[s], value.text, value.length);
      used[s] += value.length;
      texts[s][used[s]++] = '\0';
    }
    bool single = by->single >> a & 1;
    named.of[at].two = !single && (!mated || strcmp(named.of[at].values[0], named.of[at].values[1]) != 0);
  }
  return plb_result_cell(study->result, &named, failed);
}

/* A cell that may not be shown: nothing but that. */
static plb_status hide(struct plb_study *study, const struct plb_estimate *estimate, enum plb_hidden why,
                       struct plb_error *err) {
  struct plb_estimate bare = {.metric = estimate->metric,
                              .system = estimate->system,
                              .cell = estimate->cell,
                              .has_threshold = estimate->has_threshold,
                              .threshold = estimate->threshold,
                              .target_metric = estimate->target_metric,
                              .target_at_most = estimate->target_at_most,
                              .origin = estimate->origin,
                              .unit = estimate->unit,
                              .status = PLB_EST_SUPPRESSED};
  bare.note = why == PLB_HIDDEN_FEW
                  ? plb_study_text(study, "fewer than %s people", plb_say_count(study->options->min_people).text)
                  : "not shown, since a group with too few people would follow by subtraction";
  return bare.note ? plb_result_add_estimate(study->result, &bare, err) : plb_fail_memory(err);
}

/* Limits that hold for all cells that are shown at once; some of these share people. */
static void fill_simultaneous(const struct plb_study *study, const struct plb_grouped *grouped,
                              const struct plb_rate *rate, struct plb_interval *interval) {
  struct plb_pl pl = rate->narrow;
  size_t shown = grouped->shown;
  if (!rate->has_people || !plb_method_is_pl(study->method) || !interval->exists || shown < 2)
    return;
  plb_pl_at_level(&pl, rate->errors, rate->trials, 1 - (1 - study->options->level) / (double)shown);
  const struct plb_limits *limits = study->method == PLB_METHOD_PL ? &pl.pl : &pl.strict;
  interval->has_simultaneous = true;
  interval->simultaneous[0] = limits->lower;
  interval->simultaneous[1] = limits->upper;
  interval->simultaneous_of = shown;
}

static plb_status write_point(struct plb_study *study, const struct plb_measured *measured,
                              const struct plb_study_point *point, const struct plb_grouped *grouped, size_t i,
                              size_t at, struct plb_error *err) {
  const struct plb_rate *rate = &grouped->rates[i].at[at];
  bool mated = grouped->mated;
  struct plb_estimate estimate = {.metric = mated ? "FNMR" : "FMR",
                                  .system = measured->name,
                                  .cell = grouped->cells[i],
                                  .unit = mated ? "mated comparison" : "non-mated comparison",
                                  .has_counts = true,
                                  .errors = rate->errors,
                                  .trials = rate->trials};
  plb_threshold_of_point(study, point, &estimate);
  if (grouped->hidden[i])
    return hide(study, &estimate, (enum plb_hidden)grouped->hidden[i], err);
  plb_status status = plb_interval_of_rate(study, rate, &estimate, err);
  fill_simultaneous(study, grouped, rate, &estimate.interval);
  static const char fixed[] = "the threshold was found on this same data; the interval takes it as fixed";
  if (!status && point->kind == PLB_POINT_TARGET && !(estimate.note = plb_study_join(study, fixed, estimate.note)))
    status = plb_fail_memory(err);
  estimate.least_seen = grouped->least_seen[i * grouped->rates[i].count + at];
  estimate.has_least_seen = estimate.least_seen > 0 && isfinite(estimate.least_seen);
  static const char none[] = "this test could not have shown any difference of this group to the others";
  if (!status && isinf(estimate.least_seen) && !(estimate.note = plb_study_join(study, none, estimate.note)))
    status = plb_fail_memory(err);
  return status ? status : plb_result_add_estimate(study->result, &estimate, err);
}

/* The errors of a cell at each threshold, and its rates there. */
static plb_status measure_cell(struct plb_study *study, struct plb_system_tally *part, bool mated,
                               const struct plb_group_points *at, struct plb_rates *rates, struct plb_error *err) {
  struct plb_point *points = plb_alloc(at->count, sizeof *points);
  uint64_t *errors = plb_alloc(at->count, sizeof *errors);
  struct plb_det det = {.thresholds = at->keys, .threshold_count = at->count, .at_threshold = points};
  plb_status status =
      points && errors ? plb_det_measure(study->tally, part, study->threads, &det, err) : plb_fail_memory(err);
  for (size_t k = 0; k < at->count && !status; k++)
    errors[k] = mated ? points[k].false_nonmatches : points[k].false_matches;
  if (!status)
    status = plb_rates_measure(study->tally, part, mated ? PLB_CLASS_MATED : PLB_CLASS_NONMATED, &det, at->keys, errors,
                               at->count, study->options->level, false, study->method, study->threads, rates, err);
  plb_det_free(&det);
  free(points);
  free(errors);
  return status;
}

/* The comparisons of a cell as a test of their own. */
static bool take_part(const struct plb_study *study, const struct plb_measured *measured, bool mated,
                      const struct plb_breakdown_cell *cell, struct plb_system_tally *part) {
  const struct plb_class_tally *from = &measured->system->of[mated];
  struct plb_class_tally *to = &part->of[mated];
  size_t strata = study->tally->strata.count;
  *part = (struct plb_system_tally){.system = measured->system->system, .people = measured->system->people};
  part->of[0].lowest = part->of[1].lowest = UINT64_MAX;
  part->of[0].scores.nameless = part->of[1].scores.nameless = true;
  to->lowest = from->lowest;
  to->highest = from->highest;
  if (from->rows.count ? !plb_rows_of_strata(&from->rows, cell->strata, strata, &to->rows)
                       : !plb_rows_of_strata(&from->scores, cell->strata, strata, &to->scores))
    return false;
  to->completed = plb_class_rows(to)->count;
  return true;
}

static void free_grouped(struct plb_grouped *grouped) {
  for (size_t i = 0; grouped->rates && i < grouped->breakdown.count; i++)
    plb_rates_free(&grouped->rates[i]);
  free(grouped->rates);
  free(grouped->cells);
  free(grouped->hidden);
  free(grouped->smaller);
  free(grouped->least_seen);
  plb_breakdown_free(&grouped->breakdown);
  *grouped = (struct plb_grouped){0};
}

static plb_status measure_one(struct plb_study *study, const struct plb_measured *measured,
                              const struct plb_group_points *at, size_t i, struct plb_grouped *grouped,
                              struct plb_error *err) {
  const struct plb_breakdown_cell *cell = &grouped->breakdown.cells[i];
  struct plb_system_tally part;
  bool failed = false;
  grouped->cells[i] = name_cell(study, &grouped->breakdown, cell, grouped->mated, &failed);
  if (failed || !take_part(study, measured, grouped->mated, cell, &part))
    return plb_fail_memory(err);
  plb_status status = PLB_OK;
  if (!grouped->mated)
    status = plb_cell_smaller_side(study->tally, &grouped->breakdown, cell, &part.of[0].rows, study->threads,
                                   &grouped->smaller[i], err);
  part.smaller_side = grouped->smaller[i];
  if (!status)
    status = measure_cell(study, &part, grouped->mated, at, &grouped->rates[i], err);
  plb_rows_free(&part.of[grouped->mated].rows);
  plb_rows_free(&part.of[grouped->mated].scores);
  return status;
}

static plb_status measure_class(struct plb_study *study, const struct plb_measured *measured,
                                const struct plb_group_points *at, uint8_t attributes, struct plb_grouped *grouped,
                                struct plb_error *err) {
  const struct plb_rows *rows = plb_class_rows(&measured->system->of[grouped->mated]);
  plb_status status = plb_breakdown_make(study->tally, rows, grouped->mated, attributes, &grouped->breakdown, err);
  size_t count = grouped->breakdown.count;
  if (status)
    return status;
  grouped->rates = plb_alloc(count, sizeof *grouped->rates);
  grouped->cells = plb_alloc(count, sizeof *grouped->cells);
  grouped->hidden = plb_alloc(count, sizeof *grouped->hidden);
  grouped->smaller = plb_alloc(count, sizeof *grouped->smaller);
  status = grouped->rates && grouped->cells && grouped->hidden && grouped->smaller ? PLB_OK : plb_fail_memory(err);
  for (size_t i = 0; i < count && !status; i++)
    status = measure_one(study, measured, at, i, grouped, err);
  return status;
}

static plb_status write_class(struct plb_study *study, const struct plb_measured *measured,
                              const struct plb_group_points *at, const struct plb_grouped *grouped,
                              struct plb_error *err) {
  plb_status status = PLB_OK;
  for (size_t i = 0; i < grouped->breakdown.count && !status; i++)
    for (size_t p = 0; p < measured->point_count && !status; p++)
      if (plb_group_point(&measured->points[p]))
        status = write_point(study, measured, &measured->points[p], grouped, i, at->of_point[p], err);
  return status;
}

static plb_status know_shown(const struct plb_study *study, struct plb_grouped *grouped, size_t points,
                             struct plb_error *err) {
  size_t cells = grouped->breakdown.count;
  for (size_t i = 0; i < cells; i++)
    grouped->shown += !grouped->hidden[i];
  grouped->share = plb_breakdown_shares(study->tally, &grouped->breakdown);
  if (!(grouped->least_seen = plb_alloc(cells * points, sizeof *grouped->least_seen)))
    return plb_fail_memory(err);
  return plb_groups_least_seen(study, grouped, points, err);
}

/* Both classes of all breakdowns: those of breakdown b at 2 b. */
static plb_status measure_all(struct plb_study *study, const struct plb_measured *measured,
                              const struct plb_group_points *at, struct plb_grouped *all, struct plb_error *err) {
  const struct plb_by *by = &study->tally->by;
  struct plb_grouped *of_class[PLB_MOST_BREAKDOWNS];
  plb_status status = PLB_OK;
  for (size_t c = 0; c < 2 && !status; c++) {
    for (size_t b = 0; b < by->breakdowns && !status; b++) {
      of_class[b] = &all[2 * b + c];
      of_class[b]->mated = c == PLB_CLASS_MATED;
      status = measure_class(study, measured, at, by->breakdown[b], of_class[b], err);
    }
    if (!status)
      plb_cells_suppress(of_class, by->breakdowns, study->options->min_people);
    for (size_t b = 0; b < by->breakdowns && !status; b++)
      status = know_shown(study, of_class[b], at->count, err);
  }
  return status;
}

static plb_status write_all(struct plb_study *study, const struct plb_measured *measured,
                            const struct plb_group_points *at, const struct plb_grouped *all, struct plb_error *err) {
  plb_status status = PLB_OK;
  for (size_t b = 0; b < study->tally->by.breakdowns && !status; b++) {
    for (size_t c = 0; c < 2 && !status; c++)
      status = write_class(study, measured, at, &all[2 * b + c], err);
    if (!status)
      status = plb_differences_write(study, measured, at, &all[2 * b], err);
  }
  return status;
}

plb_status plb_groups_write(struct plb_study *study, const struct plb_measured *measured, struct plb_error *err) {
  size_t count = 2 * study->tally->by.breakdowns;
  struct plb_group_points at = {0};
  struct plb_grouped *all = plb_alloc(count, sizeof *all);
  plb_status status = all && find_thresholds(measured, &at) ? PLB_OK : plb_fail_memory(err);
  if (!status && at.count)
    status = measure_all(study, measured, &at, all, err);
  if (!status && at.count)
    status = write_all(study, measured, &at, all, err);
  if (!status && at.count)
    status = plb_trends_write(study, measured, &at, err);
  if (!status)
    status = plb_horizon_write(study, measured, err);
  for (size_t i = 0; all && i < count; i++)
    free_grouped(&all[i]);
  free(all);
  free(at.keys);
  free(at.of_point);
  return status;
}
