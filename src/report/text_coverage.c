/* SPDX-License-Identifier: Apache-2.0
 *
 * A study of coverage for a terminal: for each method how its coverage came out over classes of tests, then
 * every kind of test in a row. What the study shows is said by its sentences.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "report/coverage.h"
#include "report/text.h"
#include "result/coverage.h"

void plb_word_tests(char text[PLB_WORDS], const struct plb_coverage_cell *cell) {
  char people[PLB_WORDS], samples[PLB_WORDS];
  plb_word_count(people, cell->people);
  plb_word_rounded(samples, cell->samples, 2);
  const char *pairing = strcmp(cell->pairing, "all") ? cell->pairing : "";
  snprintf(text, PLB_WORDS, "%.30s %.10s x %s%.8s%s%.10s", cell->model, people, cell->unequal ? "~" : "", samples,
           *pairing ? " " : "", pairing);
}

static void per_cent(char text[PLB_WORDS], double share) {
  snprintf(text, PLB_WORDS, "%.1f", 100 * share);
}

enum summary_column { CLASS, CELLS, MEAN, LEAST, NEAR, WIDTH, ABOVE, BELOW, SUMMARY_COLUMNS };

static void summary_row(struct plb_table *table, const char *name, const struct plb_coverage_summary *summary) {
  char(*cells)[PLB_WORDS] = plb_table_row(table);
  if (!cells)
    return;
  snprintf(cells[CLASS], PLB_WORDS, "%s", name);
  plb_word_count(cells[CELLS], summary->cells);
  per_cent(cells[MEAN], summary->mean);
  per_cent(cells[LEAST], summary->least);
  snprintf(cells[NEAR], PLB_WORDS, "%.0f %%", 100 * (double)summary->near / (double)summary->cells);
  snprintf(cells[WIDTH], PLB_WORDS, "%.2f", summary->width);
  per_cent(cells[ABOVE], summary->above);
  per_cent(cells[BELOW], summary->below);
}

static plb_status print_method(const struct plb_result *result, const char *method, struct plb_out *out,
                               struct plb_error *err) {
  static const struct plb_column columns[] = {
      [CLASS] = {"Tests", PLB_LEFT},          [CELLS] = {"Kinds", PLB_RIGHT},          [MEAN] = {"Mean %", PLB_RIGHT},
      [LEAST] = {"Least %", PLB_RIGHT},       [NEAR] = {"At 93 % or more", PLB_RIGHT}, [WIDTH] = {"Width", PLB_RIGHT},
      [ABOVE] = {"Truth above %", PLB_RIGHT}, [BELOW] = {"below %", PLB_RIGHT},
  };
  struct plb_table table = {.columns = columns, .column_count = SUMMARY_COLUMNS};
  const struct plb_coverage_class *class;
  struct plb_coverage_summary summary;
  for (size_t k = 0; (class = plb_coverage_classes(k)); k++)
    if (plb_coverage_summary(result, method, &class->choice, &summary))
      summary_row(&table, class->name, &summary);
  plb_page_line(out, "Interval", method);
  bool printed = plb_table_print(&table, out);
  plb_out_text(out, "\n");
  plb_table_free(&table);
  return printed ? PLB_OK : plb_fail_memory(err);
}

/* The cells of a row before those of the methods. */
enum cell_column { TESTS, RATE, ERRORS, EFFECT, HOLDERS, CELL_COLUMNS };
#define MOST_METHODS 24

static void cell_row(struct plb_table *table, const struct plb_result *result, const struct plb_coverage_cell *cell) {
  char(*cells)[PLB_WORDS] = plb_table_row(table);
  if (!cells)
    return;
  plb_word_tests(cells[TESTS], cell);
  snprintf(cells[RATE], PLB_WORDS, "%.0e", cell->rate);
  plb_word_rounded(cells[ERRORS], cell->errors, 3);
  plb_word_rounded(cells[EFFECT], cell->design_effect, 3);
  if (cell->has_holders)
    plb_word_rounded(cells[HOLDERS], cell->holders, 3);
  for (size_t m = 0; m + CELL_COLUMNS < table->column_count; m++) {
    const struct plb_coverage_method *method = plb_coverage_find(cell, result->coverage[0].methods[m].method);
    if (method)
      per_cent(cells[CELL_COLUMNS + m], plb_coverage_share(cell, method));
  }
}

static plb_status print_cells(const struct plb_result *result, struct plb_out *out, struct plb_error *err) {
  struct plb_column columns[CELL_COLUMNS + MOST_METHODS] = {
      [TESTS] = {"Model, people x samples", PLB_LEFT},
      [RATE] = {"Rate", PLB_RIGHT},
      [ERRORS] = {"Errors", PLB_RIGHT},
      [EFFECT] = {"Effect", PLB_RIGHT},
      [HOLDERS] = {"Carriers", PLB_RIGHT},
  };
  size_t methods = result->coverage[0].method_count;
  methods = methods < MOST_METHODS ? methods : MOST_METHODS;
  for (size_t m = 0; m < methods; m++)
    columns[CELL_COLUMNS + m] = (struct plb_column){result->coverage[0].methods[m].method, PLB_RIGHT};
  struct plb_table table = {.columns = columns, .column_count = CELL_COLUMNS + methods};
  for (size_t c = 0; c < result->coverage_count; c++)
    cell_row(&table, result, &result->coverage[c]);
  bool printed = plb_table_print(&table, out);
  plb_table_free(&table);
  return printed ? PLB_OK : plb_fail_memory(err);
}

static plb_status print_classes(const struct plb_result *result, struct plb_out *out, struct plb_error *err) {
  plb_status st = PLB_OK;
  for (size_t m = 0; !st && m < result->coverage[0].method_count; m++)
    st = print_method(result, result->coverage[0].methods[m].method, out, err);
  if (st)
    return st;
  plb_page_heading(out, "Coverage (%) of each method in each kind of test", '-');
  if ((st = print_cells(result, out, err)))
    return st;
  plb_out_text(out, "\n");
  plb_page_line(out, "Errors", "expected in one test: true rate times trials");
  plb_page_line(out, "Effect", "the true design effect: variance of the rate over that of independent trials");
  plb_page_line(out, "Carriers",
                "people sampled, on average, of those who carry the rate: the fewest who are in half of all errors");
  plb_page_line(out, "Width", "median width over that of the method true-effect");
  if (result->whole_count)
    plb_out_text(out, "\n");
  return st;
}

plb_status plb_text_coverage(const struct plb_result *result, struct plb_out *out, struct plb_error *err) {
  plb_page_heading(out, "Coverage of intervals in simulated tests", '=');
  plb_out_text(out, "\n");
  if (!result->coverage_count && !result->whole_count)
    plb_page_paragraph(out, 2, 2, "There are no tests in this result.");
  plb_status st = result->coverage_count ? print_classes(result, out, err) : PLB_OK;
  return st ? st : plb_text_whole(result, out, err);
}
