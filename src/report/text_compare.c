/* SPDX-License-Identifier: Apache-2.0
 *
 * Several results beside each other in the text report. Only what can be laid side by side is: the EER,
 * the AUC, and FNMR at FMR targets, each system with its own counts and interval. Rates at given thresholds are
 * not, since the scores of two systems have no common unit. That two intervals overlap or do not is no
 * test of a difference; the table says so.
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

static bool wanted(const struct plb_estimate *e, const char *metric, const struct plb_estimate *target) {
  if (strcmp(e->metric, metric) != 0)
    return false;
  if (!target)
    return true;
  return e->target_metric && strcmp(e->target_metric, target->target_metric) == 0 &&
         e->target_at_most == target->target_at_most;
}

/* A row for each system of each result that has it. */
static void add_rows(struct comparison *c, const char *metric, const struct plb_estimate *target, const char *title) {
  bool titled = false;
  for (size_t r = 0; r < c->count; r++) {
    for (size_t i = 0; i < c->results[r]->estimate_count; i++) {
      const struct plb_estimate *e = &c->results[r]->estimates[i];
      if (!wanted(e, metric, target))
        continue;
      if (!titled)
        plb_table_span(&c->table, title);
      titled = true;
      char(*cells)[PLB_WORDS] = plb_table_row(&c->table);
      if (!cells)
        return;
      word_label(cells[0], c->results[r], r + 1, e->system);
      plb_text_cells(cells + 1, e);
      if (e->status == PLB_EST_UNSUPPORTED &&
          plb_out_of_reach(c->results[r], e)) /* counts and limits are those at another threshold */
        cells[1 + PLB_CELL_COUNTS][0] = cells[1 + PLB_CELL_INTERVAL][0] = '\0';
      plb_text_level(&c->level, e);
    }
  }
}

/* The k-th estimate of FNMR at a target that no earlier one has; the first MOST_TARGETS targets. */
static const struct plb_estimate *next_target(const struct comparison *c, size_t k) {
  const struct plb_estimate *found[MOST_TARGETS];
  size_t count = 0;
  for (size_t r = 0; r < c->count; r++) {
    for (size_t i = 0; i < c->results[r]->estimate_count; i++) {
      const struct plb_estimate *e = &c->results[r]->estimates[i];
      size_t before = 0;
      if (!e->target_metric || strcmp(e->metric, "FNMR") != 0)
        continue;
      while (before < count && !wanted(e, "FNMR", found[before]))
        before++;
      if (before < count || count == MOST_TARGETS)
        continue;
      if (count == k)
        return e;
      found[count++] = e;
    }
  }
  return NULL;
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

plb_status plb_text_compare(const struct plb_result *const *results, size_t count, struct plb_out *out,
                            struct plb_error *err) {
  struct comparison c = {results, count, {.column_count = COLUMN_COUNT}, 0};
  char titles[MOST_TARGETS][2 * PLB_WORDS];
  const struct plb_estimate *target;
  for (size_t k = 0; k < MOST_TARGETS && (target = next_target(&c, k)); k++) {
    char text[PLB_WORDS];
    plb_word_target(text, target);
    snprintf(titles[k], sizeof titles[k], "FNMR at FMR of at most %s", text);
    add_rows(&c, "FNMR", target, titles[k]);
  }
  plb_page_heading(out, "Side by side", '=');
  bool any = c.table.row_count > 0, ready = print_table(&c, "Errors / trials", out);
  c.level = 0;
  add_rows(&c, "EER", NULL, "EER");
  add_rows(&c, "AUC", NULL, "AUC");
  if (any && c.table.row_count)
    plb_out_text(out, "\n");
  any = any || c.table.row_count > 0;
  ready = print_table(&c, "Mated + non-mated", out) && ready;
  plb_page_paragraph(out, 2, 2,
                     any ? "Whether two systems differ cannot be read off intervals that overlap or do not: it takes a "
                           "comparison on the same trials."
                         : "The results have no EER, AUC or FNMR at an FMR target.");
  return ready ? PLB_OK : plb_fail_memory(err);
}
