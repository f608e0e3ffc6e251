/* SPDX-License-Identifier: Apache-2.0
 *
 * Systems compared on the same trials, in the text report: for each quantity, place and pair of systems a heading,
 * below it the difference and the ratio. Names are never cut.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/versus.h"

enum { CELL_WHAT, CELL_VALUE, CELL_INTERVAL, CELL_P, CELL_VERDICT, CELL_NOTE, CELLS };

static bool add_row(struct plb_table *table, struct plb_notes *notes, const struct plb_estimate *e) {
  size_t number = 0;
  char(*cells)[PLB_WORDS] = plb_table_row(table);
  if (!cells || !plb_note_number(notes, e->note, &number))
    return false;
  snprintf(cells[CELL_WHAT], PLB_WORDS, "  %s", plb_is_ratio(e) ? "ratio" : "difference");
  plb_word_versus(cells[CELL_VALUE], e);
  plb_word_versus_interval(cells[CELL_INTERVAL], e);
  plb_word_p_value(cells[CELL_P], e);
  plb_word_verdict(cells[CELL_VERDICT], e);
  if (number)
    snprintf(cells[CELL_NOTE], PLB_WORDS, "[%zu]", number);
  return true;
}

static bool print_table(const struct plb_result *result, size_t count, char (*pairs)[PLB_PAIR], struct plb_notes *notes,
                        struct plb_out *out) {
  char interval[PLB_WORDS];
  double level = 0;
  const struct plb_estimate *e, *before = NULL;
  for (size_t k = 0; k < count; k++)
    plb_text_level(&level, plb_versus(result, k));
  plb_text_interval_title(interval, level);
  const struct plb_column columns[CELLS] = {{"What", PLB_LEFT}, {"Value", PLB_RIGHT},  {interval, PLB_LEFT},
                                            {"p", PLB_LEFT},    {"Verdict", PLB_LEFT}, {"Note", PLB_LEFT}};
  struct plb_table table = {.columns = columns, .column_count = CELLS};
  bool ready = true;
  for (size_t k = 0; ready && k < count; k++, before = e) {
    e = plb_versus(result, k);
    plb_word_pair(pairs[k], result, e);
    if (!before || !plb_same_pair(before, e))
      plb_table_span(&table, pairs[k]);
    ready = add_row(&table, notes, e);
  }
  ready = ready && plb_table_print(&table, out);
  plb_table_free(&table);
  return ready;
}

/* One line for each quantity that is judged by a margin. */
static void print_margins(const struct plb_result *result, struct plb_out *out) {
  const struct plb_estimate *e, *last = NULL;
  char text[2 * PLB_WORDS];
  for (size_t k = 0; (e = plb_versus(result, k)); k++) {
    if (!e->has_margin || (last && strcmp(last->metric, e->metric) == 0))
      continue;
    last = e;
    plb_word_margin(text, e);
    plb_page_paragraph(out, 2, 2, text);
  }
}

static void print_methods(const struct plb_result *result, struct plb_out *out) {
  char text[PLB_REMARK];
  if (plb_word_methods(text, result))
    plb_page_line(out, "Intervals", text);
}

static void print_below(const struct plb_result *result, const struct plb_notes *notes, struct plb_out *out) {
  char text[3 * PLB_WORDS], count[PLB_WORDS];
  const struct plb_estimate *first = plb_versus(result, 0);
  plb_out_text(out, "\n");
  plb_page_paragraph(out, 2, 2, plb_versus_meaning);
  if (first->compared_pairs > 1) {
    plb_word_count(count, first->compared_pairs);
    snprintf(text, sizeof text,
             "%s pairs of systems: intervals, p and verdicts hold for all pairs at once (Bonferroni), each quantity by "
             "itself.",
             count);
    plb_page_paragraph(out, 2, 2, text);
  }
  print_margins(result, out);
  print_methods(result, out);
  for (size_t i = 0; i < notes->count; i++) {
    snprintf(text, sizeof text, "Note [%zu]", i + 1);
    plb_page_line(out, text, notes->texts[i]);
  }
}

plb_status plb_text_versus(const struct plb_result *result, struct plb_out *out, struct plb_error *err) {
  size_t count = 0;
  while (plb_versus(result, count))
    count++;
  if (!count)
    return PLB_OK;
  struct plb_notes notes = {0};
  char(*pairs)[PLB_PAIR] = plb_alloc(count, sizeof *pairs);
  plb_out_text(out, "\n");
  plb_page_heading(out, "Systems compared on the same trials", '-');
  bool ready = pairs && print_table(result, count, pairs, &notes, out);
  if (ready)
    print_below(result, &notes, out);
  free(notes.texts);
  free(pairs);
  return ready ? PLB_OK : plb_fail_memory(err);
}
