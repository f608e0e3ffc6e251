/* SPDX-License-Identifier: Apache-2.0
 *
 * See fragile.h. Rates are FMR and FNMR at operating points; those whose influence is not known are left out. Points
 * stand above their rows as in the table of rates.
 */
#include "report/fragile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/escape.h"
#include "report/text.h"

#define FRAGILE_HEADING "How much hangs on few people and labels"

/* Columns behind the name of the rate. */
enum fragile_cell { FRAGILE_HALF, FRAGILE_MOST, FRAGILE_WITHOUT, FRAGILE_ONE, FRAGILE_MANY, FRAGILE_CELLS };

/* ---- words ------------------------------------------------------------------------------------- */

static bool is_shown(const struct plb_estimate *e) {
  return e->has_influence && e->has_counts && e->status == PLB_EST_OK;
}

/* The most wrong labels that the rates of a system were tried with; 0 where none has an influence. */
static uint64_t most_wrong(const struct plb_result *result, const char *system, bool *any) {
  const struct plb_estimate *e;
  uint64_t most = 0;
  *any = false;
  for (size_t k = 0; (e = plb_system_estimate(result, system, k)); k++) {
    const struct plb_influence *influence = &e->influence;
    if (!is_shown(e))
      continue;
    *any = true;
    uint64_t wrong = influence->label_count ? influence->labels[influence->label_count - 1].wrong : 0;
    most = wrong > most ? wrong : most;
  }
  return most;
}

/* The titles of the columns for the rates of a system; false where none of them has an influence to show. */
static bool fragile_titles(char (*titles)[PLB_WORDS], const struct plb_result *result, const char *system) {
  bool any;
  uint64_t most = most_wrong(result, system, &any);
  char count[PLB_WORDS];
  snprintf(titles[FRAGILE_HALF], PLB_WORDS, "People in half");
  snprintf(titles[FRAGILE_MOST], PLB_WORDS, "Most of one");
  snprintf(titles[FRAGILE_WITHOUT], PLB_WORDS, "Without one");
  snprintf(titles[FRAGILE_ONE], PLB_WORDS, "1 wrong label");
  plb_word_count(count, most);
  snprintf(titles[FRAGILE_MANY], PLB_WORDS, "%.40s%s", most > 1 ? count : "", most > 1 ? " wrong labels" : "");
  return any;
}

static void word_people(char (*cells)[PLB_WORDS], const struct plb_estimate *e) {
  const struct plb_influence *influence = &e->influence;
  char one[PLB_WORDS], other[PLB_WORDS], rate[PLB_WORDS];
  plb_word_count(one, influence->half);
  plb_word_count(other, influence->involved);
  if (influence->involved)
    snprintf(cells[FRAGILE_HALF], PLB_WORDS, "%.40s of %.40s", one, other);
  plb_word_count(one, influence->most);
  plb_word_count(other, e->errors);
  if (influence->involved)
    snprintf(cells[FRAGILE_MOST], PLB_WORDS, "%.40s of %.40s", one, other);
  if (!influence->has_without) {
    snprintf(cells[FRAGILE_WITHOUT], PLB_WORDS, "nothing is left");
    return;
  }
  plb_word_rate(rate, (double)influence->without_errors / (double)influence->without_trials);
  snprintf(cells[FRAGILE_WITHOUT], PLB_WORDS, "%.40s%s", rate, influence->reset ? " *" : "");
}

static void word_label(char text[PLB_WORDS], double lower, double upper) {
  char low[PLB_WORDS], high[PLB_WORDS];
  plb_word_per_cent(low, sizeof low, lower);
  plb_word_per_cent(high, sizeof high, upper);
  snprintf(text, PLB_WORDS, "[%.40s, %.40s] %%", low, high);
}

/* The cells of an estimate; "" where there is nothing. */
static void fragile_cells(char (*cells)[PLB_WORDS], const struct plb_estimate *e) {
  const struct plb_influence *influence = &e->influence;
  for (size_t c = 0; c < FRAGILE_CELLS; c++)
    cells[c][0] = '\0';
  if (influence->has_people)
    word_people(cells, e);
  size_t last = influence->label_count;
  if (last)
    word_label(cells[FRAGILE_ONE], influence->labels[0].lower, influence->labels[0].upper);
  if (last > 1)
    word_label(cells[FRAGILE_MANY], influence->labels[last - 1].lower, influence->labels[last - 1].upper);
}

/* What the columns mean: the k-th label and sentence; false past the last. */
static bool fragile_legend(size_t k, const char **label, const char **meaning) {
  static const char *const legend[][2] = {
      {"People in half",
       "the fewest people (or clusters, where people were put into some) who fill half of the places in errors, of all "
       "who are in one; a false match has two places, a false non-match one"},
      {"Most of one", "the errors that the most involved person is in"},
      {"Without one",
       "the rate without the person whose absence moves it most. The threshold is held; * means that it was set anew "
       "for the FMR target among the others"},
      {"Wrong labels",
       "between which values the rate lies if up to so many comparisons, of either class, carry the label of the "
       "other one; the larger number is 1 % of the mated comparisons, and the threshold is held"}};
  if (k >= sizeof legend / sizeof *legend)
    return false;
  *label = legend[k][0];
  *meaning = legend[k][1];
  return true;
}

/* ---- text ---------------------------------------------------------------------------------------- */

static bool add_point(struct plb_table *table, const struct plb_result *result, const struct plb_operating_point *point,
                      char span[PLB_SPAN]) {
  bool first = true;
  for (const struct plb_estimate *e = point->first; e; e = plb_next_at_point(result, e)) {
    if (!is_shown(e))
      continue;
    if (first) {
      plb_text_span(span, result, point);
      plb_table_span(table, span);
    }
    first = false;
    char(*cells)[PLB_WORDS] = plb_table_row(table);
    if (!cells)
      return false;
    snprintf(cells[0], PLB_WORDS, "  %.40s", plb_spoken(e->metric));
    fragile_cells(cells + 1, e);
  }
  return true;
}

static size_t count_points(const struct plb_result *result, const char *system) {
  struct plb_operating_point point;
  size_t count = 0;
  while (plb_result_point(result, system, count, &point))
    count++;
  return count;
}

plb_status plb_text_fragile(const struct plb_result *result, const char *system, struct plb_out *out,
                            struct plb_error *err) {
  char titles[FRAGILE_CELLS][PLB_WORDS];
  const char *label, *meaning;
  struct plb_operating_point point;
  if (!fragile_titles(titles, result, system))
    return PLB_OK;
  struct plb_column columns[FRAGILE_CELLS + 1] = {{"Rate", PLB_LEFT}};
  for (size_t c = 0; c < FRAGILE_CELLS; c++)
    columns[c + 1] = (struct plb_column){titles[c], c < FRAGILE_ONE ? PLB_RIGHT : PLB_LEFT};
  struct plb_table table = {.columns = columns, .column_count = FRAGILE_CELLS + (titles[FRAGILE_MANY][0] != 0)};
  char(*spans)[PLB_SPAN] = plb_alloc(count_points(result, system), sizeof *spans);
  bool ready = spans != NULL;
  for (size_t k = 0; ready && plb_result_point(result, system, k, &point); k++)
    ready = add_point(&table, result, &point, spans[k]);
  plb_out_text(out, "\n");
  plb_page_heading(out, FRAGILE_HEADING, '-');
  ready = ready && plb_table_print(&table, out);
  plb_table_free(&table);
  free(spans);
  plb_out_text(out, "\n");
  for (size_t k = 0; fragile_legend(k, &label, &meaning); k++)
    plb_page_line(out, label, meaning);
  return ready ? PLB_OK : plb_fail_memory(err);
}

/* ---- the page -------------------------------------------------------------------------------------- */

static void write_point(struct plb_html *h, const struct plb_result *result, const struct plb_operating_point *point,
                        size_t columns) {
  char cells[FRAGILE_CELLS][PLB_WORDS];
  size_t rows = 0;
  for (const struct plb_estimate *e = point->first; e; e = plb_next_at_point(result, e))
    rows += is_shown(e);
  if (!rows)
    return;
  plb_out_text(h->out, "<tbody>\n");
  bool first = true;
  for (const struct plb_estimate *e = point->first; e; e = plb_next_at_point(result, e)) {
    if (!is_shown(e))
      continue;
    plb_out_text(h->out, "<tr>");
    if (first)
      plb_html_point_heading(h, result, point, rows);
    first = false;
    plb_html_element(h, "th scope=\"row\"", plb_spoken(e->metric));
    fragile_cells(cells, e);
    for (size_t c = 0; c < columns; c++)
      plb_html_element(h, "td", cells[c]);
    plb_out_text(h->out, "</tr>\n");
  }
  plb_out_text(h->out, "</tbody>\n");
}

plb_status plb_html_fragile(struct plb_html *h, const struct plb_result *result, const char *system, int level) {
  char titles[FRAGILE_CELLS][PLB_WORDS];
  const char *label, *meaning;
  struct plb_operating_point point;
  if (!fragile_titles(titles, result, system))
    return PLB_OK;
  size_t columns = titles[FRAGILE_MANY][0] ? FRAGILE_CELLS : FRAGILE_MANY;
  plb_html_section(h, level, FRAGILE_HEADING);
  plb_html_table(h, "How few people the errors come from, and how far a person or wrong labels move each rate",
                 "rates");
  plb_out_text(h->out, "<thead><tr><th scope=\"col\">Operating point</th><th scope=\"col\" class=\"left\">Rate</th>");
  for (size_t c = 0; c < columns; c++)
    plb_html_element(h, "th scope=\"col\"", titles[c]);
  plb_out_text(h->out, "</tr></thead>\n");
  for (size_t k = 0; !plb_out_failed(h->out) && plb_result_point(result, system, k, &point); k++)
    write_point(h, result, &point, columns);
  plb_html_table_end(h);
  plb_out_text(h->out, "<p class=\"below\">");
  for (size_t k = 0; fragile_legend(k, &label, &meaning); k++) {
    plb_out_print(h->out, "<strong>%s</strong>: ", label);
    plb_escape_words(h->out, meaning);
    plb_out_text(h->out, ".<br/>");
  }
  plb_out_text(h->out, "</p>\n</section>\n");
  return PLB_OK;
}
