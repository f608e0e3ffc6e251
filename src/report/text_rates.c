/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables of one system in the text report. An operating point is a group of rows, one for each rate
 * known there, below a line that says how its threshold came about: target and threshold have no columns
 * of their own, since thresholds may have seventeen digits and counts eleven. Notes are numbered in order
 * of appearance, equal ones once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/text.h"

struct notes {
  const char **texts;
  size_t count, capacity;
};

/* What one row says. */
struct line {
  const struct plb_estimate *estimate;
  const struct plb_operating_point *point; /* NULL over the whole test */
  bool first;                              /* of its point */
};

/* ---- cells -------------------------------------------------------------------------------------- */

/* The name of a metric as it is spoken of. */
static const char *spoken(const char *metric) {
  return strcmp(metric, "DPRIME") == 0 ? "d'" : metric;
}

static void word_trials(char text[PLB_WORDS], const struct plb_estimate *e) {
  char mated[PLB_WORDS], nonmated[PLB_WORDS];
  if (e->has_counts) {
    plb_word_fraction(text, e->errors, e->trials);
  } else if (e->has_class_trials) {
    plb_word_count(mated, e->mated_trials);
    plb_word_count(nonmated, e->nonmated_trials);
    snprintf(text, PLB_WORDS, "%.40s + %.40s", mated, nonmated);
  }
}

void plb_text_cells(char (*cells)[PLB_WORDS], const struct plb_estimate *e) {
  plb_word_value(cells[PLB_CELL_VALUE], e);
  if (e->status == PLB_EST_SUPPRESSED)
    return;
  word_trials(cells[PLB_CELL_COUNTS], e);
  plb_word_interval(cells[PLB_CELL_INTERVAL], e);
  if (e->has_people)
    plb_word_count(cells[PLB_CELL_PEOPLE], e->people);
  else if (e->has_counts)
    snprintf(cells[PLB_CELL_PEOPLE], PLB_WORDS, "unknown");
}

/* The number of a note in the cell for it. */
static bool put_note(struct notes *notes, const char *text, char cell[PLB_WORDS]) {
  size_t at = 0;
  if (!text)
    return true;
  while (at < notes->count && strcmp(notes->texts[at], text) != 0)
    at++;
  if (at == notes->count) {
    if (!plb_reserve(&notes->texts, &notes->capacity, notes->count + 1, sizeof *notes->texts))
      return false;
    notes->texts[notes->count++] = text;
  }
  snprintf(cell, PLB_WORDS, "[%zu]", at + 1);
  return true;
}

/* ---- tables --------------------------------------------------------------------------------------- */

#define COLUMN_COUNT (PLB_CELLS + 2)
#define SPAN_BYTES (PLB_LIMIT + 64)

void plb_text_level(double *level, const struct plb_estimate *e) {
  if (!e->interval.exists)
    return;
  bool same = *level == 0 || *level == e->interval.level;
  *level = same ? e->interval.level : -1;
}

void plb_text_interval_title(char title[PLB_WORDS], double level) {
  char number[PLB_WORDS];
  plb_word_level(number, level);
  if (level > 0)
    snprintf(title, PLB_WORDS, "%.40s %% interval", number);
  else
    snprintf(title, PLB_WORDS, "Interval");
}

static void word_span(char text[SPAN_BYTES], const struct plb_result *result, const struct plb_operating_point *point) {
  const struct plb_estimate *e = point->first;
  char target[PLB_WORDS], threshold[PLB_WORDS], limit[PLB_LIMIT];
  bool any = plb_word_threshold(threshold, result, e) > 0;
  if (plb_word_limit(limit, result, point))
    snprintf(text, SPAN_BYTES, "%s; threshold %.40s", limit, threshold);
  else if (plb_word_target(target, e))
    snprintf(text, SPAN_BYTES, "%s %.40s%sset for %.40s of at most %.40s", any ? "Threshold" : "No threshold can be",
             threshold, any ? ", " : "", e->target_metric, target);
  else
    snprintf(text, SPAN_BYTES, "Threshold %.40s, given", threshold);
}

static bool add_row(struct plb_table *table, const struct plb_result *result, struct notes *notes,
                    const struct line *line, char span[SPAN_BYTES]) {
  if (line->first) {
    word_span(span, result, line->point);
    plb_table_span(table, span);
  }
  char(*cells)[PLB_WORDS] = plb_table_row(table);
  if (!cells)
    return false;
  snprintf(cells[0], PLB_WORDS, "%s%.40s", line->point ? "  " : "", spoken(line->estimate->metric));
  plb_text_cells(cells + 1, line->estimate);
  return put_note(notes, line->estimate->note, cells[COLUMN_COUNT - 1]);
}

static bool print_lines(const struct plb_result *result, const struct line *lines, size_t count, struct notes *notes,
                        struct plb_out *out) {
  char interval[PLB_WORDS];
  double level = 0;
  for (size_t i = 0; i < count; i++)
    plb_text_level(&level, lines[i].estimate);
  plb_text_interval_title(interval, level);
  const struct plb_column columns[COLUMN_COUNT] = {{lines[0].point ? "Rate" : "Quantity", PLB_LEFT},
                                                   {"Value", PLB_RIGHT},
                                                   {"Errors / trials", PLB_RIGHT},
                                                   {interval, PLB_LEFT},
                                                   {"People", PLB_RIGHT},
                                                   {"Note", PLB_LEFT}};
  struct plb_table table = {.columns = columns, .column_count = COLUMN_COUNT};
  char(*spans)[SPAN_BYTES] = plb_alloc(count, sizeof *spans);
  bool ready = spans != NULL;
  for (size_t i = 0; ready && i < count; i++)
    ready = add_row(&table, result, notes, &lines[i], spans[i]);
  ready = ready && plb_table_print(&table, out);
  plb_table_free(&table);
  free(spans);
  return ready;
}

/* The operating points of a system, in order of their first estimate (plb_result_point, all at once). */
static size_t list_points(const struct plb_result *result, const char *system, struct plb_operating_point *points) {
  size_t count = 0;
  for (size_t i = 0; i < result->estimate_count; i++) {
    const struct plb_estimate *e = &result->estimates[i];
    if (!plb_has_point(e) || !plb_same_system(e->system, system))
      continue;
    size_t before = count; /* the latest is the likeliest */
    while (before > 0 && !plb_at_point(&points[before - 1], e))
      before--;
    if (before == 0)
      points[count++] = (struct plb_operating_point){.system = system, .first = e};
  }
  return count;
}

/* Whether point k is one of several targets out of reach, the first of which stands for all. */
static bool shown_before(const struct plb_result *result, const struct plb_operating_point *points, size_t k) {
  for (size_t before = 0; before < k; before++)
    if (plb_same_limit(result, &points[before], &points[k]))
      return true;
  return false;
}

/* All rows of all points; the points themselves go into `points`. Answers the number of rows. */
static size_t collect_points(const struct plb_result *result, const char *system, struct line *lines,
                             struct plb_operating_point *points) {
  size_t count = 0, point_count = list_points(result, system, points);
  for (size_t k = 0; k < point_count; k++) {
    if (shown_before(result, points, k))
      continue;
    for (size_t i = 0, first = count; i < result->estimate_count; i++)
      if (plb_at_point(&points[k], &result->estimates[i])) {
        lines[count] = (struct line){&result->estimates[i], &points[k], count == first};
        count++;
      }
  }
  return count;
}

static void print_bracket(const struct plb_result *result, const struct plb_estimate *e, struct plb_out *out) {
  char threshold[PLB_WORDS], low[PLB_WORDS], high[PLB_WORDS], line[4 * PLB_WORDS];
  if (!e->has_bracket || e->status != PLB_EST_OK)
    return;
  plb_word_threshold(threshold, result, e);
  plb_word_rate(low, e->bracket[0]);
  plb_word_rate(high, e->bracket[1]);
  snprintf(line, sizeof line, "the mean of FMR and FNMR%s%s, where one is %s and the other %s",
           threshold[0] ? " at threshold " : "", threshold, low, high);
  plb_page_line(out, spoken(e->metric), line);
}

/* ---- below the tables --------------------------------------------------------------------------------- */

/* What an estimate counts, as the column of errors and trials shows it. */
static const char *unit_of(const struct plb_estimate *e) {
  if (e->status != PLB_EST_SUPPRESSED && !e->has_counts && e->has_class_trials)
    return "mated + non-mated comparisons";
  return e->unit;
}

static bool same_unit(const struct plb_estimate *a, const struct plb_estimate *b) {
  return unit_of(a) && unit_of(b) && strcmp(unit_of(a), unit_of(b)) == 0;
}

static bool has_interval(const struct plb_estimate *e) {
  return e->interval.exists && e->status != PLB_EST_SUPPRESSED;
}

static bool same_making(const struct plb_estimate *a, const struct plb_estimate *b) {
  const struct plb_interval *one = &a->interval, *other = &b->interval;
  return has_interval(a) && has_interval(b) && one->level == other->level &&
         plb_same_system(one->method, other->method) && plb_same_system(one->dependence, other->dependence);
}

typedef bool alike(const struct plb_estimate *a, const struct plb_estimate *b);

/* Whether lines[k] is of the group of lines[i]; and the first of it, and the first of it of its metric. */
static bool leads(const struct line *lines, size_t i, size_t k, alike *same, bool by_metric) {
  if (!same(lines[i].estimate, lines[k].estimate))
    return false;
  for (size_t before = 0; before < k; before++)
    if (same(lines[i].estimate, lines[before].estimate) &&
        (!by_metric || strcmp(lines[before].estimate->metric, lines[k].estimate->metric) == 0))
      return false;
  return true;
}

/* "FMR, FAR: " of the group that lines[i] leads. */
static void list_metrics(const struct line *lines, size_t count, size_t i, alike *same, struct plb_out *words) {
  const char *between = "";
  for (size_t k = i; k < count; k++) {
    if (!leads(lines, i, k, same, true))
      continue;
    plb_out_print(words, "%s%s", between, spoken(lines[k].estimate->metric));
    between = ", ";
  }
  plb_out_text(words, ": ");
}

static void list_units(const struct line *lines, size_t count, struct plb_out *words) {
  const char *between = "";
  for (size_t i = 0; i < count; i++) {
    if (!leads(lines, i, i, same_unit, false))
      continue;
    plb_out_text(words, between);
    list_metrics(lines, count, i, same_unit, words);
    plb_out_text(words, unit_of(lines[i].estimate));
    between = "; ";
  }
}

/* The range of the design effects of lines[k]'s metric in the group of lines[i]; false where none is known. */
static bool range_of_effects(const struct line *lines, size_t count, size_t i, size_t k, double effects[2]) {
  bool known = false;
  for (size_t at = i; at < count; at++) {
    const struct plb_estimate *e = lines[at].estimate;
    if (!same_making(lines[i].estimate, e) || strcmp(e->metric, lines[k].estimate->metric) != 0 ||
        !e->interval.has_design_effect)
      continue;
    double effect = e->interval.design_effect;
    effects[0] = known && effects[0] < effect ? effects[0] : effect;
    effects[1] = known && effects[1] > effect ? effects[1] : effect;
    known = true;
  }
  return known;
}

static void list_effects(const struct line *lines, size_t count, size_t i, struct plb_out *words) {
  const char *before = ", design effect ";
  size_t metrics = 0;
  for (size_t k = i; k < count; k++)
    metrics += leads(lines, i, k, same_making, true);
  for (size_t k = i; k < count; k++) {
    double effects[2] = {0, 0};
    char low[PLB_WORDS], high[PLB_WORDS];
    if (!leads(lines, i, k, same_making, true) || !range_of_effects(lines, count, i, k, effects))
      continue;
    plb_word_rounded(low, effects[0], 3);
    plb_word_rounded(high, effects[1], 3);
    plb_out_print(words, "%s%s", before, low);
    if (strcmp(low, high) != 0)
      plb_out_print(words, " to %s", high);
    if (metrics > 1)
      plb_out_print(words, " of %s", spoken(lines[k].estimate->metric));
    before = ", ";
  }
}

static const char *meaning(const char *dependence) {
  if (!dependence)
    return "";
  if (strcmp(dependence, "dyadic") == 0)
    return ", comparisons that share a person depend on each other";
  if (strcmp(dependence, "person") == 0)
    return ", trials of one person depend on each other";
  if (strcmp(dependence, "independent") == 0)
    return ", trials taken as independent";
  return "";
}

static void list_makings(const struct line *lines, size_t count, struct plb_out *words) {
  const char *between = "";
  for (size_t i = 0; i < count; i++) {
    char level[PLB_WORDS];
    const struct plb_interval *interval = &lines[i].estimate->interval;
    if (!leads(lines, i, i, same_making, false))
      continue;
    plb_out_text(words, between);
    list_metrics(lines, count, i, same_making, words);
    plb_word_level(level, interval->level);
    plb_out_print(words, "%s %% by %s%s", level, interval->method ? interval->method : "an unnamed method",
                  meaning(interval->dependence));
    list_effects(lines, count, i, words);
    between = "; ";
  }
}

static plb_status print_list(const char *label, const struct line *lines, size_t count,
                             void (*list)(const struct line *lines, size_t count, struct plb_out *words),
                             struct plb_out *out, struct plb_error *err) {
  struct plb_out *words;
  plb_status st = plb_out_memory(&words, err);
  if (st)
    return st;
  list(lines, count, words);
  char *text = plb_out_take(words, NULL);
  if (text && *text)
    plb_page_line(out, label, text);
  free(text);
  return plb_out_close(words, err);
}

static void print_notes(const struct notes *notes, struct plb_out *out) {
  for (size_t i = 0; i < notes->count; i++) {
    char number[32];
    snprintf(number, sizeof number, "Note [%zu]", i + 1);
    plb_page_line(out, number, notes->texts[i]);
  }
}

/* ---- one system ----------------------------------------------------------------------------------------- */

static plb_status print_tables(const struct plb_result *result, const struct line *lines, size_t at_points,
                               size_t count, struct plb_out *out, struct plb_error *err) {
  struct notes notes = {0};
  plb_status st = PLB_OK;
  bool ready = true;
  if (at_points) {
    plb_out_text(out, "\n");
    plb_page_heading(out, "Rates by threshold", '-');
    ready = print_lines(result, lines, at_points, &notes, out);
  }
  if (ready && count > at_points) {
    plb_out_text(out, "\n");
    plb_page_heading(out, "Over the whole test", '-');
    ready = print_lines(result, lines + at_points, count - at_points, &notes, out);
  }
  plb_out_text(out, "\n");
  for (size_t i = at_points; i < count; i++)
    print_bracket(result, lines[i].estimate, out);
  if (!ready)
    st = plb_fail_memory(err);
  if (!st)
    st = print_list("One trial", lines, count, list_units, out, err);
  if (!st)
    st = print_list("Intervals", lines, count, list_makings, out, err);
  print_notes(&notes, out);
  free(notes.texts);
  return st;
}

plb_status plb_text_system(const struct plb_result *result, const char *system, bool named, struct plb_out *out,
                           struct plb_error *err) {
  struct line *lines = plb_alloc(result->estimate_count, sizeof *lines);
  struct plb_operating_point *points = plb_alloc(result->estimate_count + 1, sizeof *points);
  plb_status st = lines && points ? PLB_OK : plb_fail_memory(err);
  if (!st && (system || named)) {
    plb_out_text(out, "\nSystem: ");
    plb_page_words(out, 8, 8, system ? system : "without a name");
  }
  if (!st) {
    size_t at_points = collect_points(result, system, lines, points), count = at_points;
    for (size_t i = 0; i < result->estimate_count; i++)
      if (plb_same_system(result->estimates[i].system, system) && !plb_has_point(&result->estimates[i]))
        lines[count++].estimate = &result->estimates[i];
    if (count)
      st = print_tables(result, lines, at_points, count, out, err);
  }
  free(lines);
  free(points);
  return st;
}
