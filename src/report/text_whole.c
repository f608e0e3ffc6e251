/* SPDX-License-Identifier: Apache-2.0
 *
 * Whole tests of a study of coverage for a terminal: a row for each quantity of each kind of test, and in the columns
 * of the methods their coverage with the width behind it.
 */
#include <stdio.h>
#include <string.h>

#include "report/coverage.h"
#include "report/text.h"
#include "result/coverage.h"

void plb_word_whole(char text[PLB_WORDS], const struct plb_whole_cell *cell) {
  char people[PLB_WORDS], samples[PLB_WORDS];
  plb_word_count(people, cell->people);
  plb_word_rounded(samples, cell->samples, 2);
  const char *pairing = strcmp(cell->pairing, "all") ? cell->pairing : "";
  snprintf(text, PLB_WORDS, "%.30s %.10s x %s%.8s%s%.10s%s, FMR %.3g", cell->model, people, cell->unequal ? "~" : "",
           samples, *pairing ? " " : "", pairing, cell->clustered ? ", clusters" : "", cell->rate);
}

static const struct {
  const char *statistic, *at, *words;
} quantities[] = {{"FMR", "threshold", "FMR, fixed"},
                  {"FNMR", "threshold", "FNMR, fixed"},
                  {"FMR", "target", "FMR, found"},
                  {"FNMR", "target", "FNMR at FMR"},
                  {"THRESHOLD", "target", "threshold"},
                  {"EER", NULL, "EER"},
                  {"AUC", NULL, "AUC"},
                  {"DPRIME", NULL, "d'"},
                  {"DET", NULL, "DET band"},
                  {"FMR", "group 1", "FMR, group 1"},
                  {"FMR", "group 2", "FMR, group 2"},
                  {"FMR", "group 3", "FMR, group 3"},
                  {"FMR", "group 4", "FMR, group 4"},
                  {"FMR", "group 5", "FMR, group 5"},
                  {"FMR", "group 6", "FMR, group 6"},
                  {"FMR", "group 7", "FMR, group 7"},
                  {"FMR", "group 8", "FMR, group 8"},
                  {"MAX_MIN_RATIO", "FMR", "FMR: max / min"},
                  {"MAX_MIN_DIFFERENCE", "FMR", "FMR: max - min"},
                  {"GINI", "FMR", "FMR: Gini"},
                  {"MAX_GEOMEAN_RATIO", "FMR", "FMR: max / geometric mean"},
                  {"NO_DIFFERENCE", "FMR", "FMR: no difference"},
                  {"FNMR", "group 1", "FNMR, group 1"},
                  {"FNMR", "group 2", "FNMR, group 2"},
                  {"FNMR", "group 3", "FNMR, group 3"},
                  {"FNMR", "group 4", "FNMR, group 4"},
                  {"FNMR", "group 5", "FNMR, group 5"},
                  {"FNMR", "group 6", "FNMR, group 6"},
                  {"FNMR", "group 7", "FNMR, group 7"},
                  {"FNMR", "group 8", "FNMR, group 8"},
                  {"MAX_MIN_RATIO", "FNMR", "FNMR: max / min"},
                  {"MAX_MIN_DIFFERENCE", "FNMR", "FNMR: max - min"},
                  {"GINI", "FNMR", "FNMR: Gini"},
                  {"MAX_GEOMEAN_RATIO", "FNMR", "FNMR: max / geometric mean"},
                  {"NO_DIFFERENCE", "FNMR", "FNMR: no difference"},
                  {"FDR", NULL, "FDR"},
                  {"INEQUITY", NULL, "inequity rate"},
                  {"GARBE", NULL, "GARBE"}};

const char *plb_word_quantity(const struct plb_whole_cell *cell) {
  for (size_t k = 0; k < sizeof quantities / sizeof *quantities; k++)
    if (strcmp(cell->statistic, quantities[k].statistic) == 0 &&
        (quantities[k].at ? cell->at && strcmp(cell->at, quantities[k].at) == 0 : !cell->at))
      return quantities[k].words;
  return cell->statistic;
}

const char *const *plb_explain_quantities(void) {
  static const char *const words[] = {
      "fixed",
      "FMR and FNMR at a threshold that is given, the one with the FMR that the tests are named by",
      "found",
      "the true FMR of the threshold at which the test itself meets that FMR, held by the interval of FMR there",
      "FNMR at FMR",
      "FNMR at the threshold that the test finds for that FMR; \"threshold\" is the true one",
      "DET band",
      "held where it holds the whole curve as far as it goes",
      NULL};
  return words;
}

enum column { QUANTITY, TRUTH, COLUMNS };

/* Coverage and width: "95.0 1.08", "of" so many tests where not all have an interval. */
static void fill_method(char text[PLB_WORDS], const struct plb_whole_cell *cell, const char *name) {
  const struct plb_coverage_method *method = plb_whole_method(cell, name);
  char width[PLB_WORDS] = "", of[PLB_WORDS] = "", count[PLB_WORDS];
  uint64_t given = method ? plb_whole_given(method) : 0;
  if (!given)
    return;
  plb_word_count(count, given);
  if (method->has_width)
    snprintf(width, sizeof width, method->width < 99.995 ? " %.2f" : " %.3g", method->width);
  if (given < cell->replicates)
    snprintf(of, sizeof of, " of %.20s", count);
  snprintf(text, PLB_WORDS, "%.1f%.20s%.30s", 100 * plb_whole_share(method), width, of);
}

static void cell_row(struct plb_table *table, const struct plb_whole_cell *cell, const char *const *names,
                     size_t count) {
  char(*cells)[PLB_WORDS] = plb_table_row(table);
  if (!cells)
    return;
  snprintf(cells[QUANTITY], PLB_WORDS, "%s", plb_word_quantity(cell));
  if (cell->has_truth)
    snprintf(cells[TRUTH], PLB_WORDS, "%.4g", cell->truth);
  for (size_t m = 0; m < count; m++)
    fill_method(cells[COLUMNS + m], cell, names[m]);
}

/* The cells of one kind of test, from number `from` on; answers that of the first one behind them. */
static size_t print_tests(const struct plb_result *result, size_t from, struct plb_out *out, bool *printed) {
  struct plb_column columns[COLUMNS + PLB_WHOLE_METHODS] = {
      [QUANTITY] = {"Quantity", PLB_LEFT}, [TRUTH] = {"Truth", PLB_RIGHT}};
  const char *names[PLB_WHOLE_METHODS];
  size_t count = plb_whole_methods(result, names), c = from;
  char tests[PLB_WORDS];
  for (size_t m = 0; m < count; m++)
    columns[COLUMNS + m] = (struct plb_column){names[m], PLB_RIGHT};
  struct plb_table table = {.columns = columns, .column_count = COLUMNS + count};
  for (; c < result->whole_count && plb_whole_same_tests(&result->wholes[c], &result->wholes[from]); c++)
    cell_row(&table, &result->wholes[c], names, count);
  plb_word_whole(tests, &result->wholes[from]);
  plb_page_line(out, "Tests", tests);
  *printed = plb_table_print(&table, out);
  plb_table_free(&table);
  plb_out_text(out, "\n");
  return c;
}

plb_status plb_text_whole(const struct plb_result *result, struct plb_out *out, struct plb_error *err) {
  bool printed = true;
  if (!result->whole_count)
    return PLB_OK;
  plb_page_heading(out, "Whole tests: coverage (%) of each method, and its width", '-');
  for (size_t c = 0; c < result->whole_count && printed;)
    c = print_tests(result, c, out, &printed);
  for (const char *const *words = plb_explain_quantities(); *words; words += 2)
    plb_page_line(out, words[0], words[1]);
  plb_page_line(out, "of N", "tests in which the method gave an interval, where not in all: the share is of these");
  plb_page_line(out, "clusters", "the same tests, measured by who is related; without the word nothing of it was said");
  return printed ? PLB_OK : plb_fail_memory(err);
}
