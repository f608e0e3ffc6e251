/* SPDX-License-Identifier: Apache-2.0
 *
 * Several results beside each other in the text report. Only what can be laid side by side is: the EER,
 * the AUC, and FNMR at FMR targets, each system with its own counts and interval; where a threshold was set for the
 * target on other data, FNMR at that threshold, and FMR too, which then says whether the target was kept. Rates at
 * given thresholds are not, since the scores of two systems have no common unit. What a result lacks is said. That two
 * intervals overlap or do not is no test of a difference; the table says so.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/text.h"

#define LABEL_CHARACTERS 32
#define MOST_TARGETS 64

#define COLUMN_COUNT (PLB_CELLS + 1)

struct comparison {
  const struct plb_result *const *results;
  size_t count;
  struct plb_table table;
  double level;
};

/* "  1 scores.csv, SYSTEM", cut. */
static void word_label(char text[PLB_WORDS], const struct plb_result *result, size_t number, const char *system) {
  char label[PLB_WORDS], whole[3 * PLB_WORDS];
  plb_result_label(result, number, label);
  snprintf(whole, sizeof whole, "%zu %s%s%.90s", number, label, system ? ", " : "", system ? system : "");
  snprintf(text, 3, "  ");
  plb_cut(text + 2, PLB_WORDS - 2, whole, LABEL_CHARACTERS);
}

/* `target` below 0: of no target. */
static bool wanted(const struct plb_estimate *e, const char *metric, double target) {
  return strcmp(e->metric, metric) == 0 && (target < 0 || plb_set_for(e, target));
}

static bool is_carried(const struct plb_estimate *e) {
  return !e->target_metric && e->origin.source;
}

static char (*add_row(struct comparison *c, size_t r, const char *system))[PLB_WORDS] {
  char(*cells)[PLB_WORDS] = plb_table_row(&c->table);
  if (cells)
    word_label(cells[0], c->results[r], r + 1, system);
  return cells;
}

/* A row for each estimate of one system of a result, with a mark where the threshold is that of other data; one that
 * says so where there is none. */
static void add_system(struct comparison *c, size_t r, const char *system, const char *metric, double target) {
  const struct plb_estimate *e;
  bool any = false;
  for (size_t k = 0; (e = plb_system_estimate(c->results[r], system, k)); k++) {
    if (!wanted(e, metric, target))
      continue;
    char(*cells)[PLB_WORDS] = add_row(c, r, system);
    any = true;
    if (!cells)
      return;
    if (target >= 0 && is_carried(e))
      snprintf(cells[0] + strlen(cells[0]), PLB_WORDS - strlen(cells[0]), " *");
    plb_text_cells(cells + 1, c->results[r], e);
    if (e->status == PLB_EST_UNSUPPORTED &&
        plb_out_of_reach(c->results[r], e)) /* counts and limits are those at another threshold */
      cells[1 + PLB_CELL_COUNTS][0] = cells[1 + PLB_CELL_INTERVAL][0] = '\0';
    plb_text_level(&c->level, e);
  }
  char(*cells)[PLB_WORDS] = any ? NULL : add_row(c, r, system);
  if (cells)
    snprintf(cells[1 + PLB_CELL_VALUE], PLB_WORDS, "not measured");
}

/* A row for each system of each result, if one has it. */
static void add_rows(struct comparison *c, const char *metric, double target, const char *title) {
  const char *system;
  bool found = false;
  for (size_t r = 0; r < c->count && !found; r++)
    for (size_t i = 0; i < c->results[r]->estimate_count && !found; i++)
      found = wanted(&c->results[r]->estimates[i], metric, target);
  if (!found)
    return;
  plb_table_span(&c->table, title);
  for (size_t r = 0; r < c->count; r++)
    for (size_t k = 0; plb_result_system(c->results[r], k, &system); k++)
      add_system(c, r, system, metric, target);
}

/* The targets that thresholds were set for, each once, in order; the first MOST_TARGETS. */
static size_t find_targets(const struct comparison *c, double targets[MOST_TARGETS]) {
  size_t count = 0;
  for (size_t r = 0; r < c->count; r++) {
    for (size_t i = 0; i < c->results[r]->estimate_count && count < MOST_TARGETS; i++) {
      const struct plb_estimate *e = &c->results[r]->estimates[i];
      size_t before = 0;
      if (plb_set_at(e) < 0 || (strcmp(e->metric, "FNMR") != 0 && !is_carried(e)))
        continue;
      while (before < count && !plb_set_for(e, targets[before]))
        before++;
      if (before == count)
        targets[count++] = plb_set_at(e);
    }
  }
  return count;
}

/* Whether some threshold for this target was set on other data. */
static bool any_carried(const struct comparison *c, double target) {
  for (size_t r = 0; r < c->count; r++)
    for (size_t i = 0; i < c->results[r]->estimate_count; i++)
      if (is_carried(&c->results[r]->estimates[i]) && plb_set_for(&c->results[r]->estimates[i], target))
        return true;
  return false;
}

/* A table of what was added to c; `counts` heads the column of what each value rests on. */
static bool print_table(struct comparison *c, const char *counts, struct plb_out *out) {
  char interval[PLB_WORDS];
  plb_text_interval_title(interval, c->level);
  const struct plb_column columns[COLUMN_COUNT] = {
      {"Result", PLB_LEFT}, {"Value", PLB_RIGHT}, {counts, PLB_RIGHT}, {interval, PLB_LEFT}, {"People", PLB_RIGHT}};
  c->table.columns = columns;
  bool ready = !c->table.row_count || plb_table_print(&c->table, out);
  plb_table_free(&c->table);
  c->table.columns = NULL;
  return ready;
}

/* What stands in the tables and is read wrongly without a word. */
static void print_below(bool any, bool lacking, bool carried, struct plb_out *out) {
  if (!any) {
    plb_page_paragraph(out, 2, 2, "The results have no EER, AUC or FNMR at an FMR target.");
    return;
  }
  if (carried)
    plb_page_paragraph(
        out, 2, 2,
        "* The threshold was set for this target on other data (--threshold-from), so FMR here may miss the "
        "target; without * it was set on the data of its own row.");
  if (lacking)
    plb_page_paragraph(out, 2, 2,
                       "Not measured: the result does not have this quantity, for it was not asked for or could not "
                       "be made. It does not mean that there were no errors.");
  plb_page_paragraph(out, 2, 2,
                     "Whether two systems differ cannot be read off intervals that overlap or do not: it takes a "
                     "comparison on the same trials.");
}

static bool any_lacking(const struct plb_table *table) {
  bool any = false;
  for (size_t row = 0; row < table->row_count && !any; row++)
    any = strcmp(table->cells[row * table->column_count + 1 + PLB_CELL_VALUE], "not measured") == 0;
  return any;
}

plb_status plb_text_compare(const struct plb_result *const *results, size_t count, struct plb_out *out,
                            struct plb_error *err) {
  struct comparison c = {results, count, {.column_count = COLUMN_COUNT}, 0};
  char titles[MOST_TARGETS][2][2 * PLB_WORDS], target[PLB_WORDS];
  double targets[MOST_TARGETS];
  size_t target_count = find_targets(&c, targets);
  bool carried = false;
  for (size_t k = 0; k < target_count; k++) {
    bool elsewhere = any_carried(&c, targets[k]);
    carried = carried || elsewhere;
    plb_word_one_in(target, targets[k]);
    snprintf(titles[k][0], sizeof titles[k][0], "FMR at the threshold set for FMR of at most %s", target);
    snprintf(titles[k][1], sizeof titles[k][1], "FNMR at %sFMR of at most %s",
             elsewhere ? "the threshold set for " : "", target);
    if (elsewhere)
      add_rows(&c, "FMR", targets[k], titles[k][0]);
    add_rows(&c, "FNMR", targets[k], titles[k][1]);
  }
  plb_page_heading(out, "Side by side", '=');
  bool any = c.table.row_count > 0, lacking = any_lacking(&c.table);
  bool ready = print_table(&c, "Errors / trials", out);
  c.level = 0;
  add_rows(&c, "EER", -1, "EER");
  add_rows(&c, "AUC", -1, "AUC");
  if (any && c.table.row_count)
    plb_out_text(out, "\n");
  any = any || c.table.row_count > 0;
  lacking = lacking || any_lacking(&c.table);
  ready = print_table(&c, "Mated + non-mated", out) && ready;
  print_below(any, lacking, carried, out);
  return ready ? PLB_OK : plb_fail_memory(err);
}
