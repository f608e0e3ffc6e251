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
#include "report/makings.h"
#include "report/text.h"

/* What one row says. */
struct line {
  const struct plb_estimate *estimate;
  const struct plb_operating_point *point; /* NULL over the whole test */
  bool first;                              /* of its point */
};

/* ---- cells -------------------------------------------------------------------------------------- */

void plb_text_cells(char (*cells)[PLB_WORDS], const struct plb_result *result, const struct plb_estimate *e) {
  plb_word_value(cells[PLB_CELL_VALUE], e);
  if (e->status == PLB_EST_SUPPRESSED)
    return;
  plb_word_trials(cells[PLB_CELL_COUNTS], e);
  plb_word_interval(cells[PLB_CELL_INTERVAL], e);
  plb_word_people(cells[PLB_CELL_PEOPLE], result, e);
}

/* The number of a note in the cell for it. */
static bool put_note(struct plb_notes *notes, const char *text, char cell[PLB_WORDS]) {
  size_t number = 0;
  if (!plb_note_number(notes, text, &number))
    return false;
  if (number)
    snprintf(cell, PLB_WORDS, "[%zu]", number);
  return true;
}

/* ---- tables --------------------------------------------------------------------------------------- */

#define COLUMN_COUNT (PLB_CELLS + 2)

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

void plb_text_span(char text[PLB_SPAN], const struct plb_result *result, const struct plb_operating_point *point) {
  const struct plb_estimate *e = point->first;
  char target[PLB_WORDS], threshold[PLB_WORDS], ends[PLB_WORDS], limit[PLB_LIMIT], at[PLB_LIMIT];
  bool any = plb_word_threshold(threshold, result, e) > 0, between = plb_word_threshold_limits(ends, result, point) > 0;
  plb_word_limit_at(at, result, point);
  if (plb_word_limit(limit, result, point))
    snprintf(text, PLB_SPAN, "%s. Counts and limits are those %s, not those at the targets", limit, at);
  else if (plb_word_target(target, e))
    snprintf(text, PLB_SPAN, "%s %.40s%s%s%s%sset for %.40s of at most %.40s",
             any            ? "Threshold"
             : e->has_value ? "No threshold is"
                            : "No threshold can be",
             threshold, between ? " (" : "", ends, between ? ")" : "", any ? ", " : "", e->target_metric, target);
  else if (plb_word_origin(limit, e))
    snprintf(text, PLB_SPAN, "Threshold %.40s, set for %.40s of at most %s", threshold, e->origin.metric, limit);
  else
    snprintf(text, PLB_SPAN, "Threshold %.40s, given", threshold);
}

static bool add_row(struct plb_table *table, const struct plb_result *result, struct plb_notes *notes,
                    const struct line *line, char span[PLB_SPAN]) {
  if (line->first) {
    plb_text_span(span, result, line->point);
    plb_table_span(table, span);
  }
  char(*cells)[PLB_WORDS] = plb_table_row(table);
  if (!cells)
    return false;
  snprintf(cells[0], PLB_WORDS, "%s%.40s", line->point ? "  " : "", plb_spoken(line->estimate->metric));
  plb_text_cells(cells + 1, result, line->estimate);
  return put_note(notes, line->estimate->note, cells[COLUMN_COUNT - 1]);
}

/* Whether an estimate is made of all scores of both classes: it has no errors and trials of its own. */
static bool over_all(const struct plb_estimate *e) {
  return strcmp(e->metric, "EER") == 0 || strcmp(e->metric, "AUC") == 0 || strcmp(e->metric, "DPRIME") == 0;
}

static bool print_lines(const struct plb_result *result, const struct line *lines, size_t count,
                        struct plb_notes *notes, struct plb_out *out) {
  char interval[PLB_WORDS];
  double level = 0;
  for (size_t i = 0; i < count; i++)
    plb_text_level(&level, lines[i].estimate);
  plb_text_interval_title(interval, level);
  const struct plb_column columns[COLUMN_COUNT] = {
      {over_all(lines[0].estimate) ? "Quantity" : "Rate", PLB_LEFT},
      {"Value", PLB_RIGHT},
      {over_all(lines[0].estimate) ? "Mated + non-mated" : "Errors / trials", PLB_RIGHT},
      {interval, PLB_LEFT},
      {"People", PLB_RIGHT},
      {"Note", PLB_LEFT}};
  struct plb_table table = {.columns = columns, .column_count = COLUMN_COUNT};
  char(*spans)[PLB_SPAN] = plb_alloc(count, sizeof *spans);
  bool ready = spans != NULL;
  for (size_t i = 0; ready && i < count; i++)
    ready = add_row(&table, result, notes, &lines[i], spans[i]);
  ready = ready && plb_table_print(&table, out);
  plb_table_free(&table);
  free(spans);
  return ready;
}

/* All rows of all points; the points themselves go into `points`. Answers the number of rows. */
static size_t collect_points(const struct plb_result *result, const char *system, struct line *lines,
                             struct plb_operating_point *points) {
  size_t count = 0;
  for (size_t k = 0; plb_result_point(result, system, k, &points[k]); k++) {
    const struct plb_estimate *e = plb_shown_before(result, &points[k], k) ? NULL : points[k].first;
    for (; e; e = plb_next_at_point(result, e))
      lines[count++] = (struct line){e, &points[k], e == points[k].first};
  }
  return count;
}

static void print_bracket(const struct plb_result *result, const struct plb_estimate *e, struct plb_out *out) {
  char text[PLB_REMARK];
  if (plb_word_bracket(text, result, e))
    plb_page_line(out, plb_spoken(e->metric), text);
}

/* ---- below the tables --------------------------------------------------------------------------------- */

static plb_status print_list(const char *label, plb_list *list, const struct plb_result *result,
                             const struct plb_estimate *const *estimates, size_t count, struct plb_out *out,
                             struct plb_error *err) {
  char *text;
  plb_status st = plb_list_text(&text, list, result, estimates, count, err);
  for (char *line = text, *end; !st && line && *line; line = end) {
    end = line + strcspn(line, "\n");
    if (*end)
      *end++ = '\0';
    plb_page_line(out, line == text ? label : "", line);
  }
  free(text);
  return st;
}

static plb_status print_below(const struct plb_result *result, const struct line *lines, size_t count,
                              struct plb_out *out, struct plb_error *err) {
  static const struct {
    const char *label;
    plb_list *list;
  } lists[] = {{"One trial", plb_list_units}, {"Intervals", plb_list_makings}, {"Worst case", plb_list_worst}};
  const struct plb_estimate **estimates = plb_alloc(count, sizeof *estimates);
  plb_status st = estimates ? PLB_OK : plb_fail_memory(err);
  for (size_t i = 0; !st && i < count; i++)
    estimates[i] = lines[i].estimate;
  for (size_t k = 0; !st && k < sizeof lists / sizeof *lists; k++)
    st = print_list(lists[k].label, lists[k].list, result, estimates, count, out, err);
  free(estimates);
  return st;
}

static void print_notes(const struct plb_notes *notes, struct plb_out *out) {
  for (size_t i = 0; i < notes->count; i++) {
    char number[32];
    snprintf(number, sizeof number, "Note [%zu]", i + 1);
    plb_page_line(out, number, notes->texts[i]);
  }
}

/* ---- one system ----------------------------------------------------------------------------------------- */

/* A table of lines [from, to) below a heading of its own; nothing where there are none. */
static bool print_part(const struct plb_result *result, const char *heading, const struct line *lines, size_t count,
                       struct plb_notes *notes, struct plb_out *out) {
  if (!count)
    return true;
  plb_out_text(out, "\n");
  plb_page_heading(out, heading, '-');
  return print_lines(result, lines, count, notes, out);
}

static void print_absent(const struct plb_result *result, const char *system, struct plb_out *out) {
  char text[PLB_REMARK];
  if (plb_word_absent(text, result, system))
    plb_page_line(out, "Not given", text);
}

/* The lines of a system: those of its operating points, of failures, and of what is made of all scores. */
struct parts {
  const struct line *lines;
  size_t at_points, failures, whole;
};

static plb_status print_tables(const struct plb_result *result, const char *system, const struct parts *parts,
                               struct plb_out *out, struct plb_error *err) {
  struct plb_notes notes = {0};
  const struct line *failures = parts->lines + parts->at_points, *whole = failures + parts->failures;
  bool ready = print_part(result, "Rates by threshold", parts->lines, parts->at_points, &notes, out) &&
               print_part(result, "Failures", failures, parts->failures, &notes, out) &&
               print_part(result, "Over the whole test", whole, parts->whole, &notes, out);
  plb_out_text(out, "\n");
  for (size_t i = 0; i < parts->whole; i++)
    print_bracket(result, whole[i].estimate, out);
  plb_status st = ready ? PLB_OK : plb_fail_memory(err);
  if (!st)
    st = print_below(result, parts->lines, parts->at_points + parts->failures + parts->whole, out, err);
  print_absent(result, system, out);
  print_notes(&notes, out);
  free(notes.texts);
  return st;
}

/* All that belongs to no operating point, failures first. */
static size_t collect_others(const struct plb_result *result, const char *system, bool whole, struct line *lines) {
  const struct plb_estimate *e;
  size_t count = 0;
  for (size_t k = 0; (e = plb_system_estimate(result, system, k)); k++)
    if (!plb_has_point(e) && over_all(e) == whole)
      lines[count++].estimate = e;
  return count;
}

plb_status plb_text_system(const struct plb_result *result, const char *system, bool named, struct plb_out *out,
                           struct plb_error *err) {
  size_t most = 0;
  while (plb_system_estimate(result, system, most))
    most++;
  struct line *lines = plb_alloc(most, sizeof *lines);
  struct plb_operating_point *points = plb_alloc(most + 1, sizeof *points);
  plb_status st = lines && points ? PLB_OK : plb_fail_memory(err);
  if (!st && (system || named)) {
    plb_out_text(out, "\nSystem: ");
    plb_page_words(out, 8, 8, system ? system : "without a name");
  }
  if (!st) {
    struct parts parts = {.lines = lines, .at_points = collect_points(result, system, lines, points)};
    parts.failures = collect_others(result, system, false, lines + parts.at_points);
    parts.whole = collect_others(result, system, true, lines + parts.at_points + parts.failures);
    if (parts.at_points + parts.failures + parts.whole)
      st = print_tables(result, system, &parts, out, err);
  }
  free(lines);
  free(points);
  return st;
}
