/* SPDX-License-Identifier: Apache-2.0
 *
 * What the estimates of a result say: in sentences, and in tables in which no rate stands without its
 * counts, its interval and the people behind it. Where there is no rate, its place holds the word for why,
 * and the reason stands beside it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "report/escape.h"
#include "report/html.h"

static const char *spoken(const char *metric) {
  return strcmp(metric, "DPRIME") == 0 ? "d\xE2\x80\xB2" : metric;
}

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
  snprintf(text, PLB_WORDS, "%.40s %% interval", number);
}

static double find_shared_level(const struct plb_result *result) {
  double level = 0;
  for (size_t i = 0; i < result->estimate_count; i++) {
    const struct plb_interval *interval = &result->estimates[i].interval;
    if (!interval->exists)
      continue;
    if (level > 0 && (interval->level < level || interval->level > level))
      return 0;
    level = interval->level;
  }
  return level;
}

/* The level that all intervals of a result share; 0 where they do not. Found once for the result in hand. */
static double shared_level(struct plb_html *h, const struct plb_result *result) {
  if (h->level_of != result)
    h->level = find_shared_level(result);
  h->level_of = result;
  return h->level;
}

static void interval_cell(struct plb_html *h, const struct plb_estimate *e, double shared) {
  char text[PLB_WORDS], level[PLB_WORDS];
  plb_out_text(h->out, "<td>");
  if (plb_word_interval(text, e) == 0) {
    plb_out_text(h->out, "none");
  } else {
    plb_escape(h->out, text);
    word_level(level, e->interval.level);
    if (!(shared > 0))
      plb_out_print(h->out, "<br/><small>%s</small>", level);
  }
  if (e->interval.exists && e->interval.has_worst_case && e->status != PLB_EST_SUPPRESSED) {
    struct plb_estimate worst = *e;
    worst.interval.has_upper = true;
    worst.interval.has_lower = e->interval.worst_case[0] > 1e-9 * e->interval.worst_case[1]; /* not a number to read */
    worst.interval.lower = e->interval.worst_case[0];
    worst.interval.upper = e->interval.worst_case[1];
    plb_word_interval(text, &worst);
    plb_out_text(h->out, "<br/><small>worst case ");
    plb_escape(h->out, text);
    plb_out_text(h->out, "</small>");
  }
  plb_out_text(h->out, "</td>");
}

static void trials_cell(struct plb_html *h, const struct plb_estimate *e) {
  char text[PLB_WORDS], other[PLB_WORDS];
  plb_out_text(h->out, "<td>");
  if (e->has_counts) {
    plb_word_fraction(text, e->errors, e->trials);
    plb_escape(h->out, text);
  } else if (e->has_class_trials) {
    plb_word_count(text, e->mated_trials);
    plb_word_count(other, e->nonmated_trials);
    plb_out_print(h->out, "%s mated, %s non-mated", text, other);
  } else {
    plb_out_text(h->out, "none");
  }
  if (e->unit && e->has_counts) {
    plb_out_text(h->out, "<br/><small>per ");
    plb_escape(h->out, e->unit);
    plb_out_text(h->out, "</small>");
  }
  plb_out_text(h->out, "</td>");
}

static void people_cell(struct plb_html *h, const struct plb_estimate *e) {
  char text[PLB_WORDS] = ""; /* for what is not made of trials of its own */
  if (e->has_counts)
    snprintf(text, sizeof text, "unknown");
  if (e->has_people)
    plb_word_count(text, e->people);
  plb_html_element(h, "td", text);
}

static void method_cell(struct plb_html *h, const struct plb_interval *interval) {
  char text[PLB_WORDS];
  if (!interval->exists) {
    plb_html_element(h, "td", "none");
    return;
  }
  plb_out_text(h->out, "<td>");
  plb_escape(h->out, interval->method ? interval->method : "not named");
  plb_out_text(h->out, ", ");
  plb_escape(h->out, interval->dependence ? interval->dependence : "dependence not named");
  if (interval->has_design_effect) {
    plb_word_number(text, interval->design_effect);
    plb_out_print(h->out, "<br/><small class=\"whole\">design effect %s</small>", text);
    if (interval->has_df) {
      plb_word_number(text, interval->df);
      plb_out_print(h->out, "<br/><small>df %s</small>", text);
    }
  }
  plb_out_text(h->out, "</td>");
}

/* What every table of estimates has in common, behind the name of the metric. */
static void estimate_cells(struct plb_html *h, const struct plb_estimate *e, double shared) {
  char value[PLB_WORDS];
  plb_word_value(value, e);
  plb_html_element(h, e->status == PLB_EST_OK ? "td class=\"value\"" : "td class=\"lacking\"", value);
  if (e->status == PLB_EST_SUPPRESSED) {
    plb_out_text(h->out, "<td>not shown</td><td>not shown</td><td>too few</td><td>not shown</td>");
  } else {
    interval_cell(h, e, shared);
    trials_cell(h, e);
    people_cell(h, e);
    method_cell(h, &e->interval);
  }
  plb_html_element(h, "td class=\"status\"", plb_estimate_status_name(e->status));
}

static void metric_heading(struct plb_html *h, const struct plb_estimate *e) {
  plb_out_text(h->out, "<th scope=\"row\"><abbr title=\"");
  plb_escape(h->out, long_name(e->metric));
  plb_out_text(h->out, "\">");
  plb_escape(h->out, spoken(e->metric));
  plb_out_text(h->out, "</abbr></th>");
}

static void open_row(struct plb_html *h, const struct plb_estimate *e) {
  plb_out_text(h->out, e->note ? "<tr class=\"noted\">" : "<tr>");
}

/* The rest of a row behind its headings, and a row of its own for the note. */
static void close_row(struct plb_html *h, const struct plb_estimate *e, double shared) {
  metric_heading(h, e);
  estimate_cells(h, e, shared);
  plb_out_text(h->out, "</tr>\n");
  if (!e->note)
    return;
  plb_out_text(h->out, "<tr>");
  plb_html_element(h, "td colspan=\"7\" class=\"note\"", e->note);
  plb_out_text(h->out, "</tr>\n");
}

static void head(struct plb_html *h, const struct plb_result *result, bool points) {
  char level[PLB_WORDS] = "Interval";
  double shared = shared_level(h, result);
  if (shared > 0)
    word_level(level, shared);
  plb_out_print(
      h->out,
      "<thead><tr>%s<th scope=\"col\" class=\"left\">Rate</th><th scope=\"col\">Value</th><th scope=\"col\">%s</th>"
      "<th scope=\"col\">Errors / trials</th><th scope=\"col\">People</th><th scope=\"col\">Method</th>"
      "<th scope=\"col\" class=\"left\">Status</th></tr></thead>\n",
      points ? "<th scope=\"col\">Operating point</th>" : "", level);
}

/* "FMR <= 1 in 1,000" and the threshold, as the heading of a group of rows. */
static void point_heading(struct plb_html *h, const struct plb_result *result, const struct plb_operating_point *point,
                          size_t rows) {
  const struct plb_estimate *e = point->first;
  char text[PLB_WORDS], limit[PLB_LIMIT];
  plb_out_print(h->out, "<th scope=\"rowgroup\" rowspan=\"%zu\">", rows);
  bool target = plb_word_target(text, e) > 0;
  if (plb_word_limit(limit, result, point)) {
    plb_escape(h->out, limit);
  } else if (target) {
    plb_escape(h->out, e->target_metric);
    plb_out_text(h->out, " \xE2\x89\xA4 ");
    plb_escape(h->out, text);
  }
  plb_out_print(h->out, "%s%s", target ? "<br/><small>" : "",
                plb_word_threshold(text, result, e) > 0 ? "threshold " : "no threshold");
  plb_escape(h->out, text);
  plb_out_text(h->out, target ? "</small></th>" : "</th>");
}

/* Rows of one operating point with the metrics of `list`, a group of its own; answers how many there are. */
static size_t point_group(struct plb_html *h, const struct plb_result *result, const struct plb_operating_point *point,
                          const char *const *list, size_t count, bool write) {
  const struct plb_estimate *found[4];
  size_t rows = 0, notes = 0;
  for (size_t m = 0; m < count; m++) {
    const struct plb_estimate *e = plb_point_estimate(result, point, list[m]);
    if (!e)
      continue;
    found[rows++] = e;
    notes += e->note != NULL;
  }
  if (rows == 0 || !write)
    return rows;
  plb_out_text(h->out, "<tbody>\n");
  for (size_t k = 0; k < rows; k++) {
    open_row(h, found[k]);
    if (k == 0)
      point_heading(h, result, point, rows + notes);
    close_row(h, found[k], shared_level(h, result));
  }
  plb_out_text(h->out, "</tbody>\n");
  return rows;
}

/* Whether the point is one of several targets out of reach, the first of which stands for all. */
static bool shown_before(const struct plb_result *result, const struct plb_operating_point *point, size_t number) {
  struct plb_operating_point other;
  for (size_t k = 0; k < number && plb_result_point(result, point->system, k, &other); k++)
    if (plb_same_limit(result, point, &other))
      return true;
  return false;
}

/* Rows of all operating points with the (at most four) metrics of `list`; answers how many there are. With
 * `write` false they are only counted. */
static size_t point_rows(struct plb_html *h, const struct plb_result *result, const char *system,
                         const char *const *list, size_t count, bool write) {
  struct plb_operating_point point;
  size_t all = 0;
  for (size_t k = 0; plb_result_point(result, system, k, &point); k++)
    if (!shown_before(result, &point, k))
      all += point_group(h, result, &point, list, count, write);
  return all;
}

/* Rows of the quantities over the whole test. */
static size_t whole_rows(struct plb_html *h, const struct plb_result *result, const char *system,
                         const char *const *list, size_t count, bool write) {
  const struct plb_estimate *e;
  size_t rows = 0;
  for (size_t k = 0; (e = plb_system_estimate(result, system, k)); k++) {
    if (plb_has_point(e) || !is_one_of(e->metric, list, count))
      continue;
    rows++;
    if (!write)
      continue;
    open_row(h, e);
    close_row(h, e, shared_level(h, result));
  }
  return rows;
}

/* ---- sections ------------------------------------------------------------------------------------ */

static const char *const match_metrics[] = {"FMR", "FNMR"};
static const char *const whole_metrics[] = {"EER", "AUC", "DPRIME"};
static const char *const failure_metrics[] = {"FTE", "FTA"};
static const char *const carrying_metrics[] = {"FAR", "FRR", "GFAR", "GFRR"};

void plb_html_points(struct plb_html *h, const struct plb_result *result, const char *system, int level) {
  if (point_rows(h, result, system, match_metrics, 2, false) == 0)
    return;
  plb_html_section(h, level, "Rates by threshold");
  plb_html_table(h, "False match rate and false non-match rate at each operating point, over completed comparisons",
                 "rates");
  head(h, result, true);
  point_rows(h, result, system, match_metrics, 2, true);
  plb_html_table_end(h);
  plb_out_text(h->out, "</section>\n");
}

static void word_bracket(struct plb_html *h, const struct plb_result *result, const struct plb_estimate *e) {
  char threshold[PLB_WORDS], one[PLB_WORDS], other[PLB_WORDS];
  if (!e->has_bracket || e->status != PLB_EST_OK)
    return;
  plb_word_rate(one, e->bracket[0]);
  plb_word_rate(other, e->bracket[1]);
  plb_out_text(h->out, "<p>The EER is the mean of FMR and FNMR");
  if (plb_word_threshold(threshold, result, e) > 0)
    plb_out_print(h->out, " at threshold %s", threshold);
  plb_out_print(h->out, ", where one is %s and the other %s.</p>\n", one, other);
}

void plb_html_whole(struct plb_html *h, const struct plb_result *result, const char *system, int level) {
  if (whole_rows(h, result, system, whole_metrics, 3, false) == 0)
    return;
  plb_html_section(h, level, "Over the whole test");
  plb_html_table(h, "Quantities that belong to no single threshold; for comparing systems, not for setting one up",
                 "rates");
  head(h, result, false);
  plb_out_text(h->out, "<tbody>\n");
  whole_rows(h, result, system, whole_metrics, 3, true);
  plb_out_text(h->out, "</tbody>\n");
  plb_html_table_end(h);
  const struct plb_estimate *e;
  for (size_t k = 0; (e = plb_system_estimate(result, system, k)); k++)
    if (strcmp(e->metric, "EER") == 0)
      word_bracket(h, result, e);
  plb_out_text(h->out, "</section>\n");
}

static void word_failed(struct plb_html *h, const struct plb_result *result) {
  const struct plb_test *test = &result->test;
  char enrol[PLB_WORDS], acquire[PLB_WORDS], compare[PLB_WORDS];
  plb_word_count(enrol, test->failed_enrol);
  plb_word_count(acquire, test->failed_acquire);
  plb_word_count(compare, test->failed_compare);
  if (test->failed_enrol || test->failed_acquire || test->failed_compare)
    plb_out_print(h->out, "%s rows of the input%s failed to enrol, %s to acquire, %s to compare.", enrol,
                  plb_result_systems(result) > 1 ? ", of all systems together," : "", acquire, compare);
  else
    plb_out_text(h->out, "The input records no failure to enrol, to acquire or to compare.");
}

void plb_html_failures(struct plb_html *h, const struct plb_result *result, const char *system, int level) {
  size_t failures = whole_rows(h, result, system, failure_metrics, 2, false);
  size_t carrying = point_rows(h, result, system, carrying_metrics, 4, false);
  size_t loose = whole_rows(h, result, system, carrying_metrics, 4, false);
  plb_html_section(h, level, "Failures");
  plb_out_text(h->out, "<p>");
  word_failed(h, result);
  plb_out_text(h->out,
               " FMR and FNMR are over completed comparisons only; FAR, FRR, GFAR and GFRR carry the failures.</p>\n");
  if (failures + loose > 0) {
    plb_html_table(h, "Failures over the whole test", "rates");
    head(h, result, false);
    plb_out_text(h->out, "<tbody>\n");
    whole_rows(h, result, system, failure_metrics, 2, true);
    whole_rows(h, result, system, carrying_metrics, 4, true);
    plb_out_text(h->out, "</tbody>\n");
    plb_html_table_end(h);
  }
  if (carrying > 0) {
    plb_html_table(h, "Rates that carry the failures, at each operating point", "rates");
    head(h, result, true);
    point_rows(h, result, system, carrying_metrics, 4, true);
    plb_html_table_end(h);
  }
  plb_out_text(h->out, "</section>\n");
}
