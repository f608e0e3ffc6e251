/* SPDX-License-Identifier: Apache-2.0
 *
 * Groups in the text report. For each breakdown, and at each point, a table of FNMR of groups and of FMR within them,
 * with everybody above for comparison; FMR across groups as a matrix where that fits the page, else in the same table;
 * then how far the groups lie apart.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/groups.h"
#include "report/makings.h"
#include "report/trend.h"

#define NAME 36        /* characters of a group in a table */
#define ROW_NAME 26    /* a longer name stands on a line of its own */
#define MATRIX_NAME 14 /* and in the head of a matrix */
#define LEAST_MATRIX 3 /* groups */
#define MOST_MATRIX 5
#define MATRIX_CELL 22 /* columns, with the gap before it */
#define MATRIX_LINES 4 /* of a cell: value, interval, errors and trials, people */

enum { CELL_GROUP, CELL_FIRST, CELL_NOTE = CELL_FIRST + PLB_CELLS, CELLS };

#define LABEL (2 * PLB_WORDS)

/* One grouping on its way to the page. */
struct pen {
  const struct plb_grouping *grouping;
  struct plb_out *out;
  struct plb_notes notes;
  char (*labels)[LABEL]; /* of the rows of the table in hand */
  size_t label_count;
};

/* ---- rates of groups --------------------------------------------------------------------------------- */

/* "[2]", where there is a note. */
static bool put_note(struct pen *pen, const char *note, char cell[PLB_WORDS]) {
  size_t number;
  if (!plb_note_number(&pen->notes, note, &number))
    return false;
  if (number)
    snprintf(cell, PLB_WORDS, "[%zu]", number);
  return true;
}

static size_t count_characters(const char *text) {
  size_t count = 0;
  for (; *text; text++)
    count += ((unsigned char)*text & 0xC0) != 0x80;
  return count;
}

/* A row below a label that is too long for it, or behind it. */
static bool add_row(struct pen *pen, struct plb_table *table, const struct plb_estimate *e, const char *name) {
  const char *note;
  char word[PLB_WORDS];
  bool apart = count_characters(name) > ROW_NAME;
  if (apart) {
    snprintf(pen->labels[pen->label_count], LABEL, "%s", name);
    plb_table_span(table, pen->labels[pen->label_count++]);
  }
  char(*cells)[PLB_WORDS] = plb_table_row(table);
  if (!cells)
    return false;
  if (!apart)
    snprintf(cells[CELL_GROUP], PLB_WORDS, "  %.90s", name);
  plb_text_cells(cells + CELL_FIRST, pen->grouping->result, e);
  plb_word_withheld(word, e, &note);
  if (e->status == PLB_EST_SUPPRESSED) {
    snprintf(cells[CELL_FIRST + PLB_CELL_VALUE], PLB_WORDS, "withheld");
    snprintf(cells[CELL_FIRST + PLB_CELL_INTERVAL], PLB_WORDS, "%s", word);
  }
  return put_note(pen, note, cells[CELL_NOTE]);
}

/* The name of a cell; of a rate that is no FMR or FNMR with that of the rate. */
static void name_row(const struct pen *pen, const struct plb_group_cell *cell, char name[LABEL]) {
  size_t n = 0;
  if (cell->kind == PLB_GROUP_OTHER)
    n = (size_t)snprintf(name, LABEL, "%.20s of ", plb_spoken(cell->estimate->metric));
  plb_word_cell(name + n, LABEL - n, pen->grouping, cell, NAME);
}

/* Cells of one kind below its name, everybody first. */
static bool add_kind(struct pen *pen, struct plb_table *table, size_t point, enum plb_group_kind kind) {
  size_t count;
  char name[LABEL];
  const struct plb_group_cell *cells = plb_group_cells(pen->grouping, point, kind, &count);
  const struct plb_estimate *all = NULL;
  if (!count)
    return true;
  plb_table_span(table, plb_word_kind(kind));
  if (kind != PLB_GROUP_OTHER)
    all = plb_group_everybody(pen->grouping, point, kind == PLB_GROUP_FNMR ? "FNMR" : "FMR");
  if (all && kind != PLB_GROUP_ACROSS && !add_row(pen, table, all, kind == PLB_GROUP_FNMR ? "everybody" : "all pairs"))
    return false;
  for (size_t i = 0; i < count && i < PLB_MOST_CELLS; i++) {
    name_row(pen, &cells[i], name);
    if (!add_row(pen, table, cells[i].estimate, name))
      return false;
  }
  return true;
}

/* Whether FMR across groups is shown as a matrix: where there are several, and it fits the page. */
static bool in_matrix(const struct pen *pen, size_t point) {
  char name[PLB_WORDS];
  size_t count, groups = pen->grouping->group_count, widest = 0;
  plb_group_cells(pen->grouping, point, PLB_GROUP_ACROSS, &count);
  if (!count || groups < LEAST_MATRIX || groups > MOST_MATRIX)
    return false;
  for (size_t k = 0; k < groups; k++) {
    plb_word_group(name, sizeof name, pen->grouping, k, MATRIX_NAME);
    size_t width = count_characters(name);
    widest = width > widest ? width : widest;
  }
  return 2 + widest + (groups - 1) * MATRIX_CELL <= PLB_PAGE_WIDTH;
}

static bool print_rates(struct pen *pen, size_t point) {
  char interval[PLB_WORDS], more[PLB_LIMIT];
  double level = 0;
  size_t counts[PLB_GROUP_KINDS], rates = 0;
  for (int kind = 0; kind < PLB_GROUP_APART; kind++) {
    const struct plb_group_cell *cells =
        plb_group_cells(pen->grouping, point, (enum plb_group_kind)kind, &counts[kind]);
    rates += counts[kind];
    for (size_t i = 0; i < counts[kind]; i++)
      plb_text_level(&level, cells[i].estimate);
  }
  if (!rates)
    return true;
  plb_text_interval_title(interval, level);
  const struct plb_column columns[CELLS] = {{"Group", PLB_LEFT},  {"Value", PLB_RIGHT},  {"Errors / trials", PLB_RIGHT},
                                            {interval, PLB_LEFT}, {"People", PLB_RIGHT}, {"Note", PLB_LEFT}};
  struct plb_table table = {.columns = columns, .column_count = CELLS};
  bool matrix = in_matrix(pen, point), ready = true;
  pen->label_count = 0;
  for (int kind = 0; ready && kind < PLB_GROUP_APART; kind++)
    if (kind != PLB_GROUP_ACROSS || !matrix)
      ready = add_kind(pen, &table, point, (enum plb_group_kind)kind);
  ready = ready && plb_table_print(&table, pen->out);
  plb_table_free(&table);
  for (int kind = 0; kind < PLB_GROUP_APART; kind++)
    if (plb_word_more(more, (enum plb_group_kind)kind, counts[kind]))
      plb_page_paragraph(pen->out, 2, 4, more);
  return ready;
}

/* ---- pairs of groups ------------------------------------------------------------------------------------ */

/* Line `line` of a cell of the matrix. */
static bool word_matrix(struct pen *pen, const struct plb_estimate *e, size_t line, char text[PLB_WORDS]) {
  const char *note;
  char number[PLB_WORDS] = "";
  size_t n;
  switch (line) {
  case 0:
    plb_word_withheld(text, e, &note);
    if (!put_note(pen, note, number))
      return false;
    n = strlen(text);
    snprintf(text + n, PLB_WORDS - n, "%s%.20s", *number ? " " : "", number);
    break;
  case 1: plb_word_interval(text, e); break;
  case 2: plb_word_trials(text, e); break;
  default:
    plb_word_people(number, pen->grouping->result, e);
    if (*number)
      snprintf(text, PLB_WORDS, "%.40s people", number);
    break;
  }
  return true;
}

static bool add_matrix_row(struct pen *pen, struct plb_table *table, const struct plb_group_cell *cells, size_t count,
                           size_t row) {
  for (size_t line = 0; line < MATRIX_LINES; line++) {
    char(*texts)[PLB_WORDS] = plb_table_row(table);
    if (!texts)
      return false;
    if (line == 0)
      plb_word_group(texts[0], PLB_WORDS, pen->grouping, row, MATRIX_NAME);
    for (size_t column = 0; column < row; column++) {
      const struct plb_group_cell *cell = plb_group_find(cells, count, column, row);
      if (cell && !word_matrix(pen, cell->estimate, line, texts[column + 1]))
        return false;
      if (!cell && line == 0)
        snprintf(texts[column + 1], PLB_WORDS, "no comparisons");
    }
  }
  return true;
}

/* Each pair of groups once: the group of a row with that of a column. */
static bool print_matrix(struct pen *pen, size_t point) {
  char names[MOST_MATRIX][PLB_WORDS];
  struct plb_column columns[MOST_MATRIX] = {{"", PLB_LEFT}};
  size_t count, groups = pen->grouping->group_count;
  const struct plb_group_cell *cells = plb_group_cells(pen->grouping, point, PLB_GROUP_ACROSS, &count);
  if (!in_matrix(pen, point))
    return true;
  for (size_t k = 0; k + 1 < groups; k++) {
    plb_word_group(names[k], PLB_WORDS, pen->grouping, k, MATRIX_NAME);
    columns[k + 1] = (struct plb_column){names[k], PLB_LEFT};
  }
  struct plb_table table = {.columns = columns, .column_count = groups};
  bool ready = true;
  for (size_t row = 1; ready && row < groups; row++)
    ready = add_matrix_row(pen, &table, cells, count, row);
  plb_page_paragraph(pen->out, 2, 4, "FMR across groups: value, interval, errors / trials, people");
  ready = ready && plb_table_print(&table, pen->out);
  plb_table_free(&table);
  return ready;
}

/* ---- differences ------------------------------------------------------------------------------------------ */

enum { APART_NAME, APART_VALUE, APART_INTERVAL, APART_EQUAL, APART_NOTE, APARTS };

static bool add_apart(struct pen *pen, struct plb_table *table, const struct plb_estimate *e) {
  char(*cells)[PLB_WORDS] = plb_table_row(table);
  if (!cells)
    return false;
  snprintf(cells[APART_NAME], PLB_WORDS, "  %.40s", plb_word_apart_name(e));
  plb_word_apart(cells[APART_VALUE], e);
  plb_word_apart_interval(cells[APART_INTERVAL], e);
  plb_word_equal(cells[APART_EQUAL], e);
  return put_note(pen, e->note, cells[APART_NOTE]);
}

static bool print_apart(struct pen *pen, size_t point) {
  char interval[PLB_WORDS], spans[3][PLB_LIMIT];
  double level = 0;
  size_t count, used = 0;
  const struct plb_group_cell *cells = plb_group_cells(pen->grouping, point, PLB_GROUP_APART, &count);
  if (!count)
    return true;
  for (size_t i = 0; i < count; i++)
    plb_text_level(&level, cells[i].estimate);
  plb_text_interval_title(interval, level);
  const struct plb_column columns[APARTS] = {{"Apart", PLB_LEFT},
                                             {"Value", PLB_RIGHT},
                                             {interval, PLB_LEFT},
                                             {"Equal groups would show", PLB_LEFT},
                                             {"Note", PLB_LEFT}};
  struct plb_table table = {.columns = columns, .column_count = APARTS};
  bool ready = true;
  for (size_t i = 0; ready && i < count; i++) {
    bool first = !i || !plb_same_over(cells[i - 1].estimate, cells[i].estimate);
    if (first && used < sizeof spans / sizeof *spans) {
      plb_word_over(spans[used], cells[i].estimate);
      plb_table_span(&table, spans[used++]);
    }
    ready = add_apart(pen, &table, cells[i].estimate);
  }
  plb_out_text(pen->out, "\n");
  plb_page_paragraph(pen->out, 2, 4, "How far the groups lie apart");
  ready = ready && plb_table_print(&table, pen->out);
  plb_table_free(&table);
  return ready;
}

/* What is said of each group of one kind behind its name: "FNMR: F (1.75 times); M (1.8 times)"; an interval has its
 * own brackets. */
typedef size_t word_of(char text[PLB_WORDS], const struct plb_estimate *estimate);

static void list_words(const struct pen *pen, size_t point, enum plb_group_kind kind, word_of *word,
                       struct plb_out *words) {
  size_t count, listed = 0;
  char name[LABEL], text[PLB_WORDS];
  const struct plb_group_cell *cells = plb_group_cells(pen->grouping, point, kind, &count);
  for (size_t i = 0; i < count && listed < PLB_MOST_CELLS; i++) {
    if (cells[i].estimate->status == PLB_EST_SUPPRESSED || !word(text, cells[i].estimate))
      continue;
    plb_word_cell(name, sizeof name, pen->grouping, &cells[i], NAME);
    plb_out_print(words, "%s%s%s", listed ? "; " : plb_word_kind(kind), listed ? "" : ": ", name);
    plb_out_print(words, *text == '[' ? " %s" : " (%s)", text);
    listed++;
  }
}

/* That of FNMR and of FMR within groups, each as a labelled line; of all pairs of groups it is in CSV and JSON. */
static plb_status print_words(const struct pen *pen, size_t point, const char *label, word_of *word,
                              struct plb_error *err) {
  static const enum plb_group_kind kinds[] = {PLB_GROUP_FNMR, PLB_GROUP_WITHIN};
  plb_status st = PLB_OK;
  for (size_t k = 0; !st && k < sizeof kinds / sizeof *kinds; k++) {
    struct plb_out *words;
    if ((st = plb_out_memory(&words, err)))
      return st;
    list_words(pen, point, kinds[k], word, words);
    char *text = plb_out_take(words, NULL);
    st = plb_out_close(words, err);
    if (!st && text && *text)
      plb_page_line(pen->out, label, text);
    free(text);
  }
  return st;
}

static void print_trend(const struct pen *pen, size_t point) {
  const struct plb_trend *trend = plb_trend_of(pen->grouping, point);
  char text[PLB_REMARK];
  for (size_t k = 0; trend && plb_word_trend(text, trend, k); k++)
    plb_page_line(pen->out, k ? "" : "Trend", text);
}

/* ---- groupings --------------------------------------------------------------------------------------------- */

static plb_status print_below(struct pen *pen, struct plb_error *err) {
  const char *remark;
  char *text = NULL, number[32];
  plb_out_text(pen->out, "\n");
  for (size_t k = 0; plb_group_remark(pen->grouping, k, &remark); k++)
    plb_page_paragraph(pen->out, 2, 2, remark);
  plb_status st = plb_group_makings(&text, pen->grouping, err);
  for (char *line = text, *end; !st && line && *line; line = end) {
    end = line + strcspn(line, "\n");
    if (*end)
      *end++ = '\0';
    plb_page_line(pen->out, line == text ? "Intervals" : "", line);
  }
  free(text);
  for (size_t i = 0; i < pen->notes.count; i++) {
    snprintf(number, sizeof number, "Note [%zu]", i + 1);
    plb_page_line(pen->out, number, pen->notes.texts[i]);
  }
  return st;
}

static plb_status print_points(struct pen *pen, struct plb_error *err) {
  char span[PLB_SPAN];
  plb_status st = PLB_OK;
  for (size_t point = 0; !st && point < pen->grouping->point_count && !plb_out_failed(pen->out); point++) {
    plb_word_group_point(span, pen->grouping, point);
    plb_out_text(pen->out, point ? "\n" : "");
    plb_page_paragraph(pen->out, 2, 4, span);
    if (!print_rates(pen, point) || !print_matrix(pen, point) || !print_apart(pen, point))
      return plb_fail_memory(err);
    plb_out_text(pen->out, "\n");
    st = print_words(pen, point, "At once", plb_word_at_once, err);
    st = st ? st : print_words(pen, point, "Seen from", plb_word_least_seen, err);
    print_trend(pen, point);
  }
  return st ? st : print_below(pen, err);
}

static plb_status print_grouping(const struct plb_grouping *grouping, struct plb_out *out, struct plb_error *err) {
  struct pen pen = {.grouping = grouping, .out = out};
  char by[PLB_LIMIT], heading[PLB_LIMIT + 8];
  plb_word_by(by, grouping);
  snprintf(heading, sizeof heading, "By %s", by);
  plb_out_text(out, "\n");
  plb_page_heading(out, heading, '-');
  pen.labels = plb_alloc((size_t)PLB_GROUP_APART * (PLB_MOST_CELLS + 1), sizeof *pen.labels);
  plb_status st = pen.labels ? print_points(&pen, err) : plb_fail_memory(err);
  free(pen.labels);
  free(pen.notes.texts);
  return st;
}

plb_status plb_text_groups(const struct plb_groupings *groupings, const char *system, struct plb_out *out,
                           struct plb_error *err) {
  plb_status st = PLB_OK;
  for (size_t k = 0; !st && k < groupings->count; k++)
    if (plb_same_system(groupings->at[k].system, system))
      st = print_grouping(&groupings->at[k], out, err);
  return st;
}
