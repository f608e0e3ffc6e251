/* SPDX-License-Identifier: Apache-2.0
 *
 * Which figures there are: figure 0 is the DET of all systems where any has one; then come the score
 * distributions, one figure for each system, the plans, and two drawings of groups for each breakdown and point. The
 * list is made from the results alone, so the same results give the same names, and a page and a folder of files hold
 * the same drawings.
 */
#include "report/series.h"

#include "report/coverage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/dict.h"
#include "base/memory.h"
#include "report/escape.h"
#include "report/svg.h"
#include "report/trend.h"

#define NAME_CHARACTERS 40

static bool drawable(const struct plb_curve *curve, enum plb_curve_kind kind) {
  if (curve->kind != kind)
    return false;
  if (kind == PLB_CURVE_SCORES)
    return curve->bin_count > 0;
  return curve->point_count > 0 && curve->points[0].fmr_trials > 0 && curve->points[0].fnmr_trials > 0;
}

/* Comparisons and people behind a curve. */
static void measure(struct plb_series *series) {
  const struct plb_result *result = series->result;
  const struct plb_curve *curve = series->curve;
  for (size_t k = 0; k < curve->bin_count; k++) {
    series->mated += curve->bins[k].mated;
    series->nonmated += curve->bins[k].nonmated;
  }
  if (curve->kind == PLB_CURVE_DET) {
    series->mated = curve->points[0].fnmr_trials;
    series->nonmated = curve->points[0].fmr_trials;
  }
  const struct plb_estimate *e;
  for (size_t k = 0; (e = plb_system_estimate(result, curve->system, k)); k++) {
    if (!series->eer && strcmp(e->metric, "EER") == 0)
      series->eer = e;
    if (e->has_people && (strcmp(e->metric, "FMR") == 0 || strcmp(e->metric, "FNMR") == 0)) {
      series->has_people = true;
      series->people = e->people > series->people ? e->people : series->people;
    }
  }
  if (result->test.has_people && plb_result_systems(result) < 2) {
    series->has_people = true;
    series->people = result->test.people;
  }
}

/* Takes a name; false where it was taken before. *failed is set when memory ran out. */
static bool take_name(struct plb_dict *taken, const char *name, bool *failed) {
  uint32_t number, known = taken->count;
  *failed = *failed || !plb_dict_put(taken, name, strlen(name), &number);
  return taken->count > known;
}

/* The name of the system, or of its files; with the files where two systems share a name, with a number
 * where that does not help. */
static bool name_series(struct plb_series *series, size_t at, struct plb_dict *taken) {
  char label[PLB_WORDS], system[PLB_SERIES_NAME], name[PLB_SERIES_NAME];
  bool failed = false, fresh;
  plb_result_label(series->result, series->result_number + 1, label);
  plb_shorten(system, sizeof system, series->curve->system ? series->curve->system : label, NAME_CHARACTERS);
  snprintf(name, sizeof name, "%s", system);
  fresh = take_name(taken, name, &failed);
  if (!fresh && series->curve->system) {
    char whole[PLB_SENTENCE];
    snprintf(whole, sizeof whole, "%s (%s)", system, label);
    plb_shorten(name, sizeof name, whole, NAME_CHARACTERS + 10);
    fresh = take_name(taken, name, &failed);
  }
  if (!fresh) {
    plb_shorten(system, sizeof system, name, NAME_CHARACTERS / 2);
    snprintf(name, sizeof name, "%.80s #%zu", system, at + 1);
    take_name(taken, name, &failed);
  }
  memcpy(series->name, name, sizeof name);
  return !failed;
}

/* All curves of one kind that hold anything, in order. */
static plb_status list_series(const struct plb_result *const *results, size_t count, enum plb_curve_kind kind,
                              struct plb_series **list, size_t *found, struct plb_error *err) {
  struct plb_dict taken = {0};
  size_t total = 0;
  bool named = true;
  for (size_t r = 0; r < count; r++)
    for (size_t c = 0; c < results[r]->curve_count; c++)
      total += drawable(&results[r]->curves[c], kind);
  *found = 0;
  *list = plb_alloc(total, sizeof **list);
  if (!*list)
    return plb_fail_memory(err);
  for (size_t r = 0; r < count; r++) {
    for (size_t c = 0; c < results[r]->curve_count; c++) {
      const struct plb_curve *curve = &results[r]->curves[c];
      if (!drawable(curve, kind))
        continue;
      struct plb_series *series = &(*list)[*found];
      *series = (struct plb_series){.result = results[r], .result_number = r, .curve = curve};
      measure(series);
      named = named && name_series(series, *found, &taken);
      ++*found;
    }
  }
  plb_dict_free(&taken);
  return named ? PLB_OK : plb_fail_memory(err);
}

void plb_series_size(char text[PLB_SENTENCE], const struct plb_series *series) {
  char people[PLB_WORDS], mated[PLB_WORDS], nonmated[PLB_WORDS];
  plb_word_count(people, series->people);
  plb_word_count(mated, series->mated);
  plb_word_count(nonmated, series->nonmated);
  if (series->has_people)
    snprintf(text, PLB_SENTENCE, "%s people, %s mated and %s non-mated comparisons", people, mated, nonmated);
  else
    snprintf(text, PLB_SENTENCE, "number of people unknown, %s mated and %s non-mated comparisons", mated, nonmated);
}

bool plb_is_distance(const struct plb_result *result) {
  return result->test.direction && strcmp(result->test.direction, "dissimilarity") == 0;
}

double plb_draw_notes(struct plb_out *out, double left, double right, double y, char (*lines)[PLB_SENTENCE],
                      size_t count) {
  static const struct plb_lettering letters = {.size = 11.5, .fill = PLB_INK_SOFT};
  for (size_t k = 0; k < count; k++)
    y = plb_svg_paragraph(out, left, y, right - left, &letters, lines[k]) + 2;
  return y;
}

void plb_targets_add(struct plb_targets *targets, const struct plb_estimate *estimate, bool supported) {
  if (targets->count[supported]++ == 0)
    targets->span[supported][0] = estimate;
  targets->span[supported][1] = estimate;
}

static void word_span(char *text, size_t size, const struct plb_result *result, const struct plb_targets *targets,
                      bool supported) {
  char first[PLB_WORDS], last[PLB_WORDS];
  const struct plb_estimate *const *span = targets->span[supported];
  text[0] = '\0';
  if (targets->count[supported] == 0)
    return;
  if (plb_word_target(first, span[0]) == 0) {
    plb_word_threshold(first, result, span[0]);
    snprintf(text, size, "threshold %s", first);
  } else if (targets->count[supported] == 1 || plb_word_target(last, span[1]) == 0) {
    snprintf(text, size, "FMR \xE2\x89\xA4 %s", first);
  } else {
    const char *between = targets->count[supported] == 2 ? "and" : "\xE2\x80\xA6";
    snprintf(text, size, "FMR \xE2\x89\xA4 %s %s %s", first, between, last);
  }
}

void plb_targets_word(char *text, size_t size, const struct plb_result *result, const struct plb_targets *targets) {
  char good[3 * PLB_WORDS], bad[3 * PLB_WORDS];
  word_span(good, sizeof good, result, targets, true);
  word_span(bad, sizeof bad, result, targets, false);
  if (bad[0] == '\0')
    snprintf(text, size, "%s", good);
  else if (good[0] == '\0')
    snprintf(text, size, "%s: not supported", bad);
  else
    snprintf(text, size, "%s; not supported: %s", good, bad);
}

static plb_status list_plans(const struct plb_result *const *results, size_t count, struct plb_figures *figures,
                             struct plb_error *err) {
  size_t total = 0;
  for (size_t r = 0; r < count; r++)
    total += results[r]->plan_count;
  figures->plans = plb_alloc(total, sizeof *figures->plans);
  if (!figures->plans)
    return plb_fail_memory(err);
  for (size_t r = 0; r < count; r++)
    for (size_t i = 0; i < results[r]->plan_count; i++)
      figures->plans[figures->plan_count++] = &results[r]->plans[i];
  return PLB_OK;
}

size_t plb_figure_of_plan(const struct plb_figures *figures, const struct plb_test_plan *plan) {
  size_t at = 0;
  while (at + 1 < figures->plan_count && figures->plans[at] != plan)
    at++;
  return (figures->det_count > 0) + figures->score_count + at;
}

/* ---- groups -------------------------------------------------------------------------------------------- */

/* Whether there is something to draw: rates to compare with each other. */
static bool is_drawn(const struct plb_grouping *grouping, const struct plb_group_figure *figure) {
  size_t fnmr, within, across;
  plb_group_cells(grouping, figure->point, PLB_GROUP_FNMR, &fnmr);
  plb_group_cells(grouping, figure->point, PLB_GROUP_WITHIN, &within);
  plb_group_cells(grouping, figure->point, PLB_GROUP_ACROSS, &across);
  switch (figure->drawing) {
  case PLB_DRAWN_GRID: return plb_grid_is_drawn(grouping, figure->point);
  case PLB_DRAWN_TREND: return plb_trend_is_drawn(grouping, figure->point);
  case PLB_DRAWN_FOREST: return fnmr + within > 0;
  default: return grouping->group_count > 1 && within + across > 0 && !plb_grouping_single(grouping);
  }
}

/* In their order, of each point. */
static bool list_grouping(struct plb_figures *figures, size_t number) {
  const struct plb_grouping *grouping = &figures->groupings.at[number];
  size_t drawn = 0;
  for (size_t point = 0; point < grouping->point_count && drawn < PLB_MOST_DRAWN_POINTS; point++) {
    bool any = false;
    for (int drawing = 0; drawing < PLB_GROUP_DRAWINGS; drawing++) {
      const struct plb_group_figure figure = {number, point, (enum plb_group_drawing)drawing};
      if (grouping->points[point].whole || !is_drawn(grouping, &figure))
        continue;
      if (!plb_reserve(&figures->groups, &figures->group_capacity, figures->group_count + 1, sizeof *figures->groups))
        return false;
      figures->groups[figures->group_count++] = figure;
      any = true;
    }
    drawn += any;
  }
  return true;
}

static plb_status list_groups(const struct plb_result *const *results, size_t count, struct plb_figures *figures,
                              struct plb_error *err) {
  plb_status st = PLB_OK;
  for (size_t r = 0; !st && r < count; r++)
    st = plb_groupings_add(&figures->groupings, results[r], err);
  for (size_t k = 0; !st && k < figures->groupings.count; k++)
    if (!list_grouping(figures, k))
      st = plb_fail_memory(err);
  return st;
}

static size_t first_of_groups(const struct plb_figures *figures) {
  return (figures->det_count > 0) + figures->score_count + figures->plan_count;
}

bool plb_figure_of_group(const struct plb_figures *figures, const struct plb_group_figure *figure, size_t *which) {
  for (size_t k = 0; k < figures->group_count; k++) {
    const struct plb_group_figure *other = &figures->groups[k];
    if (other->grouping != figure->grouping || other->point != figure->point || other->drawing != figure->drawing)
      continue;
    *which = first_of_groups(figures) + k;
    return true;
  }
  return false;
}

/* The number of a figure among those of its kind. */
static size_t number_of_kind(const struct plb_figures *figures, size_t at) {
  size_t number = 0;
  for (size_t k = 0; k < at; k++)
    number += figures->groups[k].drawing == figures->groups[at].drawing;
  return number;
}

/* ---- all figures ------------------------------------------------------------------------------------------ */

plb_status plb_figures_make(const struct plb_result *const *results, size_t count, struct plb_figures *figures,
                            struct plb_error *err) {
  *figures = (struct plb_figures){0};
  if (plb_is_coverage(results[0])) {
    figures->coverage = results[0];
    return PLB_OK;
  }
  plb_status st = list_series(results, count, PLB_CURVE_DET, &figures->dets, &figures->det_count, err);
  if (!st)
    st = list_series(results, count, PLB_CURVE_SCORES, &figures->scores, &figures->score_count, err);
  if (!st)
    st = list_plans(results, count, figures, err);
  if (!st)
    st = list_groups(results, count, figures, err);
  if (st)
    plb_figures_free(figures);
  return st;
}

void plb_figures_free(struct plb_figures *figures) {
  free(figures->dets);
  free(figures->scores);
  free(figures->plans);
  free(figures->groups);
  plb_groupings_free(&figures->groupings);
  *figures = (struct plb_figures){0};
}

/* "scores", or "scores-2" where there are several. */
static void name_figure(char name[PLB_FIGURE_NAME], const char *kind, size_t number, size_t count) {
  if (count == 1)
    snprintf(name, PLB_FIGURE_NAME, "%s", kind);
  else
    snprintf(name, PLB_FIGURE_NAME, "%s-%zu", kind, number + 1);
}

bool plb_figure_name(const struct plb_figures *figures, size_t which, char name[PLB_FIGURE_NAME]) {
  static const char *const names[] = {
      [PLB_DRAWN_HEAT] = "heat", [PLB_DRAWN_GRID] = "grid", [PLB_DRAWN_FOREST] = "forest", [PLB_DRAWN_TREND] = "trend"};
  bool det = figures->det_count > 0;
  size_t number = which - det;
  if (figures->coverage) {
    bool first = which == 0 && (figures->coverage->coverage_count || !figures->coverage->whole_count);
    size_t drawings = (figures->coverage->coverage_count > 0) + (figures->coverage->whole_count > 0);
    snprintf(name, PLB_FIGURE_NAME, first ? "coverage" : "coverage-whole");
    return which < (drawings ? drawings : 1);
  }
  if (det && which == 0)
    snprintf(name, PLB_FIGURE_NAME, "det");
  else if (number < figures->score_count)
    name_figure(name, "scores", number, figures->score_count);
  else if (number - figures->score_count < figures->plan_count)
    name_figure(name, "plan", number - figures->score_count, figures->plan_count);
  else if (which - first_of_groups(figures) < figures->group_count)
    snprintf(name, PLB_FIGURE_NAME, "%s-%zu", names[figures->groups[which - first_of_groups(figures)].drawing],
             number_of_kind(figures, which - first_of_groups(figures)) + 1);
  else
    return false;
  return true;
}

plb_status plb_figure_draw(const struct plb_figures *figures, size_t which, struct plb_out *out,
                           struct plb_error *err) {
  static void (*const drawings[])(const struct plb_grouping *grouping, size_t point, const char *id,
                                  struct plb_out *out) = {[PLB_DRAWN_HEAT] = plb_draw_heat,
                                                          [PLB_DRAWN_GRID] = plb_draw_grid,
                                                          [PLB_DRAWN_FOREST] = plb_draw_forest,
                                                          [PLB_DRAWN_TREND] = plb_draw_trend};
  char name[PLB_FIGURE_NAME];
  bool det = figures->det_count > 0;
  size_t number = which - det;
  if (!plb_figure_name(figures, which, name))
    return plb_fail(err, PLB_USAGE, "there is no figure %zu", which);
  if (figures->coverage && strcmp(name, "coverage") != 0)
    return plb_draw_whole(figures->coverage, name, out, err);
  if (figures->coverage)
    return plb_draw_coverage(figures->coverage, name, out, err);
  if (det && which == 0)
    return plb_draw_det(figures->dets, figures->det_count, name, out, err);
  if (number < figures->score_count)
    return plb_draw_scores(&figures->scores[number], name, out, err);
  if (which >= first_of_groups(figures)) {
    const struct plb_group_figure *figure = &figures->groups[which - first_of_groups(figures)];
    drawings[figure->drawing](&figures->groupings.at[figure->grouping], figure->point, name, out);
    return PLB_OK;
  }
  return plb_draw_plan(figures->plans[number - figures->score_count], name, out, err);
}
