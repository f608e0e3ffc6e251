/* SPDX-License-Identifier: Apache-2.0
 *
 * What the estimates of a result say: in sentences, and in tables in which no rate stands without its
 * counts, its interval and the people behind it. Where there is no rate, its place holds the word for why,
 * and the reason stands beside it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/escape.h"
#include "report/html.h"
#include "report/makings.h"

static const char *long_name(const char *metric) {
  static const char *const names[][2] = {{"FMR", "false match rate"},
                                         {"FNMR", "false non-match rate"},
                                         {"EER", "equal error rate"},
                                         {"AUC", "area under the ROC curve"},
                                         {"DPRIME", "separation of the mean scores in standard deviations"},
                                         {"FTA", "failures to acquire"},
                                         {"FTE", "failures to enrol"},
                                         {"FAR", "false accept rate"},
                                         {"FRR", "false reject rate"},
                                         {"GFAR", "generalised false accept rate"},
                                         {"GFRR", "generalised false reject rate"}};
  for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
    if (strcmp(metric, names[k][0]) == 0)
      return names[k][1];
  return "";
}

static bool is_one_of(const char *metric, const char *const *list, size_t count) {
  for (size_t k = 0; k < count; k++)
    if (strcmp(metric, list[k]) == 0)
      return true;
  return false;
}

/* ---- cells ------------------------------------------------------------------------------------ */

/* "95 % interval". */
static void word_level(char text[PLB_WORDS], double level) {
  char number[PLB_WORDS];
  plb_word_level(number, level);
  snprintf(text, PLB_WORDS, "%.40s\xC2\xA0%% interval", number);
}

/* The level that all intervals of a result share; 0 where they do not. Found once for the result in hand. */
static double shared_level(struct plb_html *h, const struct plb_result *result) {
  if (h->level_of != result)
    h->level = plb_result_level(result);
  h->level_of = result;
  return h->level;
}

static void interval_cell(struct plb_html *h, const struct plb_estimate *e, double shared) {
  char text[PLB_WORDS], level[PLB_WORDS];
  plb_out_text(h->out, "<td>");
  if (plb_word_interval(text, e) == 0) {
    plb_out_text(h->out, "not given");
  } else {
    plb_escape_words(h->out, text);
    word_level(level, e->interval.level);
    if (!(shared > 0))
      plb_out_print(h->out, "<br/><small>%s</small>", level);
  }
  if (plb_word_worst(text, e)) {
    plb_out_text(h->out, "<br/><small>worst case ");
    plb_escape_words(h->out, text);
    plb_out_text(h->out, "</small>");
  }
  plb_out_text(h->out, "</td>");
}

static void trials_cell(struct plb_html *h, const struct plb_estimate *e) {
  char text[PLB_WORDS];
  plb_out_text(h->out, "<td>");
  if (plb_word_trials(text, e) == 0)
    plb_out_text(h->out, "none");
  plb_escape(h->out, text);
  if (e->unit && e->has_counts) {
    plb_out_text(h->out, "<br/><small>per ");
    plb_escape(h->out, e->unit);
    plb_out_text(h->out, "</small>");
  }
  plb_out_text(h->out, "</td>");
}

static void people_cell(struct plb_html *h, const struct plb_result *result, const struct plb_estimate *e) {
  char text[PLB_WORDS];
  plb_word_people(text, result, e);
  if (e->has_people && e->has_clusters) {
    char clusters[PLB_WORDS];
    size_t used = strlen(text);
    plb_word_count(clusters, e->clusters);
    snprintf(text + used, sizeof text - used, " in %.20s cluster%s", clusters, e->clusters == 1 ? "" : "s");
  }
  plb_html_element(h, "td", text);
}

static void effect_cell(struct plb_html *h, const struct plb_interval *interval) {
  char text[PLB_WORDS] = "";
  if (interval->exists && interval->has_design_effect)
    plb_word_rounded(text, interval->design_effect, 3);
  plb_html_element(h, "td", text);
}

/* What every table of estimates has in common, behind the name of the metric. */
static void estimate_cells(struct plb_html *h, const struct plb_result *result, const struct plb_estimate *e,
                           double shared) {
  char value[PLB_WORDS];
  plb_word_value(value, e);
  plb_html_element(h, e->status == PLB_EST_OK ? "td class=\"value\"" : "td class=\"lacking\"", value);
  if (e->status == PLB_EST_SUPPRESSED) {
    plb_out_text(h->out, "<td>withheld</td><td>withheld</td><td>too few</td><td></td>");
  } else {
    interval_cell(h, e, shared);
    trials_cell(h, e);
    people_cell(h, result, e);
    effect_cell(h, &e->interval);
  }
}

static void metric_heading(struct plb_html *h, const struct plb_estimate *e) {
  plb_out_text(h->out, "<th scope=\"row\"><abbr title=\"");
  plb_escape(h->out, long_name(e->metric));
  plb_out_text(h->out, "\">");
  plb_escape(h->out, plb_spoken(e->metric));
  plb_out_text(h->out, "</abbr></th>");
}

/* What is left of a row behind the headings of its group; its note is named by its number. */
static plb_status close_row(struct plb_html *h, const struct plb_result *result, const struct plb_estimate *e) {
  size_t number;
  if (!plb_note_number(&h->notes, e->note, &number))
    return plb_fail_memory(h->err);
  metric_heading(h, e);
  estimate_cells(h, result, e, shared_level(h, result));
  plb_out_print(h->out, number ? "<td class=\"note\">[%zu]</td></tr>\n" : "<td></td></tr>\n", number);
  return PLB_OK;
}

/* Ends a table and lists its notes, each once. */
static void end_table(struct plb_html *h) {
  plb_html_table_end(h);
  for (size_t k = 0; k < h->notes.count; k++) {
    plb_out_print(h->out, "%s[%zu] ", k ? "<br/>\n" : "<p class=\"below\">", k + 1);
    plb_escape_words(h->out, h->notes.texts[k]);
  }
  if (h->notes.count)
    plb_out_text(h->out, "</p>\n");
  h->notes.count = 0;
}

/* `first` heads the first column (two of them where rows belong to operating points), `counts` the one of what each
 * value rests on. */
static void head(struct plb_html *h, const struct plb_result *result, bool points, const char *first,
                 const char *counts) {
  char level[PLB_WORDS] = "Interval";
  double shared = shared_level(h, result);
  if (shared > 0)
    word_level(level, shared);
  plb_out_print(h->out,
                "<thead><tr>%s<th scope=\"col\" class=\"left\">%s</th><th scope=\"col\">Value</th><th "
                "scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">People</th><th scope=\"col\">"
                "Design effect</th><th scope=\"col\">Note</th></tr></thead>\n",
                points ? "<th scope=\"col\">Operating point</th>" : "", first, level, counts);
}

/* "FMR <= 1 in 1,000" and the threshold, as the heading of a group of rows. */
void plb_html_point_heading(struct plb_html *h, const struct plb_result *result,
                            const struct plb_operating_point *point, size_t rows) {
  const struct plb_estimate *e = point->first;
  char text[PLB_WORDS], limit[PLB_LIMIT], at[PLB_LIMIT];
  plb_out_print(h->out, "<th scope=\"rowgroup\" rowspan=\"%zu\">", rows);
  bool target = plb_word_target(text, e) > 0;
  if (plb_word_limit(limit, result, point)) {
    plb_word_limit_at(at, result, point);
    plb_escape_words(h->out, limit);
    plb_out_text(h->out, "<br/><small>counts and limits are those ");
    plb_escape_words(h->out, at);
    plb_out_text(h->out, ", not those at the targets</small></th>");
    return;
  } else if (target) {
    plb_escape(h->out, e->target_metric);
    plb_out_text(h->out, " \xE2\x89\xA4 ");
    plb_escape(h->out, text);
  }
  bool elsewhere = !target && plb_word_origin(limit, e) > 0;
  if (elsewhere) {
    plb_out_print(h->out, "%s \xE2\x89\xA4 ", e->origin.metric);
    plb_escape_words(h->out, limit);
  }
  plb_out_print(h->out, "%s%s", target || elsewhere ? "<br/><small>" : "",
                plb_word_threshold(text, result, e) > 0 ? "threshold " : "no threshold");
  plb_escape(h->out, text);
  if (plb_word_threshold_limits(text, result, point) > 0)
    plb_out_print(h->out, " (%s)", text);
  plb_out_text(h->out, target || elsewhere ? "</small></th>" : "</th>");
}

/* Rows of one operating point with the metrics of `list`, a group of its own; counts them into *all. */
static plb_status point_group(struct plb_html *h, const struct plb_result *result,
                              const struct plb_operating_point *point, const char *const *list, size_t count,
                              bool write, size_t *all) {
  const struct plb_estimate *found[4];
  size_t rows = 0;
  plb_status st = PLB_OK;
  for (size_t m = 0; m < count; m++) {
    const struct plb_estimate *e = plb_point_estimate(result, point, list[m]);
    if (e)
      found[rows++] = e;
  }
  *all += rows;
  if (rows == 0 || !write)
    return PLB_OK;
  plb_out_text(h->out, "<tbody>\n");
  for (size_t k = 0; !st && k < rows; k++) {
    plb_out_text(h->out, "<tr>");
    if (k == 0)
      plb_html_point_heading(h, result, point, rows);
    st = close_row(h, result, found[k]);
  }
  plb_out_text(h->out, "</tbody>\n");
  return st;
}

/* Rows of all operating points with the (at most four) metrics of `list`, counted into *all. With `write` false
 * they are only counted. */
static plb_status point_rows(struct plb_html *h, const struct plb_result *result, const char *system,
                             const char *const *list, size_t count, bool write, size_t *all) {
  struct plb_operating_point point;
  plb_status st = PLB_OK;
  for (size_t k = 0; !st && plb_result_point(result, system, k, &point); k++)
    if (!plb_shown_before(result, &point, k))
      st = point_group(h, result, &point, list, count, write, all);
  return st;
}

static size_t count_at_points(struct plb_html *h, const struct plb_result *result, const char *system,
                              const char *const *list, size_t count) {
  size_t all = 0;
  return point_rows(h, result, system, list, count, false, &all) ? 0 : all;
}

/* Rows of the quantities over the whole test. */
static plb_status whole_rows(struct plb_html *h, const struct plb_result *result, const char *system,
                             const char *const *list, size_t count) {
  const struct plb_estimate *e;
  plb_status st = PLB_OK;
  for (size_t k = 0; !st && (e = plb_system_estimate(result, system, k)); k++) {
    if (plb_has_point(e) || !is_one_of(e->metric, list, count))
      continue;
    plb_out_text(h->out, "<tr>");
    st = close_row(h, result, e);
  }
  return st;
}

static size_t count_whole(const struct plb_result *result, const char *system, const char *const *list, size_t count) {
  const struct plb_estimate *e;
  size_t rows = 0;
  for (size_t k = 0; (e = plb_system_estimate(result, system, k)); k++)
    rows += !plb_has_point(e) && is_one_of(e->metric, list, count);
  return rows;
}

/* ---- sections ------------------------------------------------------------------------------------ */

static const char *const match_metrics[] = {"FMR", "FNMR"};
static const char *const whole_metrics[] = {"EER", "AUC", "DPRIME"};
static const char *const failure_metrics[] = {"FTE", "FTA"};
static const char *const carrying_metrics[] = {"FAR", "FRR", "GFAR", "GFRR"};

/* How the intervals of the metrics of `list` were made. */
static plb_status below(struct plb_html *h, const struct plb_result *result, const char *system,
                        const char *const *list, size_t count) {
  const struct plb_estimate *e, **shown;
  size_t most = 0, found = 0;
  char *text = NULL;
  while (plb_system_estimate(result, system, most))
    most++;
  if (!(shown = plb_alloc(most, sizeof *shown)))
    return plb_fail_memory(h->err);
  for (size_t k = 0; (e = plb_system_estimate(result, system, k)); k++)
    if (is_one_of(e->metric, list, count))
      shown[found++] = e;
  plb_status st = plb_list_text(&text, plb_list_makings, result, shown, found, h->err);
  if (!st && text && *text) {
    plb_out_text(h->out, "<p class=\"below\">Intervals: ");
    for (char *line = text, *end; line; line = end) {
      if ((end = strchr(line, '\n')))
        *end++ = '\0';
      plb_escape_words(h->out, line);
      plb_out_text(h->out, end ? "<br/>\n" : ".</p>\n");
    }
  }
  free(text);
  free(shown);
  return st;
}

/* A table with a group of rows for each operating point. */
static plb_status point_table(struct plb_html *h, const struct plb_result *result, const char *system,
                              const char *caption, const char *const *list, size_t count) {
  size_t rows = 0;
  plb_html_table(h, caption, "rates");
  head(h, result, true, "Rate", "Errors / trials");
  plb_status st = point_rows(h, result, system, list, count, true, &rows);
  end_table(h);
  return st;
}

plb_status plb_html_points(struct plb_html *h, const struct plb_result *result, const char *system, int level) {
  plb_status st;
  if (count_at_points(h, result, system, match_metrics, 2) == 0)
    return PLB_OK;
  plb_html_section(h, level, "Rates by threshold");
  st = point_table(h, result, system,
                   "False match rate and false non-match rate at each operating point, over completed comparisons",
                   match_metrics, 2);
  if (!st)
    st = below(h, result, system, match_metrics, 2);
  plb_out_text(h->out, "</section>\n");
  return st;
}

static void write_bracket(struct plb_html *h, const struct plb_result *result, const struct plb_estimate *e) {
  char text[PLB_REMARK];
  if (!plb_word_bracket(text, result, e))
    return;
  plb_out_print(h->out, "<p class=\"below\">%s: ", plb_spoken(e->metric));
  plb_escape_words(h->out, text);
  plb_out_text(h->out, ".</p>\n");
}

plb_status plb_html_whole(struct plb_html *h, const struct plb_result *result, const char *system, int level) {
  const struct plb_estimate *e;
  if (count_whole(result, system, whole_metrics, 3) == 0)
    return PLB_OK;
  plb_html_section(h, level, "Over the whole test");
  plb_html_table(h, "Quantities that belong to no single threshold; for comparing systems, not for setting one up",
                 "rates");
  head(h, result, false, "Quantity", "Mated + non-mated");
  plb_out_text(h->out, "<tbody>\n");
  plb_status st = whole_rows(h, result, system, whole_metrics, 3);
  plb_out_text(h->out, "</tbody>\n");
  end_table(h);
  for (size_t k = 0; (e = plb_system_estimate(result, system, k)); k++)
    if (strcmp(e->metric, "EER") == 0)
      write_bracket(h, result, e);
  if (!st)
    st = below(h, result, system, whole_metrics, 3);
  plb_out_text(h->out, "</section>\n");
  return st;
}

static void write_failed(struct plb_html *h, const struct plb_result *result, const char *system) {
  char text[PLB_REMARK];
  plb_word_failed(text, &result->test, plb_result_systems(result) > 1);
  plb_out_text(h->out, "<p>Failures: ");
  plb_escape_words(h->out, text);
  plb_out_text(h->out, ". FMR and FNMR are over completed comparisons only.</p>\n");
  if (plb_word_absent(text, result, system))
    plb_out_print(h->out, "<p>Not given are %s.</p>\n", text);
}

static plb_status failure_table(struct plb_html *h, const struct plb_result *result, const char *system) {
  plb_html_table(h, "Failures over the whole test", "rates");
  head(h, result, false, "Rate", "Errors / trials");
  plb_out_text(h->out, "<tbody>\n");
  plb_status st = whole_rows(h, result, system, failure_metrics, 2);
  if (!st)
    st = whole_rows(h, result, system, carrying_metrics, 4);
  plb_out_text(h->out, "</tbody>\n");
  end_table(h);
  return st ? st : below(h, result, system, failure_metrics, 2);
}

plb_status plb_html_failures(struct plb_html *h, const struct plb_result *result, const char *system, int level) {
  size_t failures = count_whole(result, system, failure_metrics, 2);
  size_t carrying = count_at_points(h, result, system, carrying_metrics, 4);
  size_t loose = count_whole(result, system, carrying_metrics, 4);
  plb_status st = PLB_OK;
  plb_html_section(h, level, "Failures");
  write_failed(h, result, system);
  if (failures + loose > 0)
    st = failure_table(h, result, system);
  if (!st && carrying > 0)
    st = point_table(h, result, system, "Rates that carry the failures, at each operating point", carrying_metrics, 4);
  if (!st && carrying + loose > 0)
    st = below(h, result, system, carrying_metrics, 4);
  plb_out_text(h->out, "</section>\n");
  return st;
}
